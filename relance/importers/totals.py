"""The sums that software writes under its lists, told from rows that merely lack something."""

from collections.abc import Mapping, Sequence

from relance.importers.fields import DATE_FIELDS, Field
from relance.importers.reading import Problem, ProblemCode
from relance.importers.table import Row
from relance.importers.text import fold, written

_LABELS = ("total", "totaux", "sous total", "grand total", "subtotal", "totals", "somme")
_TELLING = frozenset((Field.NUMBER, Field.CUSTOMER_CODE, Field.CUSTOMER_NAME, *DATE_FIELDS))


def without_totals(
    rows: Sequence[Row], columns: Mapping[Field, int], headings: Sequence[str]
) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    """The rows without the sums below the last of them, and a notice for each sum left out.

    A sum has no number, no customer and no date (or "Total" in their place); the number must have a column for that.
    """
    telling = [index for field, index in columns.items() if field in _TELLING]
    if Field.NUMBER not in columns or len(telling) < 2:
        return tuple(rows), ()
    end = len(rows)
    while end > 1 and _is_total(rows[end - 1], telling):
        end -= 1
    heading = headings[columns[Field.NUMBER]]
    notices = (Problem(row.number, heading, ProblemCode.TOTAL_ROW_SKIPPED, _label(row)) for row in rows[end:])
    return tuple(rows[:end]), tuple(notices)


def _is_total(row: Row, telling: Sequence[int]) -> bool:
    empty_or_label = all(_says_total(text) for text in (written(row.cells[i]) for i in telling) if text)
    return empty_or_label and (bool(_label(row)) or _only_sums(row))


def _says_total(text: str) -> bool:
    words = fold(text)
    return any(words == label or words.startswith(f"{label} ") for label in _LABELS)


def _label(row: Row) -> str:
    return next((text for cell in row.cells if _says_total(text := written(cell))), "")


def _only_sums(row: Row) -> bool:
    """Whether the row holds digits alone: without a label, that is all a sum has."""
    texts = [text for cell in row.cells if (text := written(cell))]
    return len(texts) > 1 or all(any(char.isdigit() for char in text) for text in texts) if texts else False
