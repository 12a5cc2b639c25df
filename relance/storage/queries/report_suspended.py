"""Read model of what is promised and what is disputed: the open holds on invoices that are still to be paid."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from relance.storage.models import Customer, Hold, Invoice


@dataclass(frozen=True, slots=True)
class Suspended:
    """An invoice that is promised or disputed; `left` in minor units."""

    kind: str  # promise or dispute
    invoice_id: int
    number: str
    customer_id: int
    customer: str
    due_date: date | None
    currency: str
    left: int
    until: date | None  # the day that was promised
    note: str


def suspended(session: Session) -> list[Suspended]:
    """The earliest promise first, then the disputes by due date. A promise that was broken stays until it is closed."""
    newest = (
        select(func.max(Hold.id).label("id"))
        .where(Hold.closed_at.is_(None), Hold.invoice_id.is_not(None), Hold.kind.in_(("promise", "dispute")))
        .group_by(Hold.invoice_id, Hold.kind)
        .subquery()
    )
    query: Any = (
        select(
            Hold.kind,
            Invoice.id,
            Invoice.number,
            Customer.id,
            Customer.name,
            Invoice.due_date,
            Invoice.currency,
            Invoice.balance,
            Hold.until,
            Hold.note,
        )
        .join(newest, newest.c.id == Hold.id)
        .join(Invoice, Invoice.id == Hold.invoice_id)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(and_(Invoice.chased, Invoice.balance > 0))
        .order_by(Hold.kind.desc(), Hold.until, Invoice.due_date, Invoice.number)
    )
    return [Suspended(*row) for row in session.execute(query)]
