"""The only file that asks the system for the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def local_now(zone: str) -> datetime:
    """The present moment in a zone such as Europe/Paris. Raises ZoneInfoNotFoundError for an unknown one."""
    return utc_now().astimezone(ZoneInfo(zone))


def local_day(moment: datetime, zone: str) -> date:
    """The day a moment falls on in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()
