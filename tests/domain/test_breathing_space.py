"""RULES 3.5 and 3.6: levels come one by one, and apart."""

from datetime import date, timedelta

import pytest

from relance.domain.book import ReminderKind
from tests.builders import a_program, a_reminder
from tests.domain.deciding import FINISHED, Situation, decide, due_on, every_day, follow, sends, too_soon, waits, what

MONDAY = date(2026, 6, 8)


def june(day: int) -> date:
    return date(2026, 6, day)


LATE = a_reminder(1, june(19))  # planned on the 15th


@pytest.mark.parametrize(
    ("situation", "today", "expected"),
    [
        pytest.param(
            due_on(MONDAY, "7, 14", a_reminder(1, june(15))), june(22), sends(2, 2), id="on time: to the letter"
        ),
        pytest.param(due_on(MONDAY, "7, 14", LATE), june(22), too_soon(june(24)), id="G=5, D=7: five days"),
        pytest.param(due_on(MONDAY, "7, 14", LATE), june(24), sends(2, 2), id="G=5, D=7: and then it goes"),
        pytest.param(due_on(MONDAY, "7, 10", LATE), june(19), too_soon(june(22)), id="G=5, D=3: three days"),
        pytest.param(due_on(MONDAY, "7, 10", LATE), june(22), sends(2, 2), id="G=5, D=3: and then it goes"),
        pytest.param(
            due_on(MONDAY, "7, 10", a_reminder(1, june(17))), june(18), too_soon(june(22)), id="the day is moved on"
        ),
        pytest.param(
            due_on(MONDAY, "5, 6", a_reminder(1, june(15))), june(15), too_soon(june(16)), id="D=0: never twice a day"
        ),
        pytest.param(due_on(MONDAY, "5, 6", a_reminder(1, june(15))), june(16), sends(2, 2), id="D=0: the next day"),
        pytest.param(
            due_on(MONDAY, "4, 5", a_reminder(1, june(16))),
            june(16),
            too_soon(june(19)),
            id="D=3 by moved dates, not 1",
        ),
        pytest.param(
            due_on(MONDAY, "7, 14", LATE, minimum_gap_days=0), june(22), sends(2, 2), id="G=0: one day at the least"
        ),
        pytest.param(
            due_on(MONDAY, "7, 8", a_reminder(1, june(22)), minimum_gap_days=0),
            june(22),
            too_soon(june(23)),
            id="G=0: never the same day",
        ),
        pytest.param(
            due_on(MONDAY, "7, 14", LATE, minimum_gap_days=20), june(22), too_soon(june(26)), id="G=20, D=7: seven days"
        ),
        pytest.param(
            due_on(MONDAY, "7, +3", a_reminder(1, june(17))),
            june(22),
            sends(2, 2),
            id="previous: its offset is the space",
        ),
        pytest.param(
            due_on(
                MONDAY,
                "7, 8, +3",
                a_reminder(2, june(16), level=2),
                a_reminder(1, june(18), hour=9, by=ReminderKind.MANUAL, occurrence=2),
            ),
            june(19),
            sends(3, 3),
            id="previous: the gap is one day after whatever came in between",
        ),
        pytest.param(
            due_on(MONDAY, "7, 14", a_reminder(1, june(15), deadline=june(22))),
            june(22),
            too_soon(june(23)),
            id="on the deadline itself the reader may still pay",
        ),
        pytest.param(
            due_on(MONDAY, "7, 14", a_reminder(1, june(15), deadline=june(22))),
            june(23),
            sends(2, 2),
            id="the day after",
        ),
        pytest.param(
            due_on(MONDAY, "7, 14", a_reminder(1, june(15), deadline=june(26))),
            june(22),
            too_soon(june(29)),
            id="the day after a deadline is moved on",
        ),
        pytest.param(
            due_on(
                MONDAY,
                "7, 14, 21",
                a_reminder(1, june(15), deadline=date(2026, 7, 15)),
                a_reminder(2, june(22), level=2),
            ),
            june(29),
            sends(3, 3),
            id="the last reminder's deadline counts, not an older one's",
        ),
        pytest.param(
            due_on(
                MONDAY,
                "7, 14, 15",
                a_reminder(1, june(15)),
                a_reminder(2, june(22), level=2, by=ReminderKind.SUPERSEDED),
            ),
            june(23),
            sends(3, 3),
            id="a cancelled step is no reminder to keep away from",
        ),
        pytest.param(
            due_on(
                MONDAY,
                "7, 14",
                a_reminder(1, june(15)),
                a_reminder(1, june(20), by=ReminderKind.MARKED, occurrence=2),
            ),
            june(22),
            too_soon(june(25)),
            id="the last reminder may be one by hand, of an older step",
        ),
    ],
)
def test_two_reminders_keep_their_distance(situation: Situation, today: date, expected: object) -> None:
    assert what(situation, today) == expected


def test_the_reason_says_the_last_reminder_and_the_day_found() -> None:
    (reason,) = decide(due_on(MONDAY, "7, 14", LATE), june(22)).reasons
    assert reason.facts == {"last": june(19), "until": june(24), "level": 2}


def test_a_program_is_followed_to_the_letter_while_the_machine_is_on() -> None:
    sent = follow(due_on(MONDAY, "-7, -3, 0, 5, 6, 8, 30"), every_day(june(1), 60))
    assert [(day, ref.position) for day, ref in sent] == [
        (june(1), 1),
        (june(5), 2),
        (june(8), 3),
        (june(15), 4),  # 5 and 6 days are a weekend: both are moved to Monday, and one waits for Tuesday
        (june(16), 5),
        (june(17), 6),
        (date(2026, 7, 8), 7),
    ]


def test_after_a_long_absence_the_levels_still_come_one_by_one() -> None:
    sent = follow(due_on(date(2026, 1, 10), "-7, 0, 7, 14, 30, 45"), every_day(june(10), 60))
    assert [(day, ref.position, ref.level) for day, ref in sent] == [
        (june(10), 3, 1),
        (june(15), 4, 2),
        (june(22), 5, 3),
        (june(29), 6, 3),
    ]


def test_a_day_missed_is_not_replayed() -> None:
    """The machine was off from the 12th to the 24th: the two levels that came due meanwhile follow five days apart."""
    days = [day for day in every_day(june(1), 40) if not june(12) <= day <= june(24)]
    sent = follow(due_on(MONDAY, "0, 7, 14"), days)
    assert [(day, ref.position) for day, ref in sent] == [(june(8), 1), (june(25), 2), (june(30), 3)]


def test_nothing_more_comes_once_every_step_is_done() -> None:
    situation = due_on(MONDAY, "7, 14", a_reminder(1, june(15)), a_reminder(2, june(22), level=2))
    assert what(situation, june(23)) == FINISHED
    assert what(situation, date(2027, 6, 23)) == FINISHED


def test_every_reminder_names_its_deadline_and_the_next_respects_it() -> None:
    sent = follow(due_on(MONDAY, a_program("7, 10, 13", deadline_days=8)), every_day(june(8), 60))
    assert [day for day, _ in sent] == [june(15), june(24), date(2026, 7, 3)]
    assert all(later - earlier > timedelta(days=8) for (earlier, _), (later, _) in zip(sent, sent[1:], strict=False))


def test_an_older_relance_comes_before_a_newer_one() -> None:
    assert what(due_on(MONDAY, "7, 14, 21"), date(2026, 12, 1)) == sends(1, 1)


def test_a_relance_that_counts_from_a_later_send_does_not_hold_back_the_next_one() -> None:
    """Its planned date has not come; that of the one after it has."""
    situation = due_on(MONDAY, "7, +30, 14", a_reminder(1, june(15)))
    assert what(situation, june(22)) == sends(3, 3)
    assert what(situation, june(16)) == waits(june(22))
