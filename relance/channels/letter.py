"""A reminder as a letter: one PDF, A4, its address in the window of a French envelope (LEGAL 11)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

FONT = "DejaVu"
LEFT = 20.0  # millimetres, as all that follows
WIDTH = 170.0
WINDOW = (110.0, 50.0)  # the part of the address field that every window shows
WINDOW_LINE = 4.6
BODY_TOP = 100.0
LINE = 5.2
FOLDS = (99.0, 198.0)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is printed. The address has at most six lines."""

    sender: tuple[str, ...]
    address: tuple[str, ...]
    place_and_date: str
    subject: str
    text: str
    language: str = "fr"


def to_pdf(letters: Sequence[Letter], fonts: Path) -> bytes:
    """One PDF for one letter or a whole batch; `fonts` is the folder of the embedded typefaces."""
    pdf = _document(fonts)
    for letter in letters:
        _page(pdf, letter)
    if letters:
        pdf.set_title(letters[0].subject)
        pdf.set_lang(letters[0].language)
    return bytes(pdf.output())


def _document(fonts: Path) -> "FPDF":
    from fpdf import FPDF

    for name in ("fpdf", "fontTools"):
        logging.getLogger(name).setLevel(logging.WARNING)
    pdf = FPDF(format="A4")
    pdf.add_font(FONT, fname=fonts / "DejaVuSans.ttf")
    pdf.add_font(FONT, style="B", fname=fonts / "DejaVuSans-Bold.ttf")
    pdf.set_margins(LEFT, 20, 20)
    pdf.set_auto_page_break(True, margin=25)
    return pdf


def _page(pdf: "FPDF", letter: Letter) -> None:
    pdf.add_page()
    _block(pdf, LEFT, 15, 9, letter.sender, first_bold=True)
    _block(pdf, *WINDOW, 10, letter.address)
    for fold in FOLDS:
        pdf.line(4, fold, 8, fold)
    pdf.set_font(FONT, size=10)
    pdf.set_xy(WINDOW[0], BODY_TOP - 14)
    pdf.cell(80, LINE, letter.place_and_date)
    pdf.set_xy(LEFT, BODY_TOP)
    pdf.set_font(FONT, style="B", size=10)
    pdf.multi_cell(WIDTH, LINE, letter.subject, align="L")
    pdf.ln(LINE)
    pdf.set_font(FONT, size=10)
    pdf.multi_cell(WIDTH, LINE, letter.text, align="L")


def _block(pdf: "FPDF", x: float, y: float, size: float, lines: Sequence[str], *, first_bold: bool = False) -> None:
    for number, line in enumerate(lines):
        pdf.set_font(FONT, style="B" if first_bold and number == 0 else "", size=size)
        pdf.set_xy(x, y + number * WINDOW_LINE)
        pdf.cell(80, WINDOW_LINE, line)
