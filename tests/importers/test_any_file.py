"""Whatever the bytes, a reading or a refusal comes out; and the files of a folder of one's own, when there is one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.importers.candidates import InvoiceCandidate, PaymentCandidate
from relance.importers.csv_rows import read_invoices, read_payments
from relance.importers.reading import Reading, Unreadable
from tests.importers.files import HEADINGS, ROW, workbook

AnyReading = Reading[InvoiceCandidate] | Reading[PaymentCandidate]
Reader = Callable[[bytes], AnyReading]
READERS: tuple[Reader, ...] = (read_invoices, read_payments)

WORKBOOK = workbook([HEADINGS.split(";"), ROW.split(";")])
FOLDER = os.environ.get("RELANCE_SAMPLE_FILES")
SAMPLES = sorted(path for path in Path(FOLDER).rglob("*") if path.is_file()) if FOLDER else []


def _check(content: bytes) -> None:
    """Every reading keeps its promises: no candidate beside a question, no row that is both good and bad."""
    for read in READERS:
        try:
            reading = read(content)
        except Unreadable:
            continue
        good = [one.row for one in reading.candidates]
        bad = {problem.row for problem in reading.problems}
        assert not (reading.questions and good)
        assert bad.isdisjoint(good)
        assert len(good) == len(set(good))
        assert len(good) + len(bad) <= reading.row_count
        assert all(row > reading.heading_row for row in good)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_reading_or_a_refusal(content: bytes) -> None:
    _check(content)


@settings(deadline=None)
@given(st.text(alphabet='aéF1230,.;"/-\n\r\t €%|=', max_size=200))
def test_any_text_gives_a_reading_or_a_refusal(text: str) -> None:
    for encoding in ("utf-8", "cp1252", "utf-16"):
        _check(text.encode(encoding))


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["", "F-1", "F-2", "Dupont", "Total", "10,00", "1,234", "1.234", "-5", "oui", "Payée", "Avoir"]
                + ["31/10/2026", "10/31/2026", "03/04/2026", "31/11/2026", "a@b.fr", "€", "USD", '"', "#N/A"]
            )
            | st.text(max_size=6),
            max_size=9,
        ),
        max_size=6,
    )
)
def test_any_cells_under_good_headings_give_rows_or_problems(rows: list[list[str]]) -> None:
    headings = "N° facture;Client;Montant TTC;Date facture;Échéance;Statut;Type;Solde;E-mail"
    _check("\n".join([headings, *(";".join(row) for row in rows)]).encode(errors="replace"))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_gives_a_reading_or_a_refusal(at: int, noise: bytes) -> None:
    _check(WORKBOOK[:at] + noise + WORKBOOK[at + len(noise) :])


@settings(deadline=None)
@given(st.integers(0, len(WORKBOOK)))
def test_a_workbook_cut_short_is_refused(length: int) -> None:
    if length == len(WORKBOOK):
        assert read_invoices(WORKBOOK).candidates
    else:
        with pytest.raises(Unreadable):
            read_invoices(WORKBOOK[:length])


@pytest.mark.skipif(not SAMPLES, reason="RELANCE_SAMPLE_FILES names no folder")
@pytest.mark.parametrize("path", SAMPLES or [Path()], ids=str)
def test_every_file_of_the_folder_gives_a_reading_or_a_refusal(path: Path) -> None:
    _check(path.read_bytes())
