"""A figure, its limit, and the line that reports it."""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value. `at_least` tells which side of the limit is good."""

    work: str
    value: float
    limit: float
    unit: str
    how: str
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether it is within its limit."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self) -> str:
        """One line for the terminal."""
        sign = "≥" if self.at_least else "≤"
        mark = "ok  " if self.reached else "MISS"
        return f"{mark} {self.work}: {self.value:,.2f} {self.unit} ({sign} {self.limit:g}) — {self.how}"


def seconds(call: Callable[[], object]) -> float:
    """The wall-clock time of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def peak_megabytes() -> float:
    """The largest resident size of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
