"""DSO by count-back and by 90 days, against calculations by hand and a slow one."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from relance.reports.dso import History, NoDso, count_back, refusal, simple
from relance.reports.running import Running

ON = date(2026, 11, 22)
LONG_AGO = date(2020, 1, 1)


def daily(amount: int, first: date, last: date) -> Running:
    return Running({first + timedelta(days=n): amount for n in range((last - first).days + 1)})


def test_a_part_of_the_present_month_counts_its_share_of_the_days_gone_by() -> None:
    assert count_back(11_000, Running({date(2026, 11, 3): 22_000}), ON, LONG_AGO).days == approx(11)


def test_whole_months_are_taken_off_with_their_days() -> None:
    turnover = Running({date(2026, 11, 3): 10_000, date(2026, 10, 31): 20_000, date(2026, 9, 1): 30_000})
    # 22 days of November, 31 of October, then 15,000 of the 30,000 of September's 30 days
    assert count_back(45_000, turnover, ON, LONG_AGO).days == approx(22 + 31 + 15)


def test_a_month_without_sales_still_counts_its_days() -> None:
    turnover = Running({date(2026, 11, 3): 10_000, date(2026, 9, 1): 30_000})
    assert count_back(25_000, turnover, ON, LONG_AGO).days == approx(22 + 31 + 15)


def test_a_month_of_credit_notes_alone_takes_nothing_off() -> None:
    turnover = Running({date(2026, 11, 3): -10_000, date(2026, 10, 1): 10_000})
    assert count_back(5_000, turnover, ON, LONG_AGO).days == approx(22 + 15.5)


def test_nothing_left_to_pay_is_a_dso_of_zero() -> None:
    assert count_back(0, Running({}), ON, LONG_AGO).days == 0
    assert simple(0, Running({}), ON).days == 0


def test_it_never_goes_past_the_first_invoice() -> None:
    first = ON - timedelta(days=99)
    assert count_back(10**9, Running({first: 1}), ON, first).days == 100


def test_the_simple_variant_looks_at_ninety_days_today_included() -> None:
    inside, outside = ON - timedelta(days=89), ON - timedelta(days=90)
    assert simple(1_000, Running({inside: 3_000, outside: 50_000}), ON).days == approx(30)
    assert simple(1_000, Running({outside: 50_000}), ON).reason is NoDso.NO_TURNOVER


def test_steady_sales_paid_after_thirty_days_give_thirty_days() -> None:
    turnover = daily(100, ON - timedelta(days=400), ON)
    assert count_back(3_000, turnover, ON, LONG_AGO).days == approx(30)
    assert simple(3_000, turnover, ON).days == approx(30)


def test_too_few_days_and_incomplete_turnover_are_told_apart() -> None:
    def days_ago(days: int) -> date:
        return ON - timedelta(days=days)

    rows = [
        (History(days_ago(90), days_ago(90)), None),
        (History(days_ago(89), days_ago(89)), NoDso.TOO_YOUNG),
        (History(days_ago(300), days_ago(10)), NoDso.UNPAID_ONLY),
        (History(days_ago(300), days_ago(90)), None),
        (History(days_ago(-5), days_ago(-5)), NoDso.TOO_YOUNG),
    ]
    for history, expected in rows:
        assert refusal(history, ON) is expected, history


def slow(outstanding: int, sold: dict[date, int], on: date, since: date) -> float:
    """Month by month, each summed anew from all days."""
    left, days = float(outstanding), 0.0
    month = (on.year, on.month)
    while (
        left > 0 and date(*month, 1) + timedelta(days=40) > since.replace(day=1) and month >= (since.year, since.month)
    ):
        length = sum((d := date(*month, 1) + timedelta(days=n)).month == month[1] and d <= on for n in range(31))
        amount = max(0, sum(a for d, a in sold.items() if (d.year, d.month) == month and d <= on))
        if left < amount:
            days, left = days + length * left / amount, 0
        else:
            days, left = days + length, left - amount
        month = (month[0] - (month[1] == 1), (month[1] - 2) % 12 + 1)
    return min(days, (on - since).days + 1.0)


@given(
    st.dictionaries(st.dates(date(2025, 6, 1), date(2026, 12, 1)), st.integers(-5_000, 50_000), max_size=30),
    st.integers(0, 200_000),
    st.dates(date(2026, 1, 1), date(2026, 11, 30)),
)
def test_count_back_agrees_with_a_slow_one(sold: dict[date, int], outstanding: int, on: date) -> None:
    since = min((day for day in sold if day <= on), default=on)
    assert count_back(outstanding, Running(sold), on, since).days == approx(slow(outstanding, sold, on, since))
