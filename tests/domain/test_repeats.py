"""RULES 3.9: the last step again, every N days, at most M times."""

from datetime import date, timedelta

import pytest

from relance.domain.book import PastReminder, ReminderKind
from relance.domain.program import Repeat
from tests.builders import a_program, a_reminder
from tests.domain.deciding import FINISHED, due_on, every_day, follow, sends, supersedes, too_soon, waits, what

MONDAY = date(2026, 6, 8)
TWICE = a_program("7, 14", repeat=Repeat(10, 2))
FIRST, LAST = a_reminder(1, date(2026, 6, 15)), a_reminder(2, date(2026, 6, 22), level=2)


def again(occurrence: int, day: date, by: ReminderKind = ReminderKind.AUTO, hour: int = 10) -> PastReminder:
    return a_reminder(2, day, level=2, occurrence=occurrence, by=by, hour=hour)


def test_the_last_step_comes_again_until_its_times_are_used_up() -> None:
    sent = follow(due_on(MONDAY, TWICE), every_day(MONDAY, 90))
    assert [(day, ref.position, ref.occurrence) for day, ref in sent] == [
        (date(2026, 6, 15), 1, 1),
        (date(2026, 6, 22), 2, 1),
        (date(2026, 7, 2), 2, 2),
        (date(2026, 7, 13), 2, 3),  # the 12th is a Sunday
    ]


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        pytest.param((20,), too_soon(date(2026, 6, 25)), id="planned seven days after the 15th: five days apart"),
        pytest.param((20, 25), too_soon(date(2026, 6, 30)), id="planned five days after the 22nd: five days apart"),
        pytest.param((20, 25, 30), sends(1, 1, 4), id="planned on 2 July, five days after the 27th"),
    ],
)
def test_the_gap_of_a_late_repeat_is_measured_between_planned_dates(past: tuple[int, ...], expected: object) -> None:
    """Planned for the 15th, and every two days; the machine was late with the first."""
    sent = [a_reminder(1, date(2026, 6, day), occurrence=number) for number, day in enumerate(past, 1)]
    situation = due_on(MONDAY, a_program("7", repeat=Repeat(2, 9)), *sent, working_days_only=False)
    assert what(situation, sent[-1].day + timedelta(days=2 if len(past) < 3 else 5)) == expected


@pytest.mark.parametrize(
    ("past", "today", "expected"),
    [
        pytest.param((FIRST, LAST), date(2026, 6, 23), waits(date(2026, 7, 2)), id="wait N days after the last"),
        pytest.param((FIRST, LAST), date(2026, 7, 2), sends(2, 2, 2), id="on the day"),
        pytest.param((FIRST, LAST), date(2026, 8, 3), sends(2, 2, 2), id="a month late: once, not thrice"),
        pytest.param(
            (FIRST, LAST, again(2, date(2026, 8, 3))),
            date(2026, 8, 4),
            waits(date(2026, 8, 13)),
            id="the next counts from the day it was really sent",
        ),
        pytest.param(
            (FIRST, LAST, again(2, date(2026, 7, 2)), again(3, date(2026, 7, 13))),
            date(2026, 9, 1),
            FINISHED,
            id="M times used up: finished",
        ),
        pytest.param(
            (FIRST, LAST, again(2, date(2026, 6, 26), ReminderKind.MANUAL)),
            date(2026, 7, 2),
            waits(date(2026, 7, 6)),
            id="again by hand uses up one, and the next counts from it",
        ),
        pytest.param(
            (FIRST, LAST, a_reminder(1, date(2026, 7, 1), hour=18, by=ReminderKind.MANUAL, occurrence=2)),
            date(2026, 7, 2),
            supersedes(2, 2, 2),
            id="a reminder by hand the evening before cancels the repeat",
        ),
        pytest.param(
            (FIRST, LAST, again(2, date(2026, 7, 2), ReminderKind.SUPERSEDED)),
            date(2026, 7, 13),
            sends(2, 2, 3),
            id="a cancelled repeat is followed N days later by the next",
        ),
        pytest.param(
            (FIRST, LAST, again(2, date(2026, 7, 2), ReminderKind.SUPERSEDED), again(3, date(2026, 7, 13))),
            date(2026, 9, 1),
            FINISHED,
            id="a cancelled repeat has used up one of the M",
        ),
        pytest.param(
            (FIRST, LAST, a_reminder(1, date(2026, 6, 30), by=ReminderKind.MANUAL, occurrence=2)),
            date(2026, 7, 2),
            too_soon(date(2026, 7, 6)),
            id="a repeat keeps its distance from a reminder by hand",
        ),
    ],
)
def test_a_repeat(past: tuple[PastReminder, ...], today: date, expected: object) -> None:
    assert what(due_on(MONDAY, TWICE, *past), today) == expected


def test_a_repeat_shorter_than_the_gap_is_followed_to_the_letter() -> None:
    sent = follow(due_on(MONDAY, a_program("7", repeat=Repeat(2, 3))), every_day(MONDAY, 60))
    assert [day for day, _ in sent] == [date(2026, 6, 15) + timedelta(days=count) for count in (0, 2, 4, 7)]


def test_a_step_that_is_no_repeat_is_not_sent_twice() -> None:
    assert what(due_on(MONDAY, "7, 14", FIRST, LAST), date(2026, 7, 2)) == FINISHED
