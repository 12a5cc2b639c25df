"""The report on the largest debtors: what each owes, what part of all that is, and for how long."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.reports.aging import Aged
from relance.services.reporting import aged as report_aged
from relance.services.reporting.aged import Order
from relance.services.reporting.figures import as_of
from relance.services.reporting.writing import Cell, Money, Part, Report, Share, words_of
from relance.storage.models import Firm, Invoice
from relance.storage.queries.report_keys import By

MOST = (10, 25, 50)


@dataclass(frozen=True, slots=True)
class Debtor:
    """A customer; `share` of all that is left to pay in its currency; `oldest` in days past the due date."""

    customer_id: int
    name: str
    aged: Aged
    share: float
    oldest: int


@dataclass(frozen=True, slots=True)
class Debtors:
    """The largest of one currency, and what all customers owe."""

    currency: str
    rows: tuple[Debtor, ...]
    total: Aged
    others: int  # customers that owe something and are not listed

    @property
    def listed(self) -> int:
        """What those listed owe together."""
        return sum(one.aged.total for one in self.rows)


def debtors(session: Session, firm: Firm, today: date, most: int) -> tuple[Debtors, ...]:
    """Today's, by currency: the firm's own first."""
    found = []
    asked = as_of(firm, today)
    for table in report_aged.tables(session, asked, By.CUSTOMER, firm.currency, Order.TOTAL, descending=True):
        owing = [row for row in table.rows if row.aged.total]
        first = _first_due(session, table.currency, [row.key for row in owing[:most] if row.key is not None])
        rows = tuple(
            Debtor(
                row.key,
                row.name,
                row.aged,
                row.aged.total / table.total.total,
                max(0, (today - first.get(row.key, today)).days),
            )
            for row in owing[:most]
            if row.key is not None
        )
        if rows:
            found.append(Debtors(table.currency, rows, table.total, len(owing) - len(rows)))
    return tuple(found)


def _first_due(session: Session, currency: str, customers: list[int]) -> dict[int, date]:
    """The earliest due date of what each still owes."""
    query = select(Invoice.customer_id, func.min(Invoice.due_date)).where(
        Invoice.customer_id.in_(customers), Invoice.currency == currency, Invoice.chased, Invoice.balance > 0
    )
    return {key: due for key, due in session.execute(query.group_by(Invoice.customer_id)) if due is not None}


def report(session: Session, firm: Firm, today: date, most: int, language: str) -> Report:
    """It to print or to save."""
    words = words_of(language)
    names = ("customer", "left", "share", "late", "late_invoices", "oldest")
    headings = tuple(words[one] for one in names)
    parts = tuple(
        Part(
            words["in_currency"].replace("{currency}", one.currency),
            headings,
            frozenset(range(1, len(headings))),
            tuple(_cells(row, one.currency) for row in one.rows),
            None,
            ((words["currency"], one.currency),),
        )
        for one in debtors(session, firm, today, most)
    )
    return Report(f"debiteurs-{today}", words["title_debtors"], firm.name, today, language, parts, words["nothing"])


def _cells(row: Debtor, currency: str) -> tuple[Cell, ...]:
    left, late = Money(row.aged.total, currency), Money(row.aged.late, currency)
    return row.name, left, Share(row.share), late, row.aged.late_count, row.oldest
