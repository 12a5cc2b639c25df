"""Whose the messages and invoices are that stand before a person who opens the sending again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.storage.chunks import chunks
from relance.storage.models import Customer, Invoice, Message
from relance.storage.queries.history import About, about

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One message of this database."""

    id: int
    customer_id: int
    customer: str
    channel: ChannelName
    next_at: datetime  # when it was to leave
    about: tuple[About, ...]


@dataclass(frozen=True, slots=True)
class Owner:
    """The customer of an invoice."""

    invoice_id: int
    customer_id: int
    customer: str


def rows(session: Session, messages: Collection[int]) -> list[Row]:
    """The messages, by their ids."""
    numbers = about(session, messages)
    found: list[Row] = []
    for some in chunks(sorted(messages)):
        query = select(Message.id, Message.customer_id, Customer.name, Message.channel, Message.next_at)
        joined = query.join(Customer, Customer.id == Message.customer_id).where(Message.id.in_(some))
        found += [
            Row(key, customer, name, channel, at, numbers.get(key, ()))
            for key, customer, name, channel, at in session.execute(joined.order_by(Message.id))
        ]
    return found


def owners(session: Session, numbers: Collection[str]) -> dict[str, Owner]:
    """The customers of invoices, by the invoices' numbers; those that aren't there are left out."""
    found: dict[str, Owner] = {}
    for some in chunks(sorted(numbers)):
        query = select(Invoice.number, Invoice.id, Customer.id, Customer.name).join(
            Customer, Customer.id == Invoice.customer_id
        )
        for number, key, customer, name in session.execute(query.where(Invoice.number.in_(some))):
            found[number] = Owner(key, customer, name)
    return found
