"""1,000 one-page letters with logo, table and QR code, embedded fonts: as one PDF, and as so many files."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from io import BytesIO
from multiprocessing import get_context

from PIL import Image, ImageDraw

from relance import paths
from relance.channels.letter import (
    Align,
    Column,
    Letter,
    Letterhead,
    PaymentPart,
    Table,
    address_lines,
    epc_payload,
    to_pdf,
    to_pdfs,
)
from relance.domain.delivery import PostalAddress
from scripts.bench.figures import Figure, peak_megabytes, seconds

LETTERS = 1000
IBAN = "FR7630004000031234567890143"
COLUMNS = (
    Column("Facture"),
    Column("Date"),
    Column("Échéance"),
    Column("Montant TTC", Align.RIGHT),
    Column("Reste dû", Align.RIGHT),
)
TEXT = (
    "Madame, Monsieur,\n\n"
    + "Sauf erreur, les factures du tableau restent à payer, dont le total est de 6\u202f172,50\u00a0€. " * 4
)


def figures() -> Iterator[Figure]:
    """Each in a process of its own, from its start: the first letter, which reads the fonts, included."""
    how = f"{LETTERS} letters, five invoices each"
    rate, peak = _apart(as_one_pdf)
    yield Figure("letters in one PDF", rate, 100, "a second", how, True)
    yield Figure("memory for them", peak, 300, "MB", "peak resident size of the whole process")
    rate, _ = _apart(as_files)
    yield Figure("letters, a PDF each", rate, 80, "a second", how, True)


def as_one_pdf() -> tuple[float, float]:
    """Letters a second, and the peak size in megabytes."""
    letters = [a_letter(number) for number in range(LETTERS)]
    took = seconds(lambda: to_pdf(letters, paths.static() / "fonts"))
    return LETTERS / took, peak_megabytes()


def as_files() -> tuple[float, float]:
    """The same, one file at a time."""
    letters = [a_letter(number) for number in range(LETTERS)]
    took = seconds(lambda: sum(map(len, to_pdfs(letters, paths.static() / "fonts"))))
    return LETTERS / took, peak_megabytes()


def a_letter(number: int) -> Letter:
    """One page, as a reminder fills it."""
    place = PostalAddress(f"Client {number}", ("Bâtiment C", "12 avenue de l'Église"), f"{10000 + number}", "Troyes")
    reference = f"CLI-{number:05} F-2026-{number:05}"
    row = ("F-2026-00123", "01/09/2026", "30/09/2026", "1\u202f234,50\u00a0€", "1\u202f234,50\u00a0€")
    payment = PaymentPart(
        "Règlement",
        (("Bénéficiaire", "Bonnet Conseil"), ("IBAN", IBAN), ("Référence", reference)),
        epc_payload("Bonnet Conseil", IBAN, "", Decimal("6172.50"), "EUR", reference),
        "Virement",
    )
    return Letter(
        Letterhead(("Bonnet Conseil", "14 rue des Forges", "21000 Dijon"), LOGO, ("RCS Dijon 732 829 320",)),
        address_lines(place).lines,
        "Dijon, 23/11/2026",
        "Relance",
        (TEXT, Table(COLUMNS, (row,) * 5, (("Total", "", "", "", "6\u202f172,50\u00a0€"),)), TEXT),
        payment,
    )


def _logo() -> bytes:
    picture = Image.new("RGBA", (480, 160))
    ImageDraw.Draw(picture).ellipse((5, 5, 155, 155), fill=(20, 90, 160, 255))
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


LOGO = _logo()


def _apart(work: Callable[[], tuple[float, float]]) -> tuple[float, float]:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work).result()
