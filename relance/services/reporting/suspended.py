"""The report on what is promised and what is disputed: amounts that wait for something else than a reminder."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from relance.services.reporting.writing import Cell, Money, Part, Report, words_of
from relance.storage.models import Firm
from relance.storage.queries.report_suspended import Suspended, suspended


@dataclass(frozen=True, slots=True)
class Sums:
    """What is promised and what is disputed in one currency; an invoice that is both counts in each."""

    currency: str
    promised: int
    disputed: int


def sums(rows: list[Suspended]) -> list[Sums]:
    """By currency."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        of = found.setdefault(row.currency, {})
        of[row.kind] = of.get(row.kind, 0) + row.left
    return [Sums(key, of.get("promise", 0), of.get("dispute", 0)) for key, of in sorted(found.items())]


def report(session: Session, firm: Firm, today: date, language: str) -> Report:
    """It to print or to save."""
    words, found = words_of(language), suspended(session)
    names = ("kind", "customer", "invoice", "due_date", "left", "until", "note")
    parts = tuple(
        Part(
            words["in_currency"].replace("{currency}", currency),
            tuple(words[one] for one in names),
            frozenset((4,)),
            tuple(_cells(row, language) for row in found if row.currency == currency),
            None,
            ((words["currency"], currency),),
        )
        for currency in sorted({row.currency for row in found})
    )
    title, nothing = words["title_suspended"], words["none_suspended"]
    return Report(f"suspens-{today}", title, firm.name, today, language, parts, nothing)


def _cells(row: Suspended, language: str) -> tuple[Cell, ...]:
    left = Money(row.left, row.currency)
    return words_of(language)[row.kind], row.customer, row.number, row.due_date, left, row.until, row.note
