"""A person's word on printed letters: posted on a day, not posted after all, with their registered numbers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from relance.domain.delivery import ChannelName
from relance.domain.reasons import ReasonCode
from relance.domain.status import TO_PRINT, MessageState
from relance.services.database import the_firm
from relance.services.letters.posted import doubts, undo
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import Message
from tests.channels.smtp_server import SmtpServer
from tests.services.post_room import CLAIRE, PostRoom, a_post_room, a_step


@pytest.fixture
def room(tmp_path: Path) -> Iterator[PostRoom]:
    with SmtpServer() as server:
        room = a_post_room(tmp_path / "data", server, a_step(1, 5, days=8), a_step(2, 20))
        room.debtor("ABE")
        room.invoice("F-1", "ABE", days_late=6)
        room.run_and_deliver()
        yield room


def undone(room: PostRoom) -> int:
    with db.writing(room.engine) as session:
        return undo(session, [one.id for one in room.letters()], room.now)


def test_posted_the_level_moves_from_that_day(room: PostRoom) -> None:
    room.next_day(3)
    room.print()
    room.next_day(1)
    yesterday = room.today - timedelta(days=1)
    room.post(day=yesterday, numbers={room.letter().id: "1A 234"}, note="au guichet")
    letter, invoice = room.letter(), room.find("F-1")
    assert (letter.state, letter.code, letter.tracking, letter.note) == (
        MessageState.SENT,
        None,
        "1A 234",
        "au guichet",
    )
    assert letter.decided_by == CLAIRE
    assert letter.sent_at is not None
    assert letter.sent_at.date() == yesterday
    assert (invoice.level, invoice.last_reminder_on) == (1, yesterday)
    [reminder] = room.reminders(letter.id)
    assert (reminder.done, reminder.day) == (True, yesterday)
    assert reminder.deadline == room.today - timedelta(days=1) + timedelta(days=8)


def test_the_deadline_is_the_one_that_the_letter_names(room: PostRoom) -> None:
    written = room.today
    room.next_day(2)
    room.post()
    [reminder] = room.reminders(room.letter().id)
    assert reminder.deadline == written + timedelta(days=8)


def test_a_second_click_changes_nothing(room: PostRoom) -> None:
    room.print()
    assert len(room.post()) == 1
    assert room.post() == []


def test_a_day_to_come_and_one_before_the_letter_are_refused(room: PostRoom) -> None:
    for day, code in ((1, "letter.day_to_come"), (-1, "letter.before_it_was_made")):
        with pytest.raises(Refused, match=code):
            room.post(day=room.today + timedelta(days=day))
    assert room.letter().state is MessageState.HELD


def test_what_is_refused_for_one_letter_marks_none(room: PostRoom) -> None:
    room.debtor("MIA")
    room.next_day()
    room.invoice("F-2", "MIA", days_late=6)
    room.run_and_deliver()
    with pytest.raises(Refused, match="before_it_was_made"):
        room.post(day=room.today - timedelta(days=1))
    with pytest.raises(Refused, match="bad_number"):
        room.post(numbers={room.letters()[1].id: "<script>"})
    with pytest.raises(Refused, match="note_too_long"):
        room.post(note="x" * 1001)
    assert {one.state for one in room.letters()} == {MessageState.HELD}


def test_it_can_be_undone_on_the_same_day_alone(room: PostRoom) -> None:
    room.print()
    room.post()
    assert undone(room) == 1
    letter, invoice = room.letter(), room.find("F-1")
    assert (letter.state, letter.code, letter.sent_at) == (MessageState.HELD, TO_PRINT, None)
    assert (invoice.level, invoice.last_reminder_on) == (None, None)
    assert undone(room) == 0
    room.post()
    room.next_day()
    assert undone(room) == 0
    assert room.find("F-1").level == 1


def test_a_letter_that_the_program_sent_can_not_be_undone(room: PostRoom) -> None:
    room.print()
    room.post()
    with db.writing(room.engine) as session:
        session.get_one(Message, room.letter().id).provider_id = "letter0001"
    assert undone(room) == 0


def test_a_letter_of_days_ago_does_not_hide_what_left_since(tmp_path: Path) -> None:
    with SmtpServer() as server:
        both = (ChannelName.EMAIL, ChannelName.LETTER)
        room = a_post_room(tmp_path / "both", server, a_step(1, 5, *both), a_step(2, 20))
        room.debtor("ABE", "abe@client.example")
        room.invoice("F-1", "ABE", days_late=5)
        room.run_and_deliver()
        room.print()
        assert room.find("F-1").last_reminder_on == room.today
        left = room.today
        room.next_day(2)
        room.post(day=room.today)
        assert room.find("F-1").last_reminder_on == room.today
        room.next_day(-2)
        assert left == room.today


def test_who_has_paid_since_it_was_printed_is_named(room: PostRoom) -> None:
    room.print()
    room.pay(room.find("F-1").id, 10_000)
    with db.reading(room.engine) as session:
        found = doubts(session, the_firm(session), [room.letter().id], room.now)
    assert found == {room.letter().id: ReasonCode.PAID}


def test_the_next_level_comes_after_the_day_it_was_posted(room: PostRoom) -> None:
    room.print()
    room.post()
    room.next_day(13)
    room.run_and_deliver()
    assert len(room.letters()) == 1
    room.next_day()
    room.run_and_deliver()
    assert [one.level for one in room.letters()] == [1, 2]
