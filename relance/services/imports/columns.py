"""What each column of a file was understood to be, with its example read as it will be imported."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from relance.importers import dates, words
from relance.importers.amounts import parse_amount
from relance.importers.fields import AMOUNT_FIELDS, DATE_FIELDS, Field
from relance.importers.reading import BadValue, Column, QuestionCode
from relance.importers.text import Cell
from relance.services.imports.options import AnyReading

# How the example of a field is read on its own; the others are taken as they stand.
_WORDS: dict[Field, Callable[[str], object]] = {
    Field.KIND: words.parse_kind,
    Field.STATUS: words.parse_status,
    Field.CUSTOMER_KIND: words.parse_customer_kind,
    Field.EXCLUDED: words.parse_flag,
    Field.DISPUTED: words.parse_flag,
}
# Questions that are about the columns they name, not about those that are missing.
_ABOUT_COLUMNS = frozenset(
    (
        QuestionCode.TWO_COLUMNS,
        QuestionCode.TWO_MEANINGS,
        QuestionCode.LOOKS_LIKE_PAYMENTS,
        QuestionCode.LOOKS_LIKE_INVOICES,
    )
)


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A column and its first example. `value` is what the example came to, None where it says nothing more.

    `asked`: only a person can tell what the column is. `unreadable`: the example isn't what its column says.
    """

    heading: str
    example: str
    row: int
    field: Field | None
    offered: tuple[Field, ...]
    value: object
    unreadable: bool
    asked: bool


def read_columns(reading: AnyReading) -> tuple[ColumnRead, ...]:
    """Every column that has a heading, in the order of the file."""
    asked = asked_columns(reading)
    return tuple(_read(column, reading, asked) for column in reading.columns if column.heading)


def asked_columns(reading: AnyReading) -> frozenset[str]:
    """The headings of the columns that a question is about."""
    found: set[str] = set()
    for question in reading.questions:
        named = question.facts.get("columns")
        if question.code in _ABOUT_COLUMNS and isinstance(named, tuple):
            found.update(named)
    return frozenset(found)


def _read(column: Column, reading: AnyReading, asked: frozenset[str]) -> ColumnRead:
    try:
        value, unreadable = _value(column, reading), False
    except BadValue:
        value, unreadable = None, True
    return ColumnRead(
        heading=column.heading,
        example=column.example,
        row=column.example_row,
        field=column.field,
        offered=column.candidates,
        value=value,
        unreadable=unreadable,
        asked=column.heading in asked,
    )


def _value(column: Column, reading: AnyReading) -> object:
    if column.field is None or not column.example:
        return None
    if column.field in DATE_FIELDS:
        if column.date_order is None and dates.needs_order(column.example):
            return None  # a question is open about it
        return dates.parse_date(_cell(column.example), column.date_order, serials=bool(reading.sheet))
    if column.field in AMOUNT_FIELDS:
        return _amount(column, reading)
    parse = _WORDS.get(column.field)
    return parse(column.example) if parse else None


def _cell(example: str) -> Cell:
    """A bare number is a day's, as a workbook counts them."""
    return Decimal(example) if example.isascii() and example.isdigit() and len(example) < 8 else example


def _amount(column: Column, reading: AnyReading) -> Decimal | None:
    """Read alone where that leaves no doubt; else as the whole column was."""
    try:
        found = parse_amount(column.example, None)
    except BadValue:
        row = next((one for one in reading.candidates if one.row == column.example_row), None)
        told = getattr(row, column.field.value, None) if column.field else None
        if not isinstance(told, Decimal):
            raise
        return told
    return found.amount if found else None
