"""A backup is a zip of the database, copied whole while in use, and of the files that were sent.

The send journal is no part of it. Whatever a journal knows at the moment of a backup, the database of that backup knows
too; its worth is what it learns afterwards, so that of the living folder stays where it is when a backup is put back.
"""

import os
import sqlite3
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from relance import paths
from relance.config import Settings
from relance.domain.status import CLAIMABLE, RESTORED, MessageState
from relance.services.database import the_firm
from relance.services.refusal import Refused
from relance.services.same_machine import SendingLock
from relance.storage import db
from relance.storage.models import Message

DATABASE = "relance.db"
FOLDERS = ("sent", "pdf")


def write_backup(engine: Engine, settings: Settings, file: Path) -> int:
    """Write FILE whole or not at all; its size in bytes. Raises Refused."""
    if engine.dialect.name != "sqlite":
        raise Refused("backup.not_sqlite")
    fresh = file.with_name(file.name + ".new")
    try:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / DATABASE
            _copy_database(settings.database, copy)
            with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(copy, DATABASE)
                for path in _files(settings.data_dir):
                    archive.write(path, path.relative_to(settings.data_dir).as_posix())
            with fresh.open("rb+") as stream:
                os.fsync(stream.fileno())
        fresh.replace(file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise Refused("backup.not_written", file=str(file), error=str(error)) from error
    return file.stat().st_size


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: one state of the database, whatever is being written meanwhile."""
    with sqlite3.connect(source) as opened, sqlite3.connect(target) as copy:
        opened.backup(copy)
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise Refused("backup.damaged", file=str(source))
    opened.close()
    copy.close()


def _files(folder: Path) -> list[Path]:
    return [path for name in FOLDERS for path in sorted((folder / name).rglob("*")) if path.is_file()]


def restore_backup(settings: Settings, file: Path, now: datetime) -> str:
    """Put a backup in place of the present data; the folder where those are kept now, empty if there were none.

    Nothing leaves afterwards before a person opens the sending again, for a message that the backup calls queued may
    have left since. Raises Refused, and then nothing was changed.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Unpacked beside the data, so that each is put in place by a rename: a kill leaves one database or the other.
    with tempfile.TemporaryDirectory(prefix="restoring-", dir=settings.data_dir) as folder:
        _unpack(file, Path(folder))
        _lock(Path(folder) / DATABASE, now)
        kept = _set_aside(settings)
        for name in (DATABASE, *FOLDERS):
            if (Path(folder) / name).exists():
                (Path(folder) / name).rename(settings.data_dir / name)
    return kept


def _unpack(file: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if DATABASE not in names or any(not _is_ours(name) for name in names):
                raise Refused("backup.not_a_backup", file=str(file))
            archive.extractall(folder)
    except FileNotFoundError as error:
        raise Refused("backup.no_file", file=str(file)) from error
    except (zipfile.BadZipFile, OSError) as error:
        raise Refused("backup.not_a_backup", file=str(file)) from error


def _is_ours(name: str) -> bool:
    parts = Path(name).parts
    return ".." not in parts and not Path(name).is_absolute() and (name == DATABASE or parts[0] in FOLDERS)


def _lock(database: Path, now: datetime) -> None:
    """Bring the schema of the backup up to date, and lock its sending."""
    engine = db.open_engine(db.sqlite_url(database))
    try:
        db.upgrade(engine, paths.migrations())
        with db.writing(engine) as session:
            firm = the_firm(session)
            firm.sending_lock, firm.locked_at = SendingLock.RESTORED, now
            _hold(session)
    except db.SchemaTooNew as error:
        raise Refused("database.too_new", version=str(error)) from error
    except Exception as error:
        raise Refused("backup.not_a_backup", file=str(database.name)) from error
    finally:
        engine.dispose()


def _hold(session: Session) -> None:
    """What waited is shown as held; what was claimed counts as not tried, what was being handed over as unknown."""
    held = {"state": MessageState.HELD, "code": RESTORED, "owner": None, "lease_until": None}
    claimed = update(Message).where(Message.state == MessageState.CLAIMED)
    session.execute(claimed.values(**held, attempt=Message.attempt - 1))
    session.execute(update(Message).where(Message.state.in_(CLAIMABLE)).values(**held))
    between = update(Message).where(Message.state == MessageState.TRANSMITTING)
    session.execute(between.values(state=MessageState.UNKNOWN, code=RESTORED, lease_until=None))


def _set_aside(settings: Settings) -> str:
    """Move the present database and files out of the way, never delete them."""
    present = [settings.data_dir / name for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", *FOLDERS)]
    if not any(path.exists() for path in present):
        return ""
    number = 1
    while (aside := settings.data_dir / f"before-restore-{number}").exists():
        number += 1
    aside.mkdir()
    for path in present:
        if path.exists():
            path.rename(aside / path.name)
    return str(aside)
