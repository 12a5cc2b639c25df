"""The copies of the data that a person can fall back on: backups they download, and those made before an upgrade."""

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.services.backup import write_backup
from relance.services.database import the_firm

OLD_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class OldCopy:
    """The database as it was before an upgrade brought it up to date."""

    name: str
    size: int  # bytes
    made_at: datetime


def fresh_backup(engine: Engine, settings: Settings) -> IO[bytes]:
    """A backup made now, open to be read; nothing of it stays in the data folder. Raises Refused."""
    with tempfile.TemporaryDirectory(prefix="backup-") as folder:
        file = Path(folder) / "relance.zip"
        write_backup(engine, settings, file)
        if os.name == "posix":
            return file.open("rb")  # lives on without a name until it is closed
        kept = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 -- its reader closes it
        kept.write(file.read_bytes())
        kept.seek(0)
        return kept


def note_backup(session: Session, now: datetime) -> None:
    """A person took a backup away."""
    the_firm(session).backed_up_at = now


def is_old(backed_up_at: datetime | None, now: datetime) -> bool:
    """Whether the last backup is so old, or missing, that a person should be told."""
    return backed_up_at is None or now - backed_up_at > OLD_AFTER


def before_upgrades(settings: Settings) -> list[OldCopy]:
    """The copies kept by upgrades, newest first."""
    found = []
    for path in (settings.data_dir / "before-upgrade").glob("*.db"):
        try:
            known = path.stat()
        except OSError:
            continue
        found.append(OldCopy(path.name, known.st_size, datetime.fromtimestamp(known.st_mtime, UTC)))
    return sorted(found, key=lambda one: one.made_at, reverse=True)
