"""Day by day: the laws hold over a whole life of an invoice, and the plan is the oracle's on every day of it."""

from collections import Counter
from itertools import pairwise

from hypothesis import given

from relance.domain.book import PastReminder, ReminderKind
from relance.domain.plan import Decision, Outcome
from tests.builders import is_french_working_day
from tests.domain.effort import examples
from tests.domain.journeys import Diary, Journey, journeys, lived
from tests.domain.strategies import FIRST_DAY, dates_may_cross


@examples(8, thorough=1_000)
@given(journeys())
def test_over_120_days_every_law_holds(journey: Journey) -> None:
    diary = lived(journey)
    never_twice(diary)
    a_day_apart(diary.past)
    never_down(diary.past)
    no_more_repeats_than_allowed(diary)
    only_on_working_days(diary)
    nothing_before_the_day_announced(diary)


def never_twice(diary: Diary) -> None:
    done = Counter((one.cycle, one.program, one.step, one.occurrence) for one in diary.past)
    assert not [key for key, times in done.items() if times > 1]


def a_day_apart(past: list[PastReminder]) -> None:
    """The machine never reminds on a day, nor the day of the deadline, on which a reminder already stands."""
    sent = [one for one in past if one.kind is not ReminderKind.SUPERSEDED]
    for earlier, later in pairwise(sent):
        if later.kind is ReminderKind.AUTO:
            assert later.day > earlier.day
            assert earlier.deadline is None or later.day > earlier.deadline


def never_down(past: list[PastReminder]) -> None:
    """Of first occurrences; repeats after a change of program have a test of their own."""
    for number, one in enumerate(past):
        if one.kind is ReminderKind.AUTO and one.occurrence == 1:
            assert one.level >= max((other.level for other in past[:number] if other.cycle == one.cycle), default=0)


def no_more_repeats_than_allowed(diary: Diary) -> None:
    by_machine = Counter(
        (one.cycle, one.program, one.step)
        for one in diary.past
        if one.kind in (ReminderKind.AUTO, ReminderKind.SUPERSEDED)
    )
    for (_, program, position), times in by_machine.items():
        repeat = diary.journey.programs[program].steps[position - 1].repeat
        assert times <= 1 + (repeat.times if repeat else 0)


def only_on_working_days(diary: Diary) -> None:
    if diary.journey.policy.working_days_only:
        assert all(is_french_working_day(one.day) for one in diary.past if one.kind is ReminderKind.AUTO)


def nothing_before_the_day_announced(diary: Diary) -> None:
    """While nothing happens to an invoice that waits, it goes on waiting until the day named."""
    if any(dates_may_cross(program) for program in diary.journey.programs.values()):
        return
    for (day, decision), (next_day, next_decision) in pairwise(diary.decided):
        disturbed = any(day <= event.day <= next_day for event in diary.journey.events)
        if decision.outcome is Outcome.WAIT and decision.next_on and not disturbed:
            assert next_day >= (decision.next_on - FIRST_DAY).days or is_quiet(next_decision)


def is_quiet(decision: Decision) -> bool:
    return decision.outcome in (Outcome.WAIT, Outcome.NONE)
