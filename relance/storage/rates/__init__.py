"""The rates of late interest that the program comes with: dated facts, each half-year with its source (LEGAL 1)."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

from relance import paths

FILE = "late_rates.csv"


class Certainty(StrEnum):
    """How well a rate is known: what several sources say, one alone, or second-hand."""

    AGREE = "agree"
    SINGLE = "single"
    INDIRECT = "indirect"


@dataclass(frozen=True, slots=True)
class ShippedRate:
    """A half-year by its first day. `since`: the day on which the ECB set the rate that was in force on it."""

    half_year: date
    reference: Decimal
    since: date
    legal: Decimal
    source: str
    certainty: Certainty


@cache
def shipped() -> dict[date, ShippedRate]:
    """All of them, by half-year."""
    with (paths.rates() / FILE).open(encoding="utf-8", newline="") as file:
        found = [_read(row) for row in csv.DictReader(file)]
    return {one.half_year: one for one in found}


def _read(row: dict[str, str]) -> ShippedRate:
    return ShippedRate(
        half_year=date.fromisoformat(row["half_year"]),
        reference=Decimal(row["reference"]),
        since=date.fromisoformat(row["reference_since"]),
        legal=Decimal(row["legal"]),
        source=f"{row['reference_source']}; {row['legal_source']}",
        certainty=Certainty(row["status"]),
    )
