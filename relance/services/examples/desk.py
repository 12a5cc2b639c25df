"""What the people of the made-up firm do themselves, and what their mailbox brings: all by the real services."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.delivery import ChannelName, DeliveryFailed, Fate
from relance.domain.status import MessageState
from relance.importers.mail_news import read_news
from relance.services import dispatches, mark
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.dispatches import Confirmed
from relance.services.examples import mails
from relance.services.examples.cast import CLAIRE
from relance.services.examples.ledger import LEFT_ALONE
from relance.services.examples.words import words
from relance.services.letters import posted as posted_letters
from relance.services.letters.posted import Posting
from relance.services.letters.printing import TO_BE_PRINTED, print_letters
from relance.services.mailbox.news import note
from relance.services.mailbox.pieces import named_message, open_desk, pieces_of
from relance.services.remind import Asked
from relance.services.sending import Office, Planned, offer
from relance.storage import db
from relance.storage.models import Customer, Invoice, Message

PARIS = ZoneInfo("Europe/Paris")
SENT_AT_ONCE, WRITTEN_AT_ONCE = 4, 5


@dataclass(frozen=True, slots=True)
class Desk:
    """The firm's desk on one day."""

    engine: Engine
    settings: Settings
    day: date
    deliver: Callable[[datetime], None]
    faults: dict[str, DeliveryFailed]  # what the other side will say, by address

    def at(self, hour: int, minute: int = 0) -> datetime:
        """A moment of the day."""
        return datetime.combine(self.day, time(hour, minute), PARIS)


def post_letters(desk: Desk) -> None:
    """Print all that waits, and post it the same afternoon."""
    with db.reading(desk.engine) as session:
        ids = list(session.scalars(select(Message.id).where(*TO_BE_PRINTED)))
    _print(desk, ids, desk.at(14))
    _post(desk, ids, desk.at(16))


def _print(desk: Desk, ids: list[int], now: datetime) -> None:
    if ids:
        print_letters(desk.engine, desk.settings, ids, now=now, local=now)


def _post(desk: Desk, ids: Iterable[int], now: datetime) -> None:
    numbers = {key: f"1A 204 {key:03} {key * 37 % 10000:04} {key % 10}" for key in ids}
    with db.writing(desk.engine) as session:
        posted_letters.mark_posted(session, the_firm(session), numbers, Posting(now.date(), CLAIRE, now, numbers))


def last_afternoon(desk: Desk) -> None:
    """Calls are noted, a few reminders leave by hand, and the mailbox is read."""
    _calls(desk)
    _send(desk)
    _mailbox(desk)


def this_morning(desk: Desk, now: datetime) -> None:
    """Of the letters that wait, one is posted and one is printed."""
    with db.reading(desk.engine) as session:
        ids = list(session.scalars(select(Message.id).where(*TO_BE_PRINTED).order_by(Message.id)))
    _print(desk, ids[:2], now)
    _post(desk, ids[:1], now)


def _late(session: Session, day: date) -> list[int]:
    which = Invoice.chased, Invoice.balance > 0, Invoice.due_date < day, Customer.name.not_in(LEFT_ALONE)
    query = select(Invoice.id).join(Customer, Invoice.customer_id == Customer.id).where(*which)
    return list(session.scalars(query.order_by(Invoice.due_date.desc(), Invoice.id)))


def _calls(desk: Desk) -> None:
    now = desk.at(14, 30)
    marking = mark.Marking(CLAIRE, now, desk.day, mark.Means.CALL, note=words()["call"])
    with db.writing(desk.engine) as session:
        firm = the_firm(session)
        ready = mark.weigh_marks(session, firm, _late(session, desk.day), marking).ready
        able = [one.situation.invoice.id for one in ready]
        mark.mark(session, firm, able[:2], marking)


def _send(desk: Desk) -> None:
    """Two sends confirmed on a page, which left two minutes later: one of them met a dead address."""
    now = desk.at(15)
    by_mail = _confirm(desk, now, ChannelName.EMAIL, SENT_AT_ONCE)
    gone = by_mail[0].message.to[0]
    desk.faults[gone] = DeliveryFailed("smtp.recipient_refused", Fate.FAIL, "550 5.1.1 User unknown", (gone,))
    desk.deliver(now + timedelta(minutes=3))
    _confirm(desk, desk.at(15, 30), ChannelName.LETTER, WRITTEN_AT_ONCE)
    desk.deliver(desk.at(15, 33))


def _confirm(desk: Desk, now: datetime, channel: ChannelName, most: int) -> list[Planned]:
    """What a person confirmed for some late invoices."""
    asked = Asked(CLAIRE, now, channel=channel)
    with db.writing(desk.engine) as session:
        firm = the_firm(session)
        office = Office(firm, read_accounts(session), desk.settings.data_dir)
        found = offer(session, office, _late(session, desk.day), asked)
        chosen = sorted(found.messages, key=lambda one: -one.amount)[:most]
        channels: dict[int, tuple[ChannelName, ...]] = {
            send.invoice.id: (channel,) for one in chosen for send in one.sends
        }
        left_out = [(one.invoice.id, one.refusal, one.channel) for one in found.left_out[:1]]
        dispatches.remind_all(session, firm, Confirmed(channels, left_out), asked, token=uuid4().hex)
        return chosen


def _mailbox(desk: Desk) -> None:
    """A message that came back, an answer, an absence: each about one of the last messages."""
    now = desk.at(17)
    with db.writing(desk.engine) as session:
        firm = the_firm(session)
        reader = open_desk(session, firm, now)
        for message, write in zip(_just_sent(session, now), mails.ALL, strict=False):
            raw = write(message, firm.email, now)
            incoming = read_news(raw, own_addresses=reader.ours)
            for piece in pieces_of(reader, incoming, named_message(session, incoming), message.uid):
                note(session, piece)


def _just_sent(session: Session, now: datetime) -> list[Message]:
    query = select(Message).where(
        Message.state == MessageState.SENT,
        Message.channel == ChannelName.EMAIL,
        Message.level > 0,
        Message.provider_id != "",
        Message.sent_at < now,
    )
    return list(session.scalars(query.order_by(Message.sent_at.desc(), Message.id).limit(len(mails.ALL))))
