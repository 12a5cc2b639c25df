"""What a letter is made of: strings ready to print, in the reader's language, and pictures as bytes."""

from dataclasses import dataclass
from enum import StrEnum


class Window(StrEnum):
    """Where the envelope shows the address (LEGAL 11)."""

    FRENCH_RIGHT = "french_right"
    DIN_LEFT_A = "din_left_a"
    DIN_LEFT_B = "din_left_b"


class Align(StrEnum):
    """To which side of its column a cell is set."""

    LEFT = "left"
    RIGHT = "right"


class LetterFault(StrEnum):
    """Why no PDF could be made."""

    NO_LETTER = "letter.no_letter"
    NO_ADDRESS = "letter.no_address"
    BAD_LOGO = "letter.bad_logo"  # neither PNG nor JPEG, or broken
    LOGO_TOO_LARGE = "letter.logo_too_large"
    BAD_TABLE = "letter.bad_table"  # no column, or a row with another number of cells
    BAD_QR = "letter.bad_qr"  # past the version that banking apps read
    LONG_LETTERHEAD = "letter.long_letterhead"  # its lines, or those of the footer, take the page
    NO_FONTS = "letter.no_fonts"


class LetterError(Exception):
    """A letter that can't be made; `detail` is the row, the size or the file at fault.

    `position` is the letter's place in its batch, from 0.
    """

    def __init__(self, code: LetterFault, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
        self.position = 0


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The sender, as printed on the first page; the footer, with the mentions of R123-237, stands on every page."""

    lines: tuple[str, ...]  # the first is the firm's name
    logo: bytes | None = None  # PNG or JPEG
    footer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    heading: str
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings, then totals in bold. Every row has one cell for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentPart:
    """How to pay: pairs of label and value (beneficiary, IBAN, amount, reference), and the payload of the QR code."""

    title: str
    facts: tuple[tuple[str, str], ...]
    qr: str | None = None  # see letter_qr.epc_payload
    qr_label: str = ""  # under the code, and what a screen reader says of it


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. Paragraphs of the body are parted by blank lines; single line ends are kept.

    `address` is what stands in the window, as letter_address.address_lines gives it; `return_line` is the sender's
    small line above it, printed in the German forms only. `page_label` holds {page} and {pages}.
    """

    letterhead: Letterhead
    address: tuple[str, ...]
    place_and_date: str
    subject: str
    body: tuple[str | Table, ...]
    payment: PaymentPart | None = None
    language: str = "fr"
    registered_label: str = ""  # "registered letter no …"
    return_line: str = ""
    page_label: str = "{page} / {pages}"
    window: Window = Window.FRENCH_RIGHT
    fold_marks: bool = True
    punch_mark: bool = False
    watermark: str = ""  # across each page
