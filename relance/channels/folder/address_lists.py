"""The lists of addresses that lie beside the letters: one CSV file a day, each letter in one line of one of them."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from itertools import count
from pathlib import Path

from relance.channels.folder.files import put_in_place, write_aside
from relance.channels.postal import STREET_LINES, country_name, one_line
from relance.domain.delivery import Message, PostalAddress

MARK = b"\xef\xbb\xbf"  # by which spreadsheets know UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\0", "＝", "＋", "－", "＠")  # a cell that begins so is run (RELIABILITY 1.2.10)


class FolderColumn(StrEnum):
    """The columns, in their order; the names stand where the caller gives no others."""

    FILE = "file"
    UID = "uid"
    POSTAGE = "postage"
    NAME = "name"
    STREET_1 = "street_1"
    STREET_2 = "street_2"
    STREET_3 = "street_3"
    POSTCODE = "postcode"
    CITY = "city"
    COUNTRY = "country"


class AddressLists:
    """All lists of one folder, as they were when it was opened; its lock is held."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self._folder = folder
        self._prefix = prefix
        paths = sorted(path for path in folder.glob(f"{prefix}-*.csv") if path.is_file())
        self._content = {path: path.read_bytes() for path in paths}

    def hold(self, value: str) -> bool:
        """Whether a cell of a list is this uid or file name, whatever a spreadsheet made of the quotes."""
        cell = re.compile(_cell(value))
        return any(cell.search(content) for content in self._content.values())

    def file_of(self, uid: str) -> str:
        """The file name on the line of this uid."""
        line = re.compile(rb"^[^\w]*([\w.-]+)[^\r\n]*" + _cell(uid), re.MULTILINE)
        found = next(filter(None, map(line.search, self._content.values())), None)
        return found.group(1).decode() if found is not None else ""

    def add(self, line: tuple[str, ...], headings: tuple[str, ...], day: date) -> None:
        """Put a line at the end of the day's list."""
        path = self._of(day)
        content = self._content.get(path, b"") or MARK + as_line(headings)
        if not content.endswith(b"\n"):
            content += b"\r\n"
        content += as_line(line)
        put_in_place(write_aside(path, content), path)
        self._content[path] = content

    def _of(self, day: date) -> Path:
        """The day's list; another one where a spreadsheet has saved the first in an alphabet of its own."""
        for number in count(1):
            again = "" if number == 1 else f"-{number}"
            path = self._folder / f"{self._prefix}-{day:%Y-%m-%d}{again}.csv"
            if _is_text(self._content.get(path, b"")):
                break
        return path


def headings_of(names: Mapping[FolderColumn, str]) -> tuple[str, ...]:
    return tuple(names.get(column, column.value) for column in FolderColumn)


def line_of(message: Message, address: PostalAddress, file: str) -> tuple[str, ...]:
    """What the list says of a letter."""
    street = [line for line in address.street if one_line(line)]
    street += [""] * (STREET_LINES - len(street))
    postage = message.postage.value if message.postage is not None else ""
    return (
        file,
        message.uid,
        postage,
        address.name,
        *street,
        address.postcode,
        address.city,
        country_name(address.country),
    )


def as_line(cells: tuple[str, ...]) -> bytes:
    """One line of a CSV file, every cell in quotes and none of them a formula."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(map(harmless, cells))
    return stream.getvalue().encode("utf-8", "replace")


def harmless(cell: str) -> str:
    """The text on one line, told to be text where a spreadsheet would take it for a formula."""
    begins_so = cell.startswith(FORMULA)
    text = one_line(cell)
    return f"'{text}" if begins_so or text.startswith(FORMULA) else text


def _cell(value: str) -> bytes:
    return rb"(?<![\w.-])" + re.escape(value.encode("utf-8", "replace")) + rb"(?![\w.-])"


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in content
