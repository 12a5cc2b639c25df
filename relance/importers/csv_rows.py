"""The two doors of the importers: the bytes of a CSV or .xlsx file in, a Reading out."""

from collections.abc import Sequence

from relance.importers.candidates import InvoiceCandidate, PaymentCandidate
from relance.importers.fields import FileKind
from relance.importers.headings import signature
from relance.importers.invoice_rows import judge_invoices
from relance.importers.payment_rows import judge_payments
from relance.importers.reading import C, Problem, Reading, ReadOptions
from relance.importers.understanding import Understood, understand

_NO_ANSWERS = ReadOptions()


def read_invoices(content: bytes, *, options: ReadOptions = _NO_ANSWERS) -> Reading[InvoiceCandidate]:
    """Read a list of invoices. Raises Unreadable; with questions in the reading there are no candidates."""
    file = understand(content, FileKind.INVOICES, options)
    if file.questions:
        return _reading(file, (), (), file.notices)
    judged = judge_invoices(file, options.default_currency)
    return _reading(file, judged.candidates, judged.problems, (*file.notices, *judged.notices))


def read_payments(content: bytes, *, options: ReadOptions = _NO_ANSWERS) -> Reading[PaymentCandidate]:
    """Read a list of payments. Raises Unreadable; with questions in the reading there are no candidates."""
    file = understand(content, FileKind.PAYMENTS, options)
    if file.questions:
        return _reading(file, (), (), file.notices)
    judged = judge_payments(file, options.default_currency)
    return _reading(file, judged.candidates, judged.problems, file.notices)


def _reading(
    file: Understood, candidates: Sequence[C], problems: Sequence[Problem], notices: Sequence[Problem]
) -> Reading[C]:
    orders = set(file.dates.orders.values())
    return Reading(
        candidates=tuple(candidates),
        problems=tuple(problems),
        notices=tuple(notices),
        questions=file.questions,
        columns=file.columns,
        encoding=file.encoding,
        separator=file.table.separator,
        sheet=file.table.sheet,
        heading_row=file.table.heading_row,
        row_count=len(file.table.rows),
        date_order=orders.pop() if len(orders) == 1 else None,
        date_order_assumed=file.dates.assumed,
        french_headings=file.french,
        signature=signature(file.table.headings),
        unused_mapping=file.assignment.unused_mapping,
    )
