"""Read model of the aged balance: what is left to pay on a day, by customer, by group or all together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from relance.storage.models import Invoice, Payment
from relance.storage.queries.ledger import IS_CREDIT_NOTE, AsOf, Ledger
from relance.storage.queries.report_keys import By, Key, grouped, key_of


@dataclass(slots=True)
class Left:
    """What is left to pay in each bucket, and of how many invoices; and the credits beside it. Minor units."""

    amounts: tuple[int, ...]
    invoices: tuple[int, ...]
    credit: int = 0


def left(session: Session, asked: AsOf, by: By, limits: Sequence[date]) -> dict[Key, Left]:
    """By key and currency. `limits` are the earliest due dates of the buckets but the last, the newest first."""
    ledger, number = Ledger(asked), len(limits) + 1
    found: dict[Key, Left] = {}
    for key, currency, *sums in session.execute(_open(ledger, by, limits)):
        row = [int(one or 0) for one in sums]
        found[key, currency] = Left(tuple(row[:number]), tuple(row[number : 2 * number]), row[-1])
    for query in (_notes(ledger, by), _loose(asked, by)):
        for key, currency, amount in session.execute(query):
            found.setdefault((key, currency), Left((0,) * number, (0,) * number)).credit += int(amount or 0)
    return found


def _open(ledger: Ledger, by: By, limits: Sequence[date]) -> Select[Any]:
    left, due = ledger.left, Invoice.due_date
    buckets = [or_(due.is_(None), due >= limits[0])]
    buckets += [and_(due < newer, due >= older) for newer, older in zip(limits, limits[1:], strict=False)]
    buckets.append(due < limits[-1])
    sums = [func.sum(case((and_(left > 0, bucket), left), else_=0)) for bucket in buckets]
    counts = [func.sum(case((and_(left > 0, bucket), 1), else_=0)) for bucket in buckets]
    overpaid = func.sum(case((left < 0, -left), else_=0))
    query = select(key_of(by, Invoice.customer_id), Invoice.currency, *sums, *counts, overpaid).select_from(Invoice)
    query = grouped(query, by, Invoice.customer_id, Invoice.currency)
    return ledger.joined(query).where(Invoice.chased, left != 0)


def _notes(ledger: Ledger, by: By) -> Select[Any]:
    """What is left of credit notes."""
    query = select(key_of(by, Invoice.customer_id), Invoice.currency, func.sum(ledger.left)).select_from(Invoice)
    query = grouped(query, by, Invoice.customer_id, Invoice.currency)
    return ledger.joined(query).where(IS_CREDIT_NOTE, ledger.left > 0)


def _loose(asked: AsOf, by: By) -> Select[Any]:
    """Payments that settle no invoice."""
    query = select(key_of(by, Payment.customer_id), Payment.currency, func.sum(Payment.amount)).select_from(Payment)
    query = query.where(Payment.invoice_id.is_(None), Payment.paid_on <= asked.on)
    if asked.customers is not None:
        query = query.where(Payment.customer_id.in_(asked.customers))
    return grouped(query, by, Payment.customer_id, Payment.currency)
