"""When a text message may leave: within the account's hours, never on a Sunday or a public holiday (LEGAL 10)."""

from datetime import datetime

from relance.storage.models import Firm, SmsAccount


def opens_at(firm: Firm, account: SmsAccount, now: datetime) -> datetime | None:
    """The moment from which a text message may leave; None when it may now."""
    return None
