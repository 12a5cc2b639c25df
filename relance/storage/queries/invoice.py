"""What the page of one invoice reads: its reminders, its payments, the credit notes applied to it, its holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.storage.models import CreditApplication, Hold, Invoice, Message, Payment, Program, Reminder, Step


@dataclass(frozen=True, slots=True)
class Event:
    """One reminder in the life of an invoice, whatever became of it."""

    message: int | None  # None: nothing was sent (superseded, or marked by hand)
    state: MessageState | None
    kind: ReminderKind
    channel: ChannelName | None
    level: int
    offset: int | None  # of its step, while the program still has it
    step: int
    occurrence: int
    program: str
    cycle: int
    at: datetime
    day: date
    to: Sequence[str]
    by: str
    withdrawn_code: str | None
    code: str | None
    detail: str
    how: str = ""  # the channel's word, or what a person marked, such as a call
    parts: int = 0
    price: Decimal | None = None
    price_currency: str = ""
    postage: str = ""
    tracking: str = ""
    test_mode: bool = False
    news: str = ""
    refused: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """A part of a credit note. The other document: the note of an invoice, or the invoice that a note settles."""

    number: str
    invoice: int
    amount: int
    on: date | None


def find_number(session: Session, number: str) -> int | None:
    """The id of the invoice with a number."""
    return session.scalar(select(Invoice.id).where(Invoice.number == number))


def events(session: Session, invoice_id: int) -> list[Event]:
    """The reminders of an invoice, the newest first."""
    query = (
        _EVENTS.join(Program, Reminder.program_id == Program.id)
        .outerjoin(Message, Reminder.message_id == Message.id)
        .outerjoin(Step, (Step.program_id == Reminder.program_id) & (Step.position == Reminder.step))
        .where(Reminder.invoice_id == invoice_id)
        .order_by(Reminder.id.desc())
    )
    return [_event(row) for row in session.execute(query)]


_EVENTS: Any = select(
    Message.id,
    Message.state,
    Reminder.kind,
    Reminder.channel,
    Reminder.level,
    Step.offset,
    Reminder.step,
    Reminder.occurrence,
    Program.name,
    Reminder.cycle,
    Message.sent_at,
    Reminder.at,
    Reminder.day,
    Message.recipients,
    Reminder.by,
    Message.decided_by,
    Reminder.withdrawn_code,
    Message.code,
    Message.detail,
    Message.parts,
    Message.price,
    Message.price_currency,
    Message.postage,
    Message.tracking,
    Message.test_mode,
    Message.news,
    Message.refused,
)


def _event(row: Any) -> Event:
    return Event(
        message=row.id,
        state=row.state,
        kind=row.kind,
        channel=ChannelName(row.channel) if row.channel in set(ChannelName) else None,
        level=row.level,
        offset=row.offset,
        step=row.step,
        occurrence=row.occurrence,
        program=row.name,
        cycle=row.cycle,
        at=row.sent_at or row.at,
        day=row.day,
        to=row.recipients or (),
        by=row.by if row.decided_by is None else row.decided_by,
        withdrawn_code=row.withdrawn_code,
        code=row.code,
        detail=row.detail or "",
        how=row.channel,
        parts=row.parts or 0,
        price=row.price,
        price_currency=row.price_currency or "",
        postage=row.postage or "",
        tracking=row.tracking or "",
        test_mode=bool(row.test_mode),
        news=row.news or "",
        refused=row.refused or (),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reminder that was made and hasn't left."""

    message: int
    state: MessageState
    level: int
    step: int


def waiting(session: Session, invoice_ids: Collection[int]) -> dict[int, Waiting]:
    """What waits to leave for some invoices, the newest of each."""
    query = (
        select(Reminder.invoice_id, Message.id, Message.state, Reminder.level, Reminder.step)
        .join(Message, Reminder.message_id == Message.id)
        .where(Reminder.invoice_id.in_(invoice_ids), Reminder.live, Reminder.done.is_(False))
        .order_by(Reminder.id)
    )
    return {invoice: Waiting(key, state, level, step) for invoice, key, state, level, step in session.execute(query)}


def payments(session: Session, invoice_id: int) -> Sequence[Payment]:
    """The payments of an invoice, the newest first."""
    query = select(Payment).where(Payment.invoice_id == invoice_id)
    return session.scalars(query.order_by(Payment.paid_on.desc(), Payment.id.desc())).all()


def credits(session: Session, invoice_id: int) -> list[Credit]:
    """The credit notes applied to an invoice; of a credit note, what it was applied to."""
    query = select(CreditApplication).where(
        or_(CreditApplication.invoice_id == invoice_id, CreditApplication.credit_note_id == invoice_id)
    )
    found = []
    for one in session.scalars(query.order_by(CreditApplication.id)):
        other = session.get_one(Invoice, one.credit_note_id if one.invoice_id == invoice_id else one.invoice_id)
        found.append(Credit(other.number, other.id, one.amount, other.issue_date))
    return found


def holds(session: Session, invoice_id: int, customer_id: int) -> Sequence[Hold]:
    """The holds of an invoice and the open ones of its customer, the newest first."""
    theirs = (Hold.customer_id == customer_id) & Hold.closed_at.is_(None)
    return session.scalars(
        select(Hold).where(or_(Hold.invoice_id == invoice_id, theirs)).order_by(Hold.id.desc())
    ).all()


def programs(session: Session) -> list[tuple[int, str]]:
    """All programs but customers' own, by name."""
    found = session.execute(select(Program.id, Program.name).where(~Program.own).order_by(Program.name))
    return [(key, name) for key, name in found]
