"""Dated notes on customers and invoices: written down for oneself, they never leave the firm."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from relance.services.refusal import Refused
from relance.services.settings import values
from relance.services.settings.problems import BadValue
from relance.storage.models import Invoice, Note

LONGEST = 2000
MOST_SHOWN = 100
AT_ONCE = timedelta(seconds=30)  # the same note again within it is a second click


@dataclass(frozen=True, slots=True)
class Written:
    """A note, and the number of the invoice that it is about."""

    id: int
    text: str
    at: datetime
    by: str
    invoice_id: int | None
    invoice: str | None


def add(session: Session, text: str, *, customer: int, invoice: int | None = None, by: str, now: datetime) -> int:
    """Write a note down; a second click writes none. Raises Refused for one that is empty, too long or unreadable."""
    said = _checked(text)
    same = (Note.customer_id == customer, Note.invoice_id.is_not_distinct_from(invoice), Note.by == by)
    just_now = select(Note.id).where(*same, Note.text == said, Note.at > now - AT_ONCE)
    known = session.scalar(just_now.limit(1))
    if known is not None:
        return known
    row = Note(customer_id=customer, invoice_id=invoice, text=said, at=now, by=by)
    session.add(row)
    session.flush()
    return row.id


def _checked(text: str) -> str:
    if len(text) > values.LONGEST_TEXT:
        raise Refused("note.too_long", most=LONGEST)
    try:
        said = values.text(text).strip()
    except BadValue as error:
        raise Refused("note.unreadable") from error
    if not values.is_visible(said):
        raise Refused("note.empty")
    if len(said) > LONGEST:
        raise Refused("note.too_long", most=LONGEST)
    return said


def delete(session: Session, note_id: int) -> Note | None:
    """Take a note away; None when it is gone already."""
    row = session.get(Note, note_id)
    if row is not None:
        session.delete(row)
    return row


def of_customer(session: Session, customer: int) -> list[Written]:
    """The notes of a customer and of its invoices, the newest first."""
    return _written(session, Note.customer_id == customer)


def of_invoice(session: Session, invoice: int) -> list[Written]:
    """The notes of an invoice, the newest first."""
    return _written(session, Note.invoice_id == invoice)


def _written(session: Session, which: ColumnElement[bool]) -> list[Written]:
    columns = (Note.id, Note.text, Note.at, Note.by, Note.invoice_id, Invoice.number)
    query = select(*columns).outerjoin(Invoice, Invoice.id == Note.invoice_id).where(which)
    query = query.order_by(Note.at.desc(), Note.id.desc()).limit(MOST_SHOWN)
    return [Written(*row) for row in session.execute(query)]
