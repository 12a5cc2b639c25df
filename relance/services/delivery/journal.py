"""The send journal: what was handed over, line by line, outside the database (RELIABILITY 3.8).

An older copy of the database calls a message queued that has left since; this file still knows that it left.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from relance.domain.status import MessageState
from relance.services.delivery.journal_lines import Carried, Ended, Entry, HandedOver, Reading, line_of

FOLDER = "journal"
SETTLED = "settled.txt"
# How far back the newest files are read to notice an older database: a few hundred lines.
TAIL = 64 * 1024
NEWEST = 3
SYNC_EVERY = 50  # lines


def folder_of(data_dir: Path) -> Path:
    """Where the journal of a data folder is."""
    return data_dir / FOLDER


class Journal:
    """The pen of one thread: its file stays open between messages. Lines of several pens never mix."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = folder_of(data_dir)
        self._month = ""
        self._file = -1
        self._unsynced = 0

    def handing_over(
        self, uid: str, channel: str, attempt: int, now: datetime, carried: Collection[Carried] = ()
    ) -> None:
        """Write that the content is handed over next. Raises OSError: then it must not be.

        A kill can't take the line back. A power cut can take the last few, of messages that the database has on its
        disk as transmitting: the journal is for the day when an older database is put in its place.
        """
        self._write(HandedOver(now, uid, channel, attempt, tuple(carried)))
        self._unsynced += 1
        if self._unsynced >= SYNC_EVERY:
            self._sync()

    def outcome(self, uid: str, state: MessageState, now: datetime) -> None:
        """Note what became of it. The database knows already: a line that can't be written is left out."""
        try:
            self._write(Ended(now, uid, state))
        except OSError:
            return

    def close(self) -> None:
        """Put the pen down."""
        if self._file >= 0:
            self._sync()
            os.close(self._file)
        self._file, self._month = -1, ""

    def _sync(self) -> None:
        with suppress(OSError):
            os.fsync(self._file)
        self._unsynced = 0

    def _write(self, entry: Entry) -> None:
        month = entry.at.astimezone(UTC).strftime("%Y-%m")
        if month != self._month:
            self.close()
            self._file = _open(self._folder, month)
            self._month = month
        append(self._file, line_of(entry))


def _open(folder: Path, month: str) -> int:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"sent-{month}.log"
    fresh = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        if fresh:
            _keep_name(folder)
        with locked(file):
            _end_the_last_line(file)
    except OSError:
        os.close(file)
        raise
    return file


def _keep_name(folder: Path) -> None:
    """A new file survives a power cut only when its folder is on the disk too."""
    if os.name != "nt":
        for one in (folder, folder.parent):
            entry = os.open(one, os.O_RDONLY)
            try:
                os.fsync(entry)
            finally:
                os.close(entry)


def _end_the_last_line(file: int) -> None:
    """A power cut may have torn the last line: the next one must not stick to it."""
    size = os.fstat(file).st_size
    if size:
        os.lseek(file, size - 1, os.SEEK_SET)
        if os.read(file, 1) != b"\n":
            os.write(file, b"\n")


def append(file: int, line: bytes) -> None:
    """Add a line whole, or leave the file as it was and raise OSError."""
    with locked(file):
        size = os.fstat(file).st_size
        try:
            written = os.write(file, line)
            if written != len(line):
                raise OSError(f"{written} of {len(line)} bytes written")
        except OSError:
            os.ftruncate(file, size)
            raise


@contextmanager
def locked(file: int) -> Iterator[None]:
    """Nobody else writes meanwhile, in this process or another."""
    if os.name == "nt":
        import msvcrt

        os.lseek(file, 1 << 30, os.SEEK_SET)  # a byte that no content ever reaches
        msvcrt.locking(file, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined, unused-ignore]
        try:
            yield
        finally:
            os.lseek(file, 1 << 30, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def files_of(data_dir: Path) -> list[Path]:
    """The journal's files, the oldest month first."""
    return sorted(folder_of(data_dir).glob("sent-[0-9][0-9][0-9][0-9]-[01][0-9].log"))


def read(data_dir: Path) -> tuple[list[Entry], int]:
    """Every entry, and how many lines could not be read. Raises OSError when a file can't be."""
    reading = Reading()
    entries = [entry for path in files_of(data_dir) for entry in reading.entries(path.read_bytes())]
    return entries, reading.damaged


def latest(data_dir: Path) -> list[Entry]:
    """The last entries of the newest files: whatever a database of yesterday lacks is among them."""
    entries: list[Entry] = []
    for path in files_of(data_dir)[-NEWEST:]:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - TAIL))
            content = stream.read()
        if size > TAIL:
            content = content.partition(b"\n")[2]
        entries.extend(Reading().entries(content))
    return entries


def settled(data_dir: Path) -> set[str]:
    """The uids of messages that a database will never know of, and that a person was told of."""
    try:
        return set((folder_of(data_dir) / SETTLED).read_text(encoding="ascii", errors="replace").splitlines()) - {""}
    except FileNotFoundError:
        return set()


def settle(data_dir: Path, uids: Collection[str]) -> None:
    """A person was told that these left: they no longer speak against the database. Raises OSError."""
    if uids:
        folder = folder_of(data_dir)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(folder / SETTLED, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            append(file, ("\n" + "\n".join(sorted(uids)) + "\n").encode("ascii", "replace"))
            os.fsync(file)
        finally:
            os.close(file)
