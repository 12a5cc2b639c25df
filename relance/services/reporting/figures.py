"""The figures of a day in each currency: outstanding, late, aged balance, DSO and its year, delays.

The dashboard, the reports and the monthly report all show these.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from relance.reports.aging import BUCKETS, Aged, Bucket
from relance.reports.averages import Average
from relance.reports.days import months_before, twelve_months
from relance.reports.dso import Dso, History, NoDso, count_back, refusal, simple
from relance.reports.flows import Flows, outstanding
from relance.reports.running import Running
from relance.services.reporting.rows import Delays, aged, delays, flows, histories
from relance.storage.models import Firm
from relance.storage.queries.ledger import AsOf
from relance.storage.queries.report_keys import By


@dataclass(frozen=True, slots=True)
class BucketSum:
    """One bar of the aged balance."""

    bucket: Bucket
    amount: int
    invoices: int


@dataclass(frozen=True, slots=True)
class Point:
    """The DSO on a day; `days` is none where it can't be worked out."""

    day: date
    days: float | None


@dataclass(frozen=True, slots=True)
class CurrencyFigures:
    """All that is known of one currency on a day; amounts are its minor units."""

    currency: str
    aged: Aged
    dso: Dso
    simple_dso: Dso
    series: tuple[Point, ...]  # thirteen days, a month apart: the first is a year earlier, the last is the day itself
    delays: Delays  # of what was paid in the twelve months before

    @property
    def outstanding(self) -> int:
        """What is left to pay, credits apart."""
        return self.aged.total

    @property
    def buckets(self) -> tuple[BucketSum, ...]:
        """The aged balance, the not yet due first."""
        return tuple(map(BucketSum, BUCKETS, self.aged.amounts, self.aged.invoices))

    @property
    def dso_year_ago(self) -> float | None:
        """The DSO on the same day a year earlier."""
        return self.series[0].days if self.series else None

    @property
    def lateness(self) -> Average | None:
        """The average days of payments past their due date."""
        return self.delays.lateness


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a day; the firm's own currency first, then the largest."""

    on: date
    currencies: tuple[CurrencyFigures, ...]

    @property
    def main(self) -> CurrencyFigures | None:
        """The first currency, if there is any invoice at all."""
        return self.currencies[0] if self.currencies else None


NOTHING_PAID = Delays(None, None)


def as_of(firm: Firm, today: date, on: date | None = None) -> AsOf:
    """How to ask the tables for a day."""
    return AsOf(on or today, firm.balances_on or today, today)


def figures(session: Session, firm: Firm, today: date, on: date | None = None) -> Figures:
    """The figures of a day, by default today's. Amounts of several currencies are never added up."""
    asked = as_of(firm, today, on)
    open_now = {currency: one for (_, currency), one in aged(session, asked, By.NOTHING).items()}
    moved = flows(session, asked)
    known = histories(session, {currency: one.issued.first for currency, one in moved.items()})
    paid = delays(session, months_before(asked.on, 12), asked.on, By.NOTHING)
    found = [
        _currency(one, asked.on, open_now.get(one, Aged()), moved.get(one), known.get(one), paid.get((None, one)))
        for one in {*open_now, *moved}
    ]
    return Figures(asked.on, tuple(sorted(found, key=lambda one: _rank(one, firm.currency))))


def _rank(one: CurrencyFigures, own: str) -> tuple[bool, int, str]:
    return one.currency != own, -one.outstanding, one.currency


def _currency(
    currency: str, on: date, left: Aged, moved: Flows | None, history: History | None, paid: Delays | None
) -> CurrencyFigures:
    paid = paid or NOTHING_PAID
    if moved is None or history is None:
        none = Dso(reason=NoDso.TOO_YOUNG)
        return CurrencyFigures(currency, left, none, none, (), paid)
    turnover, days = moved.turnover, twelve_months(on)
    series = [
        _dso(amount, turnover, day, history)
        for day, amount in zip(days, (*outstanding(moved, days[:-1]), left.total), strict=True)
    ]
    why = refusal(history, on)
    by_90_days = Dso(reason=why) if why else simple(left.total, turnover, on)
    points = tuple(Point(day, dso.days) for day, dso in zip(days, series, strict=True))
    return CurrencyFigures(currency, left, series[-1], by_90_days, points, paid)


def _dso(amount: int, turnover: Running, on: date, history: History) -> Dso:
    why = refusal(history, on)
    return Dso(reason=why) if why else count_back(amount, turnover, on, history.since)
