"""DSO: how many days of turnover are still to be paid. Amounts are minor units of one currency, VAT included."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from relance.reports.running import Running

WINDOW = 90  # days of the simple variant, and of invoices that there must be at least


class NoDso(StrEnum):
    """Why there is no DSO."""

    TOO_YOUNG = "too_young"  # less than 90 days of invoices
    UNPAID_ONLY = "unpaid_only"  # the invoices that were paid before the import are not known
    NO_TURNOVER = "no_turnover"  # something is left to pay, and nothing was invoiced


@dataclass(frozen=True, slots=True)
class Dso:
    """A DSO in days, or why there is none."""

    days: float | None = None
    reason: NoDso | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The day of the first invoice, and the day from which all are known, paid ones too."""

    first: date
    since: date


def refusal(history: History, on: date) -> NoDso | None:
    """Why no DSO can be worked out on a day, if so."""
    if (on - history.first).days < WINDOW:
        return NoDso.TOO_YOUNG
    return NoDso.UNPAID_ONLY if (on - history.since).days < WINDOW else None


def count_back(outstanding: int, turnover: Running, on: date, since: date) -> Dso:
    """Take the outstanding amount off the turnover of each calendar month, backwards from `on`.

    A month that is taken off whole counts all its days (of the present one, those until `on`), the last one its share.
    Never more than the days since `since`: before that there is nothing to take off.
    """
    left, days, last = max(0, outstanding), 0.0, on
    while left > 0 and last >= since:
        length = last.day
        before = last - timedelta(days=length)
        sold = max(0, turnover.between(before, last))
        if left < sold:
            days += length * left / sold
            break
        left, days, last = left - sold, days + length, before
    return Dso(min(days, (on - since).days + 1.0))


def simple(outstanding: int, turnover: Running, on: date) -> Dso:
    """Outstanding × 90 ÷ turnover of the last 90 days."""
    sold = turnover.between(on - timedelta(days=WINDOW), on)
    if sold <= 0:
        return Dso(reason=NoDso.NO_TURNOVER) if outstanding else Dso(0.0)
    return Dso(outstanding * WINDOW / sold)
