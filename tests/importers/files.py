"""Small files for the importers' tests, written here and nowhere else."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from openpyxl import Workbook

from relance.importers.candidates import InvoiceCandidate, PaymentCandidate
from relance.importers.csv_rows import read_invoices, read_payments
from relance.importers.reading import ProblemCode, QuestionCode, Reading, ReadOptions

HEADINGS = "N° facture;Client;Date facture;Échéance;Montant TTC"
ROW = "F-1;Dupont SARL;01/10/2026;31/10/2026;1 200,00"

Value = str | int | float | bool | date | datetime | None


def invoices(text: str, options: ReadOptions | None = None) -> Reading[InvoiceCandidate]:
    """Read the text as a UTF-8 file of invoices."""
    return read_invoices(text.encode(), options=options or ReadOptions())


def payments(text: str, options: ReadOptions | None = None) -> Reading[PaymentCandidate]:
    """Read the text as a UTF-8 file of payments."""
    return read_payments(text.encode(), options=options or ReadOptions())


def one_invoice(cells: Mapping[str, str], options: ReadOptions | None = None) -> Reading[InvoiceCandidate]:
    """Read a file of one invoice with a number, a client and a total, and these cells by heading."""
    row = {"N° facture": "F-1", "Client": "Dupont", "Montant TTC": "1200,00", **cells}
    return invoices(";".join(row) + "\n" + ";".join(row.values()), options)


def problems(reading: Reading[InvoiceCandidate] | Reading[PaymentCandidate]) -> list[tuple[int, str, ProblemCode]]:
    """What is wrong, where."""
    return [(problem.row, problem.column, problem.code) for problem in reading.problems]


def questions(reading: Reading[InvoiceCandidate] | Reading[PaymentCandidate]) -> list[QuestionCode]:
    """What is asked."""
    return [question.code for question in reading.questions]


def workbook(*sheets: Sequence[Sequence[Value]]) -> bytes:
    """An .xlsx file with these sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
