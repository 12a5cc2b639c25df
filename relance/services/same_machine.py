"""Notices data that are not where they were, or older than they were: a copied folder, an older database.

The database and the journal's folder bear the same stamp: an id of the database, this machine, and when the stamp's
file came into being. A folder that is renamed keeps that file as it is; one that is copied, moved to another disk or
put back from a backup gets a new one, on the same machine too. The device and inode numbers of the folder would not
do: they change when a disk is mounted anew, and stay when files are put back over the present ones.
"""

import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.status import MessageState
from relance.services.database import the_firm
from relance.services.delivery import journal
from relance.services.delivery.journal_lines import Entry, HandedOver
from relance.storage import db
from relance.storage.chunks import chunks
from relance.storage.models import Message


class SendingLock(StrEnum):
    """Why nothing leaves before a person confirms it."""

    RESTORED = "restored"  # a backup was put back
    COPIED = "copied"  # the folder is on another machine, or was copied here
    OLDER_DATABASE = "older_database"  # messages left that this database doesn't know of


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the database keeps of where it lives."""

    database: str  # its id, new each time that a person reopened the sending
    machine: str  # empty where the machine has no id
    born: str  # of the stamp's file

    def __str__(self) -> str:
        return f"{self.database}:{self.machine}:{self.born}"


def stamp_of(kept: str) -> Stamp | None:
    """The stamp as the database keeps it; None when it has none yet."""
    parts = kept.split(":")
    return Stamp(*parts) if len(parts) == 3 else None


def stamp_here(data_dir: Path) -> Stamp:
    """Write a new stamp beside the journal, and give what the database is to keep. Raises OSError."""
    folder = journal.folder_of(data_dir)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    database, machine = secrets.token_hex(8), this_machine()
    fresh = folder / "stamp.new"
    earlier = lineage(data_dir)
    with fresh.open("w", encoding="ascii") as stream:
        json.dump({"database": database, "machine": machine, "earlier": earlier}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(_file(data_dir))
    return Stamp(database, machine, _born(_file(data_dir)))


def found_here(data_dir: Path) -> Stamp | None:
    """The stamp beside the journal; None when there is none."""
    try:
        born = _born(_file(data_dir))
    except FileNotFoundError:
        return None
    fields = _fields(data_dir)
    return Stamp(str(fields.get("database", "")), str(fields.get("machine", "")), born)


def lineage(data_dir: Path) -> list[str]:
    """The ids that the database of this folder has and had, the newest first."""
    fields = _fields(data_dir)
    earlier = fields.get("earlier", [])
    ids = [fields.get("database"), *(earlier if isinstance(earlier, list) else [])]
    return [one for one in ids if isinstance(one, str) and one]


def _fields(data_dir: Path) -> dict[str, Any]:
    try:
        fields = json.loads(_file(data_dir).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _file(data_dir: Path) -> Path:
    return journal.folder_of(data_dir) / "stamp.json"


def _born(path: Path) -> str:
    """On POSIX the change of the inode, which no copy can take along; on Windows the file's number and its birth."""
    told = path.stat()
    return f"{told.st_ino if os.name == 'nt' else 0:x}.{told.st_ctime_ns:x}"


def moved(kept: Stamp | None, found: Stamp | None, machine: str) -> bool:
    """Whether the database is not where it was stamped."""
    if kept is None:
        return found is not None and found.machine != "" and machine != "" and found.machine != machine
    if found is None or (found.database, found.born) != (kept.database, kept.born):
        return True
    return any(mark != machine for mark in (kept.machine, found.machine) if mark and machine)


def left_unknown(entries: Collection[Entry], known: Mapping[str, tuple[MessageState, int]]) -> set[str]:
    """The uids handed over in attempts that the database doesn't know of.

    The database commits an attempt before the journal is written: it is never behind, unless it is an older one.
    """
    return {
        entry.uid
        for entry in entries
        if isinstance(entry, HandedOver) and _is_behind(known.get(entry.uid), entry.attempt)
    }


def _is_behind(row: tuple[MessageState, int] | None, attempt: int) -> bool:
    if row is None:
        return True
    state, counted = row
    return counted < attempt + (state is MessageState.CLAIMED)


def known_messages(session: Session, uids: Collection[str]) -> dict[str, tuple[MessageState, int]]:
    """The state and the attempts of messages, by uid."""
    found: dict[str, tuple[MessageState, int]] = {}
    wanted = sorted(uids)
    for part in chunks(wanted):
        query = select(Message.uid, Message.state, Message.attempt).where(Message.uid.in_(part))
        found.update({uid: (state, attempt) for uid, state, attempt in session.execute(query)})
    return found


def why_locked(engine: Engine, settings: Settings) -> SendingLock | None:
    """Why nothing may leave: the lock that is set, or one that is called for now. Nothing is written."""
    entries = journal.latest(settings.data_dir)  # before the database is read: it may only be ahead
    gone = journal.settled(settings.data_dir)
    with db.reading(engine) as session:
        firm = the_firm(session)
        if firm.sending_lock is not None:
            return SendingLock(firm.sending_lock)
        # A database on a server belongs to no machine, and each of those that send has a journal of its own.
        own = engine.dialect.name == "sqlite"
        if own and moved(stamp_of(firm.machine), found_here(settings.data_dir), this_machine()):
            return SendingLock.COPIED
        known = known_messages(session, {entry.uid for entry in entries})
    return SendingLock.OLDER_DATABASE if left_unknown(entries, known) - gone else None


def watch(engine: Engine, settings: Settings, now: datetime) -> SendingLock | None:
    """Before anything leaves: lock the sending where that is called for, and stamp what is new.

    What is returned is the lock; while there is one, nothing may be queued by the program or handed over. From a
    demonstration nothing leaves in any case.
    """
    if settings.demo:
        return None
    lock = why_locked(engine, settings)
    with db.reading(engine) as session:
        firm = the_firm(session)
        settled = firm.sending_lock == lock and (lock is not None or firm.machine != "")
    if settled or (lock is None and engine.dialect.name != "sqlite"):
        return lock
    with db.writing(engine) as session:
        firm = the_firm(session)
        if lock is not None:
            firm.sending_lock, firm.locked_at = lock.value, now
        elif stamp_of(firm.machine) is None:
            firm.machine = str(stamp_here(settings.data_dir))
    return lock


@cache
def this_machine() -> str:
    """A hash of this machine's id; empty where it has none, as in most containers."""
    said = _machine_id().strip().lower()
    if said in ("", "uninitialized"):
        return ""
    return hashlib.sha256(f"relance {said}".encode()).hexdigest()[:16]


def _machine_id() -> str:
    try:
        if sys.platform == "win32":
            return _windows_id()
        if sys.platform == "darwin":
            return _mac_id()
    except (OSError, subprocess.SubprocessError):
        return socket.gethostname()
    return _first_line("/etc/machine-id") or _first_line("/var/lib/dbus/machine-id")


def _first_line(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").partition("\n")[0]
    except OSError:
        return ""


def _windows_id() -> str:
    import winreg

    place = r"SOFTWARE\Microsoft\Cryptography"
    access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY  # type: ignore[attr-defined, unused-ignore]
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place, 0, access) as key:  # type: ignore[attr-defined, unused-ignore]
        return str(winreg.QueryValueEx(key, "MachineGuid")[0])  # type: ignore[attr-defined, unused-ignore]


def _mac_id() -> str:
    told = subprocess.run(
        ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"],
        capture_output=True,
        text=True,
        timeout=5,
        check=True,
    ).stdout
    named = [line for line in told.splitlines() if "IOPlatformUUID" in line]
    return named[0].split('"')[-2] if named else ""
