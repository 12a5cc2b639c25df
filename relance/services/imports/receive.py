"""Keeps the bytes of a file that came in, and tells when the same ones were imported before."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.importers.fields import FileKind
from relance.services.imports.memory import APPLIED
from relance.storage.models import ImportBatch

RECEIVED = "received"


def receive(session: Session, kind: FileKind, filename: str, content: bytes, *, by: str, now: datetime) -> ImportBatch:
    """A batch with the file in it; the one already there when the same file was received and never applied."""
    digest = hashlib.sha256(content).hexdigest()
    waiting = session.scalar(
        select(ImportBatch).where(
            ImportBatch.sha256 == digest, ImportBatch.kind == kind.value, ImportBatch.state == RECEIVED
        )
    )
    batch = waiting or ImportBatch(kind=kind.value, sha256=digest, content=content, state=RECEIVED)
    batch.filename, batch.received_at, batch.by = filename, now, by
    session.add(batch)
    session.flush()
    return batch


def already_applied(session: Session, kind: FileKind, content: bytes) -> ImportBatch | None:
    """The last import of these very bytes that stands."""
    return session.scalar(
        select(ImportBatch)
        .where(
            ImportBatch.sha256 == hashlib.sha256(content).hexdigest(),
            ImportBatch.kind == kind.value,
            ImportBatch.state == APPLIED,
        )
        .order_by(ImportBatch.id.desc())
        .limit(1)
    )
