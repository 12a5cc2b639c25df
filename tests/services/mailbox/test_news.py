"""What follows from news of messages: marks, levels taken back, pauses, and a person's word that ends them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services import bad_addresses, holds
from relance.services.holds import HoldKind
from relance.services.mailbox import news
from relance.services.mailbox.news import Decision, Heard, Piece
from relance.services.mailbox.replies import Verdict, decide, set_aside, settle_paid
from relance.services.refusal import Refused
from relance.services.tick import tick
from relance.storage import db
from relance.storage.bad_addresses import bad, postal_key
from relance.storage.models import BadAddress, Hold, Invoice, Message, News, Program, Reminder
from tests.services.firm import SmallFirm

COMPTA = "compta@mercier.example"


@dataclass
class Office:
    """A customer with a reminder that left."""

    firm: SmallFirm
    message: int
    count: int = 0
    ids: list[int] = field(default_factory=list)

    def hear(self, kind: Heard, address: str = COMPTA, *, message: int | None = None, **values: object) -> bool:
        self.count += 1
        given: dict[str, object] = {"source": f"test:{self.count}", "message_id": message or self.message, **values}
        piece = Piece(kind=kind, at=self.firm.now, heard_at=self.firm.now, address=address, **given)  # type: ignore[arg-type]
        with db.writing(self.firm.engine) as session:
            row = news.note(session, piece)
            if row is not None:
                self.ids.append(row.id)
            return row is not None

    def decide(self, decision: Decision, numbers: Collection[str] = (), **values: object) -> int:
        chosen = [self.firm.find(number).id for number in numbers]
        verdict = Verdict(decision, chosen, **values)  # type: ignore[arg-type]
        with db.writing(self.firm.engine) as session:
            return decide(session, self.ids, verdict, by="claire", now=self.firm.now)

    def news(self) -> list[News]:
        with db.reading(self.firm.engine) as session:
            return list(session.scalars(select(News).order_by(News.id)))

    def open_holds(self) -> list[tuple[str, str, date | None]]:
        with db.reading(self.firm.engine) as session:
            found = session.scalars(select(Hold).where(Hold.closed_at.is_(None)).order_by(Hold.id))
            return [(one.kind, one.origin, one.until) for one in found]

    def marked(self) -> set[str]:
        with db.reading(self.firm.engine) as session:
            return set(bad(session, None))

    def reminders(self) -> list[tuple[str, bool, bool]]:
        with db.reading(self.firm.engine) as session:
            found = session.scalars(select(Reminder).order_by(Reminder.id))
            return [(one.channel, one.live, one.done) for one in found]

    def change(self, **values: object) -> None:
        with db.writing(self.firm.engine) as session:
            for name, value in values.items():
                setattr(session.get_one(Message, self.message), name, value)

    def beside(self, channel: ChannelName, **values: object) -> int:
        """The same step of the same invoice through another channel, or another reminder of it."""
        with db.writing(self.firm.engine) as session:
            first = session.scalars(select(Reminder).order_by(Reminder.id)).first()
            assert first is not None
            given: dict[str, object] = {name: getattr(first, name) for name in COPIED}
            message = session.get_one(Message, self.message)
            other = Message(
                uid=f"other-{channel}", channel=channel, state=MessageState.SENT, recipients=["+33612345678"]
            )
            for name in ("kind", "customer_id", "program_id", "step", "level", "language", "created_at", "next_at"):
                setattr(other, name, getattr(message, name))
            session.add(other)
            session.flush()
            row = Reminder(**(given | {"channel": channel.value, "message_id": other.id} | values))
            session.add(row)
            return other.id


COPIED = ("invoice_id", "program_id", "cycle", "step", "occurrence", "level", "kind", "live", "done", "day", "at")


@pytest.fixture
def office(firm: SmallFirm) -> Office:
    firm.customer("MER", COMPTA)
    firm.invoice("F-1", "MER", days_late=8)
    firm.run_and_deliver()
    return Office(firm, firm.messages()[-1].id)


def test_the_same_news_is_never_noted_twice(office: Office) -> None:
    assert office.hear(Heard.REPLIED, source="mail:x")
    assert not office.hear(Heard.BOUNCED, source="mail:x")
    assert office.hear(Heard.REPLIED, source="mail:" + "x" * 500)
    assert not office.hear(Heard.REPLIED, source="mail:" + "x" * 500)
    assert office.hear(Heard.REPLIED, source="mail:" + "x" * 501)
    assert office.marked() == set()


def test_text_that_no_database_takes_is_kept_without_its_faults(office: Office) -> None:
    office.hear(Heard.REPLIED, "a\ud800b@x.fr", text="é\0\udcff" + "y" * 20_000, subject="\ud800" * 900)
    (noted,) = office.news()
    assert (noted.address, noted.text[:3], len(noted.text), len(noted.subject)) == ("a?b@x.fr", "é?y", 10_000, 500)


def test_what_is_announced_later_does_not_hide_what_weighs_more(office: Office) -> None:
    shown = []
    for kind in (Heard.DELAYED, Heard.AUTO_REPLY, Heard.REPLIED, Heard.DELIVERED, Heard.TRACKING, Heard.DELAYED):
        office.hear(kind)
        shown.append(office.firm.messages()[0].news)
    assert shown == ["delayed", "auto_reply", "replied", "replied", "replied", "replied"]


def test_a_step_that_another_channel_carried_too_stays_done(office: Office) -> None:
    """It may have left a moment before the e-mail that came back."""
    before = office.firm.now - timedelta(minutes=1)
    office.beside(ChannelName.SMS, at=before)
    office.hear(Heard.BOUNCED)
    assert office.reminders() == [("email", True, True), ("sms", True, True)]
    invoice = office.firm.find("F-1")
    assert (invoice.level, invoice.failed_step) == (1, None)


def test_when_the_other_channel_fails_too_nobody_was_reminded(office: Office) -> None:
    text = office.beside(ChannelName.SMS)
    office.hear(Heard.BOUNCED, "+33612345678", message=text)
    assert office.firm.find("F-1").level == 1
    office.hear(Heard.BOUNCED)
    assert office.firm.find("F-1").level is None
    assert office.reminders() == [("email", False, False), ("sms", False, False)]


def test_a_reminder_by_hand_that_came_back_cancelled_no_step(office: Office) -> None:
    with db.writing(office.firm.engine) as session:
        first = session.scalars(select(Reminder)).one()
        first.kind = session.get_one(Message, office.message).kind = ReminderKind.MANUAL
        given = {name: getattr(first, name) for name in COPIED} | {"kind": ReminderKind.SUPERSEDED}
        session.add(Reminder(**(given | {"step": 4, "level": 2, "channel": "", "at": office.firm.now})))
    office.hear(Heard.BOUNCED)
    assert office.reminders() == [("email", False, False), ("", False, False)]
    assert office.firm.find("F-1").level is None


def test_a_letter_goes_to_one_place(office: Office) -> None:
    customer = office.firm.customers["MER"]
    office.change(channel=ChannelName.LETTER, recipients=["Client MER", "69003 Lyon"])
    office.hear(Heard.BOUNCED, postal_key(customer), code="post.returned")
    assert (office.firm.find("F-1").level, office.firm.find("F-1").failed_step) == (None, None)
    assert office.marked() == {postal_key(customer)}


def test_a_letter_that_was_not_carried_waits_for_a_person(office: Office) -> None:
    office.change(channel=ChannelName.LETTER, recipients=["Client MER", "69003 Lyon"])
    office.hear(Heard.REFUSED, "", code="post.error")
    assert (office.firm.find("F-1").level, office.firm.find("F-1").failed_step) == (None, 3)


def test_a_message_that_never_left_is_not_taken_back(office: Office) -> None:
    office.change(state=MessageState.FAILED)
    office.hear(Heard.BOUNCED)
    assert office.reminders() == [("email", True, True)]


def test_who_was_refused_at_once_counts_with_who_came_back(office: Office) -> None:
    office.change(recipients=[COMPTA, "chef@mercier.example"], refused=[{"address": "Chef@mercier.example"}])
    office.hear(Heard.BOUNCED)
    assert office.firm.find("F-1").level is None


def test_a_mark_without_end_is_not_shortened(office: Office) -> None:
    office.hear(Heard.BOUNCED)
    office.hear(Heard.REFUSED, leave_alone_until=office.firm.today + timedelta(days=3))
    with db.reading(office.firm.engine) as session:
        assert session.get_one(BadAddress, COMPTA).until is None


def test_only_what_the_message_still_named_is_paused(office: Office) -> None:
    """An invoice that was paid before the message left was taken out of it."""
    other = office.firm.invoice("F-2", "MER", days_late=1)
    with db.writing(office.firm.engine) as session:
        first = session.scalars(select(Reminder)).one()
        given = {name: getattr(first, name) for name in COPIED} | {"invoice_id": other, "message_id": first.message_id}
        session.add(Reminder(**(given | {"live": False, "done": False, "withdrawn_code": "paid"})))
    office.hear(Heard.REPLIED)
    with db.reading(office.firm.engine) as session:
        assert session.scalars(select(Hold.invoice_id)).all() == [office.firm.find("F-1").id]


def test_a_reply_to_what_came_back_pauses_all_the_same(office: Office) -> None:
    office.hear(Heard.REFUSED)
    office.hear(Heard.REPLIED)
    assert office.open_holds() == [("pause", "reply", None)]


def test_a_pause_with_a_date_does_not_hide_that_somebody_waits_for_an_answer(office: Office) -> None:
    """As an import may bring one after the reply."""
    office.hear(Heard.REPLIED)
    until = office.firm.today + timedelta(days=1)
    with db.writing(office.firm.engine) as session:
        invoice = office.firm.find("F-1").id
        session.add(Hold(invoice_id=invoice, kind="pause", until=until, origin="import", opened_at=office.firm.now))
    for _ in range(7):
        office.firm.sleep(days=1)
        office.firm.run_and_deliver()
    assert len(office.firm.server.mails) == 1


@pytest.mark.parametrize("decision", list(Decision))
def test_a_second_click_decides_nothing(office: Office, decision: Decision) -> None:
    office.hear(Heard.REPLIED)
    until = office.firm.today + timedelta(days=3) if decision in (Decision.PAUSE, Decision.PROMISE) else None
    assert office.decide(decision, ["F-1"], until=until, note="n") == 1
    before = office.open_holds()
    assert office.decide(decision, ["F-1"], until=until, note="n") == 0
    assert office.decide(Decision.EXCLUDE, ["F-1"]) == 0
    assert office.open_holds() == before
    assert not [one for one in before if one[1] == "reply"]


def test_a_decision_that_is_refused_changes_nothing(office: Office) -> None:
    office.hear(Heard.REPLIED)
    yesterday = office.firm.today - timedelta(days=1)
    for decision, numbers, until in (
        (Decision.PROMISE, ["F-1"], None),
        (Decision.PROMISE, ["F-1"], yesterday),
        (Decision.DISPUTE, [], None),
    ):
        with pytest.raises(Refused):
            office.decide(decision, numbers, until=until)
    assert office.open_holds() == [("pause", "reply", None)]
    assert office.news()[0].handled_at is None


def test_a_decision_reaches_no_other_customers_invoices(office: Office) -> None:
    office.firm.customer("AUB", "compta@aubry.example")
    office.firm.invoice("A-1", "AUB", days_late=3)
    office.hear(Heard.REPLIED)
    with pytest.raises(Refused, match="reply.no_invoice"):
        office.decide(Decision.EXCLUDE, ["A-1"])
    assert office.decide(Decision.DISPUTE, ["A-1", "F-1"]) == 1
    with db.reading(office.firm.engine) as session:
        disputed = session.scalars(select(Hold.invoice_id).where(Hold.kind == "dispute")).all()
    assert disputed == [office.firm.find("F-1").id]


def test_a_bounce_is_no_reply_to_decide_about_and_a_reply_none_to_put_aside(office: Office) -> None:
    office.hear(Heard.BOUNCED)
    office.hear(Heard.REPLIED)
    with db.writing(office.firm.engine) as session:
        assert set_aside(session, office.ids, by="claire", now=office.firm.now) == 1
        assert set_aside(session, office.ids, by="claire", now=office.firm.now) == 0
    assert [one.decision for one in office.news()] == ["seen", ""]
    assert office.marked() == {COMPTA}
    assert office.decide(Decision.RESUME) == 1


def test_a_pause_that_a_person_opens_elsewhere_takes_the_replys_place(office: Office) -> None:
    office.hear(Heard.REPLIED)
    until = office.firm.today + timedelta(days=2)
    with db.writing(office.firm.engine) as session:
        invoice = office.firm.find("F-1").id
        holds.open_hold(session, invoice, HoldKind.PAUSE, until=until, note="", by="claire", now=office.firm.now)
    assert office.open_holds() == [("pause", "user", until)]
    assert office.decide(Decision.RESUME) == 1
    assert office.open_holds() == [("pause", "user", until)]


def test_a_customers_pause_ends_when_all_that_it_owes_is_paid(office: Office) -> None:
    office.firm.invoice("F-2", "MER", days_late=1)
    office.hear(Heard.REPLIED, message_id=None, customer_id=office.firm.customers["MER"])
    office.firm.pay(office.firm.find("F-1").id, 10_000)
    assert settle_paid(office.firm.engine, office.firm.now) == 0
    office.firm.pay(office.firm.find("F-2").id, 10_000)
    tick(office.firm.engine, office.firm.settings, lambda: office.firm.now, outlets_of=office.firm.outlets)
    assert (office.open_holds(), office.news()[0].decision) == ([], "paid")


def test_a_taken_back_step_goes_on_where_it_stood(office: Office) -> None:
    """The same step, its number of times and its cycle: the history keeps the one that came back."""
    office.hear(Heard.BOUNCED)
    with db.writing(office.firm.engine) as session:
        bad_addresses.forgive(session, [COMPTA])
        program = session.scalars(select(Program.id).where(Program.general)).one()
    office.firm.sleep(days=1)
    office.firm.run_and_deliver()
    with db.reading(office.firm.engine) as session:
        rows = session.scalars(select(Reminder).order_by(Reminder.id)).all()
        steps = [(one.program_id, one.step, one.occurrence, one.cycle, one.done) for one in rows]
    assert steps == [(program, 3, 1, 1, False), (program, 3, 1, 1, True)]
    assert office.firm.find("F-1").level == 1


def test_news_of_nobody_is_kept_without_a_customer(office: Office) -> None:
    office.hear(Heard.REFUSED, message_id=10**9)
    assert (office.news()[0].message_id, office.news()[0].customer_id) == (None, None)
    with db.reading(office.firm.engine) as session:
        assert session.scalars(select(Invoice.failed_step)).all() == [None]
