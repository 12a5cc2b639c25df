"""Columns parsed once per distinct cell, and put back together as typed rows."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from relance.importers import dates, emails, places, words
from relance.importers.amounts import DecimalMark, parse_amount
from relance.importers.candidates import CandidateStatus
from relance.importers.fields import AMOUNT_FIELDS, DATE_FIELDS, Field
from relance.importers.reading import BadValue, DateOrder, Problem, ProblemCode
from relance.importers.table import Row
from relance.importers.text import Cell, parse_text, written

T = TypeVar("T")
Parser = Callable[[Cell], object]

_PARSERS: dict[Field, Parser] = {
    Field.KIND: words.parse_kind,
    Field.STATUS: words.parse_status,
    Field.CUSTOMER_KIND: words.parse_customer_kind,
    Field.EXCLUDED: words.parse_flag,
    Field.DISPUTED: words.parse_flag,
    Field.EMAILS: emails.parse_emails,
    Field.LANGUAGE: places.parse_language,
    Field.COUNTRY: places.parse_country,
}
# Codes that a data tool took for numbers: 1930581131.0.
_FLOAT_CODE = re.compile(r"[0-9]+\.0")
# What a spreadsheet leaves of a long number: 1,93E+09.
_ROUNDED_CODE = re.compile(r"[0-9][.,]?[0-9]*E\+[0-9]+")
_CODES = frozenset((Field.NUMBER, Field.CUSTOMER_CODE))


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row: the value of each field, and the problems of the cells that have none."""

    number: int
    values: Mapping[Field, object]
    unreadable: frozenset[Field]
    problems: tuple[Problem, ...]
    raw: Mapping[Field, Cell]

    def get(self, field: Field, kind: type[T]) -> T | None:
        """The value of a field; None for an empty cell or a field without a column."""
        value = self.values.get(field)
        return value if isinstance(value, kind) else None

    def text(self, field: Field) -> str:
        """The text of a field, "" when there is none."""
        return self.get(field, str) or ""

    def cell(self, field: Field) -> Cell:
        """The cell as the file has it, "" for a field without a column."""
        return self.raw.get(field, "")

    def status(self) -> tuple[CandidateStatus | None, bool]:
        """The status, and whether its word tells of a dispute."""
        found = self.get(Field.STATUS, words.StatusWord)
        return (found.status, found.disputed) if found else (None, False)


@dataclass(frozen=True, slots=True)
class ParsedColumn:
    """A column's place and heading, and what each of its distinct cells came to: a value or what is wrong."""

    index: int
    heading: str
    outcomes: Mapping[Cell, object | BadValue]

    @property
    def has_bad_cells(self) -> bool:
        """Whether any cell of the column couldn't be read."""
        return any(isinstance(outcome, BadValue) for outcome in self.outcomes.values())


def parser_of(
    field: Field, marks: Mapping[Field, DecimalMark], orders: Mapping[Field, DateOrder], *, serials: bool
) -> Parser:
    """How the cells of a field are read in this file."""
    if field in AMOUNT_FIELDS:
        return partial(parse_amount, mark=marks.get(field))
    if field in DATE_FIELDS:
        return partial(dates.parse_date, order=orders.get(field), serials=serials)
    if field is Field.CURRENCY:
        return _currency
    return _code if field in _CODES else _PARSERS.get(field, parse_text)


def _code(cell: Cell) -> str:
    text = parse_text(cell)
    if _ROUNDED_CODE.fullmatch(text):
        raise BadValue(ProblemCode.CELL_ERROR)
    return text


def _currency(cell: Cell) -> str | None:
    text = written(cell)
    code = places.parse_currency(text)
    if text and code is None:
        raise BadValue(ProblemCode.CURRENCY_UNKNOWN)
    return code


def parse_column(field: Field, index: int, heading: str, cells: Sequence[Cell], parser: Parser) -> ParsedColumn:
    """Parse the distinct cells of a column."""
    if field in _CODES and all(isinstance(cell, str) and _FLOAT_CODE.fullmatch(cell) for cell in cells if cell):
        return ParsedColumn(index, heading, {cell: written(cell).removesuffix(".0") for cell in cells})
    return ParsedColumn(index, heading, {cell: _attempt(parser, cell) for cell in cells})


def _attempt(parser: Parser, cell: Cell) -> object | BadValue:
    try:
        return parser(cell)
    except BadValue as bad:
        return bad


def typed_rows(rows: Sequence[Row], columns: Mapping[Field, ParsedColumn]) -> Iterator[TypedRow]:
    """Every row with its values; a row that is wider than the headings has a problem too."""
    doubtful = [field for field, column in columns.items() if column.has_bad_cells]
    for row in rows:
        raw = {field: row.cells[column.index] for field, column in columns.items()}
        values = {field: columns[field].outcomes[cell] for field, cell in raw.items()}
        bad = {field: error for field in doubtful if isinstance(error := values[field], BadValue)}
        problems = [
            Problem(row.number, columns[field].heading, error.code, written(raw[field]), error.facts)
            for field, error in bad.items()
        ]
        if row.overflow:
            problems.append(Problem(row.number, "", ProblemCode.EXTRA_CELLS, row.overflow))
        yield TypedRow(row.number, values, frozenset(bad), tuple(problems), raw)
