"""Reports on paper: what stands on the pages, whatever the rows hold."""

import re
import subprocess
from pathlib import Path

import pytest

from relance import paths
from relance.channels.letter.report import Heading, PrintedReport, report_pdf
from relance.channels.letter.values import Align, Column, LetterError, Table

FONTS = paths.static() / "fonts"


def a_report(rows: int, *, name: str = "Client {n}", amount: str = "1 234 567,89") -> PrintedReport:
    columns = (Column("Client"), *(Column(f"{n} j", Align.RIGHT) for n in range(1, 9)))
    cells = tuple((name.replace("{n}", str(n)), *[amount] * 8) for n in range(rows))
    table = Table(columns, cells, (("Total", *[amount] * 8),))
    return PrintedReport(
        "Balance âgée",
        "Bonnet & Cœur – €",
        "Arrêté au 31 octobre 2026",
        (Heading("Montants en EUR"), table),
        "fr",
        "Page {page} sur {pages}",
    )


def text_of(pdf: bytes, folder: Path) -> str:
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout


def test_title_company_day_headings_and_page_stand_on_every_page(tmp_path: Path) -> None:
    pages = text_of(report_pdf(a_report(150), FONTS), tmp_path).rstrip("\f").split("\f")
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        for text in (
            "Balance âgée",
            "Bonnet & Cœur – €",
            "Arrêté au 31 octobre 2026",
            f"Page {number} sur {len(pages)}",
        ):
            assert text in page, (number, text)
        assert re.search(r"Client\s+1 ?j\s+2 ?j", page), number
    assert "Total" in pages[-1]
    found = re.findall(r"Client (\d+)\b", "".join(pages))
    assert sorted(map(int, found)) == list(range(150))


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_few_rows_make_one_page(rows: int, tmp_path: Path) -> None:
    assert text_of(report_pdf(a_report(rows), FONTS), tmp_path).count("\f") == 1


@pytest.mark.parametrize(
    "name",
    [
        "x" * 3_000,
        "=HYPERLINK(1)",
        "\u202eabc\x00\x07",
        "Société Ünïçødé 株式会社 مرحبا",
        "a\nb\nc",
        "",
        "😀" * 40,
        "#{page} %s {0}",
    ],
)
def test_any_name_can_be_printed(name: str, tmp_path: Path) -> None:
    assert "Total" in text_of(report_pdf(a_report(3, name=name), FONTS), tmp_path)


def test_amounts_are_never_broken(tmp_path: Path) -> None:
    amount = "12\u202f345\u202f678,90"
    assert (
        text_of(report_pdf(a_report(5, amount=amount), FONTS), tmp_path).replace("\u202f", " ").count("345 678,90")
        == 6 * 8
    )


def test_without_tables_it_says_what_it_is_told(tmp_path: Path) -> None:
    empty = PrintedReport("Title", "", "", ("Nothing is left to pay.",), "en")
    assert "Nothing is left to pay." in text_of(report_pdf(empty, FONTS), tmp_path)


def test_missing_fonts_are_told(tmp_path: Path) -> None:
    with pytest.raises(LetterError, match="no_fonts"):
        report_pdf(a_report(1), tmp_path)


def test_the_same_report_gives_the_same_bytes() -> None:
    assert report_pdf(a_report(20), FONTS) == report_pdf(a_report(20), FONTS)
