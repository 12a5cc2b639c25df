"""The embedded typefaces: read and made ready once for the process, then shared by every document.

fpdf2 makes a new subset of each font for each document, which takes most of the time of a small one. The fonts here
are small already: they are embedded whole, as the very objects that fpdf2 made of them the first time.
"""

import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from fpdf import FPDF
from fpdf.fonts import SubsetMap
from fpdf.output import OutputProducer
from fpdf.syntax import Name, PDFContentStream

from relance.channels.letter.values import LetterError, LetterFault

REGULAR, BOLD, FALLBACK = 1, 2, 3
FILES = {REGULAR: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf", FALLBACK: "DejaVuSans-Full.ttf"}
REPLACEMENT = "\ufffd"
POINT = 25.4 / 72  # millimetres
BUSY = Lock()  # held while a document is written out: the shared objects bear its numbers meanwhile

_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
_VARIANT = re.compile("[\ufe00-\ufe0f]")


@dataclass(frozen=True)
class Face:
    """A font as it goes into documents: its PDF objects, the first of which stands for the font."""

    objects: tuple[Any, ...]
    codes: dict[int, str]  # what str.translate needs to give the code of each character
    widths: dict[str, int]  # thousandths of the font's size

    @cached_property
    def foreign(self) -> re.Pattern[str]:
        """Finds what the font can't print as it is: no glyph, or half of a decomposed letter."""
        return re.compile("[^" + re.escape("".join(self.widths)) + "\n]")

    def encoded(self, text: str) -> str:
        """The text as the operand of Tj. Every character must be one of `codes`."""
        raw = text.translate(self.codes).encode("utf-16-be").decode("latin-1")
        return raw.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").replace("\r", "\\r")


class Typefaces:
    """Two Latin faces, and one more that holds the characters outside them that a batch needs."""

    def __init__(self, regular: Face, bold: Face, fallback: Face | None) -> None:
        self.faces = {REGULAR: regular, BOLD: bold} | ({FALLBACK: fallback} if fallback else {})
        self._foreign = regular.foreign
        self._widths = {number: dict(self.faces[number].widths) for number in (REGULAR, BOLD)}
        if fallback:
            for widths in self._widths.values():
                widths.update({sign: w for sign, w in fallback.widths.items() if sign not in widths})

    def printable(self, text: str) -> str:
        """The text with nothing in it but line ends and characters that a face has."""
        if not self._foreign.search(text):
            return text
        known = self._widths[REGULAR]
        return "".join(sign if sign in known or sign == "\n" else REPLACEMENT for sign in visible(text))

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Millimetres that printable text takes at a size in points."""
        return sum(map(self._widths[BOLD if bold else REGULAR].__getitem__, text)) * size * POINT / 1000

    def runs(self, text: str, *, bold: bool = False) -> Iterable[tuple[int, str]]:
        """Printable text as (font number, the codes to show)."""
        number = BOLD if bold else REGULAR
        face, fallback = self.faces[number], self.faces.get(FALLBACK)
        if fallback is None or not self._foreign.search(text):
            yield number, face.encoded(text)
            return
        for part in re.split(f"({self._foreign.pattern}+)", text):
            if part:
                inside = part[0] in face.widths
                yield (number, face.encoded(part)) if inside else (FALLBACK, fallback.encoded(part))


def visible(text: str) -> str:
    """Composed letters, plain line ends, tabs as spaces, and no invisible sign."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = unicodedata.normalize("NFC", _VARIANT.sub("", text))
    signs = ("\n" if sign in "\x0b\x0c\u2028\u2029" else sign for sign in text)
    return "".join(sign for sign in signs if sign == "\n" or unicodedata.category(sign) not in _INVISIBLE)


def typefaces(folder: Path, texts: Iterable[str]) -> Typefaces:
    """The faces that these texts need; LetterError where a font is missing from the folder."""
    regular, bold = _face(folder, FILES[REGULAR]), _face(folder, FILES[BOLD])
    strange = {sign for text in texts if regular.foreign.search(text) for sign in visible(text)} - set(regular.widths)
    needed = frozenset(strange & _held(folder, FILES[FALLBACK])) if strange else frozenset()
    return Typefaces(regular, bold, _face(folder, FILES[FALLBACK], needed) if needed else None)


@lru_cache(maxsize=4)
def _held(folder: Path, name: str) -> frozenset[str]:
    """The characters of a font."""
    with _opened(folder, name) as pdf:
        return frozenset(map(chr, pdf.font.cmap))


@lru_cache(maxsize=32)
def _face(folder: Path, name: str, signs: frozenset[str] | None = None) -> Face:
    """A font file with these characters alone, or with all it has."""
    with _opened(folder, name) as pdf:
        wanted = map(chr, pdf.font.cmap) if signs is None else signs
        points = sorted(ord(sign) for sign in wanted if unicodedata.category(sign) not in _INVISIBLE)
        codes = {point: chr(pdf.font.subset.pick(point)) for point in points}
        widths = {chr(point): int(pdf.font.cw[point]) for point in points}
        pdf.add_page()
        pdf.tag = _tag(name, points)
        pdf.output(output_producer_class=_Harvester)
    return Face(tuple(pdf.harvest), codes, widths)


@contextmanager
def _opened(folder: Path, name: str) -> Iterator["_Reading"]:
    """A document with this font alone. fpdf2's own caches would keep every font that was ever read."""
    for library in ("fpdf", "fontTools"):
        logging.getLogger(library).setLevel(logging.ERROR)
    if not (folder / name).is_file():
        raise LetterError(LetterFault.NO_FONTS, name)
    pdf = _Reading()
    pdf.add_font("face", fname=folder / name)
    pdf.font = pdf.fonts["face"]
    try:
        yield pdf
    finally:
        pdf.font.close()
        SubsetMap.pick.cache_clear()
        SubsetMap.get_glyph.cache_clear()


def _tag(name: str, points: list[int]) -> str:
    """Six letters that tell subsets of one font apart."""
    digest = sha256(f"{name} {points}".encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


class _Reading(FPDF):
    """A document that nobody reads, made for one font."""

    font: Any
    tag: str
    harvest: list[Any]


class _Harvester(OutputProducer):
    """Keeps the font objects that fpdf2 makes on the way to a file."""

    fpdf: _Reading

    def _add_fonts(self, *resources: Any) -> Any:
        first = len(self.pdf_objs)
        fonts = super()._add_fonts(*resources)
        self.fpdf.harvest = [_compressed(item) for item in self.pdf_objs[first:]]
        for item in self.fpdf.harvest:
            for name in ("base_font", "font_name"):
                if hasattr(item, name):
                    setattr(item, name, Name(getattr(item, name).replace("MPDFAA", self.fpdf.tag)))
        return fonts


def _compressed(item: Any) -> Any:
    """fpdf2 leaves the table of characters as it is, and it is a fifth of a small document."""
    if type(item) is PDFContentStream and item.filter is None:
        smaller = PDFContentStream(item.content_stream(), compress=True)
        item._contents, item.filter, item.length = smaller._contents, smaller.filter, smaller.length
    return item
