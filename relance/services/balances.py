"""Keeps the sums on invoices true: what is paid, what is credited, what is left (RULES 2.1).

The rule that the Book rests on: an invoice's `paid` is the sum of its payments dated until `firm.balances_on`; those
after that day are announced. Whoever adds, changes or takes away a payment calls `refresh` in the same transaction.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, update
from sqlalchemy.orm import Session

from relance.domain.book import DocumentStatus
from relance.domain.documents import CHASED
from relance.storage.chunks import chunks
from relance.storage.models import CreditApplication, Firm, Invoice, Payment

_AT_ONCE = 5000
_KEPT = ("paid", "credited", "balance", "chased")


def advance(session: Session, today: date) -> date:
    """Count the payments whose day has come; the day for which the balances now hold. It never goes back."""
    firm = session.get_one(Firm, 1)
    before = firm.balances_on
    if before is not None and before >= today:
        return before
    firm.balances_on = today
    if before is None:
        _recount(session, today, true())
    else:
        arrived = select(Payment.invoice_id).where(Payment.paid_on > before, Payment.paid_on <= today)
        _recount(session, today, Invoice.id.in_(arrived))
    return today


def refresh(session: Session, invoice_ids: Collection[int] | None, today: date) -> None:
    """Work out again what these invoices (None: all) have received and still owe."""
    day = advance(session, today)
    if invoice_ids is None:
        _recount(session, day, true())
        return
    ids = sorted(invoice_ids)
    for part in chunks(ids, _AT_ONCE):
        _recount(session, day, Invoice.id.in_(part))


def _recount(session: Session, day: date, which: ColumnElement[bool]) -> None:
    session.flush()
    paid = _sum(Payment.amount, and_(Payment.invoice_id == Invoice.id, Payment.paid_on <= day))
    # A credit note is used up by what it settles, and an invoice is settled by it: both lose the same amount.
    applied = or_(CreditApplication.invoice_id == Invoice.id, CreditApplication.credit_note_id == Invoice.id)
    credited = _sum(CreditApplication.amount, applied)
    asks = and_(Invoice.kind.in_(CHASED), Invoice.status == DocumentStatus.ISSUED)
    session.execute(
        update(Invoice)
        .where(which)
        .values(
            paid=paid,
            credited=credited,
            balance=Invoice.total - paid - credited,
            chased=case((asks, True), else_=False),
        )
        .execution_options(synchronize_session=False)
    )
    for row in session.identity_map.values():
        if isinstance(row, Invoice):
            session.expire(row, _KEPT)


def _sum(amount: ColumnElement[int] | object, which: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.coalesce(func.sum(amount), 0)).where(which).scalar_subquery()
