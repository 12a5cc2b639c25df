"""Marks addresses that must not be used, and forgives them when a person says so (RULES 4.2).

One list for e-mail addresses and mobile numbers, whoever has them: a contact, an invoice, two customers.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from relance.storage.bad_addresses import key
from relance.storage.chunks import chunks
from relance.storage.models import BadAddress

LONGEST_DETAIL = 2000


def mark(
    session: Session,
    address: str,
    *,
    code: str,
    now: datetime,
    detail: str = "",
    until: date | None = None,
    message_id: int | None = None,
) -> None:
    """Leave an address alone until a day, or for ever; what is dead stays so. `detail` is the other side's words."""
    found = session.get(BadAddress, key(address))
    if found is None:
        if not key(address):
            return
        found = BadAddress(address=key(address))
        session.add(found)
    elif until is not None and (found.until is None or found.until > until):
        return
    found.until, found.code, found.detail = until, code, detail[:LONGEST_DETAIL]
    found.message_id, found.marked_at = message_id, now
    session.flush()


def forgive(session: Session, addresses: Iterable[str]) -> int:
    """Let addresses be used again; how many were marked."""
    forgiven = 0
    for some in chunks(sorted({key(address) for address in addresses})):
        gone = session.execute(delete(BadAddress).where(BadAddress.address.in_(some)).returning(BadAddress.address))
        forgiven += len(gone.all())
    return forgiven


def lookup(session: Session, addresses: Iterable[str]) -> dict[str, BadAddress]:
    """What is known of those that are marked, by address as `key` gives it."""
    found: dict[str, BadAddress] = {}
    for some in chunks(sorted({key(address) for address in addresses})):
        query = select(BadAddress).where(BadAddress.address.in_(some))
        found |= {row.address: row for row in session.scalars(query)}
    return found
