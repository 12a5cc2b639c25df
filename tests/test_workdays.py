"""Working days come from the holidays package (RULES 3.3)."""

from datetime import date

import pytest

from relance import workdays


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 7, 13), True),
        (date(2026, 7, 14), False),
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 5, 14), False),  # Ascension
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 4, 3), True),  # Good Friday
        (date(2026, 12, 26), False),  # a Saturday that year
        (date(2028, 12, 26), True),
    ],
)
def test_a_french_working_day(day: date, works: bool) -> None:
    assert workdays.working_days("FR")(day) is works


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2028, 12, 26)])
def test_alsace_moselle_has_two_more_holidays(day: date) -> None:
    assert not workdays.working_days("FR", "alsace-moselle")(day)


@pytest.mark.parametrize("country", ["BE", "CH", "DE", "GB", "US", "ES"])
def test_other_countries_have_theirs(country: str) -> None:
    assert not workdays.working_days(country)(date(2026, 12, 25))


def test_what_is_known() -> None:
    assert workdays.is_known("FR")
    assert workdays.is_known("FR", "alsace-moselle")
    assert not workdays.is_known("FR", "bretagne")
    assert not workdays.is_known("XX")
