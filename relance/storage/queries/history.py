"""The history: every message with what became of it, newest first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import TO_PRINT, MessageState
from relance.storage.chunks import chunks
from relance.storage.models import Customer, Invoice, Message, News, Program, Reminder
from relance.storage.queries.invoices import Searched, is_theirs

# What a person should see to, whenever it happened; a refusal only on its day: after that, it is the past.
WAITS_FOR_A_PERSON = (MessageState.UNKNOWN, MessageState.APPROVAL, MessageState.HELD)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a history is narrowed to. `since` and `until` are moments, the second one not included."""

    since: datetime | None = None
    until: datetime | None = None
    channel: ChannelName | None = None
    level: int | None = None
    states: Collection[MessageState] = ()
    customers: Searched | None = None
    kind: ReminderKind | None = None
    dispatch: int | None = None  # of one send
    run: int | None = None  # of one daily run


@dataclass(frozen=True, slots=True)
class About:
    """An invoice of a message, and why it was taken out of it, if it was."""

    id: int
    number: str
    withdrawn_code: str | None
    channel: str = ""  # that of the reminder: a mark may have another than a message's


@dataclass(frozen=True, slots=True)
class Line:
    """One message."""

    id: int
    at: datetime  # when it left, else when it was made
    customer_id: int
    customer: str
    kind: ReminderKind
    channel: ChannelName
    state: MessageState
    level: int
    step: int
    occurrence: int
    recipients: Sequence[str]
    subject: str
    by: str
    code: str | None
    detail: str
    parts: int
    price: Decimal | None
    price_currency: str
    postage: str
    tracking: str
    test_mode: bool
    news: str
    refused: Sequence[dict[str, Any]]
    about: tuple[About, ...] = ()

    @property
    def how(self) -> str:
        """How it travelled: the channel, or what a person marked, such as a call."""
        return self.about[0].channel if self.about and self.kind is ReminderKind.MARKED else self.channel.value


def count(session: Session, asked: Asked) -> int:
    """How many messages there are."""
    return session.scalar(select(func.count()).select_from(Message).where(*_conditions(asked))) or 0


def lines(session: Session, asked: Asked, *, limit: int | None = None, offset: int = 0) -> list[Line]:
    """The messages of one page, or all of them."""
    query = _lines().where(*_conditions(asked)).order_by(Message.created_at.desc(), Message.id.desc())
    return _with_invoices(session, session.execute(query.limit(limit).offset(offset)))


def to_see_to(session: Session, today_from: datetime, limit: int) -> list[Line]:
    """What failed today, may have left, is held, or waits for approval."""
    failed = and_(Message.state == MessageState.FAILED, Message.created_at >= today_from)
    other = or_(Message.code.is_(None), Message.code != TO_PRINT)  # letters to print have a page of their own
    query = _lines().where(or_(Message.state.in_(WAITS_FOR_A_PERSON), failed), other)
    return _with_invoices(
        session, session.execute(query.order_by(Message.created_at.desc(), Message.id.desc()).limit(limit))
    )


def one(session: Session, message_id: int) -> Message | None:
    """A message with all its content."""
    return session.get(Message, message_id)


def news(session: Session, message_id: int) -> Sequence[News]:
    """What was heard of a message, oldest first; the stages of a letter's way are one piece."""
    return session.scalars(select(News).where(News.message_id == message_id).order_by(News.at, News.id)).all()


def about(session: Session, message_ids: Iterable[int]) -> dict[int, tuple[About, ...]]:
    """The invoices of messages, by number."""
    ids = sorted(message_ids)
    found: dict[int, tuple[About, ...]] = {}
    for part in chunks(ids):
        query = (
            select(Reminder.message_id, Invoice.id, Invoice.number, Reminder.withdrawn_code, Reminder.channel)
            .join(Invoice, Reminder.invoice_id == Invoice.id)
            .where(Reminder.message_id.in_(part))
            .order_by(Invoice.number)
        )
        for message, key, number, withdrawn, channel in session.execute(query):
            if message is not None:
                found[message] = (*found.get(message, ()), About(key, number, withdrawn, channel))
    return found


def program_name(session: Session, message: Message) -> str:
    """The name of the program that a message belongs to."""
    return session.scalar(select(Program.name).where(Program.id == message.program_id)) or ""


def _lines() -> Any:
    return select(
        Message.id,
        func.coalesce(Message.sent_at, Message.created_at, type_=Message.created_at.type),
        Message.customer_id,
        Customer.name,
        Message.kind,
        Message.channel,
        Message.state,
        Message.level,
        Message.step,
        Message.occurrence,
        Message.recipients,
        Message.subject,
        Message.decided_by,
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
    ).join(Customer, Message.customer_id == Customer.id)


def _with_invoices(session: Session, rows: Iterable[Any]) -> list[Line]:
    found = [tuple(row) for row in rows]
    numbers = about(session, [row[0] for row in found])
    return [replace(Line(*row), about=numbers.get(row[0], ())) for row in found]


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.since is not None:
        found.append(Message.created_at >= asked.since)
    if asked.until is not None:
        found.append(Message.created_at < asked.until)
    if asked.channel is not None:
        found.append(Message.channel == asked.channel)
    if asked.level is not None:
        found.append(Message.level == asked.level)
    if MessageState.SENT in asked.states:  # nearly all: to look through them by date is quicker than to sort them all
        found.append(Message.state.not_in([state for state in MessageState if state not in asked.states]))
    elif asked.states:
        found.append(Message.state.in_(asked.states))
    if asked.customers is not None:
        found.append(is_theirs(Message.customer_id, asked.customers))
    if asked.kind is not None:
        found.append(Message.kind == asked.kind)
    if asked.run is not None:
        found.append(Message.run_id == asked.run)
    if asked.dispatch is not None:
        found.append(Message.dispatch_id == asked.dispatch)
    return found
