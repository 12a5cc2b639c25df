"""One copy at a time on a data folder: a lock that a killed process frees at once."""

import os
from pathlib import Path
from typing import IO


class OnlyCopy:
    """Holds a lock on `NAME.lock` in the data folder until the process ends; `NAME.url` says where it answers."""

    def __init__(self, data_dir: Path, name: str) -> None:
        self._path = data_dir / f"{name}.lock"
        self._note = data_dir / f"{name}.url"
        self._stream: IO[bytes] | None = None

    def take(self) -> bool:
        """Whether this process is the only one from now on."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        stream = self._path.open("ab")
        if not _lock(stream):
            stream.close()
            return False
        self._stream = stream
        return True

    def say_where(self, address: str) -> None:
        """Leave the address for the next copy that is started."""
        self._note.write_text(address, encoding="utf-8")

    def where(self) -> str:
        """The address that the running copy left; empty when it has none yet."""
        try:
            return self._note.read_text(encoding="utf-8")
        except OSError:
            return ""

    def release(self) -> None:
        """Let another copy start."""
        if self._stream:
            self._note.unlink(missing_ok=True)
            self._stream.close()
            self._stream = None


def _lock(stream: IO[bytes]) -> bool:
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
