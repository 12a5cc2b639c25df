"""The content of a page: the drawing operators of PDF, in points from the bottom left corner."""

from collections.abc import Iterable
from math import cos, pi, sin

from relance.channels.letter.fonts import POINT, Typefaces
from relance.channels.letter.sheet import LogoMark, Mark, QrMark, Role, Rule, Text, Watermark
from relance.channels.letter.window import PAGE

WATERMARK_GREY = 0.87
WATERMARK_CENTRE = (105.0, 165.0)
WATERMARK_ANGLE = pi / 4


class Ink:
    """Writes the content of one page; `fonts` are those that it used."""

    def __init__(self, faces: Typefaces) -> None:
        self.fonts: set[int] = set()
        self.logo = 0  # its number among the page's images
        self._faces = faces
        self._out: list[str] = []
        self._font = (0, 0.0)

    def content(self) -> str:
        """All that was written, one byte a character."""
        return "\n".join(self._out)

    def artifacts(self, marks: Iterable[Mark]) -> None:
        """What a screen reader passes over."""
        marks = list(marks)
        if marks:
            self._enclosed("/Artifact BMC", marks)

    def piece(self, role: Role, number: int, marks: Iterable[Mark]) -> None:
        """A piece of the structure, by its number on the page."""
        self._enclosed(f"/{role}<</MCID {number}>>BDC", marks)

    def _enclosed(self, opening: str, marks: Iterable[Mark]) -> None:
        self._out.append(opening)
        for mark in marks:
            self._draw(mark)
        self._out.append("EMC")

    def _draw(self, mark: Mark) -> None:
        match mark:
            case Text():
                self._text(mark)
            case Rule():
                self._rule(mark)
            case LogoMark(x, y, width, height):
                self._out.append(f"q {_placed(x, y + height, width, height)} cm /I{self.logo} Do Q")
            case QrMark():
                self._qr(mark)
            case Watermark():
                self._watermark(mark)

    def _text(self, mark: Text) -> None:
        shown = []
        for number, codes in self._faces.runs(mark.text, bold=mark.bold):
            font = (number, mark.size)
            if font != self._font:
                self._font = font
                self.fonts.add(number)
                shown.append(f"/F{number} {mark.size:.2f} Tf")
            shown.append(f"({codes})Tj")
        self._out.append(f"BT {_x(mark.x)} {_y(mark.y)} Td {' '.join(shown)} ET")

    def _rule(self, mark: Rule) -> None:
        pen = f"{mark.thickness / POINT:.2f} w {mark.grey:g} G"
        self._out.append(f"{pen} {_x(mark.x1)} {_y(mark.y1)} m {_x(mark.x2)} {_y(mark.y2)} l S")

    def _qr(self, mark: QrMark) -> None:
        """As a stencil of one bit a module: no seams between them, and far shorter than so many squares."""
        side = mark.modules.side
        self._out.append(
            f"q 0 g {_placed(mark.x, mark.y + mark.side, mark.side, mark.side)} cm\n"
            f"BI /W {side} /H {side} /IM true /BPC 1 /D [1 0] /F /AHx ID\n{mark.modules.rows}>\nEI Q"
        )

    def _watermark(self, mark: Watermark) -> None:
        across, up = cos(WATERMARK_ANGLE), sin(WATERMARK_ANGLE)
        x, y = WATERMARK_CENTRE
        left = x - mark.width / 2 * across + mark.size * POINT * 0.36 * up
        base = y + mark.width / 2 * up + mark.size * POINT * 0.36 * across
        self._out.append(
            f"q {WATERMARK_GREY} g BT {across:.4f} {up:.4f} {-up:.4f} {across:.4f} {_x(left)} {_y(base)} Tm"
        )
        for number, codes in self._faces.runs(mark.text, bold=True):
            self.fonts.add(number)
            self._out.append(f"/F{number} {mark.size:.2f} Tf ({codes})Tj")
        self._out.append("ET Q")


def _x(x: float) -> str:
    return f"{x / POINT:.2f}"


def _y(y: float) -> str:
    return f"{(PAGE.height - y) / POINT:.2f}"


def _placed(x: float, y: float, width: float, height: float) -> str:
    """The matrix that sets a unit square with its lower left corner there."""
    return f"{width / POINT:.2f} 0 0 {height / POINT:.2f} {_x(x)} {_y(y)}"
