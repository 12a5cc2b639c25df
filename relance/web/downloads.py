"""Tables as files: CSV that a spreadsheet of the reader's language opens without asking."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

# A cell that begins like this is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_download(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]], language: str) -> Response:
    """A file to save: semicolons in French, commas elsewhere, UTF-8 with its mark."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";" if language == "fr" else ",", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    answer = Response("\ufeff" + stream.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(",", "").replace(".", "").isdigit()
