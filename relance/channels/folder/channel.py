"""The folder channel: each letter's PDF and a list of addresses, for firms that use another printer.

A letter is handed over when its PDF gets its name. Should the program die before the list has it too, the next attempt
adds the line alone; a letter that is listed is never written again, whatever became of its PDF since.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path

from relance.channels.folder.address_lists import AddressLists, FolderColumn, headings_of, line_of
from relance.channels.folder.files import locked, put_in_place, write_aside
from relance.channels.postal import is_complete, one_line, pdf_of
from relance.domain.delivery import BeforeHandover, DeliveryFailed, Fate, Message, Receipt

__all__ = ["FolderChannel", "FolderColumn", "check_folder"]

LISTS = "adresses"
LONGEST_CUSTOMER = 60
FOUND = "found"  # the `response` of a letter that an earlier attempt had left there
WRITTEN = "written"


class FolderChannel:
    """A Channel. Makes no folder: one that is missing may be on a disk that isn't there."""

    def __init__(
        self,
        folder: Path,
        *,
        today: Callable[[], date],
        headings: Mapping[FolderColumn, str] | None = None,
    ) -> None:
        self._folder = folder
        self._today = today
        self._headings = headings_of(headings or {})

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        """Write one letter and its line; see domain.delivery.Channel."""
        if not one_line(message.uid):
            raise ValueError("a letter without a uid")
        if message.address is None or not is_complete(message.address):
            raise DeliveryFailed("folder.address_incomplete", Fate.FAIL)
        pdf = pdf_of(message)
        if pdf is None:
            raise DeliveryFailed("folder.no_pdf", Fate.FAIL)
        with ExitStack() as stack:
            with _told():
                stack.enter_context(locked(self._folder))
                lists = AddressLists(self._folder, LISTS)
                listed = lists.hold(message.uid)
            if listed:
                before_handover()
                return Receipt(lists.file_of(message.uid), FOUND)
            day = self._today()
            with _told():
                target = self._folder / self._name(message, day, lists)
                aside = write_aside(target, pdf.content)
            stack.callback(_forget, aside)
            before_handover()
            with _told():
                put_in_place(aside, target)
                lists.add(line_of(message, message.address, target.name), self._headings, day)
            return Receipt(target.name, WRITTEN)

    def close(self) -> None:
        """Nothing is kept open."""

    def _name(self, message: Message, day: date, lists: AddressLists) -> str:
        """Its file: the one that an interrupted attempt has left, or a new one that no other letter has."""
        short = _short(message.uid)
        for path in sorted(self._folder.glob(f"????-??-??-*{short}.pdf")):
            if not lists.hold(path.name):
                return path.name
        before = f"{day:%Y-%m-%d}-{_customer(message)}"
        name = f"{before}{short}.pdf"
        return f"{before}{_digest(message.uid)[:16]}.pdf" if lists.hold(name) else name


def check_folder(folder: Path) -> None:
    """Write something there and take it away again; raises DeliveryFailed where that fails."""
    with _told(), locked(folder):
        write_aside(folder / "relance-check", b"relance").unlink()


@contextmanager
def _told() -> Iterator[None]:
    """Whatever the disk says: nothing of this letter is lost, and it is tried again when the folder is well."""
    try:
        yield
    except OSError as error:
        raise DeliveryFailed("folder.unwritable", Fate.REQUEUE, str(error)) from error


def _forget(aside: Path) -> None:
    with suppress(OSError):
        aside.unlink(missing_ok=True)


def _short(uid: str) -> str:
    """The end of a uid, where it is all chance; for a strange one its digest's."""
    plain = re.sub(r"[^0-9a-z]", "", uid.lower())
    return plain[-8:] if len(plain) >= 8 else _digest(uid)[:8]


def _digest(uid: str) -> str:
    return hashlib.sha256(uid.encode("utf-8", "replace")).hexdigest()


def _customer(message: Message) -> str:
    """The addressee as a part of a file name that every system can write, with its hyphen; it may be empty."""
    name = message.address.name if message.address is not None else ""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = re.sub(r"[^0-9A-Za-z]+", "-", plain).strip("-")[:LONGEST_CUSTOMER].rstrip("-")
    return f"{safe}-" if safe else ""
