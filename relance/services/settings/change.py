"""Settings changed on a page: the checks are those of a settings file (RULES, config load), one table at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from relance.services.database import the_firm
from relance.services.settings.apply import apply_automation, set_columns
from relance.services.settings.problems import Problems
from relance.services.settings.tables import (
    AUTOMATION,
    EMAIL,
    FIRM,
    INBOX,
    Known,
    check_region,
    read_table,
    settle_secrets,
)


def change_firm(session: Session, values: Mapping[str, object]) -> int:
    """Set who the firm is; how many columns that changed.

    Raises Refused("config.problems") with every problem, before anything is written. So do the others here.
    """
    firm = the_firm(session)
    problems = Problems()
    given = read_table(dict(values), ("firm",), FIRM, problems)
    check_region(given, Known(country=firm.country, region=firm.region), problems)
    problems.refuse()
    return set_columns(firm, given)


def change_automation(session: Session, values: Mapping[str, object], now: datetime) -> int:
    """Set the rules of automatic sending."""
    return apply_automation(the_firm(session), _read("automation", values), now)


def check_email(values: Mapping[str, object]) -> dict[str, Any]:
    """The account that e-mails leave through, as it would be kept; its password is never among the values."""
    return _read("email", values)


def check_inbox(values: Mapping[str, object]) -> dict[str, Any]:
    """The mailbox that is read for bounces and replies, as it would be kept; its password is never among the values."""
    return _read("inbox", values)


def _read(table: str, values: Mapping[str, object]) -> dict[str, Any]:
    problems = Problems()
    keys = {"automation": AUTOMATION, "email": EMAIL, "inbox": INBOX}[table]
    given = read_table(dict(values), (table,), keys, problems)
    if table in ("email", "inbox"):
        settle_secrets(given, (table,), problems)
    problems.refuse()
    return given
