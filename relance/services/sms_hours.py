"""When a text message may leave: within the account's hours, never on a Sunday or a public holiday (LEGAL 10)."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from relance import workdays
from relance.domain.sending_hours import SendingHours
from relance.domain.sending_hours import opens_at as next_opening
from relance.storage.models import Firm, SmsAccount


def hours_of(account: SmsAccount) -> SendingHours:
    """The account's own hours."""
    return SendingHours(time.fromisoformat(account.opens_at), time.fromisoformat(account.closes_at))


def opens_at(firm: Firm, account: SmsAccount, now: datetime) -> datetime | None:
    """The moment from which a text message may leave; None when it may now."""
    local = now.astimezone(ZoneInfo(firm.timezone))
    return next_opening(local, hours_of(account), workdays.public_holidays(firm.country, firm.region))
