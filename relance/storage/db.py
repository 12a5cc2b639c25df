"""Opens the database with the pragmas that its promises rest on, and brings its schema up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.orm import Session

# Compared before Alembic is imported: it costs more than most commands.
HEAD = "0003"


class SchemaTooNew(Exception):
    """The file was written by a newer Relance: it is left exactly as it is."""


def sqlite_url(path: Path) -> str:
    """The URL of a database file, always absolute: a relative one would mean two files."""
    return f"sqlite:///{path.resolve()}"


def open_engine(url: str) -> Engine:
    """An engine on the database; nothing is read yet."""
    engine = create_engine(url, pool_size=10, max_overflow=10) if not url.startswith("sqlite") else create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves: writers take the lock at once
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA cache_size=-32000")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def writer(engine: Engine) -> Connection:
    """A connection whose every transaction takes the write lock from its start."""
    return engine.connect().execution_options(writes=True)


@contextmanager
def writing_on(connection: Connection) -> Iterator[Session]:
    """A session in one transaction of a writer; committed at the end, or rolled back."""
    with Session(connection) as session, session.begin():
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session in one transaction that holds the write lock from its start; committed at the end, or rolled back.

    A transaction that reads first and writes later would fail at once when another one commits in between.
    """
    with writer(engine) as connection, writing_on(connection) as session:
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one state of the database and changes nothing."""
    with Session(engine) as session:
        yield session


def schema_version(engine: Engine) -> str | None:
    """The migration the database is at; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine, migrations: Path) -> bool:
    """Bring the schema to HEAD; tells whether anything had to be done.

    Raises SchemaTooNew, and changes nothing, when the database was written by a newer program.
    """
    version = schema_version(engine)
    if version == HEAD:
        return False
    if version is not None and version > HEAD:
        raise SchemaTooNew(version)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
    return True
