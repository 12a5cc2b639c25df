"""What earlier files said of an invoice, so that a file that repeats itself undoes nobody's work."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.storage.models import ImportBatch

APPLIED = "applied"


@dataclass(frozen=True, slots=True)
class Memory:
    """By invoice: what the last file that said anything said was settled, and the addresses that it gave to it."""

    stated: dict[int, int] = field(default_factory=dict)
    own_emails: dict[int, list[str]] = field(default_factory=dict)


def recall(session: Session, invoices: Collection[int]) -> Memory:
    """The last word of the applied files on some invoices, newest file first."""
    memory = Memory()
    if not invoices:
        return memory
    wanted = {str(key) for key in invoices}
    batches = (
        select(ImportBatch.undo)
        .where(ImportBatch.kind == "invoices", ImportBatch.state == APPLIED)
        .order_by(ImportBatch.applied_at.desc(), ImportBatch.id.desc())
    )
    for (undo,) in session.execute(batches):
        _first_word(memory.stated, undo.get("stated", {}), wanted)
        _first_word(memory.own_emails, undo.get("own_emails", {}), wanted)
        if len(memory.stated) == len(wanted):
            break
    return memory


def _first_word(kept: dict[int, Any], said: dict[str, Any], wanted: Iterable[str]) -> None:
    for key in said.keys() & wanted:
        kept.setdefault(int(key), said[key])
