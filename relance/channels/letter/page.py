"""A letter set on its sheets: letterhead, address in the window, text, tables, payment part, page numbers."""

import re

from relance.channels.letter.fonts import POINT, Typefaces
from relance.channels.letter.logo import Logo, read_logo
from relance.channels.letter.payment import set_payment
from relance.channels.letter.sheet import (
    ASCENT,
    Flow,
    LogoMark,
    Mark,
    Node,
    Role,
    Rule,
    Sheet,
    Text,
    Watermark,
    line_height,
)
from relance.channels.letter.table import set_table
from relance.channels.letter.text import fitting_size, wrapped
from relance.channels.letter.values import Letter, LetterError, LetterFault, Window
from relance.channels.letter.window import MARGINS, PAGE, PUNCH, Box, Frame, frame_of

BODY = 9.5
SUBJECT = 10.0
ADDRESS = 10.0
HEAD = 8.5
SMALL = 7.0
PARAGRAPH_GAP = 2.4
LOGO_BOX = (60.0, 22.0)
ADDRESS_LEADING = 4.6
MARK = (4.0, 8.0)  # from where to where a fold mark is drawn
LOWEST_LETTERHEAD = 200.0
FOOTER_LINES = 12
WATERMARK_SPAN = 150.0


def lay_out(letter: Letter, faces: Typefaces) -> list[Sheet]:
    """The sheets of a letter, in order."""
    if not any(_line(line, faces) for line in letter.address):
        raise LetterError(LetterFault.NO_ADDRESS)
    frame = frame_of(letter.window)
    footer = _footer_lines(letter, faces)
    flow = Flow(faces, top=frame.text_top, bottom=_footer_top(footer) - line_height(SMALL) - 3)
    _first_page(letter, frame, flow)
    _body(letter, flow)
    for number, sheet in enumerate(flow.sheets, 1):
        _surround(letter, sheet, number, len(flow.sheets), footer, faces)
    return flow.sheets


def _first_page(letter: Letter, frame: Frame, flow: Flow) -> None:
    bottom = _letterhead(letter, frame.letterhead, flow)
    _address(letter, frame, flow)
    flow.y = max(flow.y, bottom + 6)
    if letter.place_and_date.strip():
        date = wrapped(letter.place_and_date, frame.date.width, BODY, flow.faces)
        down = max(0.0, bottom + 3 - frame.date.top) if letter.window is not Window.FRENCH_RIGHT else 0.0
        marks = _column(date, frame.date.left, frame.date.top + down, BODY)
        flow.add(Node(Role.PARAGRAPH, marks))
        flow.y = max(flow.y, frame.date.top + down + len(date) * line_height(BODY) + 4)
    if letter.registered_label.strip():
        flow.lines(wrapped(letter.registered_label, MARGINS.width, BODY, flow.faces, bold=True), BODY, bold=True)
        flow.y += PARAGRAPH_GAP
    marks_of = frame.folds if letter.fold_marks else ()
    flow.sheets[0].artifacts += [Rule(MARK[0], fold, MARK[1], fold, 0.15) for fold in marks_of]
    if letter.punch_mark:
        flow.sheets[0].artifacts.append(Rule(MARK[0], PUNCH, MARK[1] - 1, PUNCH, 0.15))


def _letterhead(letter: Letter, box: Box, flow: Flow) -> float:
    """The logo and, under it, the sender's lines; where they end."""
    top = box.top
    if letter.letterhead.logo:
        logo = read_logo(letter.letterhead.logo)
        flow.add(_logo_node(logo, letter, box))
        top += logo.fitted(min(LOGO_BOX[0], box.width), LOGO_BOX[1])[1] + 2.5
    marks: list[Mark] = []
    for number, line in enumerate(letter.letterhead.lines):
        lines = wrapped(line, box.width, HEAD, flow.faces, bold=number == 0) if line.strip() else []
        marks += _column(lines, box.left, top, HEAD, bold=number == 0)
        top += len(lines) * line_height(HEAD)
    if top > LOWEST_LETTERHEAD:
        raise LetterError(LetterFault.LONG_LETTERHEAD, str(len(letter.letterhead.lines)))
    if marks:
        flow.add(Node(Role.PARAGRAPH, marks))
    return top


def _logo_node(logo: Logo, letter: Letter, box: Box) -> Node:
    width, height = logo.fitted(min(LOGO_BOX[0], box.width), LOGO_BOX[1])
    name = next((line for line in letter.letterhead.lines if line.strip()), "")
    return Node(Role.FIGURE, [LogoMark(box.left, box.top, width, height)], alt=name)


def _address(letter: Letter, frame: Frame, flow: Flow) -> None:
    """Within the box that every window shows, smaller where a line or their number asks for it."""
    box, faces = frame.address, flow.faces
    lines = tuple(filter(None, (_line(line, faces) for line in letter.address)))
    step = min(ADDRESS_LEADING, box.height / len(lines))
    size = min(fitting_size(lines, box.width, ADDRESS, faces), step / POINT / 1.15)
    first = box.top + step * 0.83
    flow.add(Node(Role.PARAGRAPH, [Text(box.left, first + n * step, line, size) for n, line in enumerate(lines)]))
    line = _line(letter.return_line, faces)
    if frame.return_line is not None and line:
        size = fitting_size((line,), box.width, SMALL, faces)
        end, y = box.left + faces.width(line, size), frame.return_line
        flow.sheet.artifacts += [Text(box.left, y, line, size), Rule(box.left, y + 0.8, end, y + 0.8, 0.1)]


def _body(letter: Letter, flow: Flow) -> None:
    if letter.subject.strip():
        subject = wrapped(
            re.sub(r"\s*[\r\n]\s*", " ", letter.subject.strip()), MARGINS.width, SUBJECT, flow.faces, bold=True
        )
        flow.lines(subject, SUBJECT, Role.HEADING, bold=True)
        flow.y += PARAGRAPH_GAP * 1.5
    for block in letter.body:
        if isinstance(block, str):
            _paragraphs(block, flow)
        else:
            set_table(block, flow)
            flow.y += PARAGRAPH_GAP * 1.5
    if letter.payment:
        flow.y += PARAGRAPH_GAP
        set_payment(letter.payment, flow)


def _paragraphs(text: str, flow: Flow) -> None:
    for paragraph in re.split(r"\n[^\S\n]*(?:\n[^\S\n]*)+", text.replace("\r\n", "\n").replace("\r", "\n").strip()):
        if paragraph.strip():
            flow.lines(wrapped(paragraph.strip("\n"), MARGINS.width, BODY, flow.faces), BODY)
            flow.y += PARAGRAPH_GAP


def _surround(letter: Letter, sheet: Sheet, number: int, pages: int, footer: list[str], faces: Typefaces) -> None:
    """What every page bears, and the heads of those after the first."""
    if _line(letter.watermark, faces):
        sheet.artifacts.insert(0, _watermark(letter.watermark, faces))
    if number > 1:
        sheet.artifacts += _running_head(letter, faces)
    top = _footer_top(footer)
    for place, line in enumerate(footer):
        left = (PAGE.width - faces.width(line, SMALL)) / 2
        sheet.artifacts += _column([line], left, top + place * line_height(SMALL), SMALL)
    if pages > 1:
        label = letter.page_label.replace("{page}", str(number)).replace("{pages}", str(pages))
        (line,) = wrapped(label, MARGINS.width, SMALL, faces)[:1]
        left = MARGINS.right - faces.width(line, SMALL)
        sheet.artifacts += _column([line], left, top - line_height(SMALL) - 1, SMALL)


def _running_head(letter: Letter, faces: Typefaces) -> list[Mark]:
    half = MARGINS.width / 2 - 2
    both = (letter.letterhead.lines, letter.address)
    names = (next(filter(None, (_line(line, faces) for line in lines)), "") for lines in both)
    left = wrapped(" → ".join(filter(None, names)), half * 1.4, SMALL, faces)[:1]
    right = wrapped(_line(letter.place_and_date, faces), half * 0.6, SMALL, faces)[:1]
    marks = _column(left, MARGINS.left, 13, SMALL)
    marks += _column(right, MARGINS.right - sum(faces.width(line, SMALL) for line in right), 13, SMALL)
    return [*marks, Rule(MARGINS.left, 17.5, MARGINS.right, 17.5, 0.1)]


def _footer_lines(letter: Letter, faces: Typefaces) -> list[str]:
    lines = [part for line in letter.letterhead.footer if line.strip() for part in wrapped(line, 190.0, SMALL, faces)]
    if len(lines) > FOOTER_LINES:
        raise LetterError(LetterFault.LONG_LETTERHEAD, str(len(lines)))
    return lines


def _footer_top(footer: list[str]) -> float:
    return MARGINS.bottom - len(footer) * line_height(SMALL)


def _watermark(text: str, faces: Typefaces) -> Watermark:
    word = _line(text, faces)
    unit = faces.width(word, 1.0, bold=True)
    size = min(120.0, WATERMARK_SPAN / unit)
    return Watermark(word, size, unit * size)


def _line(text: str, faces: Typefaces) -> str:
    """Printable text on one line, its spaces single."""
    return " ".join(faces.printable(text).split())


def _column(lines: list[str], left: float, top: float, size: float, *, bold: bool = False) -> list[Mark]:
    first = top + size * POINT * ASCENT
    return [Text(left, first + n * line_height(size), line, size, bold) for n, line in enumerate(lines) if line]
