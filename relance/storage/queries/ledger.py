"""What is left of each document on a day, as SQL: the balances kept, put back to that day.

A document without an issue date counts from its due date or from the day it was entered, whichever is earlier. A credit
note settles an invoice from the day that both are there.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Subquery, and_, case, func, select, type_coerce, union_all
from sqlalchemy.orm import aliased

from relance.domain.book import DocumentStatus
from relance.domain.documents import DocumentKind
from relance.storage.models import CreditApplication, Invoice, Payment

IS_CREDIT_NOTE = and_(Invoice.kind == DocumentKind.CREDIT_NOTE, Invoice.status == DocumentStatus.ISSUED)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day a report stands on; `kept_on` is the day for which the balances kept on invoices hold.

    On `today` everything that is known counts, as on the other pages; before, what was issued until then.
    """

    on: date
    kept_on: date
    today: date
    customers: Collection[int] | None = None

    @property
    def is_past(self) -> bool:
        """Whether the day is over."""
        return self.on < self.today


class Ledger:
    """The documents of a day: `left` is what is left of each, `joined` makes a query on invoices fit for it."""

    def __init__(self, asked: AsOf) -> None:
        self._asked = asked
        self._payments = _payments_between(asked) if asked.on != asked.kept_on else None
        self._credits = _credits_after(asked.on) if asked.is_past else None
        self.left: ColumnElement[int] = type_coerce(Invoice.balance, Invoice.balance.type)
        for moved in (self._payments, self._credits):
            if moved is not None:
                self.left = self.left + func.coalesce(moved.c.amount, 0)

    def joined(self, query: Select[Any]) -> Select[Any]:
        """The query with the documents that were there on the day."""
        for moved in (self._payments, self._credits):
            if moved is not None:
                query = query.outerjoin(moved, moved.c.document == Invoice.id)
        if self._asked.is_past:
            query = query.where(issued_on() <= self._asked.on)
        if self._asked.customers is not None:
            query = query.where(Invoice.customer_id.in_(self._asked.customers))
        return query


def issued_on(document: Any = Invoice) -> ColumnElement[date]:
    """The day from which a document counts."""
    entered = type_coerce(func.date(document.entered_at), Date)
    earlier = case((document.due_date < entered, document.due_date), else_=entered)
    return func.coalesce(document.issue_date, earlier, type_=Date)


def later(one: Any, other: Any) -> ColumnElement[date]:
    """The later of two days."""
    return case((one > other, one), else_=other)


def _payments_between(asked: AsOf) -> Subquery:
    """What to add to the balances kept, for payments between the two days."""
    on, kept = asked.on, asked.kept_on
    amount = Payment.amount if on < kept else -Payment.amount
    between = and_(Payment.paid_on > min(on, kept), Payment.paid_on <= max(on, kept))
    query = select(Payment.invoice_id.label("document"), func.sum(amount).label("amount"))
    return query.where(Payment.invoice_id.is_not(None), between).group_by(Payment.invoice_id).subquery()


def _credits_after(on: date) -> Subquery:
    """What credit notes settled later: it was still left of both documents."""
    note, invoice = aliased(Invoice), aliased(Invoice)
    parts = [
        select(document.label("document"), CreditApplication.amount.label("amount"))
        .join(note, note.id == CreditApplication.credit_note_id)
        .join(invoice, invoice.id == CreditApplication.invoice_id)
        .where(later(issued_on(note), issued_on(invoice)) > on)
        for document in (CreditApplication.credit_note_id, CreditApplication.invoice_id)
    ]
    both = union_all(*parts).subquery()
    return select(both.c.document, func.sum(both.c.amount).label("amount")).group_by(both.c.document).subquery()
