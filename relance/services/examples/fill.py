"""Puts the made-up firm into an empty database.

It is made aside first: the worker of the living database must not meet a year that is half told.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, Table, delete, event, insert, select, text
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.services.database import STANDARD_NAME, ensure_defaults, the_firm
from relance.services.examples.make import make
from relance.services.examples.tables import tables
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import (
    Base,
    Customer,
    CustomerGroup,
    Firm,
    ImportBatch,
    InboxAccount,
    Invoice,
    LetterAccount,
    MailAccount,
    Program,
    Sender,
    SmsAccount,
    Template,
)

SENT = "sent"
_EMPTY = (Customer, CustomerGroup, Invoice, ImportBatch, Sender, Template)
Rows = list[tuple[Table, list[dict[str, Any]]]]


def may_fill(session: Session, firm: Firm) -> bool:
    """Whether nothing real is there yet: no firm, no account, no customer, no invoice, no file."""
    if firm.examples or firm.name or firm.activated_at or session.get_bind().dialect.name != "sqlite":
        return False
    mail, inbox, sms = (
        session.get_one(MailAccount, 1),
        session.get_one(InboxAccount, 1),
        session.get_one(SmsAccount, 1),
    )
    if mail.host or inbox.host or sms.provider or session.get_one(LetterAccount, 1).way != "print":
        return False
    if session.scalar(select(Program.id).where(Program.name != STANDARD_NAME).limit(1)) is not None:
        return False
    return not any(session.scalar(select(kind.id).limit(1)) for kind in _EMPTY)


def fill(engine: Engine, settings: Settings, now: datetime) -> None:
    """Make the firm and put it in. Raises Refused, and puts nothing in, for real data or a full disk."""
    with db.reading(engine) as session:
        _check(session)
    try:
        rows = _made(settings.data_dir, now)
    except OSError as error:
        raise Refused("examples.not_made", error=str(error)) from error
    with db.writing(engine) as session:
        _check(session)
        _replace(session, rows)


def _made(data_dir: Path, now: datetime) -> Rows:
    """The firm's rows; the files of its letters are put where they belong: they are named by what they hold."""
    with TemporaryDirectory(prefix="examples-", dir=data_dir) as name, _scratch(Path(name)) as engine:
        make(engine, Settings(Path(name), demo=True), now)
        shutil.copytree(Path(name) / SENT, data_dir / SENT, dirs_exist_ok=True)
        return _rows(engine)


def _check(session: Session) -> None:
    if not may_fill(session, the_firm(session)):
        raise Refused("examples.real_data")


@contextmanager
def _scratch(folder: Path) -> Iterator[Engine]:
    """A database that lives for seconds: nothing of it must reach the disk for sure."""
    engine = db.open_engine(db.sqlite_url(folder / "relance.db"))
    event.listen(engine, "connect", _hurry)
    try:
        Base.metadata.create_all(engine)
        with db.writing(engine) as session:
            ensure_defaults(session)
        yield engine
    finally:
        engine.dispose()


def _hurry(connection: Any, record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _rows(made: Engine) -> Rows:
    with made.connect() as connection:
        return [(table, [dict(row._mapping) for row in connection.execute(select(table))]) for table in tables()]


def _replace(session: Session, rows: Rows) -> None:
    """What every database has from the start gives way; the machine that these data live on stays known."""
    machine = the_firm(session).machine
    session.expire_all()
    session.execute(text("PRAGMA defer_foreign_keys=ON"))
    for table, _ in reversed(rows):
        session.execute(delete(table))
    for table, found in rows:
        if found:
            session.execute(insert(table), found)
    firm = the_firm(session)
    firm.examples, firm.machine = True, machine
