"""A file taken apart up to typed rows, or up to the questions that must be answered first."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from relance.importers import spreadsheet
from relance.importers.amounts import is_ambiguous
from relance.importers.cells import ParsedColumn, TypedRow, parse_column, parser_of, typed_rows
from relance.importers.columns import Assignment, assign, candidates
from relance.importers.decoding import decode
from relance.importers.fields import AMOUNT_FIELDS, Field, FileKind
from relance.importers.headings import are_french, heading_currency, meanings, normalise
from relance.importers.reading import Column, Problem, ProblemCode, Question, ReadOptions
from relance.importers.styles import DateOrders, DecimalMarks, Values, find_date_orders, find_decimal_marks
from relance.importers.table import Row, Table, parse_table
from relance.importers.text import Cell, clean, written
from relance.importers.totals import without_totals

_UNKNOWN_PLACES = {
    Field.COUNTRY: ProblemCode.COUNTRY_UNKNOWN,
    Field.LANGUAGE: ProblemCode.LANGUAGE_UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Understood:
    """All that a file says before its rows are judged."""

    table: Table
    encoding: str
    assignment: Assignment
    dates: DateOrders
    marks: DecimalMarks
    french: bool
    columns: tuple[Column, ...]
    parsed: Mapping[Field, ParsedColumn]
    notices: tuple[Problem, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Everything to ask, at once."""
        return (*self.assignment.questions, *self.dates.questions)

    @property
    def present(self) -> frozenset[Field]:
        """The fields that have a column."""
        return frozenset(self.parsed)

    def rows(self) -> Iterator[TypedRow]:
        """The rows with their values."""
        return typed_rows(self.table.rows, self.parsed)

    def heading(self, field: Field) -> str:
        """The heading of a field's column, "" when it has none."""
        return self.parsed[field].heading if field in self.parsed else ""

    def heading_currency(self) -> str | None:
        """The currency that the headings of the amounts agree on."""
        named = (heading_currency(self.heading(field)) for field in AMOUNT_FIELDS)
        found = {currency for currency in named if currency}
        return found.pop() if len(found) == 1 else None


def understand(content: bytes, kind: FileKind, options: ReadOptions) -> Understood:
    """Take a file apart. Raises Unreadable when it must be refused as a whole."""
    table, encoding = _load(content, kind, options)
    headings = table.headings
    assignment = assign(headings, kind, options.mapping, lambda index: _texts(_distinct(table.rows, index)))
    rows, skipped = without_totals(table.rows, assignment.columns, headings)
    table = replace(table, rows=rows)
    values: list[Values] = [(heading, _distinct(rows, index)) for index, heading in enumerate(headings)]
    mapped = {field: values[index] for field, index in assignment.columns.items()}
    spare = [values[i] for i in range(len(headings)) if i not in assignment.columns.values()]
    french = are_french(headings)
    orders = find_date_orders(mapped, spare, chosen=options.date_order, french=french)
    marks = find_decimal_marks(mapped, french=french)
    parsed = {field: _parsed(field, assignment.columns[field], mapped[field], marks, orders, table) for field in mapped}
    columns = tuple(_column(table, index, assignment, kind, orders) for index in range(len(headings)))
    notices = (*skipped, *_assumed_marks(table, parsed, marks), *_unknown_places(table, parsed))
    return Understood(table, encoding, assignment, orders, marks, french, columns, parsed, notices)


def _load(content: bytes, kind: FileKind, options: ReadOptions) -> tuple[Table, str]:
    wanted = {normalise(heading): target for heading, target in options.mapping.items() if target}

    def recognise(cells: Sequence[str]) -> int:
        """Count the fields that these cells would name as headings."""
        named = {wanted.get(normalise(cell)) or _likeliest(cell, kind) for cell in cells if len(cell) <= 60}
        return len(named - {None})

    if spreadsheet.is_workbook(content):
        return spreadsheet.read_table(content, recognise), ""
    text, encoding = decode(content, options.encoding)
    return parse_table(text, recognise, options.separator), encoding


def _likeliest(cell: str, kind: FileKind) -> Field | None:
    found = meanings(clean(cell), kind)
    return found[0][0] if found else None


def _distinct(rows: Sequence[Row], index: int) -> tuple[Cell, ...]:
    return tuple(dict.fromkeys(row.cells[index] for row in rows))


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [text for cell in cells if (text := written(cell))]


def _parsed(
    field: Field, index: int, values: Values, marks: DecimalMarks, orders: DateOrders, table: Table
) -> ParsedColumn:
    parser = parser_of(field, marks.marks, orders.orders, serials=bool(table.sheet))
    return parse_column(field, index, values[0], values[1], parser)


def _column(table: Table, index: int, assignment: Assignment, kind: FileKind, orders: DateOrders) -> Column:
    heading = table.headings[index]
    field = next((field for field, place in assignment.columns.items() if place == index), None)
    filled = ((written(row.cells[index]), row.number) for row in table.rows if row.cells[index] != "")
    example, row = next(((text, number) for text, number in filled if text), ("", 0))
    order = orders.orders.get(field) if field else None
    return Column(heading, example, row, field, candidates(heading, kind), order)


def _assumed_marks(table: Table, parsed: Mapping[Field, ParsedColumn], marks: DecimalMarks) -> Iterator[Problem]:
    for field in marks.assumed:
        column = parsed[field]
        row, cell = _first(table, column, is_ambiguous)
        facts = {"mark": marks.marks[field].value}
        yield Problem(row, column.heading, ProblemCode.DECIMAL_MARK_ASSUMED, cell, facts)


def _first(table: Table, column: ParsedColumn, test: Callable[[Cell], bool]) -> tuple[int, str]:
    found = next(row for row in table.rows if test(row.cells[column.index]))
    return found.number, written(found.cells[column.index])


def _unknown_places(table: Table, parsed: Mapping[Field, ParsedColumn]) -> Iterator[Problem]:
    """One notice for every country or language that isn't known, at the first row that has it."""
    for field, code in _UNKNOWN_PLACES.items():
        if field not in parsed:
            continue
        column = parsed[field]
        counts = Counter(row.cells[column.index] for row in table.rows)
        for cell, outcome in column.outcomes.items():
            if outcome is None and written(cell):
                row, text = _first(table, column, cell.__eq__)
                yield Problem(row, column.heading, code, text, {"rows": counts[cell]})
