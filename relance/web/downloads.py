"""Tables as files: CSV that a spreadsheet of the reader's language opens without asking."""

from collections.abc import Iterable, Sequence

from flask import Response

from relance.services.csv_file import csv_text


def csv_download(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]], language: str) -> Response:
    """A file to save: semicolons in French, commas in English, UTF-8 with its mark."""
    return download(name, csv_text(headings, rows, language).encode(), "text/csv")


def download(name: str, content: bytes, media_type: str) -> Response:
    """Any file to save."""
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
