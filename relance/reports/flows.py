"""What was left to pay on any past day, from what came in and went out day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from relance.reports.running import Running


@dataclass(frozen=True, slots=True)
class Overpaid:
    """An invoice that was paid more than it asked, at least for a while: (day, change) of what is left of it."""

    changes: tuple[tuple[date, int], ...]

    def excess(self, day: date) -> int:
        """What was paid too much, as it stood on a day."""
        return max(0, -sum(amount for on, amount in self.changes if on <= day))


@dataclass(frozen=True, slots=True)
class Flows:
    """One currency's invoices, what settled them, and the turnover (invoices less credit notes); minor units.

    What settles an invoice before it is issued counts from its issue.
    """

    issued: Running
    settled: Running
    turnover: Running
    overpaid: tuple[Overpaid, ...] = ()


def outstanding(flows: Flows, days: Sequence[date]) -> list[int]:
    """What was left to pay on each of some days; an invoice paid too much takes nothing off the others."""
    return [
        flows.issued.until(day) - flows.settled.until(day) + sum(one.excess(day) for one in flows.overpaid)
        for day in days
    ]
