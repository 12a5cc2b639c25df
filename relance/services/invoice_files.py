"""The invoices' PDF files, in one folder: which of them go with a message, by name and by hash."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from relance.services.messages.facts import AttachedFile, Claim

MEDIA_TYPE = "application/pdf"
LARGEST = 10 * 1024 * 1024  # of one file, and of all the files of a message: mail servers refuse more
_FORBIDDEN = frozenset('/\\:*?"<>|')


def attach(folder: Path | None, claims: Iterable[Claim]) -> tuple[AttachedFile, ...]:
    """The files that go with a message, each once, as many as fit; an invoice without its file goes without."""
    found: dict[str, AttachedFile] = {}
    room = LARGEST
    for claim in claims:
        file = describe(folder, claim) if folder and claim.pdf_name not in found else None
        if file and file.size <= room:
            found[file.name] = file
            room -= file.size
    return tuple(found.values())


def describe(folder: Path, claim: Claim) -> AttachedFile | None:
    """The PDF of an invoice, or None when there is none that can be sent."""
    path = _path(folder, claim.pdf_name)
    if path is None:
        return None
    try:
        status = path.stat()
        if not 0 < status.st_size <= LARGEST:
            return None
        digest = _digest(path, status.st_size, status.st_mtime_ns)
    except OSError:
        return None
    if digest is None:
        return None
    return AttachedFile(claim.pdf_name, MEDIA_TYPE, status.st_size, digest, claim.number)


def _path(folder: Path, name: str) -> Path | None:
    """The file of that plain name, really inside the folder; nothing that an import wrote can lead out of it."""
    if not name or name.startswith(".") or not _FORBIDDEN.isdisjoint(name) or not name.isprintable():
        return None
    path = folder / name
    try:
        return path if path.is_file() and not path.is_symlink() else None
    except OSError:  # a name too long for the disk
        return None


@lru_cache(maxsize=4096)
def _digest(path: Path, size: int, changed: int) -> str | None:
    """The hash of a PDF, None for another kind of file. Size and moment of change make a changed file a new one."""
    content = path.read_bytes()
    return sha256(content).hexdigest() if content.startswith(b"%PDF-") else None
