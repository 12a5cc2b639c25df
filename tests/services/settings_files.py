"""Helpers of the tests of settings: an empty database in no time, and what loading a text does to it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance import config
from relance.services.database import open_database
from relance.services.refusal import Refused
from relance.services.settings import loading as settings
from relance.services.settings.loading import Loaded, Problem
from relance.storage import db
from relance.storage.models import Base

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@cache
def _blank() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="relance-tests-"))
    open_database(config.Settings(data_dir=folder)).dispose()
    return folder / "relance.db"


def blank_database(folder: Path) -> Engine:
    """A database as it is after the first start; migrated once, then copied."""
    path = folder / "relance.db"
    shutil.copy(_blank(), path)
    return db.open_engine(db.sqlite_url(path))


@contextmanager
def passing(engine: Engine) -> Iterator[Session]:
    """A session whose work is thrown away at the end."""
    with engine.connect() as connection, Session(connection) as session:
        yield session
        session.rollback()


def load(engine: Engine, text: str, now: datetime = NOW) -> Loaded:
    """Load a text and commit."""
    with db.writing(engine) as session:
        return settings.load(session, text, now=now, file="my.toml")


def problems_of(engine: Engine, text: str) -> tuple[Problem, ...]:
    """The problems for which a text is refused."""
    with pytest.raises(Refused) as refused, db.writing(engine) as session:
        settings.load(session, text, now=NOW, file="my.toml")
    found: Any = refused.value.facts["problems"]
    return tuple(found)


def dump(engine: Engine) -> str:
    """The dump of a database."""
    with db.reading(engine) as session:
        return settings.dump(session)


def everything(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    session.flush()
    return {
        table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
    }


def all_rows(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as committed."""
    with db.reading(engine) as session:
        return everything(session)
