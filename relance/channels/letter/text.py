"""Text broken into lines, the way a reader expects: at spaces, and within a word only where it is wider than a line."""

from collections.abc import Iterator

from relance.channels.letter.fonts import Typefaces


def wrapped(text: str, width: float, size: float, faces: Typefaces, *, bold: bool = False) -> list[str]:
    """Printable lines no wider than `width`; its own line ends are kept, no-break spaces never end a line."""
    lines: list[str] = []
    for line in faces.printable(text).split("\n"):
        line = line.rstrip(" ")
        if faces.width(line, size, bold=bold) <= width:
            lines.append(line)
        else:
            lines += _broken(line, width, size, faces, bold=bold)
    return lines


def _broken(line: str, width: float, size: float, faces: Typefaces, *, bold: bool) -> Iterator[str]:
    space = faces.width(" ", size, bold=bold)
    words: list[str] = []
    used = 0.0
    for word in line.split(" "):
        wide = faces.width(word, size, bold=bold)
        if words and used + space + wide > width:
            yield " ".join(words).rstrip(" ")
            words, used = [], 0.0
        if wide > width:
            *full, word = _pieces(word, width, size, faces, bold=bold)
            yield from full
            wide = faces.width(word, size, bold=bold)
        used += wide + (space if words else 0)
        words.append(word)
    yield " ".join(words)


def _pieces(word: str, width: float, size: float, faces: Typefaces, *, bold: bool) -> Iterator[str]:
    """A word too wide for a line, cut where it must be."""
    piece, used = "", 0.0
    for sign in word:
        wide = faces.width(sign, size, bold=bold)
        if piece and used + wide > width:
            yield piece
            piece, used = "", 0.0
        piece, used = piece + sign, used + wide
    yield piece


def fitting_size(lines: tuple[str, ...], width: float, size: float, faces: Typefaces) -> float:
    """The size, or the smaller one at which the widest of these printable lines still fits."""
    widest = max((faces.width(line, size) for line in lines), default=0.0)
    return size if widest <= width else size * width / widest
