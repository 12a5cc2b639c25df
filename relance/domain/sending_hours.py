"""When an SMS may leave: on weekdays and Saturdays from 8 to 20 h, never on a holiday (LEGAL 10)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

SUNDAY = 6
_LOOK_AHEAD_DAYS = 366


@dataclass(frozen=True, slots=True)
class SendingHours:
    """Local hours, from `opens` up to but without `closes`, on `days` (0 is Monday)."""

    opens: time = time(8)
    closes: time = time(20)
    days: frozenset[int] = frozenset(range(SUNDAY))


WIDEST = SendingHours()


class HoursFault(StrEnum):
    """What is wrong with a firm's own hours."""

    TOO_EARLY = "sms_hours.too_early"
    TOO_LATE = "sms_hours.too_late"
    NO_TIME = "sms_hours.no_time"
    NO_DAY = "sms_hours.no_day"
    SUNDAY = "sms_hours.sunday"


def check(hours: SendingHours) -> tuple[HoursFault, ...]:
    """What is wrong: a firm may narrow the hours of LEGAL 10, not widen them."""
    faults = (
        (hours.opens < WIDEST.opens, HoursFault.TOO_EARLY),
        (hours.closes > WIDEST.closes, HoursFault.TOO_LATE),
        (hours.opens >= hours.closes, HoursFault.NO_TIME),
        (not hours.days & WIDEST.days, HoursFault.NO_DAY),
        (bool(hours.days - WIDEST.days), HoursFault.SUNDAY),
    )
    return tuple(fault for found, fault in faults if found)


def opens_at(moment: datetime, hours: SendingHours, is_holiday: Callable[[date], bool]) -> datetime | None:
    """None when an SMS may leave at this local moment; else the next one when it may, in the same zone.

    Hours wider than LEGAL 10 count as those of LEGAL 10. Raises ValueError for a moment without a zone, for hours that
    leave no time at all, and where every day of a year is a holiday.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    opens, closes = max(hours.opens, WIDEST.opens), min(hours.closes, WIDEST.closes)
    days = hours.days & WIDEST.days
    if opens >= closes or not days:
        raise ValueError("no time is left to send in")
    today, now = moment.date(), moment.time()
    for ahead in range(_LOOK_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        if day.weekday() not in days or is_holiday(day):
            continue
        if ahead == 0 and opens <= now < closes:
            return None
        if ahead or now < opens:
            return _at(day, opens, moment)
    raise ValueError("no day is left to send on")


def _at(day: date, opens: time, moment: datetime) -> datetime:
    """That hour of the clock in the moment's zone; an hour that the clock skips becomes the one after it."""
    return datetime.combine(day, opens, moment.tzinfo).astimezone(UTC).astimezone(moment.tzinfo)
