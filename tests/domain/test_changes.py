"""RULES 2.1 and 5.5: what happens when the facts change under way."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from relance.domain.book import PastReminder, ReminderKind
from relance.domain.program import ProgramId, Repeat
from relance.domain.reasons import ReasonCode
from tests.builders import a_program, a_reminder, an_invoice
from tests.domain.deciding import FINISHED, Situation, due_on, left_alone, sends, too_soon, waits, what

MONDAY = date(2026, 6, 8)


def june(day: int) -> date:
    return date(2026, 6, day)


FIRST = a_reminder(1, june(15))
STARTED = due_on(MONDAY, "7, 14, 30", FIRST)


def test_a_later_due_date_keeps_what_is_done_and_moves_what_is_left() -> None:
    later = replace(STARTED, invoice=an_invoice(due=date(2026, 7, 1)))
    assert what(later, june(22)) == waits(date(2026, 7, 15))
    assert what(later, date(2026, 7, 15)) == sends(2, 2)


def test_an_earlier_due_date_brings_the_next_step_forward_but_not_upon_the_last() -> None:
    earlier = replace(STARTED, invoice=an_invoice(due=date(2026, 5, 4)))
    assert what(earlier, june(16)) == too_soon(june(22))
    assert what(earlier, june(22)) == sends(2, 2)


def test_a_cancelled_step_is_no_reminder_to_keep_away_from() -> None:
    past = (FIRST, a_reminder(2, june(22), level=2, by=ReminderKind.SUPERSEDED))
    assert what(due_on(date(2026, 6, 1), "7, 14, 21", *past), june(23)) == sends(3, 3)


def test_a_due_date_put_off_after_a_relance_does_not_bring_the_courtesy_back() -> None:
    situation = due_on(date(2026, 7, 1), "-7, 0, 7", a_reminder(3, june(15)))
    assert what(situation, june(24)) == FINISHED


def test_a_payment_taken_back_resumes_where_the_invoice_stood() -> None:
    paid = replace(STARTED, invoice=replace(STARTED.invoice, paid=100_000))
    assert what(paid, june(22)) == left_alone(ReasonCode.PAID)
    assert what(STARTED, june(22)) == sends(2, 2)


def test_what_was_sent_before_a_payment_was_taken_back_is_not_sent_again() -> None:
    assert what(STARTED, june(16)) == waits(june(22))


def test_a_restarted_invoice_begins_again_and_keeps_its_distance() -> None:
    past = (FIRST, a_reminder(2, june(22), level=2))
    restarted = Situation(an_invoice(due=MONDAY, cycle=2), past, a_program("7, 14, 30"))
    assert what(restarted, june(24)) == too_soon(june(29))
    assert what(restarted, june(29)) == sends(1, 1)


def test_a_restarted_invoice_goes_on_in_its_new_cycle() -> None:
    past = (FIRST, a_reminder(2, june(22), level=2), a_reminder(1, june(29), cycle=2))
    restarted = Situation(an_invoice(due=MONDAY, cycle=2), past, a_program("7, 14, 30"))
    assert what(restarted, date(2026, 7, 6)) == sends(2, 2)


def other(step: int, day: date, level: int, **changes: Any) -> PastReminder:
    return a_reminder(step, day, level=level, program=ProgramId(2), **changes)


@pytest.mark.parametrize(
    ("program", "levels", "past", "expected"),
    [
        pytest.param("7, 14, 21", (1, 2, 3), (other(1, june(10), 1),), sends(2, 2), id="level 1 was reached: on to 2"),
        pytest.param(
            "7, 14, 21",
            (1, 2, 3),
            (other(1, june(9), 1), other(2, june(10), 1)),
            sends(2, 2),
            id="level 1 was reached twice: on to 2 all the same",
        ),
        pytest.param("7, 14, 21", (1, 2, 3), (other(4, june(10), 2),), sends(3, 3), id="level 2 was reached: on to 3"),
        pytest.param(
            "7, 14, 21", (1, 2, 3), (other(1, june(10), 3),), FINISHED, id="the highest was reached: finished"
        ),
        pytest.param("7, 14, 21", (1, 1, 2), (other(1, june(10), 1),), sends(2, 1), id="one of two steps of the level"),
        pytest.param(
            "7, 14, 21",
            (1, 1, 2),
            (other(1, june(9), 1), other(2, june(10), 1)),
            sends(3, 2),
            id="both steps of the level",
        ),
        pytest.param(
            "7, 14, 21",
            (1, 2, 2),
            (other(3, june(10), 2), other(3, june(11), 2, occurrence=2)),
            sends(3, 2),
            id="a repeat is not a step",
        ),
        pytest.param("-3, 7, 14", (0, 1, 2), (other(1, june(4), 0),), sends(2, 1), id="a courtesy was sent"),
        pytest.param(
            "7, 14, 21",
            (1, 2, 3),
            (other(2, june(10), 2, cycle=0),),
            sends(1, 1),
            id="before a restart it doesn't count",
        ),
    ],
)
def test_levels_never_go_down_when_an_invoice_changes_program(
    program: str, levels: tuple[int, ...], past: tuple[PastReminder, ...], expected: object
) -> None:
    situation = due_on(MONDAY, a_program(program, levels=levels), *past)
    assert what(situation, date(2026, 7, 15)) == expected


def test_an_invoice_that_comes_back_to_its_program_goes_on_where_the_higher_level_was_reached() -> None:
    situation = due_on(MONDAY, a_program("7, 14, 21, 30"), FIRST, other(1, june(22), 2))
    assert what(situation, date(2026, 7, 15)) == sends(3, 3)


def test_the_last_reminder_of_another_program_keeps_the_next_at_a_distance() -> None:
    situation = due_on(MONDAY, "7, 14, 21", other(1, june(22), 1))
    assert what(situation, june(23)) == too_soon(june(29))


def test_a_program_that_lost_its_last_steps_is_finished() -> None:
    situation = due_on(MONDAY, "7", FIRST, a_reminder(2, june(22), level=2))
    assert what(situation, date(2026, 7, 22)) == FINISHED


def test_a_program_that_got_a_step_more_at_its_end_goes_on_with_it() -> None:
    finished = due_on(MONDAY, "7", FIRST)
    assert what(finished, june(23)) == FINISHED
    assert what(replace(finished, program=a_program("7, 14")), june(23)) == sends(2, 2)


def test_a_program_that_got_a_repeat_starts_repeating() -> None:
    situation = due_on(MONDAY, a_program("7", repeat=Repeat(10, 1)), FIRST)
    assert what(situation, june(25)) == sends(1, 1, 2)
