"""Read model of what was issued and settled day by day: the outstanding amount of any day, and the turnover."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from relance.storage.models import CreditApplication, Invoice, Payment
from relance.storage.queries.ledger import IS_CREDIT_NOTE, AsOf, issued_on, later
from relance.storage.queries.report_keys import By, Key, grouped, key_of

ByDay = dict[date, int]
Changes = tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Movements:
    """One currency's invoices and what settled them, by day; `sold` are the invoices less the credit notes.

    `overpaid`: the changes in what is left of each invoice that may ever have been paid too much.
    """

    issued: ByDay
    settled: ByDay
    sold: ByDay
    overpaid: tuple[Changes, ...]


def turnover(session: Session, by: By, customers: Collection[int] | None = None) -> dict[Key, ByDay]:
    """Invoices less credit notes, day by day."""
    day = issued_on()
    signed = func.sum(case((Invoice.chased, Invoice.total), else_=-Invoice.total))
    query = select(key_of(by, Invoice.customer_id), Invoice.currency, day, signed).select_from(Invoice)
    query = query.where(or_(Invoice.chased, IS_CREDIT_NOTE))
    if customers is not None:
        query = query.where(Invoice.customer_id.in_(customers))
    found: dict[Key, ByDay] = {}
    for key, currency, on, total in session.execute(grouped(query, by, Invoice.customer_id, Invoice.currency, day)):
        found.setdefault((key, currency), {})[on] = int(total)
    return found


def movements(session: Session, asked: AsOf) -> dict[str, Movements]:
    """What came and went, by currency; payments until a day, for the outstanding amount of any earlier one."""
    issued, sold = _issued(session)
    settled, overpaid = _settled(session, asked.on, issued), _overpaid(session, asked)
    return {
        currency: Movements(by_day, settled[currency], sold[currency], tuple(overpaid.get(currency, ())))
        for currency, by_day in issued.items()
    }


def _issued(session: Session) -> tuple[dict[str, ByDay], dict[str, ByDay]]:
    """The invoices by day, and the same less the credit notes."""
    day = issued_on()
    query = select(Invoice.currency, Invoice.chased, day, func.sum(Invoice.total))
    query = query.where(or_(Invoice.chased, IS_CREDIT_NOTE)).group_by(day, Invoice.currency, Invoice.chased)
    issued: dict[str, ByDay] = {}
    sold: dict[str, ByDay] = {}
    for currency, asks, on, total in session.execute(query):
        days = sold.setdefault(currency, {})
        days[on] = days.get(on, 0) + int(total if asks else -total)
        if asks:
            issued.setdefault(currency, {})[on] = int(total)
    return issued, sold


def _settled(session: Session, until: date, currencies: Iterable[str]) -> dict[str, ByDay]:
    """Payments and credit notes, from the day that they and their invoice are there."""
    found: dict[str, ByDay] = {}
    for currency in currencies:  # one at a time: their index then gives the days in order
        paid = select(Payment.paid_on, func.sum(Payment.amount)).where(
            Payment.currency == currency, Payment.invoice_id.is_not(None), Payment.paid_on <= until
        )
        found[currency] = {on: int(amount) for on, amount in session.execute(paid.group_by(Payment.paid_on))}
    for currency, on, amount in (*_early(session, until), *session.execute(_credits(until))):
        days = found.setdefault(currency, {})
        days[on] = days.get(on, 0) + int(amount)
    return found


def _early(session: Session, until: date) -> Iterator[tuple[str, date, int]]:
    """Corrections: payments before their invoice was issued count from there; those of other documents don't count."""
    issued = issued_on()
    query = select(Payment.currency, Payment.paid_on, issued, Invoice.chased, Payment.amount)
    query = query.join(Invoice, Invoice.id == Payment.invoice_id).where(
        Payment.paid_on <= until, or_(Payment.paid_on < issued, not_(Invoice.chased))
    )
    for currency, paid_on, day, asks, amount in session.execute(query):
        yield currency, paid_on, -amount
        if asks and day <= until:
            yield currency, day, amount


def _credits(until: date, only: ColumnElement[bool] | None = None) -> Any:
    note = aliased(Invoice)
    day = later(issued_on(note), issued_on())
    first = Invoice.currency if only is None else Invoice.id
    query = (
        select(first, day, CreditApplication.amount)
        .select_from(CreditApplication)
        .join(Invoice, Invoice.id == CreditApplication.invoice_id)
        .join(note, note.id == CreditApplication.credit_note_id)
        .where(Invoice.chased, day <= until)
    )
    return query if only is None else query.where(only)


def _overpaid(session: Session, asked: AsOf) -> dict[str, list[Changes]]:
    """The few invoices that may ever have been paid too much.

    They are overpaid now, or a payment was taken back, or one came since the balances were kept.
    """
    odd = select(Payment.invoice_id).where(
        Payment.invoice_id.is_not(None), or_(Payment.amount < 0, Payment.paid_on > asked.kept_on)
    )
    few = and_(Invoice.chased, or_(Invoice.balance < 0, Invoice.id.in_(odd)))
    issued = {
        key: (currency, day, int(total))
        for key, currency, day, total in session.execute(
            select(Invoice.id, Invoice.currency, issued_on(), Invoice.total).where(few)
        )
    }
    if not issued:
        return {}
    changes: dict[int, list[tuple[date, int]]] = {key: [(day, total)] for key, (_, day, total) in issued.items()}
    paid = select(Invoice.id, later(Payment.paid_on, issued_on()), Payment.amount)
    paid = paid.join(Payment, Payment.invoice_id == Invoice.id).where(few)
    for key, day, amount in (*session.execute(paid), *session.execute(_credits(asked.on, few))):
        changes[key].append((day, -int(amount)))
    found: dict[str, list[Changes]] = {}
    for key, (currency, _, _) in issued.items():
        found.setdefault(currency, []).append(tuple(changes[key]))
    return found
