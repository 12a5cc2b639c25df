"""The steps between a file and its import: what a person answered is kept with the batch until the last one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from relance.domain.documents import CustomerKind
from relance.importers.fields import FileKind
from relance.services import imports
from relance.services.imports import RECEIVED, ImportOptions, ImportResult, Preview
from relance.services.refusal import Refused
from relance.storage.models import ImportBatch, ImportProfile

OTHER_KIND = {FileKind.INVOICES: FileKind.PAYMENTS, FileKind.PAYMENTS: FileKind.INVOICES}
_REMEMBER = "remember"


def answers(batch: ImportBatch) -> ImportOptions:
    """How the person said that the file is to be read; for an imported one, how it was."""
    return imports.from_json(batch.options)


def remembers(batch: ImportBatch) -> bool:
    """Whether these answers are kept for the next file of the same kind."""
    return bool(batch.options.get(_REMEMBER, True))


def keep_answers(session: Session, batch_id: int, options: ImportOptions, *, remember: bool = True) -> None:
    """Keep the answers with the file. Raises Refused once it was imported."""
    batch = session.get_one(ImportBatch, batch_id)
    if batch.state != RECEIVED:
        raise Refused("import.done", batch=batch.id)
    batch.options = {**imports.to_json(options), _REMEMBER: remember}


def as_other_kind(session: Session, batch_id: int) -> None:
    """Take the file for a list of the other kind. Raises Refused once it was imported."""
    batch = session.get_one(ImportBatch, batch_id)
    if batch.state != RECEIVED:
        raise Refused("import.done", batch=batch.id)
    batch.kind, batch.options = OTHER_KIND[FileKind(batch.kind)].value, {}


def discard(session: Session, batch_id: int) -> None:
    """Throw away a file that was never imported; one that is gone already is no matter."""
    session.execute(delete(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.state == RECEIVED))


def finish(
    session: Session, batch_id: int, shown: Preview, *, skip_bad_rows: bool, settle: bool, by: str, now: datetime
) -> ImportResult:
    """The last step: import the file, and remember its answers only if the person said so. Raises Refused."""
    batch = session.get_one(ImportBatch, batch_id)
    kept, before = remembers(batch), _profiles(session)
    result = imports.apply(
        session, batch, shown, skip_bad_rows=skip_bad_rows, complete_confirmed=settle, by=by, now=now
    )
    if not kept:
        _forget_since(session, before)
    return result


def settles(shown: Preview, *, said: bool) -> Preview:
    """The preview as it is imported: the claim that the list is complete is the person's alone."""
    return replace(shown, complete=said, absent=shown.absent if said else ())


def told_kind(shown: Preview, kind: CustomerKind | None) -> Preview:
    """The preview with a person's word on what the new customers are. Raises Refused where it is needed and missing."""
    if not shown.asks_kind:
        return shown
    if kind is None:
        raise Refused("import.customer_kind")
    return replace(shown, options=replace(shown.options, customer_kind=kind))


_Remembered = Mapping[int, tuple[str, dict[str, Any], datetime]]


def _profiles(session: Session) -> _Remembered:
    return {one.id: (one.signature, one.options, one.used_at) for one in session.scalars(select(ImportProfile))}


def _forget_since(session: Session, before: _Remembered) -> None:
    for one in session.scalars(select(ImportProfile)):
        if one.id in before:
            one.signature, one.options, one.used_at = before[one.id]
        else:
            session.delete(one)
