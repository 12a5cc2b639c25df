"""Late interest and the fixed indemnity of one invoice (LEGAL 1 to 5): values in, values out.

Interest runs on the unpaid amount, taxes included, from the day after the due date; the day on which it stops counts.
Amount x rate x days / 365, summed exactly and rounded once. A payment counts on the principal (LEGAL 5: in the
debtor's favour), from the day after it: its own day is still late. A half-year whose rate isn't known is named; no
rate is ever carried over from another one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from itertools import pairwise

from relance.domain.documents import CustomerKind
from relance.domain.late_rates import UNKNOWN, RateTable, half_year, half_years

# Who owes charges by right: never a consumer or someone of unknown kind (LEGAL 4).
PROFESSIONALS = frozenset((CustomerKind.COMPANY, CustomerKind.PUBLIC))
INDEMNITY, INDEMNITY_CURRENCY = 4000, "EUR"  # cents, once for each late invoice (LEGAL 2)
YEAR = 365  # days, in leap years too
_DAY = timedelta(days=1)
_EXACT = 80  # digits: the largest amounts, rates and delays lose nothing


@dataclass(frozen=True, slots=True)
class Settled:
    """What took a part of an invoice away, or gave it back (negative): a payment or a credit note, with its day."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Debt:
    """An invoice over time; amounts are minor units. `asks`: its kind and its status ask for money."""

    total: int
    currency: str
    due: date | None
    payments: tuple[Settled, ...] = ()
    credits: tuple[Settled, ...] = ()
    asks: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """Who owes, and what the firm claims of them. `contract_rate`: of the firm's terms of sale, for companies."""

    kind: CustomerKind
    firm_claims: bool = True
    customer_claims: bool = True
    insolvent: bool = False
    contract_rate: Decimal | None = None


class WhyNone(StrEnum):
    """Why nothing is claimed."""

    NOT_ASKED = "not_asked"  # a quote, a draft, a credit note...
    CREDITED = "credited"  # credit notes cover it whole
    NO_DUE_DATE = "no_due_date"
    NOT_DUE = "not_due"
    ON_TIME = "on_time"
    CONSUMER = "consumer"
    UNKNOWN_KIND = "unknown_kind"
    FIRM_OFF = "firm_off"
    CUSTOMER_OFF = "customer_off"
    INSOLVENT = "insolvent"


@dataclass(frozen=True, slots=True)
class MissingRate:
    """A half-year, by its first day, whose reference rate isn't known."""

    half_year: date


@dataclass(frozen=True, slots=True)
class Slice:
    """Days (both included) on which the same amount was late at the same rate; None where the rate isn't known.

    `base` is in minor units; `amount` too, not rounded.
    """

    first: date
    last: date
    base: int
    rate: Decimal | None
    rate_of: date  # the half-year that the rate is of

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def amount(self) -> Decimal | None:
        """Its interest."""
        return None if self.rate is None else self.base * self.rate * self.days / (100 * YEAR)


@dataclass(frozen=True, slots=True)
class Charges:
    """What an invoice carries on a day. `interest` is in its minor units, None where a rate is missing.

    `indemnity` is in cents of euro, 0 in another currency. `under_floor`: half-years in which the rate of the firm's
    terms is under three times the legal rate, where a clause binds nobody (LEGAL 1).
    """

    currency: str
    until: date
    why_none: WhyNone | None = None
    slices: tuple[Slice, ...] = ()
    interest: int | None = 0
    indemnity: int = 0
    missing: tuple[MissingRate, ...] = ()
    under_floor: tuple[date, ...] = ()

    @property
    def total(self) -> int | None:
        """Interest and indemnity; None where a rate is missing."""
        return None if self.interest is None else self.interest + self.indemnity

    @property
    def rates(self) -> tuple[Decimal, ...]:
        """The rates that applied, each once, in order of time."""
        return tuple(dict.fromkeys(one.rate for one in self.slices if one.rate is not None))


def charges(debt: Debt, terms: Terms, rates: RateTable, until: date) -> Charges:
    """What may be claimed on a day: interest to that day, and the indemnity."""
    late = tuple(_late(debt, until))
    why = _why_none(debt, terms, until, is_late=bool(late))
    if why is not None:
        return Charges(debt.currency, until, why)
    slices = tuple(_slices(late, terms, rates))
    missing = dict.fromkeys(MissingRate(one.rate_of) for one in slices if one.rate is None)
    return Charges(
        currency=debt.currency,
        until=until,
        slices=slices,
        interest=None if missing else _rounded(slices),
        indemnity=INDEMNITY if debt.currency == INDEMNITY_CURRENCY else 0,
        missing=tuple(missing),
        under_floor=_under_floor(slices, terms, rates),
    )


def _why_none(debt: Debt, terms: Terms, until: date, *, is_late: bool) -> WhyNone | None:
    """The first that applies."""
    credited = sum(one.amount for one in debt.credits)
    tests = (
        (not debt.asks, WhyNone.NOT_ASKED),
        (credited > 0 and credited >= debt.total, WhyNone.CREDITED),
        (debt.due is None, WhyNone.NO_DUE_DATE),
        (debt.due is not None and until <= debt.due, WhyNone.NOT_DUE),
        (not is_late, WhyNone.ON_TIME),
        (terms.kind is CustomerKind.CONSUMER, WhyNone.CONSUMER),
        (terms.kind not in PROFESSIONALS, WhyNone.UNKNOWN_KIND),
        (not terms.firm_claims, WhyNone.FIRM_OFF),
        (not terms.customer_claims, WhyNone.CUSTOMER_OFF),
        # L441-10 II: nothing while proceedings forbid payment; without the day they began, nothing at all.
        (terms.insolvent, WhyNone.INSOLVENT),
    )
    return next((why for applies, why in tests if applies), None)


@dataclass(frozen=True, slots=True)
class _Stretch:
    first: date
    last: date
    base: int


def _late(debt: Debt, until: date) -> Iterator[_Stretch]:
    """The stretches of days after the due date on which something was left to pay."""
    if debt.due is None or until <= debt.due:
        return
    start = debt.due + _DAY
    taken: dict[date, int] = {start: 0}  # by the first day that it counts on
    for one in (*debt.payments, *debt.credits):
        if one.on < until:
            counts_on = max(start, one.on + _DAY)
            taken[counts_on] = taken.get(counts_on, 0) + one.amount
    days = sorted(day for day, amount in taken.items() if amount or day == start)
    left = debt.total
    for first, following in pairwise((*days, until + _DAY if until < date.max else until)):
        left -= taken[first]
        if left > 0:
            yield _Stretch(first, following - _DAY, left)


def _slices(late: Iterable[_Stretch], terms: Terms, rates: RateTable) -> Iterator[Slice]:
    began: date | None = None
    for stretch in late:
        began = began or half_year(stretch.first)
        if terms.kind is CustomerKind.PUBLIC:  # R2192-31: the rate of the start, for the whole delay
            yield Slice(stretch.first, stretch.last, stretch.base, rates.get(began, UNKNOWN).public, began)
        elif terms.contract_rate is not None:
            here = half_year(stretch.first)
            yield Slice(stretch.first, stretch.last, stretch.base, terms.contract_rate, here)
        else:
            yield from _by_half_year(stretch, rates)


def _by_half_year(stretch: _Stretch, rates: RateTable) -> Iterator[Slice]:
    touched = half_years(stretch.first, stretch.last)
    for position, first in enumerate(touched):
        end = touched[position + 1] - _DAY if position + 1 < len(touched) else stretch.last
        rate = rates.get(first, UNKNOWN).company
        yield Slice(max(first, stretch.first), end, stretch.base, rate, first)


def _rounded(slices: Iterable[Slice]) -> int:
    """Summed, then rounded: each slice by itself would gain or lose up to half a cent."""
    with localcontext() as exact:
        exact.prec = _EXACT
        whole = sum((one.base * one.rate * one.days for one in slices if one.rate is not None), Decimal(0))
        return int((whole / (100 * YEAR)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _under_floor(slices: Iterable[Slice], terms: Terms, rates: RateTable) -> tuple[date, ...]:
    if terms.contract_rate is None or terms.kind is not CustomerKind.COMPANY:
        return ()
    touched = dict.fromkeys(half for one in slices for half in half_years(one.first, one.last))
    return tuple(half for half in touched if is_under_floor(terms.contract_rate, half, rates))


def is_under_floor(contract_rate: Decimal, half: date, rates: RateTable) -> bool:
    """Whether a contract's rate is under three times the legal rate of a half-year; False where that isn't known."""
    floor = rates.get(half, UNKNOWN).floor
    return floor is not None and contract_rate < floor
