"""Workbooks."""

import io
import zipfile
from datetime import date, datetime

import pytest

from relance.importers.csv_rows import read_invoices
from relance.importers.reading import ProblemCode, Unreadable, UnreadableCode
from relance.importers.spreadsheet import read_table
from tests.importers.files import problems, workbook

HEADINGS = ["N° facture", "Client", "Date facture", "Échéance", "Montant TTC", "Exclue"]


def test_a_workbook_s_own_types_are_kept() -> None:
    content = workbook(
        [
            HEADINGS,
            [42, "Dupont", datetime(2026, 10, 1, 14, 30), date(2026, 10, 31), 1200.5, True],
            ["F-2", 3.0, 46326, "30/11/2026", "1 200,50 €", None],
        ]
    )
    reading = read_invoices(content)
    assert (reading.sheet, reading.encoding, reading.separator) == ("Sheet 1", "", "")
    first, second = reading.candidates
    assert (first.number, first.due_date, str(first.total), first.excluded) == (
        "42",
        date(2026, 10, 31),
        "1200.5",
        True,
    )
    assert first.issue_date == date(2026, 10, 1)
    assert (second.customer_name, second.issue_date, second.due_date) == ("3", date(2026, 10, 31), date(2026, 11, 30))
    assert second.currency == "EUR"


def test_titles_and_blank_rows_keep_their_numbers() -> None:
    content = workbook([["Impayés au 31/10/2026"], [], HEADINGS, [], ["F-1", "Dupont", None, None, 10, None]])
    reading = read_invoices(content)
    assert reading.heading_row == 3
    assert [one.row for one in reading.candidates] == [5]


def test_the_first_sheet_with_known_headings_is_read() -> None:
    content = workbook([["Notes"], ["Bonjour"]], [HEADINGS, ["F-1", "Dupont", None, None, 10, None]])
    assert read_invoices(content).sheet == "Sheet 2"


def test_noise_of_stored_numbers_is_not_read_as_cents() -> None:
    content = workbook([HEADINGS, ["F-1", "Dupont", None, None, 0.1 + 0.2, None]])
    assert str(read_invoices(content).candidates[0].total) == "0.3"


def test_a_row_wider_than_the_headings_is_a_problem() -> None:
    content = workbook([HEADINGS, ["F-1", "Dupont", None, None, 10, None, None, "note"]])
    assert problems(read_invoices(content)) == [(2, "", ProblemCode.EXTRA_CELLS)]


def test_a_spreadsheet_error_is_a_problem() -> None:
    content = workbook([HEADINGS, ["F-1", "Dupont", None, None, "#REF!", None]])
    assert problems(read_invoices(content)) == [(2, "Montant TTC", ProblemCode.AMOUNT_UNREADABLE)]


def _archive(**entries: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return content.getvalue()


def _corrupted() -> bytes:
    content = bytearray(workbook([HEADINGS, ["F-1", "Dupont", None, None, 10, None]]))
    content[60:200] = bytes(140)
    return bytes(content)


REFUSED = {
    "a workbook cut short": (workbook([HEADINGS])[:2000], UnreadableCode.SPREADSHEET_DAMAGED),
    "a workbook with a hole": (_corrupted(), UnreadableCode.SPREADSHEET_DAMAGED),
    "a workbook without its parts": (_archive(**{"xl/workbook.xml": b"<x/>"}), UnreadableCode.SPREADSHEET_DAMAGED),
    "an empty workbook": (workbook([[]]), UnreadableCode.EMPTY),
    "another zip": (_archive(**{"notes.txt": b"hello"}), UnreadableCode.ZIP),
    "an OpenDocument sheet": (
        _archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
        UnreadableCode.SPREADSHEET_ODS,
    ),
    "a bomb": (
        _archive(**{"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * 20_000_000}),
        UnreadableCode.SPREADSHEET_BOMB,
    ),
    "a thousand and one entries": (
        _archive(**{"xl/workbook.xml": b"<x/>"}, **{f"x{number}": b"" for number in range(1000)}),
        UnreadableCode.SPREADSHEET_BOMB,
    ),
}


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_workbook_that_can_not_be_read_is_refused_by_name(content: bytes, code: UnreadableCode) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_invoices(content)
    assert refusal.value.code is code


def test_entities_in_a_workbook_are_never_expanded() -> None:
    good = workbook([HEADINGS, ["F-1", "Dupont", None, None, 10, None]])
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + data.replace(b"<sheetData>", b"<sheetData>&a;")
            target.writestr(name, data)
    with pytest.raises(Unreadable) as refusal:
        read_table(content.getvalue(), len)
    assert refusal.value.code is UnreadableCode.SPREADSHEET_DAMAGED
