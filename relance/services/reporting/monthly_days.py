"""When the monthly report leaves: from the first working day of a month, at the hour of the daily run."""

from datetime import date, datetime

from relance import workdays
from relance.reports.days import first_working_day, last_of_month, month_ended, months_before
from relance.services.simulate import run_moment
from relance.storage.models import Firm


def month_to_report(day: date) -> date:
    """The first day of the month that has just ended."""
    return month_ended(day)


def last_day_of(month: date) -> date:
    """The day on which its figures are closed."""
    return last_of_month(month)


def is_due(firm: Firm, now: datetime) -> bool:
    """Whether the moment of this month's report has come, at a moment of the firm's local time.

    A computer that was off on that day sends it when it is on again.
    """
    return now >= _moment(firm, now.date())


def next_on(firm: Firm, now: datetime) -> date:
    """The day on which the next report leaves, for who has had the last one."""
    day = now.date()
    return _moment(firm, day if now < _moment(firm, day) else months_before(day.replace(day=1), -1)).date()


def _moment(firm: Firm, day: date) -> datetime:
    working = workdays.working_days(firm.country, firm.region)
    return run_moment(firm, first_working_day(day, working))
