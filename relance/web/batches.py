"""The files of the import pages: found by their number, read as their person said."""

from flask import abort
from sqlalchemy.orm import undefer

from relance.importers.fields import FileKind
from relance.services.imports import ImportOptions
from relance.services.imports.options import AnyReading
from relance.services.imports.profiles import read
from relance.services.imports.wizard import answers
from relance.storage.models import ImportBatch
from relance.web.database import reading

LARGEST_ID = 2**63 - 1


def batch_of(batch_id: int) -> ImportBatch:
    """The file of a number, its content too; 404 when there is none."""
    if not 0 < batch_id <= LARGEST_ID:
        abort(404)
    return reading().get(ImportBatch, batch_id, options=[undefer(ImportBatch.content)]) or abort(404)


def kind_of(batch: ImportBatch) -> FileKind:
    """What the file lists."""
    return FileKind(batch.kind)


def read_batch(batch: ImportBatch, options: ImportOptions | None = None) -> tuple[AnyReading, ImportOptions]:
    """The file as it is read with these answers (or those kept with it), and all the answers that this rests on.

    Raises Refused for one that can't be read.
    """
    return read(reading(), kind_of(batch), batch.content, answers(batch) if options is None else options)
