"""Levels never go down, and nothing is said twice, when a program is edited or exchanged under way."""

from datetime import date

import pytest

from relance.domain.book import ReminderKind
from relance.domain.plan import Outcome, plan
from relance.domain.program import Program, ProgramId, Repeat
from tests.builders import a_book, a_policy, a_program, a_reminder, an_invoice, local

MONDAY = date(2026, 6, 8)
SENT = (  # under 7, 14, 30 at levels 1, 2, 3
    a_reminder(1, date(2026, 6, 15), level=1),
    a_reminder(2, date(2026, 6, 22), level=2),
    a_reminder(3, date(2026, 7, 8), level=3),
)


def levels_sent(program: Program, reminders: int, today: date) -> list[int]:
    """The level that goes out, if any does, to an invoice with so many of the old program's reminders."""
    book = a_book(an_invoice(due=MONDAY), past=SENT[:reminders])
    (decision,) = plan(book, {program.id: program}, a_policy(), local(today)).decisions
    return [decision.step.level] if decision.outcome is Outcome.SEND and decision.step else []


@pytest.mark.parametrize(
    ("program", "reminders"),
    [
        pytest.param(a_program("7, 10, 14, 21, 30", levels=(1, 1, 2, 2, 3)), 3, id="steps put in between"),
        pytest.param(a_program("7, 14", repeat=Repeat(10, 3)), 3, id="the last step removed, the one before repeats"),
        pytest.param(a_program("7, 14, 30", levels=(1, 1, 1)), 2, id="levels lowered"),
    ],
)
def test_a_level_reached_is_never_followed_by_a_lower_one(program: Program, reminders: int) -> None:
    reached = SENT[reminders - 1].level
    assert all(level >= reached for level in levels_sent(program, reminders, date(2026, 8, 3)))


def test_a_courtesy_put_in_front_does_not_bring_the_first_relance_back() -> None:
    assert levels_sent(a_program("-3, 0, 7, 14"), 1, date(2026, 6, 24)) == [2]


def test_a_program_of_lower_levels_does_not_repeat_after_a_higher_one() -> None:
    """Level 2 was reached under another program; the last step of this one was then sent by hand, and repeats."""
    past = (
        a_reminder(2, date(2026, 6, 22), level=2, program=ProgramId(2)),
        a_reminder(2, date(2026, 6, 29), level=1, by=ReminderKind.MANUAL),
    )
    program = a_program("7, 14", levels=(1, 1), repeat=Repeat(10, 3))
    book = a_book(an_invoice(due=MONDAY), past=past)
    (decision,) = plan(book, {program.id: program}, a_policy(), local(date(2026, 7, 9))).decisions
    assert decision.outcome is not Outcome.SEND


def test_a_step_put_at_the_end_is_sent_next() -> None:
    assert levels_sent(a_program("7, 14, 30, 45"), 3, date(2026, 7, 23)) == [3]
