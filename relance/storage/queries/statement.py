"""What a customer's account is made of: its documents that count, the payments on them or on none, credit applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from relance.domain.book import DocumentStatus
from relance.domain.documents import DocumentKind
from relance.storage.models import CreditApplication, Invoice, Payment


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A validated document; amounts in minor units."""

    id: int
    number: str
    kind: DocumentKind
    issue_date: date | None
    due_date: date | None
    entered_at: datetime
    currency: str
    total: int


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment on one of them, or on none."""

    invoice: int | None
    paid_on: date
    currency: str
    amount: int
    reference: str


def documents(session: Session, customer: int) -> list[DocumentRow]:
    """Its invoices and credit notes, but for those that ask for no money: drafts, quotes, what was cancelled."""
    columns = (
        Invoice.id,
        Invoice.number,
        Invoice.kind,
        Invoice.issue_date,
        Invoice.due_date,
        Invoice.entered_at,
        Invoice.currency,
        Invoice.total,
    )
    query = select(*columns).where(Invoice.customer_id == customer, _counts()).order_by(Invoice.id)
    return [DocumentRow(*row) for row in session.execute(query)]


def payments(session: Session, customer: int) -> list[PaymentRow]:
    """Its payments but for those on documents that don't count, such as a cancelled invoice."""
    columns = (Payment.invoice_id, Payment.paid_on, Payment.currency, Payment.amount, Payment.reference)
    query = select(*columns).outerjoin(Invoice, Invoice.id == Payment.invoice_id)
    query = query.where(Payment.customer_id == customer, or_(Payment.invoice_id.is_(None), _counts()))
    return [PaymentRow(*row) for row in session.execute(query.order_by(Payment.paid_on, Payment.id))]


def applied(session: Session, customer: int) -> Sequence[tuple[int, int, int]]:
    """The parts of its credit notes that settle invoices: the note, the invoice, the amount."""
    query = select(CreditApplication.credit_note_id, CreditApplication.invoice_id, CreditApplication.amount)
    query = query.join(Invoice, Invoice.id == CreditApplication.credit_note_id).where(Invoice.customer_id == customer)
    return [(note, invoice, amount) for note, invoice, amount in session.execute(query)]


def _counts() -> ColumnElement[bool]:
    note = and_(Invoice.kind == DocumentKind.CREDIT_NOTE, Invoice.status == DocumentStatus.ISSUED)
    return or_(Invoice.chased, note)
