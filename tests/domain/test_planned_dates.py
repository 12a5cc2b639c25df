"""RULES 3.2, 3.3, 3.8 and 3.10: planned dates, working days, and waiting for them."""

from datetime import date

import pytest

from relance.domain.schedule import moved
from tests.builders import a_reminder, is_french_working_day
from tests.domain.deciding import Situation, due_on, sends, waits, what

LONG_BEFORE = date(2026, 1, 5)
JUNE_8 = date(2026, 6, 8)  # a Monday


@pytest.mark.parametrize(
    ("program", "due", "planned"),
    [
        pytest.param("-7", date(2026, 6, 8), date(2026, 6, 1), id="a courtesy on a working day stays"),
        pytest.param("-7", date(2026, 6, 13), date(2026, 6, 5), id="a courtesy on a Saturday goes back to Friday"),
        pytest.param("-7", date(2026, 6, 14), date(2026, 6, 5), id="a courtesy on a Sunday goes back to Friday"),
        pytest.param("-3", date(2026, 7, 17), date(2026, 7, 13), id="a courtesy on 14 July goes back to the 13th"),
        pytest.param("-3", date(2026, 4, 9), date(2026, 4, 3), id="a courtesy on Easter Monday goes back to Friday"),
        pytest.param("-1", date(2026, 5, 2), date(2026, 4, 30), id="a courtesy on 1 May goes back to April"),
        pytest.param(
            "-1", date(2026, 12, 27), date(2026, 12, 24), id="a courtesy on 26 December goes back to the 24th"
        ),
        pytest.param("-1", date(2026, 12, 26), date(2026, 12, 24), id="a courtesy on Christmas goes back to the 24th"),
        pytest.param("-1", date(2027, 1, 2), date(2026, 12, 31), id="a courtesy on New Year goes back to last year"),
        pytest.param("0", date(2026, 6, 8), date(2026, 6, 8), id="a due day that is worked stays"),
        pytest.param("0", date(2026, 6, 13), date(2026, 6, 15), id="a due day on a Saturday goes on to Monday"),
        pytest.param("0", date(2026, 7, 14), date(2026, 7, 15), id="a due day on 14 July goes on to the 15th"),
        pytest.param("7", date(2026, 6, 8), date(2026, 6, 15), id="a relance on a working day stays"),
        pytest.param("5", date(2026, 6, 8), date(2026, 6, 15), id="a relance on a Saturday goes on to Monday"),
        pytest.param("6", date(2026, 6, 8), date(2026, 6, 15), id="a relance on a Sunday goes on to Monday"),
        pytest.param("4", date(2026, 7, 10), date(2026, 7, 15), id="a relance on 14 July goes on to the 15th"),
        pytest.param("5", date(2026, 4, 1), date(2026, 4, 7), id="a relance on Easter Monday goes on to Tuesday"),
        pytest.param("3", date(2026, 4, 1), date(2026, 4, 7), id="a relance on Holy Saturday goes on to Tuesday"),
        pytest.param("10", date(2026, 4, 21), date(2026, 5, 4), id="a relance on Friday 1 May goes on to Monday"),
        pytest.param("10", date(2026, 12, 15), date(2026, 12, 28), id="a relance on Christmas goes on to the 28th"),
        pytest.param("10", date(2026, 12, 16), date(2026, 12, 28), id="a relance on 26 December goes on to the 28th"),
    ],
)
def test_a_planned_date_is_moved_to_a_working_day(program: str, due: date, planned: date) -> None:
    assert what(due_on(due, program), LONG_BEFORE) == waits(planned)


@pytest.mark.parametrize(
    ("program", "planned"),
    [
        pytest.param("-1", date(2026, 6, 13), id="a courtesy on a Saturday"),
        pytest.param("0", date(2026, 6, 14), id="a due day on a Sunday"),
        pytest.param("30", date(2026, 7, 14), id="a relance on 14 July"),
    ],
)
def test_nothing_moves_when_every_day_is_a_working_day(program: str, planned: date) -> None:
    situation = due_on(date(2026, 6, 14), program, working_days_only=False)
    assert what(situation, LONG_BEFORE) == waits(planned)
    assert what(situation, planned) == sends(1, 0 if program != "30" else 1)


@pytest.mark.parametrize(
    ("done_on", "expected"),
    [
        pytest.param(date(2026, 6, 15), date(2026, 6, 25), id="sent on its day"),
        pytest.param(date(2026, 6, 19), date(2026, 6, 29), id="sent four days late: the next one is late too"),
        pytest.param(date(2026, 6, 17), date(2026, 6, 29), id="ten days later is a Saturday: on to Monday"),
    ],
)
def test_a_step_may_count_from_the_day_the_one_before_was_sent(done_on: date, expected: date) -> None:
    situation = due_on(JUNE_8, "7, +10, 40", a_reminder(1, done_on))
    assert what(situation, date(2026, 6, 22)) == waits(expected)
    assert what(situation, expected) == sends(2, 2)


def test_a_step_that_counts_from_an_unsent_one_has_no_date_yet() -> None:
    assert what(due_on(JUNE_8, "7, +10"), date(2026, 6, 9)) == waits(date(2026, 6, 15))


def test_a_step_that_counts_from_a_jumped_one_counts_from_the_jump() -> None:
    """RULES 3.11. The third step was sent by hand; the second, jumped over, has that day."""
    situation = due_on(JUNE_8, "7, 14, 21, +10", a_reminder(3, date(2026, 6, 16), level=3))
    assert what(situation, date(2026, 6, 17)) == waits(date(2026, 6, 26))


STANDARD = due_on(JUNE_8, "-7, 0, 7, 14, 30")


@pytest.mark.parametrize(
    ("situation", "today", "expected"),
    [
        pytest.param(STANDARD, date(2026, 5, 29), waits(date(2026, 6, 1)), id="before the first"),
        pytest.param(STANDARD, date(2026, 6, 1), sends(1, 0), id="on the first"),
        pytest.param(
            due_on(JUNE_8, "-7, 0, 7", a_reminder(1, date(2026, 6, 1), level=0)),
            date(2026, 6, 2),
            waits(JUNE_8),
            id="between the first and the second",
        ),
        pytest.param(
            due_on(JUNE_8, "7, +30, 14", a_reminder(1, date(2026, 6, 15))),
            date(2026, 6, 16),
            waits(date(2026, 6, 22)),
            id="the next date is the nearest, not that of the next step",
        ),
    ],
)
def test_until_the_next_planned_date_an_invoice_waits(situation: Situation, today: date, expected: object) -> None:
    assert what(situation, today) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        pytest.param(date(2026, 6, 20), waits(date(2026, 6, 22)), id="Saturday"),
        pytest.param(date(2026, 6, 21), waits(date(2026, 6, 22)), id="Sunday"),
        pytest.param(date(2026, 7, 14), waits(date(2026, 7, 15)), id="14 July"),
        pytest.param(date(2026, 6, 22), sends(1, 1), id="Monday"),
    ],
)
def test_nothing_is_up_on_a_day_that_is_not_worked(today: date, expected: object) -> None:
    assert what(due_on(date(2026, 6, 1), "7, 14"), today) == expected


def test_every_day_is_good_when_working_days_do_not_matter() -> None:
    assert what(due_on(date(2026, 6, 1), "7, 14", working_days_only=False), date(2026, 6, 21)) == sends(1, 1)


def test_a_calendar_without_working_days_does_not_hang() -> None:
    assert moved(JUNE_8, lambda _: False) > JUNE_8
    assert moved(JUNE_8, lambda _: False, back=True) < JUNE_8


@pytest.mark.parametrize("day", [date(2026, 7, 14), date(2026, 4, 6), date(2026, 5, 25), date(2027, 3, 29)])
def test_the_calendar_of_the_tests_knows_french_holidays(day: date) -> None:
    assert not is_french_working_day(day)
    assert is_french_working_day(day.replace(day=day.day + 1))
