"""A database to import into, and short ways to import and to look."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance import config
from relance.importers.fields import FileKind
from relance.services import imports
from relance.services.database import open_database
from relance.services.imports import ImportOptions, ImportResult, Preview, RowProblem
from relance.storage import db
from relance.storage.models import Contact, Customer, Firm, Hold, ImportBatch, Invoice, Payment

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 12:00 in Paris
TODAY = date(2026, 11, 23)


@lru_cache(maxsize=1)
def _empty_database() -> bytes:
    with TemporaryDirectory() as folder:
        settings = config.Settings(data_dir=Path(folder))
        engine = open_database(settings)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return settings.database.read_bytes()


def fresh_engine(folder: Path) -> Engine:
    """A database as migrations leave it, with its defaults."""
    path = config.Settings(data_dir=folder).database
    path.write_bytes(_empty_database())
    return db.open_engine(db.sqlite_url(path))


@dataclass
class Desk:
    """Imports texts one after the other, and shows what the database then holds."""

    engine: Engine
    now: datetime = NOON
    batches: list[int] = field(default_factory=list)

    def later(self, **ago: int) -> None:
        """Let time pass."""
        self.now += timedelta(**ago)

    def preview(
        self,
        text: str,
        kind: FileKind = FileKind.INVOICES,
        *,
        options: ImportOptions | None = None,
        complete: bool = False,
    ) -> Preview:
        """What an import would do."""
        with db.reading(self.engine) as session:
            return imports.preview(session, kind, text.encode(), options or ImportOptions(), complete=complete)

    def bring(
        self,
        text: str,
        kind: FileKind = FileKind.INVOICES,
        *,
        options: ImportOptions | None = None,
        skip_bad_rows: bool = False,
        complete: bool = False,
        settle: bool = False,
    ) -> ImportResult:
        """Import a text, as the file of a new batch."""
        shown = self.preview(text, kind, options=options, complete=complete)
        with db.writing(self.engine) as session:
            batch = imports.receive(session, kind, "liste.csv", text.encode(), by="test", now=self.now)
            result = imports.apply(
                session,
                batch,
                shown,
                skip_bad_rows=skip_bad_rows,
                complete_confirmed=settle,
                by="test",
                now=self.now,
            )
        self.batches.append(result.batch or 0)
        return result

    def pay(self, text: str) -> ImportResult:
        """Import a text of payments."""
        return self.bring(text, FileKind.PAYMENTS)

    def undo(self, batch: int | None = None) -> None:
        """Take an import back: the last one, unless told otherwise."""
        with db.writing(self.engine) as session:
            imports.undo(session, session.get_one(ImportBatch, batch or self.batches[-1]), now=self.now)

    def invoice(self, number: str) -> Invoice:
        """An invoice by its number."""
        with Session(self.engine, expire_on_commit=False) as session:
            return session.execute(select(Invoice).where(Invoice.number == number)).scalar_one()

    def numbers(self) -> list[str]:
        """All invoices."""
        with db.reading(self.engine) as session:
            return list(session.scalars(select(Invoice.number).order_by(Invoice.number)))

    def customer(self, code: str) -> Customer:
        """A customer by its code."""
        with Session(self.engine, expire_on_commit=False) as session:
            return session.execute(select(Customer).where(Customer.code == code)).scalar_one()

    def codes(self) -> list[str]:
        """All customers."""
        with db.reading(self.engine) as session:
            return list(session.scalars(select(Customer.code).order_by(Customer.code)))

    def emails(self, code: str) -> list[str]:
        """Where a customer's reminders go."""
        with db.reading(self.engine) as session:
            mine = select(Contact.email).join(Customer).where(Customer.code == code, Contact.use == "to")
            return list(session.scalars(mine.order_by(Contact.id)))

    def payments(self, number: str) -> list[tuple[int, date, str]]:
        """Amount, day and origin of an invoice's payments."""
        with db.reading(self.engine) as session:
            mine = select(Payment.amount, Payment.paid_on, Payment.origin).join(Invoice)
            rows = session.execute(mine.where(Invoice.number == number).order_by(Payment.id))
            return [(amount, day, origin) for amount, day, origin in rows]

    def holds(self, number: str) -> list[tuple[str, date | None, bool]]:
        """Kind, date and openness of an invoice's holds."""
        with db.reading(self.engine) as session:
            mine = select(Hold).join(Invoice, Hold.invoice_id == Invoice.id).where(Invoice.number == number)
            return [(one.kind, one.until, one.closed_at is None) for one in session.scalars(mine.order_by(Hold.id))]

    def firm(self) -> Firm:
        """The firm."""
        with Session(self.engine, expire_on_commit=False) as session:
            return session.get_one(Firm, 1)

    def amounts(self, number: str) -> tuple[int, int, int, int]:
        """Total, paid, credited and balance of an invoice."""
        one = self.invoice(number)
        return one.total, one.paid, one.credited, one.balance


def a_list(headings: str, *rows: str) -> str:
    """A CSV text."""
    return "\n".join((headings, *rows)) + "\n"


def codes_of(found: Sequence[RowProblem]) -> list[str]:
    """The codes of problems or notices."""
    return [one.code.value for one in found]
