"""Letters with sane defaults, and what their PDF says when it is read back."""

import re
import zlib
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

from PIL import Image

from relance import paths
from relance.channels.letter import Align, Column, Letter, Letterhead, PaymentPart, Table, epc_payload, to_pdf

FONTS = paths.static() / "fonts"
IBAN = "FR7630004000031234567890143"


def a_picture(width: int = 60, height: int = 20, mode: str = "RGB", kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new(mode, (width, height)).save(file, kind)
    return file.getvalue()


def a_table(rows: int = 3) -> Table:
    columns = (Column("Facture"), Column("Échéance"), Column("Reste dû", Align.RIGHT))
    lines = tuple((f"F-{number:04}", "30/09/2026", "1\u202f234,50\u00a0€") for number in range(rows))
    return Table(columns, lines, (("Total", "", "6\u202f172,50\u00a0€"),))


def a_payment(reference: str = "CLI-1 F-0001") -> PaymentPart:
    code = epc_payload("Bonnet Conseil", IBAN, "", Decimal("6172.50"), "EUR", reference)
    return PaymentPart("Règlement", (("IBAN", IBAN), ("Référence", reference)), code, "Code QR")


SIMPLE = Letter(
    letterhead=Letterhead(("Bonnet Conseil", "14 rue des Forges", "21000 Dijon"), a_picture(), ("RCS Dijon",)),
    address=("Mercier SARL", "12 RUE DE L EGLISE", "75001 PARIS"),
    place_and_date="Dijon, le 23 novembre 2026",
    subject="Mise en demeure",
    body=("Madame, Monsieur,\n\nIl reste dû 6\u202f172,50\u00a0€.", a_table(), "Salutations."),
    payment=a_payment(),
    page_label="Page {page} / {pages}",
)


def a_letter(**changes: Any) -> Letter:
    return replace(SIMPLE, **changes)


def objects(pdf: bytes) -> dict[int, bytes]:
    """Every object by its number, found where the table of the file says it is."""
    table = pdf[int(pdf.rsplit(b"startxref", 1)[1].split()[0]) :]
    offsets = [int(line[:10]) for line in table.splitlines()[3:] if line.endswith(b"n ")]
    found = {}
    for number, offset in enumerate(offsets, 1):
        heading = b"%d 0 obj" % number
        assert pdf.startswith(heading, offset), number
        found[number] = pdf[offset : pdf.index(b"endobj", offset)]
    return found


def contents(pdf: bytes) -> list[str]:
    """The drawing operators of each page."""
    items = objects(pdf)
    pages = [item for item in items.values() if re.search(rb"/Type /Page\b", item)]
    return [_stream(items[int(re.search(rb"/Contents (\d+)", page)[1])]) for page in pages]  # type: ignore[index]


def _stream(item: bytes) -> str:
    return zlib.decompress(item.split(b"stream\n", 1)[1]).decode("latin-1")


def one(letter: Letter) -> bytes:
    return to_pdf([letter], FONTS)
