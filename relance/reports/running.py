"""Amounts by day, and how much they come to until any day."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from itertools import accumulate


class Running:
    """A running sum of amounts by day."""

    __slots__ = ("_days", "_sums")

    def __init__(self, by_day: Mapping[date, int]) -> None:
        self._days = sorted(by_day)
        self._sums = [0, *accumulate(by_day[day] for day in self._days)]

    @property
    def first(self) -> date | None:
        """The first day that has an amount."""
        return self._days[0] if self._days else None

    def until(self, day: date) -> int:
        """All that came until a day, that day included."""
        return self._sums[bisect_right(self._days, day)]

    def between(self, after: date, until: date) -> int:
        """All that came after a day, until another."""
        return self.until(until) - self.until(after)
