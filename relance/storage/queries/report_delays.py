"""Read models of the reports about time: how long payments took, and from which day the invoices are known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from relance.storage.days import DaysBetween
from relance.storage.models import Invoice, Payment
from relance.storage.queries.ledger import issued_on
from relance.storage.queries.report_keys import By, Key, grouped, key_of

LOOKED_AT = 200  # so many of the older invoices tell whether paid ones came with them
CAME_PAID = 10  # one in so many of these must have come paid: else only the unpaid ones came


@dataclass(frozen=True, slots=True)
class Weighed:
    """Days times amounts, the amounts, and of how many invoices."""

    days: int
    amount: int
    invoices: int


def delays(
    session: Session, since: date, until: date, by: By, customers: Collection[int] | None = None
) -> dict[Key, tuple[Weighed, Weighed]]:
    """Days after the invoice's date, and after its due date, of what was paid after `since` and until `until`.

    Without the invoices of which a payment was taken back.
    """
    taken_back = select(Payment.invoice_id).where(Payment.amount < 0, Payment.invoice_id.is_not(None))
    issue, due, amount = Invoice.issue_date, Invoice.due_date, Payment.amount
    late = case((Payment.paid_on > due, DaysBetween(Payment.paid_on, due)), else_=0)
    sums = [*_sums(issue, amount * DaysBetween(Payment.paid_on, issue)), *_sums(due, amount * late)]
    query = select(key_of(by, Invoice.customer_id), Invoice.currency, *sums).select_from(Payment)
    # As a plain condition, `chased` would be taken for a reason to read every invoice first.
    asks = func.coalesce(Invoice.chased, false())
    query = query.join(Invoice, Invoice.id == Payment.invoice_id).where(
        asks, Payment.paid_on > since, Payment.paid_on <= until, Payment.invoice_id.not_in(taken_back)
    )
    if customers is not None:
        query = query.where(Invoice.customer_id.in_(customers))
    found: dict[Key, tuple[Weighed, Weighed]] = {}
    for key, currency, *row in session.execute(grouped(query, by, Invoice.customer_id, Invoice.currency)):
        numbers = [int(one or 0) for one in row]
        found[key, currency] = Weighed(*numbers[0:3]), Weighed(*numbers[3:6])
    return found


def _sums(day: Any, weighed: ColumnElement[int]) -> tuple[Any, Any, Any]:
    """Days times amount, amount and number of invoices, where the day is known."""
    known = day.is_not(None)
    return (
        func.sum(case((known, weighed), else_=0)),
        func.sum(case((known, Payment.amount), else_=0)),
        func.count(case((known, Payment.invoice_id)).distinct()),
    )


def first_entered(session: Session) -> date | None:
    """The day on which Relance was first given a document."""
    moment = session.scalar(select(Invoice.entered_at).order_by(Invoice.id).limit(1))
    return moment.date() if moment else None


def came_unpaid(session: Session, currency: str, start: date) -> bool:
    """Whether the invoices that are older than that day came without those already paid; their first ones tell."""
    before = or_(Payment.paid_on < start, Payment.created_at <= Invoice.entered_at)
    paid = exists().where(Payment.invoice_id == Invoice.id, before)
    first = (
        select(case((and_(Invoice.balance <= 0, paid), 1), else_=0).label("came_paid"))
        .where(func.coalesce(Invoice.chased, false()), Invoice.currency == currency, issued_on() < start)
        .order_by(Invoice.id)
        .limit(LOOKED_AT)
        .subquery()
    )
    number, came_paid = session.execute(select(func.count(), func.sum(first.c.came_paid))).one()
    return int(came_paid or 0) * CAME_PAID < int(number)
