"""Who may be writing to the firm: the people its reminders went to, and the customers' other addresses."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.domain.status import COUNTS_AS_SENT
from relance.storage.bad_addresses import key
from relance.storage.models import Contact, Invoice, Message

ANSWERS_WITHIN = timedelta(days=30)  # later, a mail without any reference is about something else
KNOWN_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Reminded:
    """A message that went to somebody."""

    message: int
    customer: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom an address stands for, and the message that it may answer."""

    customer: int
    message: int | None = None


class Senders:
    """Looked up in what is read once, when the first mail asks for it."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session, self._now = session, now

    def find(self, address: str) -> Sender | None:
        """The customer behind an address, if it was reminded in the last 90 days; nobody else's mail is of interest."""
        known = self._reminded.get(key(address))
        if known is not None:
            return Sender(known.customer, known.message if known.at >= self._now - ANSWERS_WITHIN else None)
        if not address:
            return None
        theirs = [self._customers[one] for one in self._owners.get(key(address), ()) if one in self._customers]
        newest = max(theirs, key=lambda one: (one.at, one.message), default=None)
        return Sender(newest.customer) if newest else None

    def written_to(self, address: str) -> Sender | None:
        """The customer behind an address that a message went to in the last 30 days."""
        found = self.find(address)
        return found if found is not None and found.message is not None else None

    @cached_property
    def _sent(self) -> list[tuple[Reminded, list[str]]]:
        """The oldest first, so that the newest wins."""
        query = select(Message.id, Message.customer_id, Message.sent_at, Message.created_at, Message.recipients)
        query = query.where(
            Message.channel == ChannelName.EMAIL,
            Message.state.in_(COUNTS_AS_SENT),
            Message.created_at >= self._now - KNOWN_FOR,
        )
        return [
            (Reminded(message, customer, sent_at or created_at), recipients)
            for message, customer, sent_at, created_at, recipients in self._session.execute(
                query.order_by(Message.created_at, Message.id)
            )
        ]

    @cached_property
    def _reminded(self) -> dict[str, Reminded]:
        return {key(address): one for one, recipients in self._sent for address in recipients}

    @cached_property
    def _customers(self) -> dict[int, Reminded]:
        return {one.customer: one for one, _ in self._sent}

    @cached_property
    def _owners(self) -> dict[str, set[int]]:
        """The customers that have an address, as a contact's or an invoice's own."""
        contacts = select(Contact.email, Contact.customer_id).where(Contact.email != "")
        own = select(type_coerce(Invoice.emails, String), Invoice.customer_id).distinct()
        found: dict[str, set[int]] = {}
        for address, customer in (*self._session.execute(contacts), *_each(self._session.execute(own))):
            found.setdefault(key(address), set()).add(customer)
        return found


def _each(rows: Iterable[Any]) -> Iterator[tuple[str, int]]:
    for kept, customer in rows:
        for address in json.loads(kept) if kept and kept != "[]" else ():
            yield address, customer
