"""Where each key of a TOML text stands: the standard reader tells no lines, and a refusal must."""

import re
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]  # ("program", 1, "step", 0, "offset"): indexes count from 0

_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")
_SYNTAX_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of every table, key and element of an array. The text must be valid TOML."""
    return _Finder(text).find()


def nearest(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of a path, or of the closest thing around it that is in the file."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def syntax_place(error: Exception, text: str) -> tuple[str, int, int]:
    """What the standard reader found wrong, without its place; then the line and the column (0: the line's end)."""
    message = str(error)
    found = _SYNTAX_PLACE.search(message)
    if found is None:
        return message, 1, 0
    if found[1] is None:
        return message[: found.start()], max(1, len(text.splitlines())), 0
    return message[: found.start()], int(found[1]), int(found[2])


class _Finder:
    """A walk over text that is known to be valid, so it checks nothing."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.line = 1
        self.counted = 0  # the line breaks before this place are in `line`
        self.lines: dict[Path, int] = {}
        self.sizes: dict[Path, int] = {}  # of arrays of tables

    def find(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip(_GAP) < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self.lines

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _note(self, path: Path) -> None:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        self.lines.setdefault(path, self.line)

    def _header(self) -> Path:
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        *outer, last = self._key()
        path: Path = ()
        for part in outer:
            path = self._inside((*path, part))
        path = (*path, last)
        self._note(path)
        if is_array:
            self.sizes[path] = self.sizes.get(path, 0) + 1
            path = self._inside(path)
            self._note(path)
        self.at += 2 if is_array else 1
        return path

    def _inside(self, path: Path) -> Path:
        """The last table of an array of tables; any other path as it is."""
        self._note(path)
        return (*path, self.sizes[path] - 1) if path in self.sizes else path

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip(_SPACE)
            start = self.at
            if self.text[start] in "\"'":
                self._skip(_STRING)
                parts.append(next(iter(tomllib.loads(f"{self.text[start : self.at]} = 0"))))
            else:
                self._skip(_BARE_KEY)
                parts.append(self.text[start : self.at])
            if self._skip(_SPACE) < len(self.text) and self.text[self.at] != ".":
                return parts
            self.at += 1

    def _pair(self, table: Path) -> None:
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        first = self.text[self.at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        elif first in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_BARE_VALUE)

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self.text[self._skip(_GAP)] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._note((*path, index))
            self._value((*path, index))
            index += 1
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self.text[self._skip(_GAP)] != "}":
            if self.text[self.at] == ",":
                self.at += 1
            else:
                self._pair(path)
        self.at += 1
