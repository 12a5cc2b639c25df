"""The aged balance: what is left to pay, by how long ago it was due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Bucket(StrEnum):
    """How late, in days after the due date. The due day itself, and no due date at all, are not yet due."""

    NOT_DUE = "not_due"
    MONTH = "1-30"
    TWO = "31-60"
    THREE = "61-90"
    MORE = "90+"


BUCKETS = tuple(Bucket)
LAST_DAYS = (0, 30, 60, 90)  # of each bucket but the last


@dataclass(frozen=True, slots=True)
class Aged:
    """What is left to pay in each bucket, in the minor units of one currency; credits stand apart from it.

    `credit` is what the firm owes in turn: credit notes and payments that settle no invoice, and what was overpaid.
    """

    amounts: tuple[int, ...] = (0,) * len(BUCKETS)
    invoices: tuple[int, ...] = (0,) * len(BUCKETS)
    credit: int = 0

    @property
    def total(self) -> int:
        """All that is left to pay."""
        return sum(self.amounts)

    @property
    def late(self) -> int:
        """What is past its due date."""
        return sum(self.amounts[1:])

    @property
    def count(self) -> int:
        """How many invoices it is made of."""
        return sum(self.invoices)

    @property
    def late_count(self) -> int:
        """How many of them are late."""
        return sum(self.invoices[1:])


def bucket_of(due: date | None, on: date) -> Bucket:
    """The bucket of an invoice with such a due date, on a day."""
    days = (on - due).days if due is not None else 0
    return next((bucket for bucket, last in zip(BUCKETS, LAST_DAYS, strict=False) if days <= last), Bucket.MORE)


def first_due_days(on: date) -> tuple[date, ...]:
    """The earliest due date of each bucket but the last, on a day."""
    return tuple(on - timedelta(days=days) for days in LAST_DAYS)


def summed(ones: Iterable[Aged]) -> Aged:
    """Several of one currency together."""
    amounts, invoices, credit = [0] * len(BUCKETS), [0] * len(BUCKETS), 0
    for one in ones:
        amounts = [a + b for a, b in zip(amounts, one.amounts, strict=True)]
        invoices = [a + b for a, b in zip(invoices, one.invoices, strict=True)]
        credit += one.credit
    return Aged(tuple(amounts), tuple(invoices), credit)
