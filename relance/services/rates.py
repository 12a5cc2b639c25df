"""The rates of late interest by half-year: those the program came with, and those that a person entered, which win."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.late_rates import UNKNOWN, HalfYearRates, RateTable, half_years
from relance.services.refusal import Refused
from relance.services.settings.problems import BadValue
from relance.services.settings.values import line
from relance.storage.models import LateRate
from relance.storage.rates import Certainty, ShippedRate, shipped

HIGHEST = Decimal(100)  # percent a year: more is a slip of the pen
OLDEST = date(2009, 1, 1)  # the ten points above the ECB's rate are the law since then
SOON = timedelta(days=15)  # before its half-year begins, a rate is asked for
NOT_BEFORE = timedelta(days=31)  # and can't be known any earlier
LONGEST_SOURCE = 300
_RATE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3}0*)?")


@dataclass(frozen=True, slots=True)
class KnownRate:
    """A half-year as the calculations read it, and where that comes from.

    `entered`: a person's word is part of it; `certainty` is that of what the program came with, else None.
    """

    half_year: date
    rates: HalfYearRates
    source: str
    since: date | None = None
    certainty: Certainty | None = None
    entered: bool = False
    noted_on: date | None = None
    noted_by: str = ""


def known(session: Session) -> tuple[KnownRate, ...]:
    """Every half-year that something is known of, the newest first."""
    entered, came = {row.half_year: row for row in session.scalars(select(LateRate))}, shipped()
    return tuple(_merged(entered.get(half), came.get(half)) for half in sorted({*entered, *came}, reverse=True))


def _merged(own: LateRate | None, came: ShippedRate | None) -> KnownRate:
    if own is None:
        assert came is not None
        rates = HalfYearRates(came.reference, came.legal)
        return KnownRate(came.half_year, rates, came.source, came.since, came.certainty)
    reference, legal, sources = own.reference, own.legal, [own.source]
    if came is not None and None in (reference, legal):
        sources.append(came.source)
        reference = came.reference if reference is None else reference
        legal = came.legal if legal is None else legal
    source = "; ".join(filter(None, sources))
    since = came.since if came is not None and own.reference is None else None
    rates = HalfYearRates(reference, legal)
    return KnownRate(own.half_year, rates, source, since, None, True, own.noted_on, own.noted_by)


def table(session: Session) -> RateTable:
    """The rates alone."""
    return {one.half_year: one.rates for one in known(session)}


def missing(session: Session, today: date) -> tuple[date, ...]:
    """The half-years whose reference rate is wanted now: this one, and the next from 15 days before it begins."""
    return wanted(table(session), today)


def wanted(rates: RateTable, today: date) -> tuple[date, ...]:
    """The same, among rates that were read already."""
    return tuple(half for half in half_years(today, today + SOON) if rates.get(half, UNKNOWN).reference is None)


def offered(today: date) -> tuple[date, ...]:
    """The half-years that a rate may be entered for, the newest first."""
    return half_years(OLDEST, today + NOT_BEFORE)[::-1]


def save(session: Session, half: date, *, reference: str, legal: str, source: str, by: str, today: date) -> KnownRate:
    """Keep what a person read of a half-year; an empty rate leaves the one that is known. Raises Refused."""
    if half not in offered(today):
        raise Refused("rates.half_year")
    ecb, law = read_rate(reference, "rates.reference"), read_rate(legal, "rates.legal")
    if ecb is None and law is None:
        raise Refused("rates.nothing")
    row = session.get(LateRate, half) or LateRate(half_year=half)
    row.reference, row.legal, row.source = ecb, law, _source(source)
    row.noted_on, row.noted_by = today, by
    session.add(row)
    session.flush()
    return _merged(row, shipped().get(half))


def _source(text: str) -> str:
    if len(text.strip()) > LONGEST_SOURCE:
        raise Refused("rates.source_too_long", longest=LONGEST_SOURCE)
    try:
        source = line(text)
    except BadValue as error:
        raise Refused("rates.source") from error
    if not source:
        raise Refused("rates.no_source")
    return source


def forget(session: Session, half: date) -> bool:
    """Take a person's word on a half-year away; whether there was any. What the program came with stays."""
    row = session.get(LateRate, half)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def read_rate(text: str, code: str) -> Decimal | None:
    """A rate as a person writes it: 12,15 or 12.15 %, with at most three decimals; None where it is empty.

    Raises Refused(code).
    """
    written = text.strip().removesuffix("%").rstrip().replace(",", ".")
    if not written:
        return None
    rate = Decimal(written) if _RATE.fullmatch(written) else None
    if rate is None or rate > HIGHEST:
        raise Refused(code, highest=HIGHEST)
    return rate
