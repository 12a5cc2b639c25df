"""Read models of the import pages: past files, and what the rows of a preview need beside them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from relance.storage.chunks import chunks
from relance.storage.models import ImportBatch, ImportProfile, Invoice, Program


@dataclass(frozen=True, slots=True)
class PastImport:
    """A file of the list, without its content."""

    id: int
    kind: str
    filename: str
    state: str
    received_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    by: str
    created: int
    updated: int
    unchanged: int
    refused: int


def count(session: Session) -> int:
    """How many files there are."""
    return session.scalar(select(func.count()).select_from(ImportBatch)) or 0


def past_imports(session: Session, *, offset: int, limit: int) -> list[PastImport]:
    """A page of the files, newest first."""
    page = select(*_COLUMNS, ImportBatch.result).order_by(ImportBatch.id.desc()).offset(offset).limit(limit)
    return [PastImport(*(*columns, *_counts(result))) for *columns, result in session.execute(page)]


_COLUMNS: Sequence[InstrumentedAttribute[Any]] = (
    ImportBatch.id,
    ImportBatch.kind,
    ImportBatch.filename,
    ImportBatch.state,
    ImportBatch.received_at,
    ImportBatch.applied_at,
    ImportBatch.undone_at,
    ImportBatch.by,
)


def _counts(result: dict[str, Any]) -> tuple[int, int, int, int]:
    refused = len({problem["row"] for problem in result.get("problems", ())})
    return result.get("created", 0), result.get("updated", 0), result.get("unchanged", 0), refused


def same_file(session: Session, batch: ImportBatch) -> ImportBatch | None:
    """The last import of the same bytes that stands, other than this one."""
    same = select(ImportBatch).where(
        ImportBatch.sha256 == batch.sha256,
        ImportBatch.kind == batch.kind,
        ImportBatch.state == "applied",
        ImportBatch.id != batch.id,
    )
    return session.scalar(same.order_by(ImportBatch.id.desc()).limit(1))


def profile(session: Session, name: str | None) -> ImportProfile | None:
    """A remembered mapping, by its name."""
    return session.scalar(select(ImportProfile).where(ImportProfile.name == name)) if name else None


def currencies(session: Session, numbers: Collection[str]) -> dict[str, str]:
    """The currency of some invoices, by their numbers."""
    found: dict[str, str] = {}
    wanted = sorted(set(numbers))
    for part in chunks(wanted):
        part = part
        rows = session.execute(select(Invoice.number, Invoice.currency).where(Invoice.number.in_(part)))
        found.update((number, currency) for number, currency in rows)
    return found


def program_names(session: Session) -> dict[int, str]:
    """The programs, by their ids."""
    return dict(session.execute(select(Program.id, Program.name).order_by(Program.name)).all())
