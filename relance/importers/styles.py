"""How each column writes its amounts and its dates, proven by its own values and, failing that, by its neighbours'."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from relance.importers.amounts import DecimalMark, decimal_mark, is_ambiguous
from relance.importers.dates import is_date_in_digits, needs_order, order_shown
from relance.importers.fields import AMOUNT_FIELDS, DATE_FIELDS, Field
from relance.importers.reading import DateOrder, Facts, Question, QuestionCode
from relance.importers.text import Cell

# A column's heading and its distinct cells.
Values = tuple[str, Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class DateOrders:
    """The order of each date column that needs one, and how it was found."""

    orders: Mapping[Field, DateOrder]
    questions: tuple[Question, ...]
    assumed: bool


@dataclass(frozen=True, slots=True)
class DecimalMarks:
    """The decimal mark of each amount column. `assumed` names those that only the headings' language tells."""

    marks: Mapping[Field, DecimalMark]
    assumed: tuple[Field, ...]


def find_decimal_marks(columns: Mapping[Field, Values], *, french: bool) -> DecimalMarks:
    """Proof in the column, else agreement of the other amounts, else the language of the headings.

    A column that proves both marks gets none: its cells like 1,234 can't be told and are refused one by one.
    """
    amounts = {field: cells for field, (_, cells) in columns.items() if field in AMOUNT_FIELDS}
    proofs = {field: {mark for mark in map(decimal_mark, cells) if mark} for field, cells in amounts.items()}
    everywhere = set().union(*proofs.values())
    usual = DecimalMark.COMMA if french else DecimalMark.DOT
    marks: dict[Field, DecimalMark] = {}
    assumed: list[Field] = []
    for field, cells in amounts.items():
        proof = proofs[field] or everywhere
        if len(proof) == 1:
            marks[field] = next(iter(proof))
        elif not proof:
            marks[field] = usual
            if any(map(is_ambiguous, cells)):
                assumed.append(field)
    return DecimalMarks(marks, tuple(assumed))


def find_date_orders(
    columns: Mapping[Field, Values], others: Iterable[Values], *, chosen: DateOrder | None, french: bool
) -> DateOrders:
    """The user's word, else proof in the column, else unanimous proof in the other dates, else French headings.

    What nothing tells is a question, and so is a column that proves both orders. `others` are the unmapped columns.
    """
    dates = {field: values for field, values in columns.items() if field in DATE_FIELDS}
    if chosen:
        return DateOrders(dict.fromkeys(dates, chosen), (), assumed=False)
    proofs = {field: _proofs(cells) for field, (_, cells) in dates.items()}
    torn = tuple(_conflict(dates[field], proof) for field, proof in proofs.items() if len(proof) > 1)
    orders = {field: next(iter(proof)) for field, proof in proofs.items() if len(proof) == 1}
    open_fields = [field for field, (_, cells) in dates.items() if not proofs[field] and any(map(needs_order, cells))]
    if torn or not open_fields:
        return DateOrders(orders, torn, assumed=False)
    agreed = set(orders.values()).union(*(_proofs(cells) for _, cells in others if _all_dates(cells)))
    if len(agreed) == 1:
        return DateOrders(orders | dict.fromkeys(open_fields, agreed.pop()), (), assumed=False)
    if french and not agreed:
        return DateOrders(orders | dict.fromkeys(open_fields, DateOrder.DMY), (), assumed=True)
    return DateOrders(orders, (_unknown_order([dates[field] for field in open_fields]),), assumed=False)


def _proofs(cells: Sequence[Cell]) -> dict[DateOrder, str]:
    """Each order that a cell proves, with the first such cell."""
    proofs: dict[DateOrder, str] = {}
    for cell in cells:
        order = order_shown(cell)
        if order and order not in proofs:
            proofs[order] = str(cell)
    return proofs


def _all_dates(cells: Sequence[Cell]) -> bool:
    return all(is_date_in_digits(cell) for cell in cells if cell != "")


def _conflict(values: Values, proof: Mapping[DateOrder, str]) -> Question:
    facts: Facts = {"columns": (values[0],), "examples": tuple(proof.values()), "orders": _order_words()}
    return Question(QuestionCode.DATE_ORDER_CONFLICT, facts)


def _unknown_order(columns: Sequence[Values]) -> Question:
    examples = tuple(str(next(cell for cell in cells if needs_order(cell))) for _, cells in columns)
    facts: Facts = {
        "columns": tuple(heading for heading, _ in columns),
        "examples": examples,
        "orders": _order_words(),
    }
    return Question(QuestionCode.DATE_ORDER, facts)


def _order_words() -> tuple[str, ...]:
    return (DateOrder.DMY.value, DateOrder.MDY.value)
