"""RULES 3: planned dates, and which step is up.

The values here are named tuples, not dataclasses: a plan makes a million of them, and a tuple is made faster.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from relance.domain.book import BY_HAND, PastReminder, Policy, ReminderKind
from relance.domain.program import CountFrom, Program, Step
from relance.domain.progress import Progress, day_done, progress
from relance.domain.reasons import Reason, ReasonCode

ONE_DAY = timedelta(days=1)

# A calendar without any working day must not loop for ever.
LONGEST_CLOSURE_DAYS = 60


class StepRef(NamedTuple):
    """A step of a program: its position from 1, its level, and which time it comes round (1 is the first)."""

    position: int
    level: int
    occurrence: int = 1


class Turn(Enum):
    """What the schedule says of an invoice that is chased."""

    UP = auto()
    SUPERSEDED = auto()
    WAIT = auto()
    FINISHED = auto()


class Schedule(NamedTuple):
    """The schedule's answer: which step, or why none, and when to look again."""

    turn: Turn
    step: StepRef | None = None
    reason: Reason | None = None
    next_on: date | None = None


class Planned(NamedTuple):
    """A step still to come and its date as moved by RULES 3.3; None while it counts from a step never sent."""

    ref: StepRef
    on: date | None
    from_previous: bool = False


Dates = tuple[date | None, ...]


class Course(NamedTuple):
    """An invoice on its way through a program. `dates` are those of its steps that count from the due date."""

    program: Program
    due: date
    policy: Policy
    past: tuple[PastReminder, ...]
    so_far: Progress
    dates: Dates


def course_of(
    program: Program,
    due: date,
    past: tuple[PastReminder, ...],
    policy: Policy,
    cycle: int = 1,
    dates: Dates | None = None,
) -> Course:
    """The course of an invoice with this due date and these reminders; `cycle` counts restarts from 1."""
    dates = dates_from_due(program, due, policy) if dates is None else dates
    return Course(program, due, policy, past, progress(program, past, cycle), dates)


def dates_from_due(program: Program, due: date, policy: Policy) -> Dates:
    """The dates of a program's steps for a due date, as moved; None for a step that counts from the one before."""
    return tuple(
        _on_working_day(step, due + timedelta(days=step.offset), policy) if step.counts_from is CountFrom.DUE else None
        for step in program.steps
    )


def moved(day: date, is_working_day: Callable[[date], bool], *, back: bool = False) -> date:
    """The working day that stands for a planned one: the one before it, or the one after (RULES 3.3)."""
    pace = -ONE_DAY if back else ONE_DAY
    for _ in range(LONGEST_CLOSURE_DAYS):
        if is_working_day(day):
            return day
        day += pace
    return day


def _forward(day: date, policy: Policy) -> date:
    return moved(day, policy.is_working_day) if policy.working_days_only else day


def _on_working_day(step: Step, day: date, policy: Policy) -> date:
    if not policy.working_days_only:
        return day
    return moved(day, policy.is_working_day, back=step.level == 0 and step.offset < 0)


def planned_date(course: Course, position: int) -> date | None:
    """The date of a step, as moved by RULES 3.3; None when it counts from a step that isn't done (RULES 3.2)."""
    step = course.program.steps[position - 1]
    if step.counts_from is CountFrom.DUE:
        return course.dates[position - 1]
    origin = day_done(course.so_far, position - 1)
    return None if origin is None else _on_working_day(step, origin + timedelta(days=step.offset), course.policy)


def is_stale(step: Step, planned: date | None, due: date, today: date) -> bool:
    """Whether a courtesy step is dropped (RULES 3.4). `planned` is its date as moved."""
    if step.level > 0:
        return False
    if step.offset < 0:
        return today > due
    return planned is not None and today > planned


def steps_left(course: Course, today: date) -> Iterator[Planned]:
    """The steps neither done nor stale, in order, or else the next repeat of the last (RULES 3.1, 3.4, 3.9)."""
    for position, on, occurrence in _open_steps(course, today):
        yield _planned(course, position, on, occurrence)


def _open_steps(course: Course, today: date) -> Iterator[tuple[int, date | None, int]]:
    """The same as bare (position, date, occurrence): most invoices of a plan need no more."""
    steps, done = course.program.steps, course.so_far.done
    for position in range(done + 1, len(steps) + 1):
        step, on = steps[position - 1], planned_date(course, position)
        if step.level > 0 or not is_stale(step, on, course.due, today):
            yield position, on, 1
    if done == len(steps) and (on := _next_repeat(course, today)) is not None:
        yield done, on, course.so_far.times + 1


def _next_repeat(course: Course, today: date) -> date | None:
    last, position = course.program.steps[-1], len(course.program.steps)
    if last.repeat is None or course.so_far.times > last.repeat.times or course.so_far.level > last.level:
        return None
    if is_stale(last, planned_date(course, position), course.due, today):
        return None
    done_on = day_done(course.so_far, position)
    return _forward(done_on + timedelta(days=last.repeat.every_days), course.policy) if done_on else None


def next_step(course: Course, now: datetime) -> Schedule:
    """Which step is up at a moment of the firm's local time (RULES 3.4 to 3.10)."""
    today = now.date()
    candidate, waiting = _candidate(course, today)
    if candidate is None:
        return waiting
    if course.policy.working_days_only and not course.policy.is_working_day(today):  # RULES 3.10
        return _wait(moved(today, course.policy.is_working_day), candidate.ref.level)
    if _superseded_today(course, today):
        return _wait(_forward(today + ONE_DAY, course.policy), candidate.ref.level)
    if candidate.on == today and _by_hand_lately(course, now):
        return Schedule(Turn.SUPERSEDED, candidate.ref, Reason(ReasonCode.SUPERSEDED))
    last, earliest = course.so_far.last, _earliest(course, candidate)
    if last is not None and earliest is not None and today < earliest:
        facts = {"last": last.day, "until": earliest, "level": candidate.ref.level}
        return Schedule(Turn.WAIT, reason=Reason(ReasonCode.TOO_SOON, facts), next_on=earliest)
    return Schedule(Turn.UP, candidate.ref)


def _candidate(course: Course, today: date) -> tuple[Planned | None, Schedule]:
    """The step whose date has come: the last of the courtesy steps (3.4), but the first of the relances (3.5).

    Without one, the answer is to wait for the next date (3.8), or that all is done.
    """
    steps = course.program.steps
    chosen_one: tuple[int, date, int] | None = None
    soonest: tuple[date, int] | None = None
    stuck: int | None = None
    for position, on, occurrence in _open_steps(course, today):
        level = steps[position - 1].level
        if on is None:
            stuck = level if stuck is None else stuck
        elif on > today:
            soonest = min(soonest, (on, level)) if soonest else (on, level)
        else:
            chosen_one = (position, on, occurrence)
            if level > 0:
                break
    if chosen_one is not None:
        return _planned(course, *chosen_one), _ALL_DONE
    if soonest is not None:
        return None, _wait(*soonest)
    return None, _ALL_DONE if stuck is None else _wait(None, stuck)


_ALL_DONE = Schedule(Turn.FINISHED, reason=Reason(ReasonCode.FINISHED))


def _planned(course: Course, position: int, on: date | None, occurrence: int) -> Planned:
    step = course.program.steps[position - 1]
    from_previous = step.counts_from is CountFrom.PREVIOUS and occurrence == 1
    return Planned(StepRef(position, step.level, occurrence), on, from_previous)


def _superseded_today(course: Course, today: date) -> bool:
    """A step was cancelled today: the day's turn is taken, whatever other step's date has come too."""
    return any(one.kind is ReminderKind.SUPERSEDED and one.day == today for one in course.past)


def _wait(until: date | None, level: int) -> Schedule:
    return Schedule(Turn.WAIT, reason=Reason(ReasonCode.WAIT, {"until": until, "level": level}), next_on=until)


def _by_hand_lately(course: Course, now: datetime) -> bool:
    """RULES 3.7: a reminder by hand less than 20 hours before."""
    window = course.policy.manual_cancels
    return any(one.kind in BY_HAND and timedelta(0) <= now - one.at < window for one in course.past)


def _earliest(course: Course, candidate: Planned) -> date | None:
    """The first day that leaves the reader breathing space (RULES 3.6); None when nothing was sent yet."""
    last = course.so_far.last
    if last is None:
        return None
    day = last.day + timedelta(days=_gap(course, candidate))
    if last.deadline is not None:
        day = max(day, last.deadline + ONE_DAY)
    return _forward(day, course.policy)


def _gap(course: Course, candidate: Planned) -> int:
    if candidate.from_previous:
        return 1
    minimum, before = course.policy.minimum_gap_days, _planned_of_last_done(course)
    between = minimum if before is None or candidate.on is None else (candidate.on - before).days
    return max(1, min(minimum, between))


def _planned_of_last_done(course: Course) -> date | None:
    so_far, last = course.so_far, course.program.steps[-1]
    if so_far.done == 0:
        return None
    if so_far.done == len(course.program.steps) and so_far.times > 1 and last.repeat:
        days = sorted(one.day for one in so_far.here if one.step == so_far.done)
        if len(days) > 1:
            return _forward(days[-2] + timedelta(days=last.repeat.every_days), course.policy)
    return planned_date(course, so_far.done)


def offered(course: Course, today: date) -> StepRef:
    """The step that a person is offered: the first neither done nor stale, else the last one again (RULES 3.12)."""
    for one in steps_left(course, today):
        if one.ref.occurrence == 1:
            return one.ref
    return chosen(course, len(course.program.steps))


def chosen(course: Course, position: int) -> StepRef:
    """The step a person picks by its position, from 1: its next occurrence, should it be done already."""
    used = [one.occurrence for one in course.so_far.here if one.step == position]
    return StepRef(position, course.program.steps[position - 1].level, max(used, default=0) + 1)
