"""The rates of late interest: those that are shipped, those that a person enters, those that are missing (LEGAL 1)."""

import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.late_rates import next_half_year
from relance.services import rates
from relance.services.database import open_database
from relance.services.refusal import Refused
from relance.storage.models import LateRate
from relance.storage.rates import Certainty, shipped

H2, NEXT = date(2026, 7, 1), date(2027, 1, 1)
TODAY = date(2026, 12, 20)
GIVEN = {"reference": "2,65", "legal": "2.80 %", "source": "Site de la BCE", "by": "claire@bonnet.example"}


@pytest.fixture
def session(tmp_path: Path, blank: Path) -> Iterator[Session]:
    shutil.copy(blank, tmp_path / blank.name)
    with Session(open_database(Settings(tmp_path))) as opened:
        yield opened


def keep(session: Session, half: date = NEXT, **changes: Any) -> rates.KnownRate:
    return rates.save(session, half, today=TODAY, **{**GIVEN, **changes})


@pytest.mark.parametrize(
    ("half", "company", "public", "floor"),
    [
        (date(2020, 1, 1), "10.00", "8.00", "2.61"),
        (date(2022, 7, 1), "10.00", "8.00", "2.31"),
        (date(2023, 1, 1), "12.50", "10.50", "6.18"),
        (date(2023, 7, 1), "14.00", "12.00", "12.66"),
        (date(2024, 1, 1), "14.50", "12.50", "15.21"),
        (date(2024, 7, 1), "14.25", "12.25", "14.76"),
        (date(2025, 1, 1), "13.15", "11.15", "11.13"),
        (date(2025, 7, 1), "12.15", "10.15", "8.28"),
        (date(2026, 1, 1), "12.15", "10.15", "7.86"),
        (date(2026, 7, 1), "12.40", "10.40", "8.25"),
    ],
)
def test_the_rates_of_each_half_year(session: Session, half: date, company: str, public: str, floor: str) -> None:
    """LEGAL 1, its table."""
    found = rates.table(session)[half]
    assert (str(found.company), str(found.public), str(found.floor)) == (company, public, floor)


def test_what_is_shipped_has_no_hole_and_the_source_of_each() -> None:
    halves = sorted(shipped())
    assert [next_half_year(one) for one in halves[:-1]] == halves[1:]
    assert halves[-1] == H2  # none is made up for a half-year that hadn't begun
    for one in shipped().values():
        assert one.source.strip(" ;") and one.since <= one.half_year
        assert 0 <= one.reference < 10 and 0 < one.legal < 10


def test_the_newest_comes_first_and_says_how_sure_it_is(session: Session) -> None:
    first = rates.known(session)[0]
    assert (first.half_year, first.since, first.certainty) == (H2, date(2026, 6, 17), Certainty.INDIRECT)
    assert not first.entered


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 7, 1), ()),
        (date(2026, 12, 16), ()),
        (date(2026, 12, 17), (NEXT,)),
        (date(2026, 12, 31), (NEXT,)),
        (date(2027, 1, 1), (NEXT,)),
        (date(2027, 6, 30), (NEXT, date(2027, 7, 1))),
        (date(2014, 12, 20), (date(2014, 7, 1),)),
    ],
)
def test_a_rate_is_asked_for_from_fifteen_days_before_its_half_year(
    session: Session, today: date, missing: tuple[date, ...]
) -> None:
    assert rates.missing(session, today) == missing


def test_what_a_person_enters_is_kept_with_its_source_and_asked_for_no_more(session: Session) -> None:
    kept = keep(session)
    assert (kept.rates.reference, kept.rates.legal, kept.entered) == (Decimal("2.65"), Decimal("2.80"), True)
    assert rates.known(session)[0] == kept
    assert (kept.noted_on, kept.noted_by, kept.source) == (TODAY, "claire@bonnet.example", "Site de la BCE")
    assert rates.missing(session, TODAY) == ()


def test_a_persons_rate_wins_over_the_shipped_one_and_can_be_taken_away(session: Session) -> None:
    kept = keep(session, H2, reference="2.5", legal="")
    assert (kept.rates.reference, kept.rates.legal) == (Decimal("2.5"), Decimal("2.75"))
    assert kept.source.startswith("Site de la BCE; ")
    keep(session, H2, reference="", legal="2.9")
    assert (session.get_one(LateRate, H2).reference, rates.table(session)[H2].reference) == (None, Decimal("2.40"))
    assert rates.forget(session, H2)
    assert not rates.forget(session, H2)
    assert rates.table(session)[H2].legal == Decimal("2.75")


BAD = [
    ({"reference": "x"}, "rates.reference"),
    ({"reference": "-0.5"}, "rates.reference"),
    ({"reference": "2.1234"}, "rates.reference"),
    ({"reference": "NaN"}, "rates.reference"),
    ({"reference": "1e99999999"}, "rates.reference"),
    ({"reference": "100,001"}, "rates.reference"),
    ({"reference": "<b>2</b>"}, "rates.reference"),
    ({"reference": "2,4,0"}, "rates.reference"),
    ({"reference": "1_0"}, "rates.reference"),
    ({"reference": "1e1"}, "rates.reference"),
    ({"reference": "5\r\n6"}, "rates.reference"),
    ({"reference": "1 2"}, "rates.reference"),
    ({"legal": "٢"}, "rates.legal"),
    ({"legal": "9" * 400}, "rates.legal"),
    ({"reference": " ", "legal": "%"}, "rates.nothing"),
    ({"source": "  "}, "rates.no_source"),
    ({"source": "a\nb"}, "rates.source"),
    ({"source": "a\x00b"}, "rates.source"),
    ({"source": "é" * 301}, "rates.source_too_long"),
    ({"source": "é" * 30_000}, "rates.source_too_long"),
]


@pytest.mark.parametrize(("changes", "code"), BAD)
def test_what_cannot_be_a_rate_is_refused_and_nothing_is_kept(
    session: Session, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        keep(session, **changes)
    assert caught.value.code == code
    session.flush()
    assert session.query(LateRate).count() == 0


@pytest.mark.parametrize("half", [date(2027, 7, 1), date(2027, 1, 2), date(2008, 7, 1), date(2999, 1, 1)])
def test_a_half_year_whose_rate_cannot_be_known_is_refused(session: Session, half: date) -> None:
    with pytest.raises(Refused, match=r"rates\.half_year"):
        keep(session, half)


def test_zero_is_a_rate(session: Session) -> None:
    assert keep(session, reference="0", legal="0").rates.company == Decimal(10)
