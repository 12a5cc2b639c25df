"""Fills a database with a firm of any size, by bulk inserts."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.book import ReminderKind, Scope
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.database import open_database, the_firm
from relance.storage import db
from relance.storage.models import Contact, Customer, Invoice, Message, Reminder

TODAY = date(2026, 11, 23)
ENTERED = datetime(2026, 1, 5, 9, tzinfo=UTC)


def filled(folder: Path, *, invoices: int, customers: int, reminders: int) -> tuple[Settings, Engine]:
    """A data folder with so many open invoices, customers with one address each, and past reminders."""
    settings = Settings(folder)
    engine = open_database(settings)
    luck = random.Random(7)
    with db.writing(engine) as session:
        firm = the_firm(session)
        firm.name, firm.email = "Bonnet Conseil", "claire@bonnet.example"
        firm.iban = "FR7630004000031234567890143"
        firm.enabled, firm.activated_at, firm.scope = True, ENTERED, Scope.ALL
        firm.balances_on, firm.data_fresh_at = TODAY, datetime(2026, 11, 23, 6, tzinfo=UTC)
        _customers(session, customers)
        _invoices(session, invoices, customers, luck)
        _reminders(session, invoices, customers, reminders)
    return settings, engine


def _customers(session: Session, number: int) -> None:
    keys = range(1, number + 1)
    session.execute(insert(Customer), [{"id": key, "code": f"C{key:06}", "name": f"Client {key:06}"} for key in keys])
    session.execute(insert(Contact), [{"customer_id": key, "email": f"compta@client{key}.example"} for key in keys])


def _invoices(session: Session, number: int, customers: int, luck: random.Random) -> None:
    rows = []
    for key in range(1, number + 1):
        due, total = TODAY - timedelta(days=luck.randint(-30, 90)), luck.randint(1000, 900000)
        rows.append(
            {
                "id": key,
                "number": f"F-{key:07}",
                "customer_id": key % customers + 1,
                "issue_date": due - timedelta(days=30),
                "due_date": due,
                "currency": "EUR",
                "total": total,
                "balance": total,
                "entered_at": ENTERED,
            }
        )
    session.execute(insert(Invoice), rows)


def _reminders(session: Session, invoices: int, customers: int, number: int) -> None:
    if not number:
        return
    messages, reminders = [], []
    for key in range(1, number + 1):
        invoice, step = (key - 1) % invoices + 1, (key - 1) // invoices + 1
        day = TODAY - timedelta(days=40 - 10 * step)
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        common = {"program_id": 1, "step": step, "occurrence": 1, "level": 0, "kind": ReminderKind.AUTO}
        messages.append(
            {
                **common,
                "id": key,
                "uid": f"bench-{key}",
                "channel": ChannelName.EMAIL,
                "state": MessageState.SENT,
                "customer_id": invoice % customers + 1,
                "language": "fr",
                "created_at": moment,
                "next_at": moment,
                "sent_at": moment,
            }
        )
        reminders.append(
            {
                **common,
                "invoice_id": invoice,
                "message_id": key,
                "cycle": 1,
                "channel": "email",
                "done": True,
                "day": day,
                "at": moment,
            }
        )
    for start in range(0, number, 20000):
        session.execute(insert(Message), messages[start : start + 20000])
        session.execute(insert(Reminder), reminders[start : start + 20000])
