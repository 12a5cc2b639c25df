"""Sheets of paper being filled: what is drawn where, and what each piece is (paragraph, heading, cell, figure).

Millimetres from the top left corner; a text's y is its baseline. Nothing here knows of PDF.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from relance.channels.letter.fonts import POINT, Typefaces
from relance.channels.letter.qr import Modules
from relance.channels.letter.window import MARGINS

LEADING = 1.38  # from one baseline to the next, in sizes
ASCENT = 0.95  # from the top of a line to its baseline, in sizes


class Role(StrEnum):
    """The structure types of PDF that a letter needs."""

    PARAGRAPH = "P"
    HEADING = "H1"
    TABLE = "Table"
    ROW = "TR"
    COLUMN_HEADING = "TH"
    CELL = "TD"
    FIGURE = "Figure"


@dataclass(frozen=True, slots=True)
class Text:
    """One line of printable text."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    thickness: float = 0.2
    grey: float = 0.0


@dataclass(frozen=True, slots=True)
class LogoMark:
    """The letterhead's picture, filling its box."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class QrMark:
    """A square code; the quiet zone is around it."""

    x: float
    y: float
    side: float
    modules: Modules


@dataclass(frozen=True, slots=True)
class Watermark:
    """A word across the page, light, beneath all the rest."""

    text: str
    size: float
    width: float


Mark: TypeAlias = Text | Rule | LogoMark | QrMark | Watermark


@dataclass(slots=True)
class Node:
    """A piece of the letter's structure, on one sheet: marks of its own, or pieces within it."""

    role: Role
    marks: list[Mark] = field(default_factory=list)
    kids: list["Node"] = field(default_factory=list)
    alt: str = ""


@dataclass(slots=True)
class Sheet:
    """One page: what belongs to the text, in reading order, and what is mere decoration or repetition."""

    nodes: list[Node] = field(default_factory=list)
    artifacts: list[Mark] = field(default_factory=list)


def line_height(size: float) -> float:
    """From one line to the next, in millimetres."""
    return size * POINT * LEADING


class Flow:
    """Fills sheets from top to bottom. `y` is where the next thing goes."""

    def __init__(self, faces: Typefaces, *, top: float, bottom: float) -> None:
        self.faces = faces
        self.sheets = [Sheet()]
        self.y = top
        self._bottom = bottom

    @property
    def sheet(self) -> Sheet:
        """The one being filled."""
        return self.sheets[-1]

    @property
    def room(self) -> float:
        """What is left of it."""
        return self._bottom - self.y

    @property
    def page_height(self) -> float:
        """What a following sheet holds."""
        return self._bottom - MARGINS.top

    def turn(self) -> None:
        """On to the next sheet."""
        self.sheets.append(Sheet())
        self.y = MARGINS.top

    def need(self, height: float) -> None:
        """Turn where so much doesn't fit any more, unless the sheet is still empty of text."""
        if height > self.room and self.y > MARGINS.top:
            self.turn()

    def add(self, node: Node) -> None:
        """The next piece in reading order."""
        self.sheet.nodes.append(node)

    def lines(self, lines: list[str], size: float, role: Role = Role.PARAGRAPH, *, bold: bool = False) -> None:
        """A paragraph. It breaks between sheets with two lines at least on each."""
        step = line_height(size)
        start = 0
        while start < len(lines):
            count = self._fitting(len(lines) - start, step)
            if not count:
                self.turn()
                continue
            self.add(Node(role, self._set(lines[start : start + count], size, step, bold=bold)))
            start += count
            if start < len(lines):
                self.turn()

    def _fitting(self, left: int, step: float) -> int:
        """How many of the lines that are left go on this sheet; 0 where the next is the better place."""
        count = int((self.room + 0.01) / step)
        if count >= left:
            return left
        if left - count == 1:
            count -= 1
        if count >= 2:
            return count
        return 0 if self.y > MARGINS.top else max(count, 1)

    def _set(self, lines: list[str], size: float, step: float, *, bold: bool) -> list[Mark]:
        first = self.y + size * POINT * ASCENT
        self.y += step * len(lines)
        return [
            Text(MARGINS.left, first + step * number, line, size, bold) for number, line in enumerate(lines) if line
        ]
