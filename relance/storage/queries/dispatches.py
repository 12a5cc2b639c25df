"""Sends that were confirmed on a page: their list, how far each is, and the invoices that they left out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.domain.status import MessageState
from relance.storage.chunks import chunks
from relance.storage.models import Customer, Dispatch, Invoice, Message, Reminder


@dataclass(frozen=True, slots=True)
class Named:
    """An invoice by the names that people know it by."""

    id: int
    number: str
    customer_id: int
    customer: str


@dataclass(frozen=True, slots=True)
class Line:
    """One send of the list."""

    dispatch: Dispatch
    states: Mapping[MessageState, int]

    @property
    def total(self) -> int:
        """How many messages it has."""
        return sum(self.states.values())


def count(session: Session) -> int:
    """How many sends there are."""
    return session.scalar(select(func.count()).select_from(Dispatch)) or 0


def lines(session: Session, *, limit: int, offset: int) -> list[Line]:
    """One page of the sends, the newest first."""
    found = session.scalars(select(Dispatch).order_by(Dispatch.id.desc()).limit(limit).offset(offset)).all()
    states: dict[int, dict[MessageState, int]] = {one.id: {} for one in found}
    counted = (
        select(Message.dispatch_id, Message.state, func.count())
        .where(Message.dispatch_id.in_(states))
        .group_by(Message.dispatch_id, Message.state)
    )
    for key, state, number in session.execute(counted):
        states[key or 0][state] = number
    return [Line(one, states[one.id]) for one in found]


def named(session: Session, invoice_ids: Iterable[int]) -> dict[int, Named]:
    """Numbers and customers of invoices; an id that no invoice has is left out."""
    ids, found = sorted(set(invoice_ids)), dict[int, Named]()
    query = select(Invoice.id, Invoice.number, Invoice.customer_id, Customer.name).join(Customer)
    for part in chunks(ids):
        for row in session.execute(query.where(Invoice.id.in_(part))):
            found[row[0]] = Named(*row)
    return found


@dataclass(frozen=True, slots=True)
class Reminded:
    """The invoices of a send, and whose they are."""

    invoices: Collection[int]
    customers: Collection[int]


def reminded(session: Session, dispatch_id: int) -> Reminded:
    """What a send has reminded of, as far as it stands."""
    query = (
        select(Reminder.invoice_id, Message.customer_id)
        .join(Message, Reminder.message_id == Message.id)
        .where(Message.dispatch_id == dispatch_id, Reminder.live)
    )
    found = session.execute(query).all()
    return Reminded({one for one, _ in found}, {customer for _, customer in found})


@dataclass(frozen=True, slots=True)
class Partly:
    """A message that left, though not to everybody."""

    message: int
    customer: str
    recipients: Sequence[str]
    refused: Sequence[Mapping[str, Any]]  # address, code and the server's words


def partly_refused(session: Session, dispatch_id: int) -> list[Partly]:
    """The messages of a send of which some addresses were refused."""
    query = (
        select(Message.id, Customer.name, Message.recipients, Message.refused)
        .join(Customer, Message.customer_id == Customer.id)
        .where(Message.dispatch_id == dispatch_id, Message.state == MessageState.SENT)
        .order_by(Message.id)
    )
    return [Partly(*row) for row in session.execute(query) if row.refused]
