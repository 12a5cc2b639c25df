"""The files that go with messages: what was sent is kept under its hash, so that it can always be read again."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from relance.domain.delivery import Attachment


def stored(data_dir: Path, sha256: str) -> Path:
    """Where a sent file is kept."""
    return data_dir / "sent" / sha256[:2] / sha256


def source(data_dir: Path, name: str) -> Path:
    """Where an invoice's PDF lies before it is sent; the name is a bare file name."""
    return data_dir / "pdf" / Path(name).name


def keep_and_read(data_dir: Path, described: Iterable[Mapping[str, Any]]) -> tuple[Attachment, ...]:
    """The files of a message, by their descriptions (name, type, sha256); a copy of each is kept once."""
    return tuple(_one(data_dir, one) for one in described)


def keep(data_dir: Path, content: bytes) -> str:
    """Keep a file that was made here, once; its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = stored(data_dir, sha256)
    if not path.exists():
        _keep(path, content, sha256)
    return sha256


def _one(data_dir: Path, described: Mapping[str, Any]) -> Attachment:
    kept = stored(data_dir, described["sha256"])
    if not kept.exists():
        _keep(kept, source(data_dir, described["name"]).read_bytes(), described["sha256"])
    return Attachment(described["name"], described["type"], kept.read_bytes())


def _keep(path: Path, content: bytes, sha256: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise OSError(f"{path.name}: the file changed while its message was made")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
