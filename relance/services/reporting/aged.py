"""The aged balance of a day, by customer or by group: one table for each currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from relance.reports.aging import BUCKETS, Aged, summed
from relance.reports.days import months_before
from relance.reports.dso import Dso, History, NoDso, count_back, refusal
from relance.services.reporting.figures import NOTHING_PAID, as_of
from relance.services.reporting.rows import Delays, aged, delays, histories, turnover
from relance.services.reporting.writing import Cell, Days, Money, Part, Report, words_of
from relance.storage.models import Firm
from relance.storage.queries.ledger import AsOf
from relance.storage.queries.report_keys import By, names

FEW = 100  # customers in one condition


class Order(StrEnum):
    """What the rows are sorted by, by the word in the address."""

    NAME = "nom"
    TOTAL = "total"
    LATE = "retard"


@dataclass(frozen=True, slots=True)
class Row:
    """A customer or a group; `name` is empty for those without a group."""

    key: int | None
    name: str
    aged: Aged


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer pays: its DSO on the day, and the delays of what it paid in the year before."""

    dso: Dso
    delays: Delays


@dataclass(frozen=True, slots=True)
class Table:
    """One currency's rows, and what they add up to."""

    currency: str
    rows: tuple[Row, ...]
    total: Aged


def tables(session: Session, asked: AsOf, by: By, own: str, order: Order, *, descending: bool) -> tuple[Table, ...]:
    """The firm's own currency first, then the largest."""
    called = names(session, by)
    rows: dict[str, list[Row]] = {}
    for (key, currency), one in aged(session, asked, by).items():
        rows.setdefault(currency, []).append(Row(key, called.get(key, "") if key is not None else "", one))
    found = [
        Table(currency, tuple(_ordered(some, order, descending=descending)), summed(row.aged for row in some))
        for currency, some in rows.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.currency != own, -one.total.total, one.currency)))


def tables_of(
    session: Session, firm: Firm, today: date, on: date, by: By, sorted_by: tuple[Order, bool]
) -> tuple[Table, ...]:
    """The tables of a day, as the page asks for them."""
    order, descending = sorted_by
    return tables(session, as_of(firm, today, on), by, firm.currency, order, descending=descending)


def habits_of(session: Session, firm: Firm, today: date, on: date, by: By, rows: tuple[Row, ...]) -> "Habits":
    """How those that the page shows pay."""
    return Habits(session, as_of(firm, today, on), by, rows)


def _ordered(rows: list[Row], order: Order, *, descending: bool) -> list[Row]:
    by_name = sorted(rows, key=lambda row: (row.name.casefold(), row.key or 0))
    if order is Order.NAME:
        return by_name[::-1] if descending else by_name
    return sorted(
        by_name, key=lambda row: row.aged.total if order is Order.TOTAL else row.aged.late, reverse=descending
    )


class Habits:
    """How customers or groups pay, read once for all their currencies."""

    def __init__(self, session: Session, asked: AsOf, by: By, rows: Sequence[Row]) -> None:
        few = by is By.CUSTOMER and len(rows) <= FEW
        customers = [row.key for row in rows if row.key is not None] if few else None
        self._on = asked.on
        self._sold = turnover(session, by, customers)
        self._paid = delays(session, months_before(asked.on, 12), asked.on, by, customers)
        firsts: dict[str, date | None] = {}
        for (_, currency), sold in self._sold.items():
            firsts[currency] = min(filter(None, (firsts.get(currency), sold.first)), default=None)
        self._known = histories(session, firsts)

    def of(self, row: Row, currency: str) -> Habit:
        """One row's."""
        paid = self._paid.get((row.key, currency), NOTHING_PAID)
        sold, known = self._sold.get((row.key, currency)), self._known.get(currency)
        if sold is None or sold.first is None or known is None:
            return Habit(Dso(reason=NoDso.TOO_YOUNG), paid)
        own = History(sold.first, max(sold.first, known.since))
        why = refusal(own, self._on)
        return Habit(Dso(reason=why) if why else count_back(row.aged.total, sold, self._on, own.since), paid)


def report(session: Session, firm: Firm, today: date, on: date, by: By, language: str) -> Report:
    """The aged balance to print or to save, with how each customer pays."""
    words, asked = words_of(language), as_of(firm, today, on)
    found = tables(session, asked, by, firm.currency, Order.TOTAL, descending=True)
    known = Habits(session, asked, by, [row for table in found for row in table.rows])
    parts = tuple(_part(asked, by, table, known, language) for table in found)
    return Report(f"balance-agee-{on}", words["title_aged"], firm.name, on, language, parts, words["nothing"])


def _part(asked: AsOf, by: By, table: Table, known: Habits, language: str) -> Part:
    words, currency = words_of(language), table.currency
    first = words["group" if by is By.GROUP else "customer"]
    headings = (first, *(words[one] for one in BUCKETS), words["total"], words["credit"], words["dso"])
    rows = tuple(
        (row.name or words["no_group"], *_amounts(row.aged, currency), *_habits(known.of(row, currency)))
        for row in table.rows
    )
    return Part(
        words["in_currency"].replace("{currency}", currency),
        (*headings, words["lateness"]),
        frozenset(range(1, len(headings) + 1)),
        rows,
        (words["total"], *_amounts(table.total, currency), None, None),
        ((words["date"], asked.on), (words["currency"], currency)),
    )


def _amounts(one: Aged, currency: str) -> list[Cell]:
    return [Money(amount, currency) for amount in (*one.amounts, one.total, one.credit)]


def _habits(one: Habit) -> tuple[Cell, Cell]:
    late = one.delays.lateness
    return Days(one.dso.days) if one.dso.days is not None else None, Days(late.days) if late else None
