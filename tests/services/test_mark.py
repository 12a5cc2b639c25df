"""Marked as reminded: a call, a letter of one's own (RULES 3.1, 3.5, 3.7, 3.11)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.plan import Outcome
from relance.domain.reasons import ReasonCode
from relance.domain.status import MessageState
from relance.services.database import the_firm
from relance.services.mark import Marking, Means, mark, unmark, weigh_marks
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.queries import exports, history
from relance.storage.queries.invoice import events
from tests.channels.smtp_server import SmtpServer
from tests.services.post_room import CLAIRE, PostRoom, a_post_room, a_step

MAIL = (ChannelName.EMAIL,)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[PostRoom]:
    with SmtpServer() as server:
        room = a_post_room(tmp_path / "data", server, a_step(1, 5, *MAIL), a_step(2, 20, *MAIL), a_step(3, 40, *MAIL))
        room.debtor("ABE", "abe@client.example")
        yield room


def marked(room: PostRoom, *invoices: int, **values: Any) -> list[int]:
    with db.writing(room.engine) as session:
        marking = Marking(**{"by": CLAIRE, "now": room.now, "day": room.today, "means": Means.CALL, **values})
        return mark(session, the_firm(session), invoices, marking)


def outcome(room: PostRoom) -> tuple[Outcome, ReasonCode | None]:
    [decision] = room.run().simulation.plan.decisions
    return decision.outcome, decision.reasons[0].code if decision.reasons else None


def test_a_call_makes_the_step_done_on_its_day(room: PostRoom) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=10)
    day = room.today - timedelta(days=2)
    [key] = marked(room, invoice, day=day, note="promet de payer")
    row = room.find("F-1")
    assert (row.level, row.last_reminder_on) == (1, day)
    [reminder] = room.reminders(key)
    assert (reminder.kind, reminder.channel, reminder.day) == (ReminderKind.MARKED, "call", day)
    assert outcome(room) == (Outcome.WAIT, ReasonCode.WAIT)


def test_the_next_step_keeps_its_distance_from_a_mark(room: PostRoom) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=21)
    marked(room, invoice, day=room.today - timedelta(days=1))
    assert outcome(room) == (Outcome.WAIT, ReasonCode.TOO_SOON)


def test_marked_less_than_twenty_hours_before_the_run_the_step_of_the_day_is_superseded(room: PostRoom) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=19)
    marked(room, invoice, position=1)
    room.now += timedelta(hours=18)
    assert outcome(room) == (Outcome.SUPERSEDED, ReasonCode.SUPERSEDED)


def test_jumping_ahead_makes_all_steps_before_done(room: PostRoom) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=30)
    marked(room, invoice, position=3, means=Means.LETTER, number="1A 9")
    room.next_day(30)
    assert outcome(room) == (Outcome.NONE, ReasonCode.FINISHED)
    assert room.find("F-1").level == 3


def test_one_reminder_a_day_whoever_made_it(room: PostRoom) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=10)
    room.run_and_deliver()
    with pytest.raises(Refused, match="mark.that_day"):
        marked(room, invoice)
    with pytest.raises(Refused, match="mark.that_day"):
        marked(room, invoice, position=2)


def test_what_waits_for_the_invoice_is_withdrawn(room: PostRoom) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=10)
    room.run()
    marked(room, invoice)
    assert [one.state for one in room.messages()] == [MessageState.WITHDRAWN, MessageState.SENT]
    room.deliver()
    assert room.received() == []


def test_what_is_leaving_is_let_be(room: PostRoom) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=10)
    room.run()
    with db.writing(room.engine) as session:
        session.get_one(type(room.messages()[0]), room.messages()[0].id).state = MessageState.CLAIMED
    with pytest.raises(Refused, match="on_its_way"):
        marked(room, invoice)


def test_reasons_one_to_eight_stop_a_mark_too(room: PostRoom) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=10)
    room.pay(invoice, 10_000)
    with pytest.raises(Refused, match="remind.stopped"):
        marked(room, invoice)


@pytest.mark.parametrize("days", [1, -31, -4000])
def test_only_the_last_thirty_days_can_be_marked(room: PostRoom, days: int) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=10)
    with pytest.raises(Refused, match="mark.day"):
        marked(room, invoice, day=room.today + timedelta(days=days))


def test_the_invoices_of_a_customer_make_one_mark(room: PostRoom) -> None:
    room.debtor("MIA")
    ids = [room.invoice(f"F-{n}", code, days_late=10) for n, code in enumerate(("ABE", "ABE", "MIA"))]
    assert len(marked(room, *ids)) == 2


def test_what_can_not_be_marked_is_told_and_the_rest_is(room: PostRoom) -> None:
    good, paid = room.invoice("F-1", "ABE", days_late=10), room.invoice("F-2", "ABE", days_late=10)
    room.pay(paid, 10_000)
    with db.reading(room.engine) as session:
        marking = Marking(CLAIRE, room.now, room.today, Means.EMAIL)
        weighed = weigh_marks(session, the_firm(session), [good, paid, 10**12], marking)
    assert ([one.situation.invoice.id for one in weighed.ready], list(weighed.refused)) == ([good], [paid])
    assert (weighed.customers, weighed.waiting) == (1, 0)


def test_a_mark_of_days_ago_leaves_the_last_reminder_as_it_is(room: PostRoom) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=10)
    room.run_and_deliver()
    left = room.today
    room.next_day(3)
    marked(room, invoice, day=room.today - timedelta(days=5))
    assert room.find("F-1").last_reminder_on == left


def test_a_mark_can_be_taken_back_on_the_same_day(room: PostRoom) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=10)
    [key] = marked(room, invoice, day=room.today - timedelta(days=3))
    with db.writing(room.engine) as session:
        assert unmark(session, [key], room.now) == 1
        assert unmark(session, [key], room.now) == 0
    assert room.messages()[0].state is MessageState.WITHDRAWN
    assert (room.find("F-1").level, room.find("F-1").last_reminder_on) == (None, None)
    assert outcome(room) == (Outcome.SEND, None)
    [other] = marked(room, invoice)
    room.next_day()
    with db.writing(room.engine) as session:
        assert unmark(session, [other], room.now) == 0


def test_marks_stand_in_the_history_and_in_what_is_exported(room: PostRoom) -> None:
    invoice = room.invoice("F-1", "ABE", days_late=10)
    marked(room, invoice, note="au téléphone")
    with db.reading(room.engine) as session:
        [row] = exports.history(session)
        [line] = history.lines(session, history.Asked())
        [event] = events(session, invoice)
    assert (row["kind"], row["channel"], row["level"], row["invoices"]) == ("marked", "call", 1, ["F-1"])
    assert (line.kind, line.how) == (ReminderKind.MARKED, "call")
    assert (event.kind, event.channel, event.how) == (ReminderKind.MARKED, None, "call")


def test_a_printed_letter_is_marked_itself(tmp_path: Path) -> None:
    with SmtpServer() as server:
        room = a_post_room(tmp_path / "paper", server, a_step(1, 5))
        room.debtor("ABE")
        invoice = room.invoice("F-1", "ABE", days_late=6)
        room.run_and_deliver()
        room.print()
        with pytest.raises(Refused, match="mark.printed"):
            marked(room, invoice, means=Means.LETTER)
        assert room.letter().state is MessageState.HELD
