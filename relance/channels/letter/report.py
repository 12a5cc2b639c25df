"""A report on paper: a title, the firm, the day it stands on, tables over as many pages as they take."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from relance.channels.letter.values import Table

if TYPE_CHECKING:
    from relance.channels.letter.fonts import Typefaces
    from relance.channels.letter.sheet import Flow, Mark, Sheet

TITLE, HEADING, BODY, SMALL = 15.0, 11.0, 9.5, 7.0
TOP, FOOT = 16.0, 6.0
GAP = 3.0


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """Strings ready to print, in the reader's language. `page_label` holds {page} and {pages}."""

    title: str
    company: str
    closed_on: str
    blocks: tuple[str | Heading | Table, ...]
    language: str = "fr"
    page_label: str = "{page} / {pages}"


def report_pdf(report: PrintedReport, fonts_folder: Path) -> bytes:
    """The file. LetterError where a table or the fonts are at fault."""
    from relance.channels.letter.fonts import typefaces
    from relance.channels.letter.pdf import Document

    faces = typefaces(fonts_folder, _texts(report))
    document = Document(report.title, report.language, faces)
    document.add(_sheets(report, faces), name=report.title, language=report.language, logo=None, bookmark=False)
    return document.finish()


def _texts(report: PrintedReport) -> Iterator[str]:
    yield from (report.title, report.company, report.closed_on, report.page_label)
    for block in report.blocks:
        if isinstance(block, Table):
            yield from (column.heading for column in block.columns)
            yield from (cell for row in (*block.rows, *block.totals) for cell in row)
        else:
            yield block.text if isinstance(block, Heading) else block


def _sheets(report: PrintedReport, faces: "Typefaces") -> "list[Sheet]":
    from relance.channels.letter.sheet import Flow, Role
    from relance.channels.letter.window import MARGINS

    flow = Flow(faces, top=TOP, bottom=MARGINS.bottom - FOOT)
    _paragraph(report.company, BODY, Role.PARAGRAPH, flow)
    _paragraph(report.title, TITLE, Role.HEADING, flow)
    _paragraph(report.closed_on, BODY, Role.PARAGRAPH, flow)
    flow.y += GAP
    for block in report.blocks:
        _block(block, flow)
    for number, sheet in enumerate(flow.sheets, 1):
        sheet.artifacts += _surround(report, number, len(flow.sheets), faces)
    return flow.sheets


def _block(block: str | Heading | Table, flow: "Flow") -> None:
    from relance.channels.letter.sheet import Role, line_height
    from relance.channels.letter.table import set_table

    if isinstance(block, Table):
        set_table(block, flow)
    elif isinstance(block, Heading):
        flow.need(5 * line_height(HEADING))  # not alone at the foot of a page
        _paragraph(block.text, HEADING, Role.HEADING, flow)
    else:
        _paragraph(block, BODY, Role.PARAGRAPH, flow)
    flow.y += GAP


def _paragraph(text: str, size: float, role: str, flow: "Flow") -> None:
    from relance.channels.letter.sheet import Role
    from relance.channels.letter.text import wrapped
    from relance.channels.letter.window import MARGINS

    if text.strip():
        bold = role == Role.HEADING
        flow.lines(wrapped(text.strip(), MARGINS.width, size, flow.faces, bold=bold), size, Role(role), bold=bold)


def _surround(report: PrintedReport, number: int, pages: int, faces: "Typefaces") -> "list[Mark]":
    """The head of the pages after the first, and the number of each."""
    from relance.channels.letter.sheet import Rule
    from relance.channels.letter.window import MARGINS

    label = report.page_label.replace("{page}", str(number)).replace("{pages}", str(pages))
    marks = _small(label, MARGINS.bottom, faces, to_the_right=True)
    if number > 1:
        marks += _small(" · ".join(filter(None, (report.company, report.title))), 14.0, faces)
        marks += _small(report.closed_on, 14.0, faces, to_the_right=True)
        marks.append(Rule(MARGINS.left, 17.5, MARGINS.right, 17.5, 0.1))
    return marks


def _small(text: str, y: float, faces: "Typefaces", *, to_the_right: bool = False) -> "list[Mark]":
    from relance.channels.letter.sheet import Text
    from relance.channels.letter.text import wrapped
    from relance.channels.letter.window import MARGINS

    line = next(iter(wrapped(" ".join(text.split()), MARGINS.width * 0.64, SMALL, faces)), "")
    left = MARGINS.right - faces.width(line, SMALL) if to_the_right else MARGINS.left
    return [Text(left, y, line, SMALL)] if line else []
