"""LEGAL 10: an SMS leaves from Monday to Saturday, 8 to 20 h, and never on a holiday."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain.sending_hours import WIDEST, HoursFault, SendingHours, check, opens_at

PARIS = ZoneInfo("Europe/Paris")
HOLIDAYS = frozenset((date(2026, 12, 25), date(2027, 1, 1), date(2026, 5, 1)))
NARROW = SendingHours(time(9, 30), time(18), frozenset(range(5)))


def is_holiday(day: date) -> bool:
    return day in HOLIDAYS


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "hours", "expected"),
    [
        pytest.param("2026-11-23T10:00", WIDEST, None, id="a Monday morning"),
        pytest.param("2026-11-28T19:59:59", WIDEST, None, id="the last second of a Saturday"),
        pytest.param("2026-11-23T08:00", WIDEST, None, id="on the stroke of eight"),
        pytest.param("2026-11-23T07:59:59", WIDEST, "2026-11-23T08:00", id="a second too early"),
        pytest.param("2026-11-23T20:00", WIDEST, "2026-11-24T08:00", id="on the stroke of twenty"),
        pytest.param("2026-11-28T20:00", WIDEST, "2026-11-30T08:00", id="Saturday night: Monday"),
        pytest.param("2026-11-29T12:00", WIDEST, "2026-11-30T08:00", id="a Sunday"),
        pytest.param("2026-12-25T12:00", WIDEST, "2026-12-26T08:00", id="Christmas, a Friday: Saturday"),
        pytest.param("2026-12-24T21:00", WIDEST, "2026-12-26T08:00", id="the night before Christmas"),
        pytest.param("2026-12-31T20:30", WIDEST, "2027-01-02T08:00", id="over the end of the year"),
        pytest.param("2026-11-23T09:00", NARROW, "2026-11-23T09:30", id="narrower hours"),
        pytest.param("2026-11-27T18:00", NARROW, "2026-11-30T09:30", id="narrower days"),
        pytest.param("2026-12-24T19:00", NARROW, "2026-12-28T09:30", id="a holiday, then a weekend"),
        pytest.param("2026-03-28T21:00", WIDEST, "2026-03-30T08:00", id="over the start of summer time"),
        pytest.param("2026-10-24T21:00", WIDEST, "2026-10-26T08:00", id="over the end of summer time"),
        pytest.param("2026-11-23T07:00", SendingHours(time(6), time(22)), "2026-11-23T08:00", id="hours too wide"),
        pytest.param(
            "2026-11-29T12:00", SendingHours(days=frozenset(range(7))), "2026-11-30T08:00", id="days too many"
        ),
    ],
)
def test_the_next_moment_an_sms_may_leave(moment: str, hours: SendingHours, expected: str | None) -> None:
    found = opens_at(at(moment), hours, is_holiday)
    assert found == (at(expected) if expected else None)


def test_the_wait_over_a_change_of_clocks_is_counted_in_real_hours() -> None:
    evening = at("2026-03-28T20:00")  # a Saturday; clocks go forward that night
    opening = opens_at(evening, WIDEST, is_holiday)
    assert opening is not None
    assert opening.astimezone(UTC) - evening.astimezone(UTC) == timedelta(hours=35)


@pytest.mark.parametrize(("fold", "utc"), [(0, 0), (1, 1)])
def test_the_hour_that_comes_twice_waits_for_the_same_opening(fold: int, utc: int) -> None:
    night = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=fold)
    assert night.astimezone(UTC).hour == utc
    assert opens_at(night, WIDEST, is_holiday) == at("2026-10-26T08:00")


def test_an_hour_that_the_clock_skips_becomes_the_one_after_it() -> None:
    # In Apia a whole day, Friday 30 December 2011, never was.
    apia = ZoneInfo("Pacific/Apia")
    opening = opens_at(datetime(2011, 12, 29, 21, tzinfo=apia), WIDEST, lambda day: False)
    assert opening == datetime(2011, 12, 31, 8, tzinfo=apia)


@pytest.mark.parametrize(
    ("hours", "faults"),
    [
        (WIDEST, ()),
        (NARROW, ()),
        (SendingHours(time(7, 59)), (HoursFault.TOO_EARLY,)),
        (SendingHours(closes=time(20, 1)), (HoursFault.TOO_LATE,)),
        (SendingHours(time(12), time(12)), (HoursFault.NO_TIME,)),
        (SendingHours(days=frozenset()), (HoursFault.NO_DAY,)),
        (SendingHours(days=frozenset((6,))), (HoursFault.NO_DAY, HoursFault.SUNDAY)),
        (SendingHours(days=frozenset(range(7))), (HoursFault.SUNDAY,)),
    ],
)
def test_a_firm_may_narrow_the_hours_and_not_widen_them(hours: SendingHours, faults: tuple[HoursFault, ...]) -> None:
    assert check(hours) == faults


@pytest.mark.parametrize("hours", [SendingHours(time(12), time(12)), SendingHours(days=frozenset())])
def test_hours_that_leave_no_time_are_an_error(hours: SendingHours) -> None:
    with pytest.raises(ValueError, match="no time"):
        opens_at(at("2026-11-23T10:00"), hours, is_holiday)


def test_a_year_of_holidays_is_an_error_not_an_endless_search() -> None:
    with pytest.raises(ValueError, match="no day"):
        opens_at(at("2026-11-23T10:00"), WIDEST, lambda day: True)


def test_a_moment_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="zone"):
        opens_at(datetime(2026, 11, 23, 10), WIDEST, is_holiday)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(PARIS)))
def test_the_moment_found_is_open_and_the_first_that_is(moment: datetime) -> None:
    opening = opens_at(moment, WIDEST, is_holiday)
    if opening is None:
        assert 8 <= moment.hour < 20
        assert moment.weekday() < 6
        return
    assert opening > moment
    assert opens_at(opening, WIDEST, is_holiday) is None
    assert opens_at(opening - timedelta(seconds=1), WIDEST, is_holiday) == opening
