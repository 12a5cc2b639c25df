"""What an import would do, without doing it."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from relance.importers.fields import Field, FileKind
from relance.importers.reading import ReadOptions
from relance.importers.understanding import understand
from relance.services.imports.options import AnyReading, ImportOptions, as_invoices, as_payments
from relance.services.imports.outcome import Missing, Preview
from relance.services.imports.payments import plan_payments
from relance.services.imports.plan import InvoicePlan, find_absent, plan_invoices
from relance.services.imports.profiles import read


def preview(
    session: Session, kind: FileKind, content: bytes, options: ImportOptions, *, complete: bool = False
) -> Preview:
    """Compare a file with what is known. Writes nothing.

    `complete`: the file claims to list every open invoice. Raises Refused for a file that can't be read.
    """
    reading, used = read(session, kind, content, options)
    if kind is FileKind.PAYMENTS:
        plan = plan_payments(session, as_payments(reading))
        return Preview(reading, used, False, tuple(plan.rows), tuple(plan.problems), tuple(plan.notices))
    invoices = plan_invoices(session, as_invoices(reading), used.customer_kind)
    return preview_of(session, invoices, reading, used, content, complete=complete)


def preview_of(
    session: Session,
    plan: InvoicePlan,
    reading: AnyReading,
    options: ImportOptions,
    content: bytes,
    *,
    complete: bool,
) -> Preview:
    """A plan as it is shown."""
    absent: tuple[Missing, ...] = ()
    if complete and not reading.questions:
        absent = find_absent(session, listed_numbers(reading, options, content))
    rows = sorted(plan.rows, key=lambda row: row.row)
    return Preview(
        reading, options, complete, tuple(rows), tuple(plan.problems), tuple(plan.notices), absent, plan.of_unknown_kind
    )


def listed_numbers(reading: AnyReading, options: ImportOptions, content: bytes) -> Iterable[str]:
    """Every number that the file lists, in its bad rows too: what is listed isn't missing."""
    numbers = {candidate.number for candidate in reading.candidates}
    if reading.problems:
        answers = ReadOptions(options.mapping, options.date_order, options.encoding, options.separator, "")
        file = understand(content, FileKind.INVOICES, answers)
        numbers.update(row.text(Field.NUMBER) for row in file.rows())
    return numbers
