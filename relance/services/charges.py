"""Late interest and the fixed indemnity of invoices, from their rows: a few queries for as many as are asked about."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from relance import clock
from relance.domain.book import DocumentStatus
from relance.domain.charges import Charges, Debt, Settled, Terms, charges
from relance.domain.documents import CHASED
from relance.services import rates
from relance.services.messages.queries import chunked, grouped
from relance.services.refusal import Refused
from relance.storage.models import CreditApplication, Customer, Firm, Invoice, Payment

DEDUCED = "deduced"  # the origin of a payment that was worked out from a file of invoices


def charges_of(session: Session, firm: Firm, invoice_ids: Collection[int], until: date) -> dict[int, Charges]:
    """What each invoice carries on a day of the firm's; an id without an invoice isn't in it."""
    if not invoice_ids:
        return {}
    known = rates.table(session)
    payments, credits = _payments(session, firm, invoice_ids), _credits(session, invoice_ids)
    query = select(
        Invoice.id,
        Invoice.total,
        Invoice.currency,
        Invoice.due_date,
        Invoice.kind,
        Invoice.status,
        Customer.kind,
        Customer.charges,
        Customer.insolvent,
    ).join(Customer, Invoice.customer_id == Customer.id)
    found = {}
    for key, total, currency, due, kind, status, who, claimed, insolvent in chunked(
        session, query, Invoice.id, invoice_ids
    ):
        asks = kind in CHASED and status is DocumentStatus.ISSUED
        debt = Debt(total, currency, due, tuple(payments.get(key, ())), tuple(credits.get(key, ())), asks)
        terms = Terms(who, firm.charges, claimed, insolvent, firm.contract_rate)
        found[key] = charges(debt, terms, known, until)
    return found


def _payments(session: Session, firm: Firm, ids: Collection[int]) -> dict[int, list[Settled]]:
    query = select(
        Payment.invoice_id, Payment.paid_on, Payment.amount, Payment.origin, Payment.created_at, Invoice.entered_at
    ).join(Invoice, Payment.invoice_id == Invoice.id)
    rows = chunked(session, query, Payment.invoice_id, ids)
    return grouped((row.invoice_id, Settled(_day(row, firm), row.amount)) for row in rows)


def _day(row: Any, firm: Firm) -> date:
    """The day that a payment counts from.

    What an invoice had received when it entered, its file not saying when, counts as received in time: nothing proves
    that it was late.
    """
    unknown = (
        row.origin == DEDUCED
        and row.created_at <= row.entered_at
        and row.paid_on == clock.local_day(row.created_at, firm.timezone)
    )
    paid_on: date = row.paid_on
    return date.min if unknown else paid_on


def _credits(session: Session, ids: Collection[int]) -> dict[int, list[Settled]]:
    """Parts of credit notes, with the notes' days; a note without a day counts from the start."""
    note = aliased(Invoice)
    query = select(CreditApplication.invoice_id, note.issue_date, CreditApplication.amount).join(
        note, CreditApplication.credit_note_id == note.id
    )
    rows = chunked(session, query, CreditApplication.invoice_id, ids)
    return grouped((invoice, Settled(on or date.min, amount)) for invoice, on, amount in rows)


def save_terms(firm: Firm, *, claims: bool, contract_rate: str) -> Decimal | None:
    """Whether the firm claims charges, and the rate of its terms of sale; an empty one is the legal default rate.

    The rate as it is kept. Raises Refused.
    """
    rate = rates.read_rate(contract_rate, "charges.contract_rate")
    if rate == 0:
        raise Refused("charges.contract_rate", highest=rates.HIGHEST)
    firm.charges, firm.contract_rate = claims, rate
    return rate
