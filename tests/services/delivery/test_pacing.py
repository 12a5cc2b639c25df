"""The pace of an account: rolling minutes, hours and days, shared by threads (RELIABILITY 3.4)."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.services.delivery.pacing import DAY, HOUR, MINUTE, Allowance, Limits, limits_of, slow_start_limit, slowed
from relance.storage.models import LetterAccount, MailAccount, SmsAccount

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **spans: float) -> None:
        self.time += timedelta(**spans)


def test_without_limits_everything_may_leave() -> None:
    allowed = Allowance(Clock(), Limits())
    assert [allowed.take(1_000) for _ in range(3)] == [1_000] * 3
    assert allowed.seconds_to_room() == 0


@pytest.mark.parametrize(
    ("limits", "stretch"),
    [(Limits(per_minute=10), MINUTE), (Limits(per_hour=10), HOUR), (Limits(per_day=10), DAY)],
)
def test_a_limit_is_reached_and_its_stretch_of_time_rolls_on(limits: Limits, stretch: timedelta) -> None:
    clock = Clock()
    allowed = Allowance(clock, limits)
    assert allowed.take(4) == 4
    clock.time += stretch / 2
    assert (allowed.take(100), allowed.take(1)) == (6, 0)
    clock.time = START + stretch
    assert (allowed.take(100), allowed.take(1)) == (4, 0)
    clock.time = START + stretch * 1.5
    assert allowed.take(100) == 6


def test_the_strictest_limit_counts() -> None:
    clock = Clock()
    allowed = Allowance(clock, Limits(per_minute=10, per_hour=25, per_day=30))
    left = []
    for _ in range(62):
        left.append(allowed.take(100))
        clock.advance(minutes=1)
    assert (left[:4], sum(left[:60]), sum(left)) == ([10, 10, 5, 0], 25, 30)


def test_what_left_before_counts() -> None:
    clock = Clock()
    sent = [START - timedelta(seconds=30), START - timedelta(minutes=30), START - timedelta(hours=30)]
    assert Allowance(clock, Limits(per_minute=3), sent).take(9) == 2
    assert Allowance(clock, Limits(per_hour=3), sent).take(9) == 1
    assert Allowance(clock, Limits(per_day=3), sent).take(9) == 1


def test_more_sent_than_a_lowered_limit_leaves_no_room() -> None:
    allowed = Allowance(Clock(), Limits(per_day=2), [START - HOUR] * 5)
    assert (allowed.take(1), allowed.seconds_to_room()) == (0, None)


def test_what_is_given_back_may_leave_later() -> None:
    allowed = Allowance(Clock(), Limits(per_hour=10))
    assert allowed.take(8) == 8
    allowed.give_back(5)
    assert allowed.take(100) == 7
    allowed.give_back(0)
    assert allowed.take(100) == 0


def test_the_wait_for_the_next_minute_is_told_and_a_longer_one_is_not_waited_for() -> None:
    clock = Clock()
    allowed = Allowance(clock, Limits(per_minute=2, per_hour=3))
    allowed.take(1)
    clock.advance(seconds=20)
    allowed.take(1)
    assert allowed.seconds_to_room() == pytest.approx(40.01)
    clock.advance(seconds=40.01)
    assert allowed.seconds_to_room() == 0
    assert allowed.take(9) == 1
    assert allowed.seconds_to_room() is None
    clock.time = START + HOUR - timedelta(seconds=30)
    assert allowed.seconds_to_room() == pytest.approx(30.01)


def test_a_clock_that_goes_back_gives_no_more_room() -> None:
    clock = Clock()
    allowed = Allowance(clock, Limits(per_minute=5))
    allowed.take(5)
    clock.advance(minutes=-30)
    assert allowed.take(5) == 0


def test_threads_never_take_more_than_the_limit() -> None:
    allowed = Allowance(Clock(), Limits(per_minute=100, per_hour=150, per_day=90))
    taken: list[int] = []

    def work() -> None:
        for _ in range(50):
            taken.append(allowed.take(3))
            if taken[-1] > 1:
                allowed.give_back(1)
                taken.append(-1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 90


@given(
    st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 20)), max_size=40),
    st.builds(Limits, *(st.integers(0, 30),) * 3),
)
def test_in_no_stretch_of_time_more_leaves_than_its_limit(steps: list[tuple[int, int]], limits: Limits) -> None:
    clock = Clock()
    allowed = Allowance(clock, limits)
    left: list[datetime] = []
    for seconds, wanted in steps:
        clock.advance(seconds=seconds)
        left += [clock.time] * allowed.take(wanted)
    for stretch, limit in limits.windows:
        for end in left:
            assert sum(1 for at in left if end - stretch < at <= end) <= limit


def test_a_new_account_starts_slowly_and_doubles_each_day() -> None:
    assert [slow_start_limit(day) for day in (0, 1, 2, 3, 4, 5, 6, 400)] == [50, 100, 200, 400, 800, 1_600, 0, 0]
    assert slow_start_limit(-3) == 50


def test_a_slow_start_never_loosens_a_limit() -> None:
    assert slowed(Limits(10, 40, 300), 0) == Limits(10, 40, 50)
    assert slowed(Limits(10, 40, 300), 3) == Limits(10, 40, 300)
    assert slowed(Limits(), 1) == Limits(per_day=100)
    assert slowed(Limits(), 6) == Limits()


def test_the_limits_of_an_account_are_its_own() -> None:
    mail = MailAccount(per_minute=10, per_hour=40, per_day=300, slow_start=False, first_sent_on=None)
    assert limits_of(mail, START) == Limits(10, 40, 300)
    mail.slow_start = True
    assert limits_of(mail, START) == Limits(10, 40, 50)
    mail.first_sent_on = date(2026, 11, 22)
    assert limits_of(mail, START) == Limits(10, 40, 100)
    mail.first_sent_on = date(2026, 11, 1)
    assert limits_of(mail, START) == Limits(10, 40, 300)
    assert limits_of(SmsAccount(per_minute=5, per_day=50), START) == Limits(5, 0, 50)
    assert limits_of(LetterAccount(), START) == Limits()
