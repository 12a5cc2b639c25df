"""Half-years, and the rates that late interest follows in them (LEGAL 1, 3, 4). Rates are percent a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

COMPANY_POINTS = Decimal(10)  # above the reference rate, between professionals (C. com. L441-10 II)
PUBLIC_POINTS = Decimal(8)  # the same of a public buyer (CCP R2192-31)
FLOOR = 3  # a clause of a contract may not go below so many times the legal interest rate


@dataclass(frozen=True, slots=True)
class HalfYearRates:
    """The ECB's reference rate in force on a half-year's first day, and the legal rate where a firm is the creditor."""

    reference: Decimal | None = None
    legal: Decimal | None = None

    @property
    def company(self) -> Decimal | None:
        """What a professional owes by default."""
        return None if self.reference is None else self.reference + COMPANY_POINTS

    @property
    def public(self) -> Decimal | None:
        """What a public buyer owes whose delay began in this half-year."""
        return None if self.reference is None else self.reference + PUBLIC_POINTS

    @property
    def floor(self) -> Decimal | None:
        """The lowest rate that a contract may fix."""
        return None if self.legal is None else self.legal * FLOOR


# By the first day of the half-year: 1 January or 1 July. One that isn't there is not known.
RateTable = Mapping[date, HalfYearRates]
UNKNOWN = HalfYearRates()


def half_year(day: date) -> date:
    """The first day of the half-year of a day."""
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def next_half_year(first: date) -> date:
    """The first day of the half-year after one."""
    return date(first.year, 7, 1) if first.month == 1 else date(first.year + 1, 1, 1)


def half_years(first: date, last: date) -> tuple[date, ...]:
    """The half-years that a stretch of days touches, both days included."""
    found = [half_year(first)]
    while found[-1] < half_year(last):
        found.append(next_half_year(found[-1]))
    return tuple(found)
