"""Averages weighted by amount, that always say of how many invoices."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Average:
    """So many days, on so many invoices."""

    days: float
    invoices: int


def weighted(days_times_amount: float, amount: int, invoices: int) -> Average | None:
    """The average of what was summed; none where there was nothing."""
    return Average(days_times_amount / amount, invoices) if amount > 0 and invoices else None
