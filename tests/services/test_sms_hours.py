"""The hours of text messages: narrower than the law's custom, never wider, and never none."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from relance.domain.sending_hours import WIDEST, SendingHours
from relance.services.database import the_firm
from relance.services.refusal import Refused
from relance.services.settings import loading as settings
from relance.services.sms_hours import hours_of, opens_at
from relance.storage.models import SmsAccount
from tests.services.settings_files import blank_database, passing

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # a Monday, 8:30 in Paris


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with passing(blank_database(tmp_path)) as session:
        yield session


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        ('opens_at = "07:59"', "sms_hours.too_early"),
        ('closes_at = "20:01"', "sms_hours.too_late"),
        ('opens_at = "19:00"\ncloses_at = "09:00"', "sms_hours.no_time"),
        ('opens_at = "20:00"', "sms_hours.no_time"),
    ],
)
def test_a_settings_file_may_not_widen_them_nor_leave_none(session: Session, hours: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        settings.load(session, f'[firm]\nname = "Other"\n[sms]\n{hours}\n', now=NOW)
    problems: Any = refused.value.facts["problems"]
    assert [(one.facts["fault"], one.line) for one in problems] == [(code, 4)]
    assert (session.get_one(SmsAccount, 1).opens_at, the_firm(session).name) == ("08:00", "")


def test_a_settings_file_may_narrow_them(session: Session) -> None:
    settings.load(session, '[sms]\nopens_at = "09:00"\ncloses_at = "18:00"\n', now=NOW)
    assert hours_of(session.get_one(SmsAccount, 1)) == SendingHours(time(9), time(18))
    opening = opens_at(the_firm(session), session.get_one(SmsAccount, 1), NOW)
    assert opening == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(("opens", "closes"), [("19:00", "09:00"), ("20:00", "21:00"), ("06:00", "07:00")])
def test_hours_that_leave_no_time_stop_nothing_else(session: Session, opens: str, closes: str) -> None:
    account = session.get_one(SmsAccount, 1)
    account.opens_at, account.closes_at = opens, closes
    assert hours_of(account) == WIDEST
    assert opens_at(the_firm(session), account, NOW) is None
