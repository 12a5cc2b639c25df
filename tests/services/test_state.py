"""What the state bar is told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from relance.config import Settings
from relance.services.database import open_database, the_firm
from relance.services.state import State, state
from relance.storage.db import reading, writing
from relance.storage.models import DailyRun, MailAccount

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # 8:00 in Paris


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_database(Settings(data_dir=tmp_path))
    with writing(made) as session:
        firm = the_firm(session)
        firm.enabled, firm.activated_at, firm.data_fresh_at = True, MONDAY, MONDAY
    yield made
    made.dispose()


def at(engine: Engine, now: datetime) -> State:
    with reading(engine) as session:
        return state(session, the_firm(session), now)


def a_run(engine: Engine, day: date) -> None:
    with writing(engine) as session:
        session.add(DailyRun(local_date=day, started_at=MONDAY, started_by="tick", decisions=b""))


def test_the_next_sending_is_today_at_the_hour(engine: Engine) -> None:
    found = at(engine, MONDAY).next_run
    assert found is not None
    assert found.isoformat() == "2026-11-23T10:00:00+01:00"


def test_after_todays_run_it_is_the_next_working_day(engine: Engine) -> None:
    a_run(engine, date(2026, 11, 27))
    found = at(engine, datetime(2026, 11, 27, 12, 0, tzinfo=UTC)).next_run
    assert found is not None
    assert found.date() == date(2026, 11, 30)


def test_off_or_stale_there_is_no_next_sending(engine: Engine) -> None:
    assert at(engine, datetime(2026, 12, 1, 8, 0, tzinfo=UTC)).stale
    assert at(engine, datetime(2026, 12, 1, 8, 0, tzinfo=UTC)).next_run is None
    with writing(engine) as session:
        the_firm(session).enabled = False
    assert at(engine, MONDAY).next_run is None


def test_a_long_absence_waits_for_a_word(engine: Engine) -> None:
    a_run(engine, date(2026, 11, 2))
    found = at(engine, MONDAY)
    assert found.absent
    assert found.next_run is None


def test_a_refused_mail_account_is_told(engine: Engine) -> None:
    assert at(engine, MONDAY).waiting.mail_held_code is None
    with writing(engine) as session:
        session.get_one(MailAccount, 1).held_code = "smtp.auth_refused"
    assert at(engine, MONDAY).waiting.mail_held_code == "smtp.auth_refused"
