"""Files that others read while they are written: each is there whole or not at all, and one writer works at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import IO

LOCK = ".relance.lock"

# The system's lock holds other processes back, this one the threads of our own: on a network folder it may be all.
_ours = Lock()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder to oneself."""
    with _ours, (folder / LOCK).open("ab") as stream:
        held = _lock(stream)
        try:
            yield
        finally:
            if held:
                with suppress(OSError):  # closing the file frees it as well
                    _unlock(stream)


def write_aside(target: Path, content: bytes) -> Path:
    """The content in a file beside its place, safe on the disk; it takes that place by `put_in_place`."""
    aside = target.with_name(f".{target.name}.tmp")
    try:
        aside.unlink(missing_ok=True)  # of a writer that died
        with aside.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
    return aside


def put_in_place(aside: Path, target: Path) -> None:
    """Give it its name, for good."""
    aside.replace(target)
    with suppress(PermissionError):  # Windows has no handle on a folder, and needs none
        entry = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)


def _lock(stream: IO[bytes]) -> bool:
    """Wait for the system's lock; False where this file system has none."""
    if os.name == "nt":
        import msvcrt

        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined, unused-ignore]
        return True
    import fcntl

    with suppress(OSError):
        fcntl.flock(stream, fcntl.LOCK_EX)
        return True
    return False


def _unlock(stream: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_UN)
