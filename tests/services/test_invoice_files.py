"""Which PDF files go with a message."""

from hashlib import sha256
from pathlib import Path

import pytest

from relance.services import invoice_files
from relance.services.invoice_files import attach
from relance.services.messages.attachments import keep_and_read
from relance.services.messages.compose import Composed, compose
from tests.services.facts import a_claim, a_desk, some_facts

PDF = b"%PDF-1.7\nfacture\n%%EOF\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "pdf"
    path.mkdir()
    (path / "F-1 été.pdf").write_bytes(PDF)
    (path / "faux.pdf").write_bytes(b"<html>")
    (path / "vide.pdf").write_bytes(b"")
    (tmp_path / "relance.pdf").write_bytes(PDF)
    (path / "lien.pdf").symlink_to(tmp_path / "relance.pdf")
    (path / "dossier.pdf").mkdir()
    return path


def made_with(folder: Path, *names: str) -> Composed:
    claims = tuple(a_claim(number=f"F-{place}", pdf_name=name) for place, name in enumerate(names, 1))
    return compose(some_facts(claims=claims), a_desk(pdf_folder=folder))


def test_an_invoices_pdf_goes_with_its_message_and_the_text_says_so(folder: Path) -> None:
    made = made_with(folder, "F-1 été.pdf")
    assert [dict(file) for file in made.attachments] == [
        {
            "name": "F-1 été.pdf",
            "type": "application/pdf",
            "size": len(PDF),
            "sha256": sha256(PDF).hexdigest(),
            "invoice": "F-1",
        }
    ]
    assert "Vous trouverez cette facture jointe à ce message." in made.text
    [file] = keep_and_read(folder.parent, made.attachments)
    assert (file.filename, file.content) == ("F-1 été.pdf", PDF)


@pytest.mark.parametrize(
    "name",
    [
        *("", "absent.pdf", "faux.pdf", "vide.pdf", "lien.pdf", "dossier.pdf", ".", "..", ".cache.pdf"),
        *("../relance.pdf", "/etc/passwd", "..\\relance.pdf", "C:relance.pdf", "a\x00.pdf", "a\n.pdf", "x" * 300),
    ],
)
def test_what_is_no_pdf_of_the_folder_is_never_attached(folder: Path, name: str) -> None:
    made = made_with(folder, name)
    assert made.attachments == ()
    assert "jointe" not in made.text


def test_the_text_speaks_of_files_only_when_every_invoice_has_its_own(folder: Path) -> None:
    made = made_with(folder, "F-1 été.pdf", "absent.pdf")
    assert [file["invoice"] for file in made.attachments] == ["F-1"]
    assert "jointe" not in made.text


def test_one_file_of_two_invoices_is_attached_once(folder: Path) -> None:
    made = made_with(folder, "F-1 été.pdf", "F-1 été.pdf")
    assert len(made.attachments) == 1
    assert "jointes à ce message" in made.text


def test_files_that_together_are_too_big_stay_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invoice_files, "LARGEST", len(PDF) + 5)
    (folder / "F-2.pdf").write_bytes(PDF)
    (folder / "gros.pdf").write_bytes(PDF + b"123456")
    claims = [a_claim(pdf_name=name) for name in ("gros.pdf", "F-1 été.pdf", "F-2.pdf")]
    assert [file.name for file in attach(folder, claims)] == ["F-1 été.pdf"]


def test_a_file_that_changed_has_another_hash(folder: Path) -> None:
    claim = a_claim(pdf_name="F-1 été.pdf")
    before = attach(folder, [claim])
    (folder / "F-1 été.pdf").write_bytes(PDF + b"again")
    assert attach(folder, [claim])[0].sha256 != before[0].sha256
