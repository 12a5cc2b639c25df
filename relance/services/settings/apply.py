"""Writes what a settings file says into the rows: what it doesn't mention stays, what is the same isn't touched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from relance.domain import program as domain
from relance.domain.book import Choose
from relance.domain.delivery import ChannelName
from relance.services.settings.customers import GroupSpec, ProgramChoice
from relance.services.settings.programs import ProgramSpec
from relance.services.settings.templates import TemplateSpec, TextSpec
from relance.storage.models import Customer, CustomerGroup, Firm, Program, Step, Template, TemplateText


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a kind were added, changed, or were so already."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def plus(self, *, added: bool, changed: bool) -> "Tally":
        """One more."""
        return Tally(
            self.added + added, self.changed + (changed and not added), self.unchanged + (not changed and not added)
        )


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of what groups and customers refer to, by name."""

    programs: Mapping[str, int]
    senders: Mapping[str, int]
    groups: Mapping[str, int] = field(default_factory=dict)


def set_columns(row: object, values: Mapping[str, Any]) -> int:
    """Set the columns that differ; tells how many did."""
    differing = {column: value for column, value in values.items() if getattr(row, column) != value}
    for column, value in differing.items():
        setattr(row, column, value)
    return len(differing)


def apply_automation(firm: Firm, given: Mapping[str, Any], now: datetime) -> int:
    """Set the rules of automatic sending. Switching it on stamps the moment of activation (RULES 2, predates)."""
    switched_on = given.get("enabled", False) and not firm.enabled
    if switched_on:
        firm.activated_at = now
    return set_columns(firm, given)


def apply_templates(session: Session, specs: Iterable[TemplateSpec]) -> Tally:
    """Add and change templates; a text with an empty body is taken away."""
    tally = Tally()
    found = session.scalars(select(Template).options(selectinload(Template.texts)))
    rows = {(row.name, row.channel): row for row in found}
    for spec in specs:
        row = rows.get((spec.name, spec.channel))
        is_new = row is None
        if row is None:
            row = Template(name=spec.name, channel=spec.channel)
            session.add(row)
        changes = [_set_text(row, language, text) for language, text in spec.texts.items()]
        tally = tally.plus(added=is_new, changed=any(changes))
    return tally


def _set_text(template: Template, language: str, spec: TextSpec) -> bool:
    given = {key: part for key, part in (("subject", spec.subject), ("body", spec.body)) if part is not None}
    text = next((one for one in template.texts if one.language == language), None)
    if spec.body == "":
        if text is not None:
            template.texts.remove(text)
        return text is not None
    if text is None:
        template.texts.append(TemplateText(language=language, **{"subject": "", "body": "", **given}))
        return True
    return set_columns(text, given) > 0


def apply_programs(session: Session, specs: Iterable[ProgramSpec]) -> Tally:
    """Add and change programs; when one is made the general one, no other is any more."""
    tally = Tally()
    rows = {row.name: row for row in session.scalars(select(Program).options(selectinload(Program.steps)))}
    for spec in specs:
        row = rows.get(spec.name)
        is_new = row is None
        if row is None:
            row = rows[spec.name] = Program(name=spec.name, general=False)
            session.add(row)
        changed = set_program(row, spec)
        if spec.general:
            keep_one_general(rows.values(), row)
        tally = tally.plus(added=is_new, changed=changed)
    return tally


def set_program(row: Program, spec: ProgramSpec) -> bool:
    """Make a program what its specification says; tells whether that changed anything."""
    given = {"general": spec.general, "grouping": spec.grouping, "active": spec.active, "own": spec.own}
    changed = set_columns(row, {key: value for key, value in given.items() if value is not None}) > 0
    if spec.steps is None or tuple(map(step_of, row.steps)) == spec.steps:
        return changed
    # Rows are written over in place: a new one beside the old would break the unique position.
    for row_step, step in zip(row.steps, spec.steps, strict=False):
        _set_step(row_step, step)
    del row.steps[len(spec.steps) :]
    for position, step in enumerate(spec.steps[len(row.steps) :], len(row.steps) + 1):
        row.steps.append(_set_step(Step(position=position, label=""), step))
    return True


def keep_one_general(programs: Iterable[Program], general: Program) -> None:
    """The others are general no more."""
    for program in programs:
        if program is not general and program.general:
            program.general = False


def step_of(row: Step) -> domain.Step:
    """A row as the domain's step, without its label."""
    templates = {ChannelName(channel): name for channel, name in row.templates.items() if name}
    repeats = row.repeat_every is not None and row.repeat_times is not None
    return domain.Step(
        level=row.level,
        offset=row.offset,
        counts_from=row.counts_from,
        channels=tuple(ChannelName(channel) for channel in row.channels),
        mode=row.mode,
        templates=tuple(sorted(templates.items())),
        deadline_days=row.deadline_days,
        fallback=ChannelName(row.fallback) if row.fallback else None,
        repeat=domain.Repeat(row.repeat_every or 0, row.repeat_times or 0) if repeats else None,
    )


def _set_step(row: Step, step: domain.Step) -> Step:
    row.level, row.offset, row.counts_from = step.level, step.offset, step.counts_from
    row.channels, row.mode = [channel.value for channel in step.channels], step.mode
    row.templates = {channel.value: name for channel, name in step.templates}
    row.deadline_days = step.deadline_days
    row.fallback = step.fallback.value if step.fallback else None
    row.repeat_every = step.repeat.every_days if step.repeat else None
    row.repeat_times = step.repeat.times if step.repeat else None
    return row


def apply_groups(session: Session, specs: Iterable[GroupSpec], ids: Ids) -> Tally:
    """Add and change groups."""
    tally = Tally()
    rows = {row.name: row for row in session.scalars(select(CustomerGroup))}
    for spec in specs:
        row = rows.get(spec.name)
        is_new = row is None
        if row is None:
            row = CustomerGroup(name=spec.name, program_choice=Choose.INHERIT)
            session.add(row)
        changed = set_choice(row, spec.program, ids.programs)
        changed |= spec.tone is not None and set_columns(row, {"tone": spec.tone}) > 0
        changed |= set_sender(row, spec.sender, ids.senders)
        tally = tally.plus(added=is_new, changed=changed)
    return tally


def set_sender(row: CustomerGroup | Customer, name: str | None, senders: Mapping[str, int]) -> bool:
    """Set in whose name a group or a customer is written to; tells whether that changed it."""
    return name is not None and set_columns(row, {"sender_id": senders[name] if name else None}) > 0


def set_choice(row: CustomerGroup | Customer, choice: ProgramChoice | None, programs: Mapping[str, int]) -> bool:
    """Set the program of a group or of a customer (RULES 1.4); tells whether that changed it."""
    if choice is None:
        return False
    word, program = (choice, None) if isinstance(choice, Choose) else (Choose.INHERIT, programs[choice])
    if program is not None and program == row.program_id:
        return False  # the program wins over the choice, whatever that says
    return set_columns(row, {"program_choice": word, "program_id": program}) > 0
