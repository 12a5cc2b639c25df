"""Programs and their steps; a program checks itself (RULES 1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from relance.domain.delivery import ChannelName

ProgramId = NewType("ProgramId", int)

MAX_LEVEL = 3
MAX_OFFSET_DAYS = 3650


class CountFrom(StrEnum):
    """What a step's offset counts from (RULES 1.1)."""

    DUE = "due"
    PREVIOUS = "previous"


class Tone(StrEnum):
    """How a step that names no text speaks: which built-in text it takes."""

    GENTLE = "gentle"
    STANDARD = "standard"
    FIRM = "firm"


class Mode(StrEnum):
    """Who lets a step go (RULES 4.1)."""

    AUTO = "auto"
    APPROVAL = "approval"
    MANUAL = "manual"


class Grouping(StrEnum):
    """One message for all of a customer's invoices at the same step, or one each (RULES 4.4)."""

    CUSTOMER = "customer"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True)
class Repeat:
    """The last step again, every so many days, at most so many times (RULES 3.9)."""

    every_days: int
    times: int


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder of a program. `offset` and `deadline_days` are whole days."""

    level: int
    offset: int
    counts_from: CountFrom = CountFrom.DUE
    channels: tuple[ChannelName, ...] = (ChannelName.EMAIL,)
    mode: Mode = Mode.AUTO
    templates: tuple[tuple[ChannelName, str], ...] = ()  # none for a channel: the built-in text of the level
    deadline_days: int | None = None
    repeat: Repeat | None = None
    fallback: ChannelName | None = None  # used when none of the channels reaches anybody (RULES 4.2)

    @property
    def ways(self) -> tuple[ChannelName, ...]:
        """Every channel that it may go through."""
        return self.channels if self.fallback is None else (*self.channels, self.fallback)

    def template_for(self, channel: ChannelName) -> str | None:
        """The name of the template of a channel, or None for the built-in one."""
        return dict(self.templates).get(channel)


@dataclass(frozen=True, slots=True)
class Program:
    """An ordered list of steps (RULES 1.1)."""

    id: ProgramId
    name: str
    steps: tuple[Step, ...]
    grouping: Grouping = Grouping.CUSTOMER
    active: bool = True


class ProgramFault(StrEnum):
    """Why a program is refused (RULES 1.2)."""

    NO_STEP = "no_step"
    LEVEL_RANGE = "level_range"
    OFFSET_RANGE = "offset_range"
    COURTESY_AFTER_DUE = "courtesy_after_due"  # level 0 with an offset above 0
    COURTESY_FROM_PREVIOUS = "courtesy_from_previous"
    LEVEL_BEFORE_DUE = "level_before_due"  # levels 1-3 with an offset below 1
    LEVEL_DECREASES = "level_decreases"
    OFFSET_NOT_INCREASING = "offset_not_increasing"
    FIRST_FROM_PREVIOUS = "first_from_previous"
    NO_CHANNEL = "no_channel"
    FALLBACK_IS_OWN = "fallback_is_own"  # one of the step's own channels
    REPEAT_NOT_LAST = "repeat_not_last"
    REPEAT_RANGE = "repeat_range"
    DEADLINE_RANGE = "deadline_range"


@dataclass(frozen=True, slots=True)
class ProgramProblem:
    """A fault and the step that has it; steps count from 1, 0 is the program itself."""

    step: int
    fault: ProgramFault


def check(steps: tuple[Step, ...]) -> tuple[ProgramProblem, ...]:
    """Every way in which a list of steps breaks RULES 1.2, in order of the steps; empty when it is sound."""
    if not steps:
        return (ProgramProblem(0, ProgramFault.NO_STEP),)
    problems: list[ProgramProblem] = []
    for position, step in enumerate(steps, 1):
        problems.extend(ProgramProblem(position, fault) for fault in _own_faults(step))
        problems.extend(ProgramProblem(position, fault) for fault in _faults_of_place(steps, position))
    return tuple(problems)


def _own_faults(step: Step) -> Iterable[ProgramFault]:
    if not 0 <= step.level <= MAX_LEVEL:
        yield ProgramFault.LEVEL_RANGE
    elif abs(step.offset) > MAX_OFFSET_DAYS:
        yield ProgramFault.OFFSET_RANGE
    elif step.level == 0 and step.counts_from is CountFrom.PREVIOUS:
        yield ProgramFault.COURTESY_FROM_PREVIOUS
    elif step.level == 0 and step.offset > 0:
        yield ProgramFault.COURTESY_AFTER_DUE
    elif step.level > 0 and step.offset < 1:
        yield ProgramFault.LEVEL_BEFORE_DUE
    if not step.channels:
        yield ProgramFault.NO_CHANNEL
    if step.fallback in step.channels:
        yield ProgramFault.FALLBACK_IS_OWN
    if step.deadline_days is not None and not 1 <= step.deadline_days <= MAX_OFFSET_DAYS:
        yield ProgramFault.DEADLINE_RANGE
    if step.repeat and not (1 <= step.repeat.every_days <= MAX_OFFSET_DAYS and 1 <= step.repeat.times <= 1000):
        yield ProgramFault.REPEAT_RANGE


def _faults_of_place(steps: tuple[Step, ...], position: int) -> Iterable[ProgramFault]:
    step, before = steps[position - 1], steps[: position - 1]
    if position == 1 and step.counts_from is CountFrom.PREVIOUS and step.level > 0:
        yield ProgramFault.FIRST_FROM_PREVIOUS
    if before and step.level < before[-1].level:
        yield ProgramFault.LEVEL_DECREASES
    due_offsets = [other.offset for other in before if other.counts_from is CountFrom.DUE]
    if step.counts_from is CountFrom.DUE and due_offsets and step.offset <= due_offsets[-1]:
        yield ProgramFault.OFFSET_NOT_INCREASING
    if step.repeat and position < len(steps):
        yield ProgramFault.REPEAT_NOT_LAST


def from_offsets(offsets: Iterable[int]) -> tuple[Step, ...]:
    """Steps from the comma list users know (RULES 1.3): -3, 0, 5 is level 0, level 0, level 1.

    Levels are dealt 1, 2, 3, then 3 for the rest. The result may still break RULES 1.2: `check` says so.
    """
    steps: list[Step] = []
    after_due = 0
    for offset in offsets:
        if offset > 0:
            after_due += 1
        steps.append(Step(level=min(after_due, MAX_LEVEL) if offset > 0 else 0, offset=offset))
    return tuple(steps)
