"""A report in the reader's language: its words, its figures as text, its tables on paper and as CSV."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from relance import paths
from relance.channels.letter.report import Heading, PrintedReport, report_pdf
from relance.channels.letter.values import Align, Column, Table
from relance.domain.money import to_decimal
from relance.i18n import MESSAGE_LANGUAGES, locale, long_date, short_date
from relance.services.csv_file import csv_text

NONE = "–"


@dataclass(frozen=True, slots=True)
class Money:
    """Minor units of a currency."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Days:
    """Days with one decimal."""

    number: float


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, from 0 to 1."""

    of_one: float


Cell = str | int | date | Money | Days | Share | None


@dataclass(frozen=True, slots=True)
class Part:
    """One table: headings, rows of as many cells, and the sums under them. `name` stands above it.

    `extra` is what a file of all tables needs in front of each row, such as the currency: one cell for each heading.
    """

    name: str
    headings: tuple[str, ...]
    numbers: frozenset[int]  # the columns set to the right
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    extra: tuple[tuple[str, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report to print or to save; `stem` is the name of its files."""

    stem: str
    title: str
    company: str
    on: date
    language: str
    parts: tuple[Part, ...]
    nothing: str = ""  # what it says when it has no rows

    def pdf(self) -> bytes:
        """It on paper."""
        words = words_of(self.language)
        closed_on = words["closed_on"].replace("{date}", long_date(self.on, self.language))
        blocks: list[str | Heading | Table] = []
        for part in self.parts:
            if part.rows:
                blocks += [Heading(part.name)] * bool(part.name) + [_printed(part, self.language)]
        printed = PrintedReport(
            self.title, self.company, closed_on, tuple(blocks or [self.nothing]), self.language, words["page"]
        )
        return report_pdf(printed, paths.static() / "fonts")

    def csv(self) -> bytes:
        """The rows of all its parts that have the headings of the first, as a file for a spreadsheet."""
        if not self.parts:
            return csv_text((), (), self.language).encode()
        first = self.parts[0]
        headings = [name for name, _ in first.extra] + list(first.headings)
        rows = (
            [as_csv(cell, self.language) for cell in (*(value for _, value in part.extra), *row)]
            for part in self.parts
            if part.headings == first.headings
            for row in part.rows
        )
        return csv_text(headings, rows, self.language).encode()


def language_of(word: str, otherwise: str) -> str:
    """A language that reports exist in."""
    return word if word in MESSAGE_LANGUAGES else otherwise if otherwise in MESSAGE_LANGUAGES else "en"


@lru_cache(maxsize=8)
def words_of(language: str) -> Mapping[str, str]:
    """templates/reports/LANG/words.toml."""
    path = paths.templates() / "reports" / language_of(language, "en") / "words.toml"
    found: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def as_text(cell: Cell, language: str) -> str:
    """A cell as a person reads it: 1 234,56."""
    match cell:
        case None:
            return NONE
        case Money(minor, currency):
            return _figures(f"{to_decimal(minor, currency):,f}", language)
        case Days(number):
            return _figures(f"{tenths(number):,f}", language)
        case Share(of_one):
            return _figures(f"{tenths(of_one * 100):,f}", language) + _percent_sign(language)
        case date():
            return short_date(cell, language)
        case int():
            return _figures(f"{cell:,}", language)
    return cell


def _figures(english: str, language: str) -> str:
    """Thousands of cells in a report: Babel's own way takes a second for them."""
    group, decimal = _marks(language)
    return english.translate({ord(","): group, ord("."): decimal})


def _percent_sign(language: str) -> str:
    """With the no-break space before it, where the language has one."""
    sign = str(locale(language).percent_formats[None].suffix[0])
    return sign.replace("\u00a0", "\u202f") if language == "fr" else sign


@lru_cache(maxsize=8)
def _marks(language: str) -> tuple[str, str]:
    symbols = locale(language).number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


def as_csv(cell: Cell, language: str) -> str:
    """A cell as a spreadsheet of that language reads it: 1234,56, and dates as everywhere."""
    match cell:
        case None:
            return ""
        case Money(minor, currency):
            figures = f"{to_decimal(minor, currency):f}"
        case Days(number):
            figures = str(tenths(number))
        case Share(of_one):
            figures = str(tenths(of_one * 100))
        case date():
            return short_date(cell, language)
        case int():
            return str(cell)
        case _:
            return cell
    return figures if language == "en" else figures.replace(".", ",")


def tenths(number: float) -> Decimal:
    """With one decimal, halves away from zero."""
    return Decimal(str(number)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _printed(part: Part, language: str) -> Table:
    columns = tuple(
        Column(heading, Align.RIGHT if place in part.numbers else Align.LEFT)
        for place, heading in enumerate(part.headings)
    )
    rows = tuple(tuple(as_text(cell, language) for cell in row) for row in part.rows)
    total = tuple("" if cell is None else as_text(cell, language) for cell in part.total) if part.total else None
    return Table(columns, rows, (total,) if total else ())
