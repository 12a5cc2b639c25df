"""Dates as firms write them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.importers.dates import needs_order, order_shown, parse_date
from relance.importers.reading import BadValue, DateOrder, ProblemCode

DMY, MDY, YMD = DateOrder.DMY, DateOrder.MDY, DateOrder.YMD
THE_DAY = date(2026, 10, 31)

SAME_IN_ANY_ORDER = {
    "ISO": "2026-10-31",
    "ISO with a time": "2026-10-31T14:30:00",
    "ISO with a time and a zone": "2026-10-31T14:30:00.000Z",
    "ISO with an offset": "2026-10-31 14:30:00+01:00",
    "ISO with slashes": "2026/10/31",
    "ISO with dots": "2026.10.31",
    "compact": "20261031",
    "French": "31 octobre 2026",
    "French with a weekday": "samedi 31 octobre 2026",
    "French in capitals": "31 OCTOBRE 2026",
    "short month": "31 Oct 2026",
    "short month with a dot": "31 oct. 2026",
    "short month and year with hyphens": "31-Oct-26",
    "American": "October 31, 2026",
    "American with an ordinal": "Oct 31st, 2026",
}
DIGITS = {
    "slashes": ("31/10/2026", DMY),
    "hyphens": ("31-10-2026", DMY),
    "dots": ("31.10.2026", DMY),
    "short year": ("31/10/26", DMY),
    "with a time": ("31/10/2026 14:30", DMY),
    "with seconds": ("31/10/2026 14:30:59", DMY),
    "month first": ("10/31/2026", MDY),
    "month first with a time": ("10/31/2026 2:30 PM", MDY),
    "year first and short": ("26/10/31", YMD),
}


@pytest.mark.parametrize("text", SAME_IN_ANY_ORDER.values(), ids=SAME_IN_ANY_ORDER.keys())
def test_a_date_that_says_its_own_order_needs_none(text: str) -> None:
    for order in (None, DMY, MDY, YMD):
        assert parse_date(text, order) == THE_DAY


@pytest.mark.parametrize(("text", "order"), DIGITS.values(), ids=DIGITS.keys())
def test_a_date_in_digits_is_read_in_its_order(text: str, order: DateOrder) -> None:
    assert parse_date(text, order) == THE_DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er mars 2026", date(2026, 3, 1)),
        ("1 août 2026", date(2026, 8, 1)),
        ("15 févr. 2026", date(2026, 2, 15)),
        ("3 déc. 2026", date(2026, 12, 3)),
        ("5/5/2026", date(2026, 5, 5)),
        ("01/02/70", date(1970, 2, 1)),
    ],
)
def test_months_have_their_accents_and_short_years_their_century(text: str, day: date) -> None:
    assert parse_date(text, DMY) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/11/2026", ProblemCode.DATE_IMPOSSIBLE),
        ("29/02/2027", ProblemCode.DATE_IMPOSSIBLE),
        ("32/01/2026", ProblemCode.DATE_IMPOSSIBLE),
        ("2026-13-01", ProblemCode.DATE_IMPOSSIBLE),
        ("10/31/2026", ProblemCode.DATE_IMPOSSIBLE),
        ("01/02/0202", ProblemCode.DATE_UNLIKELY),
        ("2206-01-31", ProblemCode.DATE_UNLIKELY),
        ("fin de mois", ProblemCode.DATE_UNREADABLE),
        ("30 jours", ProblemCode.DATE_UNREADABLE),
        ("46326", ProblemCode.DATE_UNREADABLE),
        ("1/2", ProblemCode.DATE_UNREADABLE),
        ("31-10/2026", ProblemCode.DATE_UNREADABLE),
        ("31 brumaire 2026", ProblemCode.DATE_UNREADABLE),
    ],
)
def test_a_date_that_can_not_be_is_refused_and_never_moved(text: str, code: ProblemCode) -> None:
    with pytest.raises(BadValue) as bad:
        parse_date(text, DMY)
    assert bad.value.code is code


def test_a_date_that_reads_two_ways_is_refused_without_an_order() -> None:
    with pytest.raises(BadValue) as bad:
        parse_date("03/04/2026", None)
    assert bad.value.code is ProblemCode.DATE_UNREADABLE


@pytest.mark.parametrize("text", ["", " ", "-", "0000-00-00", "00/00/0000"])
def test_an_empty_cell_is_no_date(text: str) -> None:
    assert parse_date(text, DMY) is None


@pytest.mark.parametrize(
    ("text", "shown", "needed"),
    [
        ("31/10/2026", DMY, False),
        ("10/31/2026", MDY, False),
        ("31/11/2026", DMY, False),
        ("03/04/2026", None, True),
        ("04/04/2026", None, False),
        ("31/31/2026", None, False),
        ("2026-03-04", None, False),
        ("3 avril 2026", None, False),
    ],
)
def test_a_part_above_twelve_shows_the_order(text: str, shown: DateOrder | None, *, needed: bool) -> None:
    assert order_shown(text) is shown
    assert needs_order(text) is needed


def test_day_numbers_are_dates_in_workbooks_alone() -> None:
    assert parse_date(Decimal(46326), None, serials=True) == THE_DAY
    assert parse_date(Decimal("46326.75"), None, serials=True) == THE_DAY
    assert parse_date(Decimal(20261031), None, serials=True) == THE_DAY
    with pytest.raises(BadValue):
        parse_date(Decimal(46326), None)
    with pytest.raises(BadValue):
        parse_date(Decimal(12), None, serials=True)


def test_dates_of_a_workbook_are_taken_as_they_are() -> None:
    assert parse_date(THE_DAY, None) == THE_DAY
    assert parse_date(datetime(2026, 10, 31, 23, 59), None) == THE_DAY


@settings(deadline=None)
@given(
    day=st.dates(date(1970, 1, 1), date(2069, 12, 31)),
    style=st.sampled_from(
        [
            ("%d/%m/%Y", DMY),
            ("%d-%m-%Y", DMY),
            ("%d.%m.%y", DMY),
            ("%m/%d/%Y", MDY),
            ("%m/%d/%y", MDY),
            ("%y/%m/%d", YMD),
            ("%Y-%m-%d", DMY),
            ("%Y%m%d", MDY),
            ("%Y-%m-%dT%H:%M:%S", None),
        ]
    ),
)
def test_any_day_in_any_supported_form_comes_back_equal(day: date, style: tuple[str, DateOrder | None]) -> None:
    form, order = style
    assert parse_date(day.strftime(form), order) == day


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_day_or_a_refusal(text: str) -> None:
    try:
        day = parse_date(text, DMY)
    except BadValue:
        return
    assert day is None or 1970 <= day.year <= 2099
