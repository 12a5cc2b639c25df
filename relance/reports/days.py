"""The days that reports look at: ends of months, the same day of months before, working days."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month where it is shorter."""
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def twelve_months(day: date) -> tuple[date, ...]:
    """Thirteen days: the same one in each month from a year earlier until now."""
    return tuple(months_before(day, months) for months in range(12, -1, -1))


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_ended(day: date) -> date:
    """The first day of the month before its own."""
    return months_before(month_of(day), 1)


def first_working_day(day: date, is_working_day: Callable[[date], bool]) -> date:
    """The first working day of its month; the first day where the month has none."""
    found = month_of(day)
    while not is_working_day(found) and found < last_of_month(day):
        found += timedelta(days=1)
    return found if is_working_day(found) else month_of(day)
