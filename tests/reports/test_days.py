"""The days that reports look at."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from relance.reports.days import first_working_day, last_of_month, month_ended, months_before, twelve_months
from tests.builders import is_french_working_day


def test_a_shorter_month_gives_its_last_day() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)
    assert months_before(date(2026, 12, 1), -1) == date(2027, 1, 1)


def test_a_year_is_thirteen_days_from_the_same_day_a_year_before() -> None:
    days = twelve_months(date(2026, 11, 22))
    assert (len(days), days[0], days[-1]) == (13, date(2025, 11, 22), date(2026, 11, 22))


def test_the_first_working_day_skips_week_ends_and_holidays() -> None:
    assert first_working_day(date(2026, 5, 20), is_french_working_day) == date(2026, 5, 4)  # 1 May, then a week-end
    assert first_working_day(date(2026, 11, 30), is_french_working_day) == date(2026, 11, 2)
    assert first_working_day(date(2026, 6, 1), lambda _: False) == date(2026, 6, 1)


@given(st.dates(date(1990, 2, 1), date(2099, 11, 30)))
def test_a_month_ends_the_day_before_the_next_begins(day: date) -> None:
    assert last_of_month(day) + timedelta(days=1) == months_before(day.replace(day=1), -1)
    assert last_of_month(month_ended(day)) == day.replace(day=1) - timedelta(days=1)
