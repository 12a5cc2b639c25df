"""A firm whose every invoice is due for one reminder, in a data folder of its own."""

import atexit
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.book import Scope
from relance.services.database import open_database, the_firm
from relance.storage import db
from relance.storage.models import Contact, Customer, Invoice, MailAccount, Program, Step

LATE = 8  # days, and the step is due after 7


@dataclass(frozen=True, slots=True)
class Firm:
    """Where it is, and how many invoices it has: invoice N goes to cN@torture.example."""

    folder: Path
    invoices: int

    @property
    def database(self) -> Path:
        return self.folder / "relance.db"


def address(number: int) -> str:
    """Where the reminder of an invoice goes."""
    return f"c{number}@torture.example"


def a_firm(
    folder: Path, port: int, invoices: int, *, connections: int = 1, run_at: str = "00:00", today: date | None = None
) -> Firm:
    """A firm in an empty folder, that sends to a port of this machine. `today`: the day of its one late step."""
    folder.mkdir(parents=True)
    day = today or datetime.now(UTC).date()
    with sqlite3.connect(_template(invoices, day)) as source, sqlite3.connect(folder / "relance.db") as target:
        source.backup(target)
        target.execute("UPDATE mail_account SET port = ?, connections = ?", (port, connections))
        target.execute("UPDATE firm SET run_at = ?", (run_at,))
    source.close()
    target.close()
    return Firm(folder, invoices)


@cache
def _template(invoices: int, today: date) -> Path:
    folder = Path(mkdtemp(prefix="torture-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = open_database(Settings(folder))
    with db.writing(engine) as session:
        _settings(session, datetime(today.year, today.month, today.day, tzinfo=UTC))
        _rows(session, invoices, today)
    engine.dispose()
    return folder / "relance.db"


def _settings(session: Session, today: datetime) -> None:
    firm, account = the_firm(session), session.get_one(MailAccount, 1)
    firm.name, firm.email, firm.iban = "Bonnet Conseil", "claire@bonnet.example", "FR7630004000031234567890143"
    firm.enabled, firm.activated_at, firm.scope = True, today - timedelta(days=400), Scope.ALL
    firm.working_days_only, firm.freshness_days = False, 0
    account.host, account.security, account.sender = "127.0.0.1", "none", "claire@bonnet.example"
    program = session.scalars(select(Program).where(Program.general)).one()
    program.steps.clear()
    session.flush()
    program.steps = [
        Step(position=position, level=position, offset=7 * position, channels=["email"]) for position in (1, 2, 3)
    ]


def _rows(session: Session, number: int, today: date) -> None:
    keys = range(1, number + 1)
    entered = datetime(today.year, today.month, today.day, tzinfo=UTC) - timedelta(days=60)
    session.execute(insert(Customer), [{"id": key, "code": f"C{key:06}", "name": f"Client {key:06}"} for key in keys])
    session.execute(insert(Contact), [{"customer_id": key, "email": address(key)} for key in keys])
    due = today - timedelta(days=LATE)
    invoices = [
        {
            "id": key,
            "number": f"F-{key:07}",
            "customer_id": key,
            "issue_date": due - timedelta(days=30),
            "due_date": due,
            "currency": "EUR",
            "total": 10_000,
            "balance": 10_000,
            "entered_at": entered,
        }
        for key in keys
    ]
    session.execute(insert(Invoice), invoices)
