"""When a text message may leave: within the account's hours, never on a Sunday or a public holiday (LEGAL 10)."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from relance import workdays
from relance.domain.sending_hours import WIDEST, SendingHours, check
from relance.domain.sending_hours import opens_at as next_opening
from relance.services.refusal import Refused
from relance.storage.models import Firm, SmsAccount


def hours_of(account: SmsAccount) -> SendingHours:
    """The account's own hours; those of LEGAL 10 where they leave no time at all."""
    own = SendingHours(time.fromisoformat(account.opens_at), time.fromisoformat(account.closes_at))
    return own if max(own.opens, WIDEST.opens) < min(own.closes, WIDEST.closes) else WIDEST


def check_hours(account: SmsAccount, given: Mapping[str, Any]) -> None:
    """Whether the account may have these hours, `opens_at` and `closes_at` of its columns. Raises Refused."""
    opens, closes = given.get("opens_at", account.opens_at), given.get("closes_at", account.closes_at)
    faults = check(SendingHours(time.fromisoformat(opens), time.fromisoformat(closes)))
    if faults and {"opens_at", "closes_at"} & given.keys():
        raise Refused(faults[0].value)


def opens_at(firm: Firm, account: SmsAccount, now: datetime) -> datetime | None:
    """The moment from which a text message may leave; None when it may now."""
    local = now.astimezone(ZoneInfo(firm.timezone))
    return next_opening(local, hours_of(account), workdays.public_holidays(firm.country, firm.region))
