"""Read models of letters that a person prints and posts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import TO_PRINT, MessageState
from relance.storage.models import Customer, Invoice, Message, Reminder
from relance.storage.queries.history import About, about


class Stage(StrEnum):
    """How far letters are; the word stands in the address."""

    TO_PRINT = "imprimer"
    TO_POST = "poster"
    POSTED = "postees"  # marked today: it can still be undone


class Order(StrEnum):
    """In which order they are listed and printed; the word stands in the address."""

    CUSTOMER = "client"
    POSTCODE = "codepostal"
    LEVEL = "niveau"
    AMOUNT = "montant"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to. `since` is the moment at which the day begins."""

    stage: Stage
    since: datetime
    level: int | None = None
    order: Order = Order.CUSTOMER
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One letter. The amount is in minor units: what its invoices owe now."""

    id: int
    customer_id: int
    customer: str
    postcode: str
    city: str
    level: int
    kind: ReminderKind
    by: str
    created_at: datetime
    printed_at: datetime | None
    sent_at: datetime | None
    tracking: str
    sheets: int
    amount: int
    currency: str
    about: tuple[About, ...] = ()


_WAITS = and_(Message.state == MessageState.HELD, Message.code == TO_PRINT)


def _stage(wanted: Wanted) -> ColumnElement[bool]:
    match wanted.stage:
        case Stage.TO_PRINT:
            return and_(_WAITS, Message.printed_at.is_(None))
        case Stage.TO_POST:
            return and_(_WAITS, Message.printed_at.is_not(None))
        case Stage.POSTED:
            return _posted(wanted.since)


def _posted(since: datetime) -> ColumnElement[bool]:
    by_hand = and_(Message.printed_at.is_not(None), Message.provider_id == "")
    return and_(
        Message.state == MessageState.SENT, Message.channel == ChannelName.LETTER, by_hand, Message.next_at >= since
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    level = [Message.level == wanted.level] if wanted.level is not None else []
    return [_stage(wanted), *level]


def counts(session: Session, since: datetime) -> Mapping[Stage, int]:
    """How many letters each stage has."""
    to_print, to_post = session.execute(
        select(
            func.coalesce(func.sum(case((Message.printed_at.is_(None), 1), else_=0)), 0),
            func.coalesce(func.sum(case((Message.printed_at.is_(None), 0), else_=1)), 0),
        ).where(_WAITS)
    ).one()
    posted = session.scalar(select(func.count()).select_from(Message).where(_posted(since))) or 0
    return {Stage.TO_PRINT: to_print, Stage.TO_POST: to_post, Stage.POSTED: posted}


def count(session: Session, wanted: Wanted) -> int:
    """How many letters a list has."""
    return session.scalar(select(func.count()).select_from(Message).where(*_conditions(wanted))) or 0


_OWED = (
    select(func.coalesce(func.sum(Invoice.balance), 0))
    .join(Reminder, Reminder.invoice_id == Invoice.id)
    .where(Reminder.message_id == Message.id, Reminder.live)
    .correlate(Message)
    .scalar_subquery()
)
_CURRENCY = (
    select(func.coalesce(func.min(Invoice.currency), "EUR"))
    .join(Reminder, Reminder.invoice_id == Invoice.id)
    .where(Reminder.message_id == Message.id)
    .correlate(Message)
    .scalar_subquery()
)


def _ordered(query: Any, wanted: Wanted) -> Any:
    """Level by level but where another order of the levels is asked for; then as asked; always the same way."""
    keys: dict[Order, list[Any]] = {
        Order.CUSTOMER: [func.lower(Customer.name)],
        Order.POSTCODE: [Customer.country, Customer.postcode, func.lower(Customer.name)],
        Order.LEVEL: [],
        Order.AMOUNT: [_OWED],
    }
    first = keys[wanted.order]
    levels = Message.level.desc() if wanted.order is Order.LEVEL and wanted.descending else Message.level
    turned = [key.desc() for key in first] if wanted.descending else first
    return query.order_by(levels, *turned, func.lower(Customer.name), Message.id)


def ids(session: Session, wanted: Wanted, *, limit: int) -> list[int]:
    """All letters of a list, in its order."""
    query = select(Message.id).join(Customer, Message.customer_id == Customer.id).where(*_conditions(wanted))
    return list(session.scalars(_ordered(query, wanted).limit(limit)))


def in_order(session: Session, wanted: Wanted, chosen: Sequence[int]) -> list[int]:
    """Those of some letters that the list has, in its order."""
    query = select(Message.id).join(Customer, Message.customer_id == Customer.id)
    query = query.where(*_conditions(wanted), Message.id.in_(list(chosen)))
    return list(session.scalars(_ordered(query, wanted)))


def lines(session: Session, wanted: Wanted, *, limit: int, offset: int) -> list[Line]:
    """The letters of one page."""
    query = _ordered(_LINES.where(*_conditions(wanted)), wanted)
    return _with_invoices(session, query.limit(limit).offset(offset))


def some(session: Session, message_ids: Sequence[int]) -> list[Line]:
    """Those of some letters that wait, by customer."""
    query = _LINES.where(_WAITS, Message.id.in_(list(message_ids)))
    return _with_invoices(session, query.order_by(func.lower(Customer.name), Message.id))


_LINES: Any = select(
    Message.id,
    Message.customer_id,
    Customer.name,
    Customer.postcode,
    Customer.city,
    Message.level,
    Message.kind,
    Message.decided_by,
    Message.created_at,
    Message.printed_at,
    Message.sent_at,
    Message.tracking,
    Message.parts,
    _OWED,
    _CURRENCY,
).join(Customer, Message.customer_id == Customer.id)


def _with_invoices(session: Session, query: Any) -> list[Line]:
    rows = [tuple(row) for row in session.execute(query)]
    numbers = about(session, [row[0] for row in rows])
    return [replace(Line(*row), about=_kept(numbers.get(row[0], ()))) for row in rows]


def _kept(found: Sequence[About]) -> tuple[About, ...]:
    return tuple(one for one in found if not one.withdrawn_code)
