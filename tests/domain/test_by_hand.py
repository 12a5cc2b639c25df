"""RULES 3.1, 3.7, 3.11 and 3.12: what a person does by hand, and what the machine makes of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from relance.domain.book import PastReminder, ReminderKind
from relance.domain.schedule import StepRef, chosen, course_of, offered
from tests.builders import PARIS, a_program, a_reminder, local
from tests.domain.deciding import (
    FINISHED,
    Situation,
    due_on,
    every_day,
    follow,
    sends,
    supersedes,
    too_soon,
    waits,
    what,
)

MONDAY = date(2026, 6, 8)
MANUAL, MARKED, SUPERSEDED = ReminderKind.MANUAL, ReminderKind.MARKED, ReminderKind.SUPERSEDED


def june(day: int) -> date:
    return date(2026, 6, day)


FIRST = a_reminder(1, june(15))


def after(*past: PastReminder, program: str = "7, 14, 30", **policy: Any) -> Situation:
    return due_on(MONDAY, program, *past, **policy)


def by_hand(
    day: int, hour: int = 10, minute: int = 0, kind: ReminderKind = MANUAL, step: int = 1, level: int = 1
) -> PastReminder:
    return a_reminder(step, june(day), level=level, hour=hour, minute=minute, by=kind, occurrence=2)


@pytest.mark.parametrize("kind", [MANUAL, MARKED, SUPERSEDED, ReminderKind.AUTO])
def test_a_step_is_done_whoever_did_it(kind: ReminderKind) -> None:
    assert what(after(a_reminder(1, june(15), by=kind)), june(16)) == waits(june(22))


def test_a_person_may_jump_ahead_and_the_machine_never_goes_back() -> None:
    jumped = after(a_reminder(3, june(10), level=3, by=MANUAL), program="7, 14, 30, 45")
    assert what(jumped, june(22)) == waits(date(2026, 7, 23))
    assert what(after(a_reminder(3, june(10), level=3, by=MANUAL)), june(22)) == FINISHED


def test_after_a_jump_the_gap_counts_from_the_planned_date_of_the_step_jumped_to() -> None:
    """The second step, planned for the 22nd, was sent on the 19th; the third is planned three days after it."""
    jumped = after(a_reminder(2, june(19), level=2, by=MANUAL), program="7, 14, 17")
    assert what(jumped, june(25)) == sends(3, 3)


def test_a_step_sent_by_hand_before_its_day_is_not_sent_again_on_it() -> None:
    assert what(after(a_reminder(1, june(12), by=MANUAL)), june(15)) == waits(june(22))


@pytest.mark.parametrize(
    ("situation", "now", "expected"),
    [
        pytest.param(
            after(FIRST, by_hand(21, 14, 1)),
            local(june(22)),
            supersedes(2, 2),
            id="19 h 59 before: the step is cancelled",
        ),
        pytest.param(
            after(FIRST, by_hand(21, 14, 0)), local(june(22)), too_soon(june(26)), id="20 h 00 before: it isn't"
        ),
        pytest.param(after(FIRST, by_hand(22, 9)), local(june(22)), supersedes(2, 2), id="the same morning"),
        pytest.param(
            after(FIRST, by_hand(21, 18, kind=MARKED)),
            local(june(22)),
            supersedes(2, 2),
            id="marked as sent counts too",
        ),
        pytest.param(
            after(FIRST, by_hand(21, 18, kind=ReminderKind.AUTO)),
            local(june(22)),
            too_soon(june(26)),
            id="a reminder by the machine cancels nothing",
        ),
        pytest.param(
            after(FIRST, by_hand(22, 18)),
            local(june(23)),
            too_soon(june(29)),
            id="planned the day before: spaced instead",
        ),
        pytest.param(
            after(FIRST, by_hand(22, 11)),
            local(june(22)),
            too_soon(june(29)),
            id="a reminder after the run cancels nothing",
        ),
        pytest.param(
            after(FIRST, by_hand(20, 18), manual_cancels=timedelta(hours=48)),
            local(june(22)),
            supersedes(2, 2),
            id="the setting can be longer",
        ),
        pytest.param(
            after(FIRST, by_hand(22, 9), manual_cancels=timedelta(0)),
            local(june(22)),
            too_soon(june(29)),
            id="the setting can be off",
        ),
        pytest.param(
            after(FIRST, by_hand(21, 18)), local(june(21), 19), waits(june(22)), id="nothing is planned that day: wait"
        ),
        pytest.param(
            after(a_reminder(2, june(21), level=2, by=MANUAL, hour=18), program="7, 14, 15"),
            local(june(22)),
            waits(june(23)),
            id="sent by hand itself: done, and there is nothing to cancel",
        ),
        pytest.param(
            due_on(june(18), "-3, 0, 7", a_reminder(1, june(15), level=0), by_hand(17, 18, level=0)),
            local(june(18)),
            supersedes(2, 0),
            id="a courtesy is cancelled as well",
        ),
    ],
)
def test_a_reminder_by_hand_cancels_the_step_planned_for_the_day_of_the_run(
    situation: Situation, now: datetime, expected: object
) -> None:
    assert what(situation, now) == expected


def test_twenty_hours_are_real_hours_when_the_clocks_go_back() -> None:
    """From 14:30 on 24 October to 10:00 on the 25th the clock shows 19 h 30, but 20 h 30 pass."""
    first = a_reminder(1, date(2026, 10, 18))
    again = a_reminder(1, date(2026, 10, 24), hour=14, minute=30, by=MANUAL, occurrence=2)
    situation = due_on(date(2026, 10, 11), "7, 14", first, again, working_days_only=False)
    assert what(situation, local(date(2026, 10, 25))) == too_soon(date(2026, 10, 29))


def test_a_step_jumped_over_keeps_the_day_of_the_jump() -> None:
    """RULES 3.11. The third was sent by hand on the 16th: planned for the 26th, three days before the fourth."""
    jump = a_reminder(3, june(16), level=3, by=MANUAL)
    again = a_reminder(3, june(27), level=3, by=MANUAL, occurrence=2)
    assert what(after(jump, again, program="7, 8, +10, 20"), june(29)) == too_soon(june(30))


def test_a_cancelled_step_is_done_and_not_postponed() -> None:
    cancelled = a_reminder(2, june(22), level=2, by=SUPERSEDED)
    assert what(after(FIRST, by_hand(21, 18), cancelled), june(23)) == waits(date(2026, 7, 8))
    assert [day for day, _ in follow(after(FIRST, by_hand(21, 18), cancelled), every_day(june(22), 90))] == [
        date(2026, 7, 8)
    ]


def test_a_step_counts_from_the_day_the_one_before_was_cancelled() -> None:
    situation = after(FIRST, a_reminder(2, june(22), level=2, by=SUPERSEDED), program="7, 14, +10")
    assert what(situation, june(23)) == waits(date(2026, 7, 2))


def test_what_a_reminder_by_hand_spaces_is_measured_in_days_of_the_firm() -> None:
    """At 00:30 in Paris it is still the day before in UTC; the reminder's own day is the firm's."""
    late_evening = PastReminder(
        FIRST.program, 1, 2, 1, MANUAL, june(20), datetime(2026, 6, 20, 0, 30, tzinfo=PARIS).astimezone(UTC)
    )
    assert late_evening.at.date() == june(19)
    assert what(after(FIRST, late_evening), june(22)) == too_soon(june(25))


@pytest.mark.parametrize(
    ("program", "past", "today", "expected"),
    [
        pytest.param("-3, 0, 7", (), june(1), StepRef(1, 0), id="the first step, before its day"),
        pytest.param("-3, 0, 7", (), june(9), StepRef(3, 1), id="stale courtesies are passed over"),
        pytest.param("7, 14", (FIRST,), june(16), StepRef(2, 2), id="the next one, before its day"),
        pytest.param("7, 14", (FIRST, by_hand(16)), june(16), StepRef(2, 2), id="a step done twice is done"),
        pytest.param("7", (FIRST,), june(16), StepRef(1, 1, 2), id="all done: the last one again"),
        pytest.param("7", (FIRST, by_hand(17)), june(18), StepRef(1, 1, 3), id="and again"),
        pytest.param(
            "7, 14, 30",
            (a_reminder(3, june(10), level=3, by=MANUAL),),
            june(16),
            StepRef(3, 3, 2),
            id="after a jump to the last, the last again",
        ),
        pytest.param("-3, +10, +10", (), june(9), StepRef(2, 1), id="a step without a date yet is offered too"),
        pytest.param("-3", (), june(9), StepRef(1, 0), id="nothing but a stale courtesy: that one"),
    ],
)
def test_a_person_is_offered_the_first_step_neither_done_nor_stale(
    program: str, past: tuple[PastReminder, ...], today: date, expected: StepRef
) -> None:
    situation = due_on(MONDAY, program, *past)
    course = course_of(situation.program, MONDAY, past, situation.policy)
    assert offered(course, today) == expected


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        pytest.param(1, StepRef(1, 1, 2), id="a step done before, once more"),
        pytest.param(2, StepRef(2, 2), id="the next one"),
        pytest.param(3, StepRef(3, 3), id="one further on"),
    ],
)
def test_a_person_may_pick_another_step(position: int, expected: StepRef) -> None:
    situation = after(FIRST)
    course = course_of(a_program("7, 14, 30"), MONDAY, situation.past, situation.policy)
    assert chosen(course, position) == expected


def test_a_jumped_step_picked_by_hand_comes_round_for_the_first_time() -> None:
    situation = after(a_reminder(3, june(10), level=3, by=MANUAL))
    course = course_of(situation.program, MONDAY, situation.past, situation.policy)
    assert chosen(course, 2) == StepRef(2, 2)
