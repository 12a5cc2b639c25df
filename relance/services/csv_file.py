"""Tables as CSV that a spreadsheet of the reader's language opens without asking."""

import csv
import io
from collections.abc import Iterable, Sequence

# A cell that begins like this is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[object]], language: str) -> str:
    """Commas in English, semicolons elsewhere; it begins with the mark of UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="," if language == "en" else ";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return MARK + stream.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(",", "").replace(".", "").isdigit()
