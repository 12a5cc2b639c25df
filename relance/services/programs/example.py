"""A worked example of a program: when its steps leave for one due date, if nothing is paid and nothing fails."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from relance.domain.book import PastReminder, Policy, ReminderKind
from relance.domain.program import Program
from relance.domain.schedule import StepRef, Turn, course_of, next_step

DAY = timedelta(days=1)
NOON = time(12)


@dataclass(frozen=True, slots=True)
class ExampleDate:
    """A step, and the day it leaves."""

    ref: StepRef
    on: date


def example(program: Program, due: date, policy: Policy) -> list[ExampleDate]:
    """The very decisions of the run, day after day, until the last step and its first repeat (RULES 3). Pure."""
    past: list[PastReminder] = []
    dates: list[ExampleDate] = []
    day = due + timedelta(days=min(0, *(step.offset for step in program.steps), 0)) - 10 * DAY
    while len(dates) <= len(program.steps):
        at = datetime.combine(day, NOON, UTC)
        found = next_step(course_of(program, due, tuple(past), policy), at)
        if found.turn is Turn.UP and found.step is not None:
            dates.append(ExampleDate(found.step, day))
            past.append(_sent(program, found.step, at))
            day += DAY
        elif found.turn is Turn.WAIT and found.next_on is not None:
            day = max(found.next_on, day + DAY)
        else:
            break
    return dates


def _sent(program: Program, ref: StepRef, at: datetime) -> PastReminder:
    days = program.steps[ref.position - 1].deadline_days
    deadline = at.date() + timedelta(days=days) if days else None
    kind, day = ReminderKind.AUTO, at.date()
    return PastReminder(program.id, ref.position, ref.occurrence, ref.level, kind, day, at, deadline)
