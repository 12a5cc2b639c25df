"""A program while it is edited: its forms, the steps they make, and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from relance.domain import program as domain
from relance.domain.program import CountFrom, Program, ProgramFault, ProgramId, Repeat, Step
from relance.services.programs.editing import UNSAVED
from relance.services.refusal import Refused
from relance.services.settings import values as settings_values
from relance.services.settings.loading import Problem
from relance.services.settings.problems import BadValue
from relance.services.texts import catalogue
from relance.storage.queries.programs import models_by_name
from relance.web.forms.programs import Models, ProgramForm, StepForm, indexes_sent, step_data
from relance.web.labels import programs as labels
from relance.web.labels import settings as problem_labels
from relance.web.language import gettext

# The field that a fault is shown at; the others belong to the days.
_FIELDS = {ProgramFault.LEVEL_RANGE: "level", ProgramFault.LEVEL_DECREASES: "level"}
_FIELDS |= {ProgramFault.DEADLINE_RANGE: "deadline", ProgramFault.FIRST_FROM_PREVIOUS: "when"}
_FIELDS |= {ProgramFault.FALLBACK_IS_OWN: "fallback", ProgramFault.NO_CHANNEL: "email"}
_REPEATS = (ProgramFault.REPEAT_RANGE, ProgramFault.REPEAT_NOT_LAST)


@dataclass(frozen=True, slots=True)
class Row:
    """A step's form, and the channels it keeps."""

    form: StepForm
    base: Step


class Editor:
    """`base` are the steps of the program that is changed or copied."""

    def __init__(self, head: ProgramForm, base: Sequence[Step], models: Models) -> None:
        self.head = head
        self.rows: list[Row] = []
        self._base = base
        self._models = models

    def show(self, steps: Sequence[Step]) -> None:
        """Rows for these steps."""
        self.rows = [self._row(index, step, self._origin(step)) for index, step in enumerate(steps)]
        repeat = steps[-1].repeat if steps else None
        if repeat is not None:
            self.head.repeat_every.data, self.head.repeat_times.data = str(repeat.every_days), str(repeat.times)

    def read(self) -> None:
        """The rows as they were sent, without those to remove."""
        forms = [StepForm(index, self._models) for index in indexes_sent()]
        self.rows = [Row(form, self._base_of(form.origin.data)) for form in forms if not form.remove.data]

    def add(self) -> None:
        """One more row, a level and a week after the last."""
        last = self.rows[-1].form.step(self.rows[-1].base, len(self.rows)) if self.rows else None
        if last is None:
            step = Step(level=1, offset=7)
        else:
            step = Step(level=min(last.level + 1, domain.MAX_LEVEL), offset=max(last.offset, 0) + 7)
        index = max((int(row.form.days.name[1:].partition("-")[0]) for row in self.rows), default=-1) + 1
        self.rows.append(self._row(index, step, 0))

    def use_list(self) -> None:
        """Rows from the comma list; a step that stands at the same day keeps its ways (RULES 1.3)."""
        try:
            offsets = settings_values.offsets(self.head.offsets.data or "")
        except BadValue as error:
            self.head.offsets.errors = [
                problem_labels.problem(Problem(error.code, "offsets", facts=error.facts), gettext)
            ]
            return
        typed = [row.form.step(row.base, number) for number, row in enumerate(self.rows, 1)]
        kept = {step.offset: step for step in typed if step is not None}
        steps = [
            replace(kept[step.offset], level=step.level, counts_from=CountFrom.DUE) if step.offset in kept else step
            for step in domain.from_offsets(offsets)
        ]
        self.rows = [self._row(index, step, self._origin(step)) for index, step in enumerate(steps)]

    def steps(self) -> tuple[Step, ...] | None:
        """The steps in order; None when something is wrong, which is then shown where it is."""
        repeat = self.head.repeat()
        found = [(row, row.form.step(row.base, number)) for number, row in enumerate(self.rows, 1)]
        made = [(row, step) for row, step in found if step is not None]
        if len(made) < len(found) or self.head.errors:
            return None
        if all(step.counts_from is CountFrom.DUE for _row, step in made):
            made.sort(key=lambda one: one[1].offset)
        self.rows = [row for row, _step in made]
        steps = _with_repeat(tuple(step for _row, step in made), repeat)
        for problem in domain.check(steps):
            self._fault(problem.fault, problem.step)
        return None if self.problems else steps

    @property
    def problems(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.head.errors or self.head.form_errors or any(row.form.errors for row in self.rows))

    def refused(self, error: Refused) -> None:
        """Show a service's refusal where it belongs."""
        self.head.refused(error)

    def program(self, program_id: int | None, steps: tuple[Step, ...]) -> Program:
        """What it would be."""
        key = ProgramId(program_id) if program_id else UNSAVED
        name, active = self.head.name.data or "", bool(self.head.active.data)
        return Program(key, name, steps, self.head.chosen_grouping(), active)

    def due(self, today: date) -> date:
        """The due date of the example; today's date where none can be read."""
        try:
            found = date.fromisoformat(self.head.due.data or "")
        except ValueError:
            return today
        return found if 2000 <= found.year <= 2100 else today

    def _row(self, index: int, step: Step, origin: int) -> Row:
        form = StepForm(index, self._models, formdata=None, data=step_data(step, origin, self._models))
        return Row(form, self._base_of(form.origin.data) if origin else step)

    def _origin(self, step: Step) -> int:
        same = [
            place for place, one in enumerate(self._base, 1) if (one.offset, one.level) == (step.offset, step.level)
        ]
        return same[0] if same else 0

    def _base_of(self, origin: str | None) -> Step:
        text = origin or ""
        place = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
        return self._base[place - 1] if 1 <= place <= len(self._base) else Step(level=1, offset=1)

    def _fault(self, fault: ProgramFault, step: int) -> None:
        said = labels.fault(fault, step, gettext)
        if fault in _REPEATS:
            self.head.repeat_every.errors = [said]
        elif step:
            field = self.rows[step - 1].form[_FIELDS.get(fault, "days")]
            field.errors = [*field.errors, said]
        else:
            self.head.form_errors.append(said)


def _with_repeat(steps: tuple[Step, ...], repeat: Repeat | None) -> tuple[Step, ...]:
    return (*steps[:-1], replace(steps[-1], repeat=repeat)) if steps else ()


def models(session: Session) -> Models:
    """What a step may use: the built-in models in their order, then the firm's own."""
    built_in = {model.name: model.channels for model in catalogue()}
    return built_in | {name: ways for name, ways in models_by_name(session).items() if name not in built_in}
