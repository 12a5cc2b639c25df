"""Payments as a page lists them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.storage.chunks import chunks
from relance.storage.models import Customer, Invoice, Payment


@dataclass(frozen=True, slots=True)
class Settled:
    """A payment of an invoice; its amount is in minor units."""

    payment: int
    invoice: int
    number: str
    customer: str
    amount: int
    currency: str
    paid_on: date
    made_at: datetime
    made_by: str


def entered_by_hand(session: Session, payment_ids: Collection[int]) -> list[Settled]:
    """Those of some payments that a person entered and that are still there, by customer."""
    query = (
        select(
            Payment.id,
            Invoice.id,
            Invoice.number,
            Customer.name,
            Payment.amount,
            Payment.currency,
            Payment.paid_on,
            Payment.created_at,
            Payment.created_by,
        )
        .join(Invoice, Payment.invoice_id == Invoice.id)
        .join(Customer, Invoice.customer_id == Customer.id)
        .where(Payment.origin == "entered")
    )
    parts = (query.where(Payment.id.in_(part)) for part in chunks(sorted(payment_ids)))
    found = [Settled(*row) for part in parts for row in session.execute(part)]
    return sorted(found, key=lambda one: (one.customer.casefold(), one.number))
