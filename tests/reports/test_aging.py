"""The buckets of the aged balance."""

from datetime import date, timedelta

import pytest

from relance.reports.aging import BUCKETS, Aged, Bucket, bucket_of, first_due_days, summed

ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days_late", "bucket"),
    [
        (-400, Bucket.NOT_DUE),
        (-1, Bucket.NOT_DUE),
        (0, Bucket.NOT_DUE),
        (1, Bucket.MONTH),
        (30, Bucket.MONTH),
        (31, Bucket.TWO),
        (60, Bucket.TWO),
        (61, Bucket.THREE),
        (90, Bucket.THREE),
        (91, Bucket.MORE),
        (5000, Bucket.MORE),
    ],
)
def test_the_due_day_itself_is_not_late_and_each_bucket_ends_on_its_last_day(days_late: int, bucket: Bucket) -> None:
    assert bucket_of(ON - timedelta(days=days_late), ON) is bucket


def test_without_a_due_date_nothing_is_late() -> None:
    assert bucket_of(None, ON) is Bucket.NOT_DUE


def test_the_days_that_queries_compare_with_are_those_of_the_buckets() -> None:
    for days_late in range(-3, 130):
        due = ON - timedelta(days=days_late)
        place = sum(due < day for day in first_due_days(ON))
        assert BUCKETS[place] is bucket_of(due, ON)


def test_sums_add_up() -> None:
    one, other = Aged((1, 2, 3, 4, 5), (1, 1, 1, 1, 1), 7), Aged((10, 0, 0, 0, 1), (2, 0, 0, 0, 1), 1)
    both = summed((one, other))
    assert (both.total, both.late, both.count, both.late_count, both.credit) == (26, 15, 8, 5, 8)
    assert summed(()) == Aged()
