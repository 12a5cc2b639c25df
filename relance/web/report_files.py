"""A report as a file: PDF or CSV, in a language of its own."""

from flask import abort, request
from werkzeug.wrappers import Response

from relance.services.reporting.writing import Report, language_of
from relance.web.downloads import download
from relance.web.language import language

MEDIA_TYPES = {"pdf": "application/pdf", "csv": "text/csv"}


def file_language() -> str:
    """The language that was chosen beside the button, else the reader's."""
    return language_of(request.args.get("langue", ""), language())


def answer(report: Report, kind: str) -> Response:
    """The file of a report."""
    if kind not in MEDIA_TYPES:
        abort(404)
    content = report.pdf() if kind == "pdf" else report.csv()
    return download(f"{report.stem}.{kind}", content, MEDIA_TYPES[kind])
