"""Rows of a firm that is ready to remind, and builders for what its messages are made from."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.documents import CustomerKind
from relance.domain.status import MessageState
from relance.services.database import the_firm
from relance.storage.models import Contact, Customer, Invoice, MailAccount, Message, Program, Reminder
from tests.services.facts import TODAY

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def set_up_firm(session: Session) -> None:
    """A firm with a name, an address, a bank account and a copy for itself."""
    firm, account = the_firm(session), session.get_one(MailAccount, 1)
    firm.name, firm.phone, firm.email = "Bonnet Conseil", "01 42 00 00 00", "factures@bonnet.example"
    firm.iban, firm.bic, firm.balances_on = "FR7630006000011234567890189", "AGRIFRPP", TODAY
    account.bcc, account.reply_to = ["copie@bonnet.example"], "camille@bonnet.example"


def a_customer(session: Session, code: str = "MERCIER", **changes: Any) -> Customer:
    contact = Contact(name="Madame Mercier", email=f"compta@{code.lower()}.example")
    customer = Customer(code=code, name=f"Atelier {code}", kind=CustomerKind.COMPANY, contacts=[contact])
    for name, value in changes.items():
        setattr(customer, name, value)
    session.add(customer)
    session.flush()
    return customer


def an_invoice(session: Session, customer: Customer, number: str = "F-1", **changes: Any) -> Invoice:
    given: dict[str, Any] = {
        "issue_date": date(2026, 10, 1),
        "due_date": date(2026, 10, 31),
        "currency": "EUR",
        "total": 100000,
        "balance": 100000,
        "entered_at": NOW,
        **changes,
    }
    invoice = Invoice(number=number, customer_id=customer.id, **given)
    session.add(invoice)
    session.flush()
    return invoice


def a_message(session: Session, *invoices: Invoice, step: int = 3, level: int = 1, **changes: Any) -> Message:
    program = session.scalars(select(Program)).one()
    given: dict[str, Any] = {
        "uid": f"uid-{session.scalar(select(func.count(Message.id)))}",
        "kind": ReminderKind.AUTO,
        "channel": ChannelName.EMAIL,
        "state": MessageState.CLAIMED,
        "customer_id": invoices[0].customer_id,
        "program_id": program.id,
        "step": step,
        "level": level,
        "language": "fr",
        "created_at": NOW,
        "next_at": NOW,
        **changes,
    }
    message = Message(**given)
    message.reminders = [a_reminder(program, invoice, step, level) for invoice in invoices]
    session.add(message)
    session.flush()
    return message


def a_reminder(program: Program, invoice: Invoice, step: int, level: int, **changes: Any) -> Reminder:
    claimed = invoice.total - (invoice.paid or 0) - (invoice.credited or 0)
    given: dict[str, Any] = {
        "channel": "email",
        "kind": ReminderKind.AUTO,
        "day": TODAY,
        "at": NOW,
        "amount": claimed,
        **changes,
    }
    return Reminder(
        invoice_id=invoice.id, program_id=program.id, cycle=1, step=step, occurrence=1, level=level, **given
    )
