"""Reminders on paper: A4 letters as PDF, for a window envelope, one file each or a whole batch to print in one go."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from relance.channels.letter.address import AddressFault, AddressLines, address_lines
from relance.channels.letter.qr import epc_payload
from relance.channels.letter.values import (
    Align,
    Column,
    Letter,
    LetterError,
    LetterFault,
    Letterhead,
    PaymentPart,
    Table,
    Window,
)

if TYPE_CHECKING:
    from relance.channels.letter.fonts import Typefaces
    from relance.channels.letter.pdf import Document

__all__ = [
    "AddressFault",
    "AddressLines",
    "Align",
    "Column",
    "Letter",
    "LetterError",
    "LetterFault",
    "Letterhead",
    "PaymentPart",
    "Table",
    "Window",
    "address_lines",
    "epc_payload",
    "to_pdf",
    "to_pdfs",
]


def to_pdf(
    letters: Sequence[Letter], fonts_folder: Path, *, title: str = "", parts: Sequence[str] | None = None
) -> bytes:
    """One PDF of all letters, each on pages of its own, with a bookmark each where there are several.

    `parts` names the part that each letter stands in: a bookmark over those of its letters, where it begins. The title
    is the first subject where none is given. LetterError says which letter can't be made, and why; nothing is made
    then.
    """
    if not letters:
        raise LetterError(LetterFault.NO_LETTER)
    faces = _faces(letters, fonts_folder)
    return _file(letters, faces, title=title, parts=parts or ())


def to_pdfs(letters: Sequence[Letter], fonts_folder: Path) -> Iterator[bytes]:
    """One PDF for each letter, in order, each made when it is asked for."""
    faces = _faces(letters, fonts_folder)
    for position, letter in enumerate(letters):
        yield _file((letter,), faces, first=position)


def _faces(letters: Sequence[Letter], folder: Path) -> "Typefaces":
    from relance.channels.letter.fonts import typefaces

    return typefaces(folder, (text for letter in letters for text in texts_of(letter)))


def _file(
    letters: Sequence[Letter], faces: "Typefaces", *, title: str = "", first: int = 0, parts: Sequence[str] = ()
) -> bytes:
    from relance.channels.letter.pdf import Document

    document = Document(title or letters[0].subject, letters[0].language, faces)
    for position, letter in enumerate(letters, first):
        try:
            document.part(parts[position] if parts else "")
            _add(letter, document, faces, bookmark=len(letters) > 1)
        except LetterError as error:
            error.position = position
            raise
    return document.finish()


def _add(letter: Letter, document: "Document", faces: "Typefaces", *, bookmark: bool) -> None:
    from relance.channels.letter.logo import read_logo
    from relance.channels.letter.page import lay_out

    sheets = lay_out(letter, faces)
    logo = read_logo(letter.letterhead.logo) if letter.letterhead.logo else None
    reader = next(line for line in letter.address if line.strip())
    document.add(sheets, name=f"{reader} – {letter.subject}", language=letter.language, logo=logo, bookmark=bookmark)


def texts_of(letter: Letter) -> Iterator[str]:
    """All that a letter prints."""
    yield from (letter.place_and_date, letter.subject, letter.registered_label, letter.return_line)
    yield from (letter.page_label, letter.watermark, *letter.address)
    yield from (*letter.letterhead.lines, *letter.letterhead.footer)
    for block in letter.body:
        if isinstance(block, str):
            yield block
        else:
            yield from (column.heading for column in block.columns)
            yield from (cell for row in (*block.rows, *block.totals) for cell in row)
    if letter.payment:
        yield from (letter.payment.title, letter.payment.qr_label)
        yield from (text for fact in letter.payment.facts for text in fact)
