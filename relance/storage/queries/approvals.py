"""What waits for a person's word: messages with their customers, their invoices, and who last wrote their text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.domain.status import MessageState
from relance.storage.chunks import AT_ONCE, chunks
from relance.storage.models import Customer, Invoice, Message, Reminder, Step


@dataclass(frozen=True, slots=True)
class Claimed:
    """An invoice that a message claims; its balance in minor units."""

    reminder: int
    id: int
    number: str
    currency: str
    balance: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message that waits. `written_by` and `written_at` are set where a person wrote its text anew."""

    message: Message
    customer: str
    offset: int | None  # of its step; None when the program lost it
    claims: tuple[Claimed, ...] = ()
    written_by: str = ""
    written_at: datetime | None = None

    @property
    def amounts(self) -> dict[str, int]:
        """What it claims: minor units by currency."""
        return sums(self.claims)


def sums(claims: Collection[Claimed]) -> dict[str, int]:
    """What invoices owe, each once: amounts of different currencies are never added up."""
    found: dict[str, int] = {}
    for one in {claim.id: claim for claim in claims}.values():
        found[one.currency] = found.get(one.currency, 0) + one.balance
    return dict(sorted(found.items()))


def count(session: Session) -> int:
    """How many messages wait for a person's word."""
    waits = select(func.count()).select_from(Message).where(Message.state == MessageState.APPROVAL)
    return session.scalar(waits) or 0


def waiting(session: Session, *, limit: int | None = None, offset: int = 0) -> list[Waiting]:
    """One page of them, customer by customer, the gravest first."""
    return _waiting(session, _query().where(Message.state == MessageState.APPROVAL).limit(limit).offset(offset))


def some(session: Session, message_ids: Collection[int]) -> list[Waiting]:
    """Those of some messages that still wait, in the same order."""
    ids, found = sorted(message_ids), list[Waiting]()
    for part in chunks(ids):
        chosen = Message.id.in_(part), Message.state == MessageState.APPROVAL
        found += _waiting(session, _query().where(*chosen))
    return sorted(found, key=_place) if len(ids) > AT_ONCE else found


def ids(session: Session) -> list[int]:
    """All that wait."""
    return list(session.scalars(select(Message.id).where(Message.state == MessageState.APPROVAL).order_by(Message.id)))


def one(session: Session, message_id: int) -> Waiting | None:
    """A message in whatever state."""
    return next(iter(_waiting(session, _query().where(Message.id == message_id))), None)


def who_decided(session: Session, message_ids: Collection[int]) -> list[str]:
    """Who decided on those of some messages that wait no more."""
    ordered, found = sorted(message_ids), set[str]()
    for part in chunks(ordered):
        theirs = Message.id.in_(part), Message.state != MessageState.APPROVAL
        found.update(session.scalars(select(Message.decided_by).where(*theirs, Message.decided_by != "").distinct()))
    return sorted(found)


def _query() -> Any:
    return (
        select(Message, Customer.name, Step.offset)
        .join(Customer, Message.customer_id == Customer.id)
        .outerjoin(Step, (Step.program_id == Message.program_id) & (Step.position == Message.step))
        .order_by(func.lower(Customer.name), Customer.id, Message.level.desc(), Message.id)
    )


def _place(one: Waiting) -> tuple[object, ...]:
    return (one.customer.lower(), one.message.customer_id, -one.message.level, one.message.id)


def _waiting(session: Session, query: Any) -> list[Waiting]:
    rows: Sequence[Any] = session.execute(query).all()
    theirs = _claims(session, [message.id for message, _, _ in rows])
    found = []
    for message, customer, offset in rows:
        claims = theirs.get(message.id, [])
        own = bool(message.own_text) and bool(claims)
        by, at = (claims[0][1], claims[0][2]) if own else ("", None)
        found.append(Waiting(message, customer, offset, tuple(claim for claim, _, _ in claims), by, at))
    return found


def _claims(session: Session, message_ids: Collection[int]) -> dict[int, list[tuple[Claimed, str, datetime]]]:
    query = (
        select(
            Reminder.message_id,
            Reminder.id,
            Invoice.id,
            Invoice.number,
            Invoice.currency,
            Invoice.balance,
            Reminder.by,
            Reminder.at,
        )
        .join(Invoice, Reminder.invoice_id == Invoice.id)
        .where(Reminder.live)
        .order_by(Invoice.due_date, Invoice.number)
    )
    found: dict[int, list[tuple[Claimed, str, datetime]]] = {}
    ordered = sorted(message_ids)
    for part in chunks(ordered):
        some_of_them = Reminder.message_id.in_(part)
        for message, key, invoice, number, currency, balance, by, at in session.execute(query.where(some_of_them)):
            claim = Claimed(key, invoice, number, currency, balance)
            found.setdefault(message or 0, []).append((claim, by, at))
    return found
