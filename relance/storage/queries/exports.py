"""What leaves for other programs: invoices, customers and the history, as plain values in a stable order."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.domain.book import Choose, ReminderKind
from relance.domain.money import to_decimal
from relance.storage.models import Contact, Customer, CustomerGroup, Firm, Invoice, Message, Payment, Program, Reminder

Row = dict[str, Any]


def invoices(session: Session, today: date) -> list[Row]:
    """Every document by its number, with its customer; amounts are decimal strings, balances those of today."""
    addresses = _addresses(session, "to")
    arrived = _arrived(session, today)
    query = select(Invoice.__table__, Customer.code, Customer.name, Customer.language).join(
        Customer, Invoice.customer_id == Customer.id
    )
    found = []
    for row in session.execute(query.order_by(Invoice.number)):
        just_in = arrived.get(row.id, 0)
        found.append(
            {
                "number": row.number,
                "kind": row.kind.value,
                "status": row.status.value,
                "customer": {
                    "code": row.code,
                    "name": row.name,
                    "emails": addresses.get(row.customer_id, []),
                    "language": row.language,
                },
                "issue_date": _day(row.issue_date),
                "due_date": _day(row.due_date),
                "total": amount(row.total, row.currency),
                "paid": amount(row.paid + just_in, row.currency),
                "balance": amount(row.balance - just_in, row.currency),
                "currency": row.currency,
                "level": row.level,
                "last_reminder_on": _day(row.last_reminder_on),
            }
        )
    return found


def customers(session: Session, today: date) -> list[Row]:
    """Every customer by its code, with what it owes in each currency."""
    to, cc, bcc = (_addresses(session, use) for use in ("to", "cc", "bcc"))
    owed = _owed(session, today)
    programs = {row.id: row.name for row in session.execute(select(Program.id, Program.name))}
    groups = {row.id: row.name for row in session.execute(select(CustomerGroup.id, CustomerGroup.name))}
    found = []
    for row in session.execute(select(Customer.__table__).order_by(Customer.code)):
        choice: Choose = row.program_choice
        found.append(
            {
                "code": row.code,
                "name": row.name,
                "kind": row.kind.value,
                "language": row.language,
                "emails": to.get(row.id, []),
                "cc": cc.get(row.id, []),
                "bcc": bcc.get(row.id, []),
                "phone": row.phone,
                "address_1": row.address_1,
                "address_2": row.address_2,
                "address_3": row.address_3,
                "postcode": row.postcode,
                "city": row.city,
                "country": row.country,
                "group": groups.get(row.group_id),
                "program": programs.get(row.program_id, choice.value),
                "insolvent": row.insolvent,
                "owed": owed.get(row.id, []),
            }
        )
    return found


def history(session: Session) -> list[Row]:
    """Every reminder, oldest first: messages in whatever state they are, then steps done without one."""
    numbers, marks = _numbers(session), _marks(session)
    found = [(moment, 0, key, row) for moment, key, row in _messages(session, numbers, marks)]
    found += [(moment, 1, key, row) for moment, key, row in _without_message(session)]
    return [row for *_, row in sorted(found, key=lambda one: one[:3])]


def _numbers(session: Session) -> dict[int, list[str]]:
    """The invoices of each message: without those taken out before it left, unless nothing else was in it."""
    kept: dict[int, list[str]] = {}
    taken_out: dict[int, list[str]] = {}
    listed = (
        select(Reminder.message_id, Reminder.withdrawn_code, Invoice.number)
        .join(Invoice, Reminder.invoice_id == Invoice.id)
        .where(Reminder.message_id.is_not(None))
        .order_by(Invoice.number)
    )
    for message, withdrawn, number in session.execute(listed):
        if message is not None:
            numbers = (taken_out if withdrawn else kept).setdefault(message, [])
            if number not in numbers:
                numbers.append(number)
    return {**taken_out, **kept}


def _marks(session: Session) -> dict[int, str]:
    """How a person reminded by other means, by mark: a call has no channel of its own."""
    query = select(Reminder.message_id, Reminder.channel).where(Reminder.kind == ReminderKind.MARKED)
    return {message: channel for message, channel in session.execute(query) if message is not None}


_KEPT: tuple[Any, ...] = (
    Message.id,
    Message.uid,
    Message.sent_at,
    Message.created_at,
    Message.kind,
    Message.channel,
    Message.state,
    Message.level,
    Message.step,
    Message.occurrence,
    Message.recipients,
    Message.subject,
)
# What is known of a message once it left, and what it cost.
_AFTERWARDS: tuple[Any, ...] = (
    Message.news,
    Message.parts,
    Message.price,
    Message.price_currency,
    Message.tracking,
    Message.test_mode,
)


def _messages(
    session: Session, numbers: dict[int, list[str]], marks: dict[int, str]
) -> Iterable[tuple[datetime, int, Row]]:
    for row in session.execute(select(*_KEPT, *_AFTERWARDS)):
        moment = row.sent_at or row.created_at
        yield (
            moment,
            row.id,
            {
                "id": row.uid,
                "at": moment.isoformat(),
                "kind": row.kind.value,
                "channel": marks.get(row.id, row.channel.value),
                "state": row.state.value,
                "level": row.level,
                "step": row.step,
                "occurrence": row.occurrence,
                "invoices": numbers.get(row.id, []),
                "to": row.recipients,
                "subject": row.subject,
                "news": row.news or None,
                "parts": row.parts,
                "price": format(row.price, "f") if row.price is not None else None,
                "currency": row.price_currency or None,
                "tracking": row.tracking or None,
                "test_mode": row.test_mode,
            },
        )


def _without_message(session: Session) -> Iterable[tuple[datetime, int, Row]]:
    """Steps marked by hand or superseded; their ids are told from those of messages by their letter."""
    query = select(
        Reminder.id,
        Reminder.at,
        Reminder.kind,
        Reminder.channel,
        Reminder.level,
        Reminder.step,
        Reminder.occurrence,
        Invoice.number,
    ).join(Invoice, Reminder.invoice_id == Invoice.id)
    for row in session.execute(query.where(Reminder.message_id.is_(None))):
        yield (
            row.at,
            row.id,
            {
                "id": f"r{row.id}",
                "at": row.at.isoformat(),
                "kind": row.kind.value,
                "channel": row.channel or None,
                "state": None,
                "level": row.level,
                "step": row.step,
                "occurrence": row.occurrence,
                "invoices": [row.number],
                "to": [],
                "subject": "",
                "news": None,
                "parts": 0,
                "price": None,
                "currency": None,
                "tracking": None,
                "test_mode": False,
            },
        )


def amount(minor: int, currency: str) -> str:
    """Minor units as a decimal string with a dot and the currency's own decimals."""
    return format(to_decimal(minor, currency), "f")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _addresses(session: Session, use: str) -> dict[int, list[str]]:
    """By customer, the addresses that reminders go to in one way."""
    found: dict[int, list[str]] = {}
    query = select(Contact.customer_id, Contact.email).where(Contact.use == use, Contact.reminders, Contact.email != "")
    for customer, email in session.execute(query.order_by(Contact.id)):
        found.setdefault(customer, []).append(email)
    return found


def _arrived(session: Session, today: date) -> dict[int, int]:
    """Payments whose day came since the balances were last worked out (RULES 2.1)."""
    counted = session.get_one(Firm, 1).balances_on
    query = select(Payment.invoice_id, func.sum(Payment.amount)).where(Payment.invoice_id.is_not(None))
    if counted is not None:
        query = query.where(Payment.paid_on > counted, Payment.paid_on <= today)
    rows = session.execute(query.group_by(Payment.invoice_id)) if counted is not None else ()
    return {invoice: int(total) for invoice, total in rows if invoice is not None}


def _owed(session: Session, today: date) -> dict[int, list[dict[str, str]]]:
    arrived = _arrived(session, today)
    sums: dict[tuple[int, str], int] = {}
    query = select(Invoice.id, Invoice.customer_id, Invoice.currency, Invoice.balance)
    for key, customer, currency, balance in session.execute(query.where(Invoice.chased)):
        left = balance - arrived.get(key, 0)
        if left > 0:
            sums[customer, currency] = sums.get((customer, currency), 0) + left
    found: dict[int, list[dict[str, str]]] = {}
    for (customer, currency), total in sorted(sums.items()):
        found.setdefault(customer, []).append({"currency": currency, "balance": amount(total, currency)})
    return found
