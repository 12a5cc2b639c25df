"""Payments entered by hand, one or many; the balance, the freshness and the outbox follow (RULES 2.1, 4.1, 5.3)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from relance.domain.money import to_minor
from relance.domain.reasons import ReasonCode
from relance.services import balances
from relance.services.freshness import payments_are_up_to_date
from relance.services.refusal import Refused
from relance.services.withdraw import withdraw_waiting, withdraw_waiting_of
from relance.storage.chunks import chunks
from relance.storage.models import Invoice, Payment

ENTERED = "entered"
LARGEST = 10**14  # minor units
OLDEST, FURTHEST = timedelta(days=3660), timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Received:
    """A payment as a person enters it. `currency` is the one written beside the amount, if any."""

    amount: Decimal
    paid_on: date
    reference: str = ""
    currency: str | None = None


def enter(session: Session, invoice_id: int, given: Received, *, after: int, by: str, now: datetime) -> Payment:
    """Note a payment of an invoice; one dated in the future is announced. `now` is the firm's local time.

    `after` is the newest payment that the person saw: the same one again is that of a second click. Raises Refused.
    """
    invoice = session.get_one(Invoice, invoice_id)
    minor = _checked(invoice, given, now.date())
    same = select(Payment).where(
        Payment.invoice_id == invoice_id,
        Payment.id > after,
        Payment.origin == ENTERED,
        Payment.amount == minor,
        Payment.paid_on == given.paid_on,
        Payment.reference == given.reference,
    )
    payment = session.scalars(same).first()
    if payment is None:
        payment = Payment(
            invoice_id=invoice_id,
            customer_id=invoice.customer_id,
            amount=minor,
            currency=invoice.currency,
            paid_on=given.paid_on,
            reference=given.reference,
            origin=ENTERED,
            created_at=now,
            created_by=by,
        )
        session.add(payment)
        _follow(session, invoice, given.paid_on, now)
    return payment


def _checked(invoice: Invoice, given: Received, today: date) -> int:
    """The amount in minor units; raises Refused for what can't be a payment of this invoice."""
    if given.currency not in (None, invoice.currency):
        raise Refused("payment.currency", currency=invoice.currency)
    minor = to_minor(given.amount, invoice.currency)
    if not 0 < minor <= LARGEST:
        raise Refused("payment.amount", number=invoice.number)
    if not today - OLDEST <= given.paid_on <= today + FURTHEST:
        raise Refused("payment.date", first=today - OLDEST, last=today + FURTHEST)
    return minor


def _follow(session: Session, invoice: Invoice, paid_on: date, now: datetime) -> None:
    balances.refresh(session, [invoice.id], now.date())
    payments_are_up_to_date(session, now)
    if invoice.balance <= 0:
        withdraw_waiting(session, invoice.id, ReasonCode.PAID.value, by_hand_too=True)
    elif paid_on > now.date():
        withdraw_waiting(session, invoice.id, ReasonCode.PROMISED.value, by_hand_too=False)


def settle_all(
    session: Session, invoice_ids: Collection[int], *, paid_on: date, reference: str, by: str, now: datetime
) -> list[int]:
    """Note for each of some invoices the payment of all that it still owes; the ids of the payments.

    `now` is the firm's local time. What is to come can't settle anything yet. Raises Refused.
    """
    if not now.date() - OLDEST <= paid_on <= now.date():
        raise Refused("payment.settled_on", first=now.date() - OLDEST)
    balances.advance(session, now.date())
    rows = [
        {
            "invoice_id": one.id,
            "customer_id": one.customer_id,
            "amount": one.balance,
            "currency": one.currency,
            "paid_on": paid_on,
            "reference": reference,
            "origin": ENTERED,
            "created_at": now,
            "created_by": by,
        }
        for some in chunks(sorted(invoice_ids))
        for one in session.scalars(select(Invoice).where(Invoice.id.in_(some), Invoice.balance > 0))
    ]
    if not rows:
        return []
    made = list(session.scalars(insert(Payment).returning(Payment.id, sort_by_parameter_order=True), rows))
    balances.refresh(session, invoice_ids, now.date())
    payments_are_up_to_date(session, now)
    withdraw_waiting_of(session, invoice_ids, ReasonCode.PAID.value, by_hand_too=True)
    return made


def take_back(session: Session, payment_ids: Collection[int], today: date) -> int:
    """Take back some of the payments that were entered by hand: their invoices are open again. How many there were."""
    query = select(Payment).where(Payment.origin == ENTERED, Payment.invoice_id.is_not(None))
    found = [one for some in chunks(sorted(payment_ids)) for one in session.scalars(query.where(Payment.id.in_(some)))]
    for payment in found:
        session.delete(payment)
    if found:
        balances.refresh(session, {one.invoice_id for one in found if one.invoice_id is not None}, today)
    return len(found)


def remove(session: Session, invoice_id: int, payment_id: int, today: date) -> bool:
    """Take back a payment entered by hand: the invoice is open again. False when it is gone already.

    Raises Refused for one that a file brought: that file would bring it again.
    """
    payment = session.get(Payment, payment_id)
    if payment is None or payment.invoice_id != invoice_id:
        return False
    if payment.origin != ENTERED:
        raise Refused("payment.from_a_file")
    session.delete(payment)
    balances.refresh(session, [invoice_id], today)
    return True
