"""Rows to Book: the only translator between the tables and the domain."""

import gc
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, String, and_, or_, select, type_coerce
from sqlalchemy.orm import Session

from relance import clock, workdays
from relance.domain import book as domain
from relance.domain.documents import DocumentKind
from relance.domain.postal import lacking
from relance.domain.program import ProgramId
from relance.storage.bad_addresses import postal_key, unusable
from relance.storage.contacts import contacts_of, reach_of
from relance.storage.models import Customer, CustomerGroup, Firm, Hold, Invoice, Payment, Program, Reminder

_KINDS = {kind.value: kind for kind in DocumentKind}
_STATUSES = {status.value: status for status in domain.DocumentStatus}
_CHOICES = {choice.value: choice for choice in domain.Choose}
_REMINDER_KINDS = {kind.value: kind for kind in domain.ReminderKind}


def policy(session: Session, firm: Firm) -> domain.Policy:
    """The firm's settings as the decision reads them."""
    general = session.scalar(select(Program.id).where(Program.general).order_by(Program.id).limit(1))
    return domain.Policy(
        is_working_day=workdays.working_days(firm.country, firm.region),
        language=firm.language,
        enabled=firm.enabled,
        activated_at=firm.activated_at,
        activated_on=clock.local_day(firm.activated_at, firm.timezone) if firm.activated_at else None,
        scope=firm.scope,
        working_days_only=firm.working_days_only,
        minimum_gap_days=firm.minimum_gap_days,
        manual_cancels=timedelta(hours=firm.manual_cancels_hours),
        threshold=firm.threshold,
        promise_grace_days=firm.promise_grace_days,
        general_program=ProgramId(general) if general else None,
    )


def load(
    session: Session,
    firm: Firm,
    *,
    today: date | None = None,
    customers: Collection[int] | None = None,
    invoices: Collection[int] | None = None,
) -> domain.Book:
    """The Book of all customers, or of some by their ids; of these, of some invoices only.

    Where a customer has free credit all its invoices come: the credit is weighed against all that it owes.
    Addresses that are left alone for a while are left out until their day has come; without `today`, always.
    """
    session.flush()
    closed = unusable(session, firm, today)
    with _no_collection():
        credits = _credits(session, customers)
        only = None if credits else invoices
        pauses, invoice_holds = _holds(session, firm, customers)
        return domain.Book(
            customers=_customers(session, firm, pauses, closed, customers),
            invoices=_invoices(session, firm, invoice_holds, closed, customers, only),
            reminders=_reminders(session, customers, only),
            credits=credits,
        )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Half a million new objects and nothing to collect: the collector would only walk them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()  # nor need it look at them later: nothing in a Book refers to itself
    finally:
        if was_on:
            gc.enable()


def _among(query: Any, column: Any, customers: Collection[int] | None) -> Any:
    return query if customers is None else query.where(column.in_(customers))


@lru_cache(maxsize=65536)
def _utc(moment: datetime) -> datetime:
    """Moments are kept as naive UTC; those of one import, or of one message's invoices, are the same."""
    return moment.replace(tzinfo=UTC)


def _choice(choice: str, program: int | None) -> domain.ProgramChoice:
    return ProgramId(program) if program is not None else _CHOICES[choice]


def _holds(
    session: Session, firm: Firm, customers: Collection[int] | None
) -> tuple[dict[int, domain.Pause], dict[int, dict[str, date | None]]]:
    """Open holds: the pauses of customers, and by invoice the date of each kind of hold; "replied" is a reply's day."""
    query = select(Hold.customer_id, Hold.invoice_id, Hold.kind, Hold.until, Hold.origin, Hold.opened_at)
    query = query.where(Hold.closed_at.is_(None))
    if customers is not None:
        theirs = select(Invoice.id).where(Invoice.customer_id.in_(customers))
        query = query.where(or_(Hold.customer_id.in_(customers), Hold.invoice_id.in_(theirs)))
    pauses: dict[int, domain.Pause] = {}
    on_invoices: dict[int, dict[str, date | None]] = {}
    for customer, invoice, kind, until, origin, opened_at in session.connection().execute(query.order_by(Hold.id)):
        replied = clock.local_day(opened_at, firm.timezone) if origin == BY_REPLY else None
        if invoice is not None:
            on_invoices.setdefault(invoice, {})[kind if replied is None else "replied"] = replied or until
        elif kind == "pause" and customer is not None and (replied or not _replied(pauses.get(customer))):
            pauses[customer] = domain.Pause(until, replied)
    return pauses, on_invoices


def _replied(pause: domain.Pause | None) -> bool:
    """A pause that a customer's words began waits for a person, whatever other pause there is."""
    return pause is not None and pause.replied_on is not None


def _pause(held: dict[str, date | None]) -> domain.Pause | None:
    if "replied" in held:
        return domain.Pause(None, held["replied"])
    return domain.Pause(held["pause"]) if "pause" in held else None


_CUSTOMER_COLUMNS = (
    Customer.id,
    Customer.code,
    Customer.name,
    Customer.language,
    type_coerce(Customer.program_choice, String),
    Customer.program_id,
    type_coerce(CustomerGroup.program_choice, String).label("group_choice"),
    CustomerGroup.program_id.label("group_program"),
    Customer.insolvent,
    Customer.phone,
    Customer.country,
    Customer.postcode,
    Customer.city,
    Customer.address_1,
    Customer.address_2,
    Customer.address_3,
)


def _customers(
    session: Session,
    firm: Firm,
    pauses: dict[int, domain.Pause],
    closed: frozenset[str],
    customers: Collection[int] | None,
) -> dict[domain.CustomerId, domain.Customer]:
    contacts = contacts_of(session, customers)
    query = select(*_CUSTOMER_COLUMNS).outerjoin(CustomerGroup, Customer.group_id == CustomerGroup.id)
    found = {}
    for row in session.connection().execute(_among(query, Customer.id, customers)).all():
        (key, code, name, language, choice, program, group_choice, group_program, insolvent) = row[:9]
        phone, country, postcode, city = row[9], row[10] or firm.country, row[11], row[12]
        reach = reach_of(contacts.get(key, ()), phone, country, closed)
        found[domain.CustomerId(key)] = domain.Customer(
            domain.CustomerId(key),
            code,
            name,
            reach.language or language,
            _choice(choice, program),
            _choice(group_choice, group_program) if group_choice else domain.Choose.INHERIT,
            bool(insolvent),
            pauses.get(key),
            *reach.usual,
            bool(city) and postal_key(key) not in closed and not lacking(row[13:], postcode, city, country),
            reach.by_level,
        )
    return found


_INVOICE_COLUMNS = (
    Invoice.id,
    Invoice.customer_id,
    Invoice.number,
    Invoice.currency,
    Invoice.total,
    Invoice.due_date,
    type_coerce(Invoice.entered_at, DateTime),
    type_coerce(Invoice.kind, String),
    type_coerce(Invoice.status, String),
    Invoice.paid,
    Invoice.credited,
    Invoice.excluded,
    type_coerce(Invoice.program_choice, String),
    Invoice.program_id,
    type_coerce(Invoice.emails, String),
    Invoice.cycle,
    Invoice.failed_step,
)
BY_REPLY = "reply"  # the origin of a pause that a customer's words began
_NO_HOLD: dict[str, date | None] = {}


def _invoices(
    session: Session,
    firm: Firm,
    holds: dict[int, dict[str, date | None]],
    closed: frozenset[str],
    customers: Collection[int] | None,
    only: Collection[int] | None,
) -> tuple[domain.Invoice, ...]:
    announced = _announced(session, firm, customers)
    query = _among(select(*_INVOICE_COLUMNS).order_by(Invoice.id), Invoice.id, only)
    return tuple(
        _invoice(row, holds.get(row[0], _NO_HOLD), announced.get(row[0], ()), closed)
        for row in session.connection().execute(_among(query, Invoice.customer_id, customers)).all()
    )


def _invoice(
    row: Any, held: dict[str, date | None], announced: tuple[domain.Announced, ...], closed: frozenset[str]
) -> domain.Invoice:
    (key, customer, number, currency, total, due, entered, kind, status, paid, credited) = row[:11]
    (excluded, choice, program, emails, cycle, failed) = row[11:]
    own = tuple(json.loads(emails)) if emails and emails != "[]" else ()
    usable = tuple(one for one in own if one.lower() not in closed) if own else ()
    return domain.Invoice(
        key,
        customer,
        number,
        currency,
        total,
        due,
        _utc(entered),
        _KINDS[kind],
        _STATUSES[status],
        paid,
        credited,
        announced,
        bool(excluded),
        "dispute" in held,
        held.get("promise"),
        _pause(held),
        _choice(choice, program),
        usable,
        len(own) > len(usable) == 0,
        cycle,
        failed,
    )


def _announced(
    session: Session, firm: Firm, customers: Collection[int] | None
) -> dict[int, tuple[domain.Announced, ...]]:
    """Payments that the sums kept on invoices don't hold yet, because their day was still to come (RULES 2.1)."""
    if firm.balances_on is None:
        return {}
    query = select(Payment.invoice_id, Payment.paid_on, Payment.amount).where(
        and_(Payment.paid_on > firm.balances_on, Payment.invoice_id.is_not(None))
    )
    found: dict[int, tuple[domain.Announced, ...]] = {}
    for invoice, on, amount in session.connection().execute(_among(query, Payment.customer_id, customers)):
        found[invoice] = (*found.get(invoice, ()), domain.Announced(on, amount))
    return found


def _reminders(
    session: Session, customers: Collection[int] | None, only: Collection[int] | None
) -> dict[domain.InvoiceId, tuple[domain.PastReminder, ...]]:
    query = select(
        Reminder.invoice_id,
        Reminder.program_id,
        Reminder.step,
        Reminder.occurrence,
        Reminder.level,
        type_coerce(Reminder.kind, String),
        Reminder.day,
        type_coerce(Reminder.at, DateTime),
        Reminder.deadline,
        Reminder.cycle,
    ).where(Reminder.done)
    if only is not None:
        query = query.where(Reminder.invoice_id.in_(only))
    elif customers is not None:
        query = query.where(Reminder.invoice_id.in_(select(Invoice.id).where(Invoice.customer_id.in_(customers))))
    grouped: dict[Any, list[domain.PastReminder]] = {}
    for invoice, program, step, occurrence, level, kind, day, at, deadline, cycle in (
        session.connection().execute(query.order_by(Reminder.invoice_id, Reminder.at)).all()
    ):
        one = domain.PastReminder(
            ProgramId(program),
            step,
            occurrence,
            level,
            _REMINDER_KINDS[kind],
            day,
            at.replace(tzinfo=UTC),
            deadline,
            cycle,
        )
        here = grouped.get(invoice)
        if here is None:
            grouped[invoice] = [one]
        elif not _same_step(here[-1], one):  # several channels make one reminder
            here.append(one)
    return {domain.InvoiceId(invoice): tuple(ones) for invoice, ones in grouped.items()}


def _same_step(one: domain.PastReminder, other: domain.PastReminder) -> bool:
    return (one.program, one.cycle, one.step, one.occurrence) == (
        other.program,
        other.cycle,
        other.step,
        other.occurrence,
    )


def _credits(session: Session, customers: Collection[int] | None) -> tuple[domain.Credit, ...]:
    """Unapplied payments, and what is left of validated credit notes."""
    loose = select(Payment.customer_id, Payment.currency, Payment.amount, Payment.paid_on).where(
        Payment.invoice_id.is_(None)
    )
    notes = select(Invoice.customer_id, Invoice.currency, Invoice.balance, Invoice.issue_date).where(
        Invoice.kind == DocumentKind.CREDIT_NOTE,
        Invoice.status == domain.DocumentStatus.ISSUED,
        Invoice.balance > 0,
    )
    rows = [
        *session.connection().execute(_among(loose, Payment.customer_id, customers)),
        *session.connection().execute(_among(notes, Invoice.customer_id, customers)),
    ]
    return tuple(domain.Credit(customer, currency, amount, on or date.min) for customer, currency, amount, on in rows)
