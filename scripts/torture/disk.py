"""Fills the disk at many moments of a send, makes room again, and looks whether anything left without a mark."""

import contextlib
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from scripts.torture import program
from scripts.torture.check import Result, examine, undurable
from scripts.torture.firm import Firm, a_firm
from scripts.torture.sink import Sink

MESSAGES = 80
DISK = 8 << 20
PAUSE = timedelta(hours=1)  # what could not be written is tried again after a while
# What is left of the disk when the run begins, in KiB.
ROOM = (0, 8, 32, 64, 128, 192, 256, 320, 384, 448, 512, 576, 640, 768, 896, 1024, 1280, 1536, 2048)


def full_disk(place: Path, room: tuple[int, ...] = ROOM) -> Result:
    """On a small disk of its own where that can be mounted; else by a limit on the size of files."""
    place.mkdir(parents=True)
    with _small_disk(place / "disk") as disk:
        total = Result("disk full, " + ("tmpfs" if disk else "limit on files") + f", {len(room)} moments")
        stopped = [_one(place / f"{left}", left << 10, disk, total) for left in room]
    total.complain("the disk was never full: nothing is proved", when=not any(stopped))
    total.complain("it never sent before the disk was full", when=stopped[-1] and total.mails == 0)
    total.name += f": {sum(stopped)} runs stopped"
    return total


def _one(place: Path, left: int, disk: Path | None, total: Result) -> bool:
    """Whether the run was stopped by the disk."""
    place.mkdir()
    with Sink(place / "ledger", 4) as sink:
        firm = a_firm((disk or place) / f"data-{left}", sink.port, MESSAGES)
        with _filled(disk, left) if disk else contextlib.nullcontext():
            ended = program.run(firm) if disk else _limited_run(firm, left)
            total.complain(f"a fault shown: {ended.complained[-400:]}", when=ended.broke or ended.code not in (0, 1, 2))
            loose = undurable(_copied(firm, place / "copy"), sink.mails())
            total.complain(f"{loose} handed over without a mark", when=loose > 0)
        again = program.run(firm, at=datetime.now(UTC) + PAUSE if program.FAKETIME else None)
        total.complain(f"not well with room again: {again.complained[-300:]}", when=again.broke)
        before = total.unknown
        examine(total, firm, sink.mails())
        total.complain("more than one unknown by one full disk", when=total.unknown - before > 1)
        for path in sorted(firm.folder.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
    return ended.code != 0


def _copied(firm: Firm, folder: Path) -> Firm:
    """What the database holds at this moment, where there is room to read it."""
    folder.mkdir()
    for path in firm.folder.glob("relance.db*"):
        if not path.name.endswith("-shm"):
            shutil.copy(path, folder)
    return Firm(folder, firm.invoices)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path | None]:
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)], capture_output=True)
    try:
        yield folder if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def _filled(disk: Path, left: int) -> Iterator[None]:
    """A file that leaves only so many bytes of the disk."""
    told, ballast = os.statvfs(disk), disk / "ballast"
    ballast.write_bytes(b"\1" * max(0, told.f_bavail * told.f_frsize - left))
    try:
        yield
    finally:
        ballast.unlink()


def _limited_run(firm: Firm, left: int) -> program.Ended:
    """No file may grow by more than so many bytes beyond the database of now."""
    limit = max(path.stat().st_size for path in firm.folder.glob("relance.db*")) // 4 + left
    return program.end(program.start(firm, "run", before=partial(_limit, limit)))


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
