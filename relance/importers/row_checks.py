"""What rows of invoices and of payments have in common: what is missing, and in which currency they are."""

from collections.abc import Sequence

from relance.importers.amounts import Money
from relance.importers.cells import TypedRow
from relance.importers.fields import Field
from relance.importers.reading import BadValue, Facts, Problem, ProblemCode
from relance.importers.text import written
from relance.importers.understanding import Understood

CUSTOMER = (Field.CUSTOMER_CODE, Field.CUSTOMER_NAME)
# Currencies whose sign is a bare $ at home.
_DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "SGD", "HKD"))


def is_blank(row: TypedRow, fields: Sequence[Field]) -> bool:
    """Whether none of these fields has anything, not even something unreadable."""
    unreadable = row.unreadable
    return not any(row.text(field) or field in unreadable for field in fields)


def row_currency(row: TypedRow, file: Understood, amounts: Sequence[Field], default: str) -> str:
    """The currency of the cell, of a sign beside an amount, of the heading, or the firm's own.

    Raises BadValue when two of the first three differ.
    """
    beside = {money.currency for field in amounts if (money := row.get(field, Money)) and money.currency}
    named = row.text(Field.CURRENCY) or file.heading_currency()
    if named in _DOLLARS and beside == {"USD"}:
        return named
    found = beside | ({named} if named else set())
    if len(found) > 1:
        raise BadValue(ProblemCode.CURRENCY_DISAGREES, currencies=tuple(sorted(found)))
    return found.pop() if found else default


def row_problem(
    file: Understood, row: TypedRow, code: ProblemCode, fields: Sequence[Field] = (), facts: Facts | None = None
) -> Problem:
    """A problem of the row, pointing at the first of these fields that has a column."""
    field = next((field for field in fields if field in file.parsed), None)
    if field is None:
        return Problem(row.number, "", code, "", facts or {})
    return Problem(row.number, file.heading(field), code, written(row.cell(field)), facts or {})
