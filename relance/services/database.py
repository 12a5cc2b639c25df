"""Opens the firm's database, brings it up to date and gives it what an empty one needs."""

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance import clock, config, paths
from relance.services.programs.presets import PRESETS, Preset
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import Firm, InboxAccount, LetterAccount, MailAccount, Program, SmsAccount, Step

STANDARD_NAME = "Standard"


def open_database(settings: config.Settings) -> Engine:
    """The engine of the firm's database, its schema up to date.

    Raises Refused when it can't be opened or was written by a newer program.
    """
    url = settings.database_url or db.sqlite_url(settings.database)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = db.open_engine(url)
        _keep_copy(engine, settings)
        if db.upgrade(engine, paths.migrations()):
            with db.writing(engine) as session:
                ensure_defaults(session)
    except db.SchemaTooNew as error:
        raise Refused("database.too_new", version=str(error)) from error
    except OSError as error:
        raise Refused("database.folder", folder=str(settings.data_dir), error=str(error)) from error
    return engine


def _keep_copy(engine: Engine, settings: config.Settings) -> None:
    """Before a migration the database is copied whole: an upgrade that fails loses nothing."""
    version = db.schema_version(engine)
    if version is None or version >= db.HEAD or engine.dialect.name != "sqlite":
        return
    kept = settings.data_dir / "before-upgrade" / f"relance-{version}.db"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True, mode=0o700)
        fresh = kept.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with engine.connect() as connection:
            connection.connection.driver_connection.execute("VACUUM INTO ?", (str(fresh),))  # type: ignore[union-attr]
        fresh.replace(kept)


def ensure_defaults(session: Session) -> None:
    """The rows that every database has: the firm, its accounts, one general program."""
    for kind in (Firm, MailAccount, SmsAccount, LetterAccount, InboxAccount):
        if session.get(kind, 1) is None:
            session.add(kind(id=1))
    if session.scalar(select(Program.id).limit(1)) is None:
        session.add(Program(name=STANDARD_NAME, general=True, steps=_standard_steps()))


def _standard_steps() -> list[Step]:
    return [
        Step(
            position=position,
            level=step.level,
            offset=step.offset,
            channels=[channel.value for channel in step.channels],
            mode=step.mode,
            deadline_days=step.deadline_days,
        )
        for position, step in enumerate(PRESETS[Preset.STANDARD], 1)
    ]


def the_firm(session: Session) -> Firm:
    """The firm's row."""
    return session.get_one(Firm, 1)


def local_now(firm: Firm) -> datetime:
    """The present moment in the firm's zone."""
    return clock.local_now(firm.timezone)
