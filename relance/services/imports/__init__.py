"""Files of invoices and of payments: kept, shown, imported, taken back.

`receive` keeps the file, `preview` compares it with what is known and writes nothing, `apply` does it in one
transaction, `undo` takes it back. Inside: `options` and `profiles` are how a file is read, `known` what is there,
`parties`, `drafts`, `settlement`, `holds` and `payment_targets` compare one thing each, `plan` and `payments` put them
together, `write`, `writer` and `record` carry it out, `memory` is the word of earlier files.
"""

from relance.services.imports.apply import apply, stored_result
from relance.services.imports.memory import APPLIED
from relance.services.imports.options import IGNORE, ImportOptions, field_named, from_json, to_json
from relance.services.imports.outcome import (
    Change,
    ImportResult,
    MatchCode,
    Missing,
    Preview,
    RowPreview,
    RowProblem,
    RowState,
    result_of,
)
from relance.services.imports.preview import preview
from relance.services.imports.receive import RECEIVED, already_applied, receive
from relance.services.imports.undo import UNDONE, undo

__all__ = [
    "APPLIED",
    "IGNORE",
    "RECEIVED",
    "UNDONE",
    "Change",
    "ImportOptions",
    "ImportResult",
    "MatchCode",
    "Missing",
    "Preview",
    "RowPreview",
    "RowProblem",
    "RowState",
    "already_applied",
    "apply",
    "field_named",
    "from_json",
    "preview",
    "receive",
    "result_of",
    "stored_result",
    "to_json",
    "undo",
]
