"""What is heard of a message after it left, and what follows from it (RULES 4.7, RELIABILITY 3.3).

News never sends a message back to the queue. It marks addresses, takes back a level that reached nobody, and holds an
invoice until a person says what follows; nothing else.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from relance.domain.reasons import ReasonCode
from relance.domain.status import MessageState
from relance.services import bad_addresses
from relance.services.withdraw import withdraw_waiting
from relance.storage import transitions
from relance.storage.bad_addresses import bad, key
from relance.storage.models import Hold, Invoice, Message, News, Reminder

LONGEST_SOURCE = 120
LONGEST_TEXT = 10_000
REPLY = "reply"  # the origin of a pause that a reply began
UNDELIVERED = "bounced"  # why a reminder no longer counts


class Heard(StrEnum):
    """What was heard; the word is kept with the message."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"  # not delivered, and the address is dead
    REFUSED = "refused"  # not delivered, but the address lives
    DELAYED = "delayed"
    REPLIED = "replied"
    AUTO_REPLY = "auto_reply"
    COMPLAINT = "complaint"
    TRACKING = "tracking"  # where a letter is


# A person must look at these.
FOR_A_PERSON = frozenset((Heard.REPLIED, Heard.COMPLAINT, Heard.BOUNCED, Heard.REFUSED))
# What stays shown on a message, the strongest last: a delivery that is announced after a reply changes nothing.
_SHOWN = (
    Heard.DELAYED,
    Heard.AUTO_REPLY,
    Heard.DELIVERED,
    Heard.REFUSED,
    Heard.BOUNCED,
    Heard.REPLIED,
    Heard.COMPLAINT,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of news. `source` tells it from every other: the same is never noted twice."""

    source: str
    kind: Heard
    at: datetime
    heard_at: datetime
    message_id: int | None = None
    customer_id: int | None = None
    address: str = ""  # whom it is about, or who wrote
    subject: str = ""
    text: str = ""
    code: str = ""
    leave_alone_until: date | None = None  # an address that may live again


def note(session: Session, piece: Piece) -> News | None:
    """Keep a piece of news and carry out what follows from it; None when it was noted before."""
    source = _short(piece.source)
    if session.scalar(select(News.id).where(News.source == source)) is not None:
        return None
    message = session.get(Message, piece.message_id) if piece.message_id is not None else None
    row = News(
        source=source,
        kind=piece.kind.value,
        message_id=message.id if message else None,
        customer_id=message.customer_id if message else piece.customer_id,
        at=piece.at,
        heard_at=piece.heard_at,
        address=piece.address,
        subject=piece.subject,
        text=piece.text[:LONGEST_TEXT],
        code=piece.code,
        handled_at=None if piece.kind in FOR_A_PERSON else piece.heard_at,
    )
    session.add(row)
    session.flush()
    if message is not None:
        _show(message, piece.kind)
    _follow(session, row, piece, message)
    return row


def _short(source: str) -> str:
    """Some are longer than a key may be: their hash tells them apart as well."""
    return source if len(source) <= LONGEST_SOURCE else "sha256:" + hashlib.sha256(source.encode()).hexdigest()


def _show(message: Message, kind: Heard) -> None:
    known = Heard(message.news) if message.news in _SHOWN else None
    if kind in _SHOWN and (known is None or _SHOWN.index(kind) > _SHOWN.index(known)):
        message.news = kind.value


def _follow(session: Session, row: News, piece: Piece, message: Message | None) -> None:
    if piece.kind is Heard.BOUNCED or piece.kind is Heard.REFUSED:
        _not_delivered(session, piece, message)
    elif piece.kind is Heard.REPLIED or piece.kind is Heard.COMPLAINT:
        _wait_for_a_person(session, row)


def _not_delivered(session: Session, piece: Piece, message: Message | None) -> None:
    """The address is marked; where nobody got the message, its level doesn't count as reached."""
    dead, until = piece.kind is Heard.BOUNCED, piece.leave_alone_until
    if piece.address and (dead or until is not None):
        bad_addresses.mark(
            session,
            piece.address,
            code=piece.code,
            detail=piece.text,
            until=None if dead else until,
            message_id=message.id if message else None,
            now=piece.heard_at,
        )
    if message is not None and message.state is MessageState.SENT and _nobody_got(session, message):
        take_back(session, message)


def _nobody_got(session: Session, message: Message) -> bool:
    """Whether every recipient refused it at once or sent it back since. People in copy are not whom it was for."""
    told = session.scalars(
        select(News.address).where(
            News.message_id == message.id, News.kind.in_((Heard.BOUNCED.value, Heard.REFUSED.value))
        )
    )
    gone = {key(address) for address in told} | {key(str(one["address"])) for one in message.refused}
    meant = {key(address) for address in message.recipients}
    return bool(meant) and (meant <= gone or "" in gone and len(meant) == 1)


def take_back(session: Session, message: Message) -> None:
    """A message that reached nobody: its step isn't done, unless a later one was sent since.

    Where an address is left that nothing is known against, a person must look before the same is tried again: the
    program would write to it each day, and it would come back each day.
    """
    on = session.connection()
    session.flush()
    rows = session.scalars(select(Reminder).where(Reminder.message_id == message.id, Reminder.live)).all()
    still_there = not {key(address) for address in message.recipients} <= bad(session, None)
    for row in rows:
        if _followed(session, row):
            continue
        transitions.withdraw_reminders(on, [(row.id, UNDELIVERED)])
        values: dict[str, int | None] = {"failed_step": row.step} if still_there else {}
        if values:
            session.execute(update(Invoice).where(Invoice.id == row.invoice_id).values(**values))
        transitions.refresh_level(on, row.invoice_id)
    session.expire_all()


def _followed(session: Session, row: Reminder) -> bool:
    """Whether another reminder of the invoice was done after this one, or beside it through another channel."""
    later: ColumnElement[bool] = Reminder.at >= row.at
    other = select(Reminder.id).where(
        Reminder.invoice_id == row.invoice_id, Reminder.id != row.id, Reminder.done, Reminder.live, later
    )
    return session.scalar(other.limit(1)) is not None


def _wait_for_a_person(session: Session, row: News) -> None:
    """A customer wrote: nothing automatic leaves for what it is about until a person says what follows (RULES 2)."""
    note_of_it = f"news:{row.id}"
    invoices = _about(session, row)
    if not invoices and row.customer_id is not None:
        session.add(_pause(row, note_of_it, customer=row.customer_id))
        invoices = _open_invoices(session, row.customer_id)
    else:
        for invoice in invoices:
            session.add(_pause(row, note_of_it, invoice=invoice))
    session.flush()
    for invoice in invoices:
        withdraw_waiting(session, invoice, ReasonCode.PAUSED.value, by_hand_too=False)


def _pause(row: News, note_of_it: str, *, invoice: int | None = None, customer: int | None = None) -> Hold:
    return Hold(
        invoice_id=invoice, customer_id=customer, kind="pause", origin=REPLY, note=note_of_it, opened_at=row.heard_at
    )


def _about(session: Session, row: News) -> list[int]:
    """The invoices of the message that was answered."""
    if row.message_id is None:
        return []
    return list(session.scalars(select(Reminder.invoice_id).where(Reminder.message_id == row.message_id).distinct()))


def _open_invoices(session: Session, customer: int) -> list[int]:
    return list(session.scalars(select(Invoice.id).where(Invoice.customer_id == customer, Invoice.balance > 0)))


def handle(session: Session, news_ids: Collection[int], *, decision: str, by: str, now: datetime) -> int:
    """A person has seen to it: what waited because of it goes on. How many pieces of news; a second click does nothing.

    Whatever else the person decides (a pause until a day, a dispute, a promise) is done first, by its own service.
    """
    handled = session.execute(
        update(News)
        .where(News.id.in_(list(news_ids)), News.handled_at.is_(None))
        .values(handled_at=now, handled_by=by, decision=decision)
        .returning(News.id)
        .execution_options(synchronize_session=False)
    )
    seen = list(handled.scalars())
    session.execute(
        update(Hold)
        .where(Hold.origin == REPLY, Hold.note.in_([f"news:{one}" for one in seen]), Hold.closed_at.is_(None))
        .values(closed_at=now, closed_by=by)
        .execution_options(synchronize_session=False)
    )
    return len(seen)
