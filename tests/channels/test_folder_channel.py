"""Letters as files beside their list of addresses: each once, and whole, whatever the disk does."""

import csv
import errno
import io
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.channels.folder import FolderChannel, FolderColumn, check_folder
from relance.channels.folder import files as folder_files
from relance.channels.folder.address_lists import AddressLists, harmless
from relance.domain.delivery import Attachment, DeliveryFailed, Fate, Message, Postage, PostalAddress, Receipt
from tests.channels.builders import a_message
from tests.channels.sending import Marks

PDF = b"%PDF-1.7\n%%EOF\n"
TODAY = date(2026, 11, 23)
CUSTOMER = PostalAddress("Café Müller & Cie", ("3 rue de l'Œuvre", "Bâtiment C"), "01000", "Bourg-en-Bresse")
NAME = "2026-11-23-Cafe-Muller-Cie-3d4e5f60.pdf"


def a_letter(**changes: Any) -> Message:
    attachment = Attachment("lettre.pdf", "application/pdf", PDF)
    return replace(a_message(address=CUSTOMER, postage=Postage.PRIORITY, attachments=(attachment,)), **changes)


def channel(folder: Path, today: date = TODAY, **options: Any) -> FolderChannel:
    return FolderChannel(folder, today=lambda: today, **options)


def send(folder: Path, message: Message | None = None, today: date = TODAY) -> Receipt:
    return channel(folder, today).send(message or a_letter(), before_handover=Marks())


def failure(folder: Path, message: Message | None = None, marks: Marks | None = None) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        channel(folder).send(message or a_letter(), before_handover=marks or Marks())
    return caught.value


def rows(folder: Path, day: date = TODAY) -> list[list[str]]:
    text = (folder / f"adresses-{day:%Y-%m-%d}.csv").read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def listed(folder: Path) -> list[str]:
    """The uids of all lists."""
    texts = [path.read_bytes().decode("utf-8-sig", "replace") for path in folder.glob("adresses-*.csv")]
    return [row[1] for text in texts for row in list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != folder_files.LOCK)


def test_a_letter_is_a_pdf_and_a_line(tmp_path: Path) -> None:
    marks = Marks()
    receipt = channel(tmp_path).send(a_letter(), before_handover=marks)
    assert receipt == Receipt(NAME, "written")
    assert marks.count == 1
    assert (tmp_path / NAME).read_bytes() == PDF
    assert names(tmp_path) == [NAME, "adresses-2026-11-23.csv"]
    assert (tmp_path / "adresses-2026-11-23.csv").read_bytes().decode("utf-8") == (
        '\ufeff"file";"uid";"postage";"name";"street_1";"street_2";"street_3";"postcode";"city";"country"\r\n'
        f'"{NAME}";"{a_letter().uid}";"prioritaire";"Café Müller & Cie";"3 rue de l\'Œuvre";"Bâtiment C";"";'
        '"01000";"Bourg-en-Bresse";"France"\r\n'
    )


def test_the_headings_are_the_callers(tmp_path: Path) -> None:
    headings = {FolderColumn.FILE: "Fichier", FolderColumn.CITY: "=Ville"}
    channel(tmp_path, headings=headings).send(a_letter(), before_handover=Marks())
    assert rows(tmp_path)[0][0] == "Fichier"
    assert rows(tmp_path)[0][-2:] == ["'=Ville", "country"]


def test_the_file_gets_its_name_after_the_state_is_committed(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    channel(tmp_path).send(a_letter(), before_handover=lambda: seen.append(names(tmp_path)))
    assert seen == [[f".{NAME}.tmp"]]


@pytest.mark.parametrize("error", [KeyError("paid"), OSError("database")])
def test_what_the_caller_refuses_to_hand_over_leaves_nothing(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(type(error)):
        channel(tmp_path).send(a_letter(), before_handover=Marks(error=error))
    assert names(tmp_path) == []


def test_the_same_letter_is_never_written_or_listed_twice(tmp_path: Path) -> None:
    first = send(tmp_path)
    for today in (TODAY, date(2026, 11, 24)):
        marks = Marks()
        again = channel(tmp_path, today).send(a_letter(), before_handover=marks)
        assert again == replace(first, response="found")
        assert marks.count == 1
    assert names(tmp_path) == [NAME, "adresses-2026-11-23.csv"]
    assert listed(tmp_path) == [a_letter().uid]


def test_a_letter_whose_pdf_was_taken_away_to_print_is_not_written_again(tmp_path: Path) -> None:
    send(tmp_path)
    (tmp_path / NAME).unlink()
    assert send(tmp_path) == Receipt(NAME, "found")
    assert names(tmp_path) == ["adresses-2026-11-23.csv"]


def dies(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("today", [TODAY, date(2026, 11, 24)])
def test_a_letter_left_without_its_line_gets_the_line_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: date
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(AddressLists, "add", dies)
        with pytest.raises(KeyboardInterrupt):
            send(tmp_path)
    assert names(tmp_path) == [NAME]
    assert send(tmp_path, today=today) == Receipt(NAME, "written")
    assert names(tmp_path) == [NAME, f"adresses-{today:%Y-%m-%d}.csv"]
    assert listed(tmp_path) == [a_letter().uid]


def test_what_a_dead_writer_left_half_written_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / f".{NAME}.tmp").write_bytes(b"%PD")
    (tmp_path / ".adresses-2026-11-23.csv.tmp").write_bytes(b"half")
    send(tmp_path)
    assert (tmp_path / NAME).read_bytes() == PDF
    assert names(tmp_path) == [NAME, "adresses-2026-11-23.csv"]


def fails_with(number: int, only: Callable[[str], bool]) -> Callable[..., Any]:
    """Path.open that finds the disk like that for some files."""
    real = Path.open

    def opened(self: Path, *args: Any, **kwargs: Any) -> Any:
        if only(self.name):
            raise OSError(number, os.strerror(number))
        return real(self, *args, **kwargs)

    return opened


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
def test_a_disk_that_is_full_before_the_handing_over_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    marks = Marks()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", fails_with(number, lambda name: name.endswith(".pdf.tmp")))
        failed = failure(tmp_path, marks=marks)
    assert (failed.code, failed.fate, marks.count) == ("folder.unwritable", Fate.REQUEUE, 0)
    assert names(tmp_path) == []


def test_a_disk_that_fills_up_between_the_letter_and_its_line_is_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(tmp_path, a_letter(uid=str(UUID(int=1))))
    before = (tmp_path / "adresses-2026-11-23.csv").read_bytes()
    marks = Marks()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", fails_with(errno.ENOSPC, lambda name: name.endswith(".csv.tmp")))
        failed = failure(tmp_path, marks=marks)
    assert (failed.code, failed.fate, marks.count) == ("folder.unwritable", Fate.REQUEUE, 1)
    assert (tmp_path / "adresses-2026-11-23.csv").read_bytes() == before
    send(tmp_path)
    assert listed(tmp_path) == [str(UUID(int=1)), a_letter().uid]


def test_a_disk_that_fills_up_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert failure(tmp_path).code == "folder.unwritable"
    assert names(tmp_path) == []


def test_a_folder_that_is_missing_is_not_made(tmp_path: Path) -> None:
    failed = failure(tmp_path / "usb")
    assert (failed.code, failed.fate) == ("folder.unwritable", Fate.REQUEUE)
    assert not (tmp_path / "usb").exists()


def test_a_folder_that_is_a_file_and_a_list_that_is_a_folder_are_unwritable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "adresses-2026-11-23.csv").mkdir()
    assert failure(tmp_path / "file").code == "folder.unwritable"
    assert failure(tmp_path).code == "folder.unwritable"


def test_the_check_leaves_nothing_and_fails_as_a_letter_would(tmp_path: Path) -> None:
    check_folder(tmp_path)
    assert names(tmp_path) == []
    with pytest.raises(DeliveryFailed) as caught:
        check_folder(tmp_path / "usb")
    assert caught.value.code == "folder.unwritable"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"address": None}, "folder.address_incomplete"),
        ({"address": replace(CUSTOMER, street=(" ",))}, "folder.address_incomplete"),
        ({"address": replace(CUSTOMER, street=("a", "b", "c", "d"))}, "folder.address_incomplete"),
        ({"attachments": ()}, "folder.no_pdf"),
        ({"attachments": (Attachment("a.pdf", "application/pdf", b"MZ"),)}, "folder.no_pdf"),
    ],
)
def test_an_incomplete_letter_is_refused(tmp_path: Path, changes: dict[str, Any], code: str) -> None:
    marks = Marks()
    failed = failure(tmp_path, a_letter(**changes), marks)
    assert (failed.code, failed.fate, marks.count, names(tmp_path)) == (code, Fate.FAIL, 0, [])


def test_a_letter_without_a_uid_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="uid"):
        send(tmp_path, a_letter(uid=" "))


HOSTILE = [
    "../../etc/passwd",
    "..\\..\\x",
    "CON",
    "nul.txt",
    "a:b*c?d|e",
    "x" * 500,
    "東京",
    "",
    "\x00\n\r",
    "-rf",
    ".git",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_customer_is_called_the_file_has_a_safe_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    receipt = send(folder, a_letter(address=replace(CUSTOMER, name=f"{name}z")))
    assert re.fullmatch(r"2026-11-23-[0-9A-Za-z-]*3d4e5f60\.pdf", receipt.provider_id)
    assert len(receipt.provider_id) <= 100
    assert receipt.provider_id in names(folder)
    assert names(tmp_path) == ["letters"]


@pytest.mark.parametrize("uid", ["../../x", "a", "*", "[", "é" * 300, "test-" + str(UUID(int=7)), "-1", "=1+1"])
def test_whatever_a_uid_is_the_letter_is_written_once(tmp_path: Path, uid: str) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    first = send(folder, a_letter(uid=uid))
    assert send(folder, a_letter(uid=uid)) == replace(first, response="found")
    assert len(listed(folder)) == 1
    assert names(tmp_path) == ["letters"]


def test_two_letters_whose_uids_end_alike_keep_apart(tmp_path: Path) -> None:
    first, second = f"{'1' * 8}-aaaabbbb", f"{'2' * 8}-aaaabbbb"
    one, two = send(tmp_path, a_letter(uid=first)), send(tmp_path, a_letter(uid=second))
    assert one.provider_id != two.provider_id
    assert listed(tmp_path) == [first, second]
    assert send(tmp_path, a_letter(uid=second)) == replace(two, response="found")


def test_an_address_abroad_needs_no_street_and_no_postcode(tmp_path: Path) -> None:
    send(tmp_path, a_letter(address=PostalAddress("Al Noor", (), "", "Dubai", "AE")))
    assert rows(tmp_path)[1][3:] == ["Al Noor", "", "", "", "", "Dubai", "Émirats arabes unis"]


@pytest.mark.parametrize("start", ["=1+1", "+33", "-1", "@SUM(A1)", "\t=1", "\x00=1", "  =1", "\n=1", "＝1"])
def test_no_cell_is_a_formula(tmp_path: Path, start: str) -> None:
    send(tmp_path, a_letter(address=replace(CUSTOMER, name=start, city=start, street=(start, start))))
    row = rows(tmp_path)[1]
    for cell in (row[3], row[4], row[5], row[8]):
        assert cell.startswith("'")


def test_quotes_semicolons_and_line_ends_stay_in_their_cell(tmp_path: Path) -> None:
    send(tmp_path, a_letter(address=replace(CUSTOMER, name='A "B"; C\r\nD\u2028E', city="x\ud800y")))
    assert len(rows(tmp_path)) == 2
    assert rows(tmp_path)[1][3] == 'A "B"; C D E'
    assert rows(tmp_path)[1][-2] == "x y"


def test_a_list_that_a_spreadsheet_saved_again_is_still_known_and_kept(tmp_path: Path) -> None:
    send(tmp_path)
    path = tmp_path / "adresses-2026-11-23.csv"
    saved = path.read_bytes().decode("utf-8-sig").replace('"', "").rstrip().encode("cp1252")
    path.write_bytes(saved)
    assert send(tmp_path) == Receipt(NAME, "found")
    other = str(UUID(int=1))
    send(tmp_path, a_letter(uid=other))
    assert path.read_bytes() == saved
    second = (tmp_path / "adresses-2026-11-23-2.csv").read_bytes().decode("utf-8-sig")
    assert other in second
    assert a_letter().uid not in second


def test_a_line_without_its_end_is_ended_first(tmp_path: Path) -> None:
    send(tmp_path, a_letter(uid="first-letter"))
    path = tmp_path / "adresses-2026-11-23.csv"
    path.write_bytes(path.read_bytes().rstrip())
    send(tmp_path)
    assert listed(tmp_path) == ["first-letter", a_letter().uid]


def test_many_writers_at_once_lose_no_line(tmp_path: Path) -> None:
    uids = [str(uuid4()) for _ in range(24)]

    def work(mine: list[str]) -> None:
        own = channel(tmp_path)
        for uid in mine:
            own.send(a_letter(uid=uid), before_handover=Marks())

    threads = [Thread(target=work, args=(uids[start::4] + uids[:3],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(listed(tmp_path)) == sorted(uids)
    assert len(list(tmp_path.glob("*.pdf"))) == len(uids)


@settings(max_examples=200, deadline=None)
@given(text=st.text())
def test_a_cell_is_one_harmless_line(text: str) -> None:
    cell = harmless(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\0", "\r"))
    assert len(cell.splitlines()) <= 1
