"""The first usable sheet of an .xlsx workbook, as a table; bombs, passwords and other formats are refused."""

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from relance.importers.decoding import LARGEST
from relance.importers.reading import Unreadable, UnreadableCode
from relance.importers.table import MOST_COLUMNS, Recognise, Table, build_table
from relance.importers.text import Cell

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_MOST_ENTRIES = 1000
_LARGEST_UNPACKED = 200 * 1024 * 1024
_MOST_SQUEEZED = 250
_SMALL = 1024 * 1024  # below this no ratio matters
_DEEPEST_ROW = 1_048_576
_DIGITS_KEPT = 8  # beyond them a float only shows how it is stored


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are an .xlsx or .xlsm file; other zip files aren't. Raises Unreadable for an .ods file."""
    if not content.startswith(b"PK\x03\x04") or len(content) > LARGEST:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
                raise Unreadable(UnreadableCode.SPREADSHEET_ODS)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise Unreadable(UnreadableCode.SPREADSHEET_DAMAGED) from error
    return any(name.lower() == "xl/workbook.xml" for name in names)


def read_table(content: bytes, recognise: Recognise) -> Table:
    """The first sheet with known headings, or else the first that has any; hidden sheets are passed over."""
    _refuse_bomb(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of the decorations that it leaves out
            return _first_usable(content, recognise)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl lets out whatever its parts raise on a damaged file
        raise Unreadable(UnreadableCode.SPREADSHEET_DAMAGED) from error


def _refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    squeezed = any(e.file_size > _SMALL and e.file_size > _MOST_SQUEEZED * e.compress_size for e in entries)
    if len(entries) > _MOST_ENTRIES or unpacked > _LARGEST_UNPACKED or squeezed:
        raise Unreadable(UnreadableCode.SPREADSHEET_BOMB, entries=len(entries), bytes=unpacked)


def _first_usable(content: bytes, recognise: Recognise) -> Table:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        tables: list[Table] = []
        refusals: list[Unreadable] = []
        for name in _visible_sheets(book):
            try:
                table = build_table(_records(book, name), recognise, sheet=name)
            except Unreadable as refusal:
                refusals.append(refusal)
                continue
            if recognise(table.headings) >= 2:
                return table
            tables.append(table)
    finally:
        book.close()
    if tables:
        return tables[0]
    raise refusals[0] if refusals else Unreadable(UnreadableCode.EMPTY)


def _visible_sheets(book: "Workbook") -> list[str]:
    return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _records(book: "Workbook", name: str) -> Iterator[Sequence[Cell]]:
    sheet = book[name]
    sheet.reset_dimensions()  # what the file says of its own size may be wrong, or a trap
    rows = sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
    for row in islice(rows, _DEEPEST_ROW):
        yield [_cell(value) for value in row] if any(value is not None for value in row) else ()


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(round(value, _DIGITS_KEPT)))
    return str(value)
