"""Tells whether the process that claimed a message still lives: it holds a lock on a file while it does."""

import os
import secrets
import socket
from pathlib import Path
from types import TracebackType
from typing import IO

_HOST = socket.gethostname()[:20]


def _try_lock(stream: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class Owner:
    """One process (or one delivery of a process) that claims messages. A kill frees its lock at once."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "owners"
        self.name = f"{_HOST}:{secrets.token_hex(8)}"
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> "Owner":
        self._folder.mkdir(parents=True, exist_ok=True)
        self._stream = _path(self._folder, self.name).open("wb")
        _try_lock(self._stream)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream:
            self._stream.close()
        _path(self._folder, self.name).unlink(missing_ok=True)


def _path(folder: Path, name: str) -> Path:
    return folder / (name.rpartition(":")[2] + ".lock")


def is_dead(data_dir: Path, name: str) -> bool:
    """Whether an owner of this machine is gone. Of another machine's nothing is known: its lease decides."""
    if name.rpartition(":")[0] != _HOST:
        return False
    path = _path(data_dir / "owners", name)
    try:
        with path.open("r+b") as stream:
            dead = _try_lock(stream)
    except FileNotFoundError:
        return True
    if dead:
        path.unlink(missing_ok=True)
    return dead
