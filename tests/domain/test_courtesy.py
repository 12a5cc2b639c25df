"""RULES 3.4: courtesy steps go stale."""

from datetime import date

import pytest

from relance.domain.program import Repeat
from tests.builders import a_program, a_reminder
from tests.domain.deciding import FINISHED, Situation, due_on, every_day, follow, sends, too_soon, waits, what

MONDAY = date(2026, 6, 8)
SATURDAY = date(2026, 6, 13)
AT_EASE = due_on(MONDAY, "-7, -3, 0, 7")
WEEKEND = due_on(SATURDAY, "-7, -3, 0, 7")


@pytest.mark.parametrize(
    ("situation", "today", "expected"),
    [
        pytest.param(AT_EASE, date(2026, 6, 1), sends(1, 0), id="on its day"),
        pytest.param(AT_EASE, date(2026, 6, 3), sends(1, 0), id="missed, not stale: at the next run"),
        pytest.param(AT_EASE, date(2026, 6, 5), sends(2, 0), id="two missed: the later one stands alone"),
        pytest.param(AT_EASE, MONDAY, sends(3, 0), id="the due day's own stands alone on the due day"),
        pytest.param(AT_EASE, date(2026, 6, 9), waits(date(2026, 6, 15)), id="the day after all three are dropped"),
        pytest.param(due_on(MONDAY, "-3"), MONDAY, sends(1, 0), id="on the due day a missed one is not stale"),
        pytest.param(due_on(MONDAY, "-3"), date(2026, 6, 9), FINISHED, id="stale and nothing after it: finished"),
        pytest.param(due_on(MONDAY, "-3, 0"), date(2026, 6, 9), FINISHED, id="both stale: finished"),
        pytest.param(WEEKEND, SATURDAY, waits(date(2026, 6, 15)), id="due on a Saturday: nothing that day"),
        pytest.param(
            WEEKEND, date(2026, 6, 15), sends(3, 0), id="the due day's own is moved, and not stale, on Monday"
        ),
        pytest.param(WEEKEND, date(2026, 6, 16), waits(date(2026, 6, 22)), id="on Tuesday it is stale"),
        pytest.param(due_on(SATURDAY, "-3"), date(2026, 6, 12), sends(1, 0), id="missed, due tomorrow: still sent"),
        pytest.param(due_on(SATURDAY, "-3"), date(2026, 6, 15), FINISHED, id="due on a Saturday: stale on Monday"),
        pytest.param(
            due_on(SATURDAY, "0, 1"), date(2026, 6, 15), sends(2, 1), id="moved to the day of a relance: it gives way"
        ),
        pytest.param(
            due_on(SATURDAY, "0", working_days_only=False), date(2026, 6, 14), FINISHED, id="unmoved: stale at once"
        ),
    ],
)
def test_a_courtesy_step_is_sent_late_or_not_at_all(situation: Situation, today: date, expected: object) -> None:
    assert what(situation, today) == expected


def test_a_courtesy_that_gave_way_is_done_with_the_later_one() -> None:
    situation = due_on(MONDAY, "-7, -3, 0, 7", a_reminder(2, date(2026, 6, 5), level=0))
    assert what(situation, date(2026, 6, 7)) == waits(MONDAY)


def test_a_courtesy_keeps_its_distance_too() -> None:
    """-7 was sent late, on the 4th; -3 is moved back to the 5th, and four planned days lie between."""
    situation = due_on(MONDAY, "-7, -3, 0", a_reminder(1, date(2026, 6, 4), level=0))
    assert what(situation, date(2026, 6, 5)) == too_soon(MONDAY)


def test_a_courtesy_repeats_only_until_it_is_stale() -> None:
    program = a_program("-14", repeat=Repeat(5, 9))
    sent = follow(due_on(MONDAY, program), every_day(date(2026, 5, 20), 60))
    assert [day for day, _ in sent] == [date(2026, 5, 22), date(2026, 5, 27), date(2026, 6, 1), date(2026, 6, 8)]
