"""relance run, when far more than usual would leave: the command itself is a person's word (RELIABILITY 3.4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from relance import clock
from relance.config import Settings
from relance.services.database import open_database
from relance.services.run import run_today
from tests.channels.smtp_server import SmtpServer
from tests.cli.office import Office, an_office
from tests.services.past_runs import past_runs


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("RELANCE_LANG", "en")
    made = an_office(tmp_path, server)
    engine = open_database(Settings(data_dir=made.data))
    past_runs(engine, clock.utc_now())
    engine.dispose()
    made.bring([f"F-{number}" for number in range(25)])
    return made


def held_by_the_worker(office: Office) -> None:
    engine = open_database(Settings(data_dir=office.data))
    assert run_today(engine, clock.utc_now(), by="tick").held_back == 25
    engine.dispose()


def test_whoever_types_the_command_asks_for_the_run(office: Office, server: SmtpServer) -> None:
    code, document = office.ask("run")
    assert (code, document["skipped_run"]) == (0, None)
    assert [one["state"] for one in document["messages"]] == ["sent"] * 25
    assert len(server.mails) == 25


def test_what_the_worker_held_is_said_and_stays(office: Office, server: SmtpServer) -> None:
    held_by_the_worker(office)
    result = office.call("run")
    assert result.exit_code == 1
    assert "25 messages wait" in result.stderr
    assert server.mails == []


def test_the_option_lets_go_what_the_worker_held(office: Office, server: SmtpServer) -> None:
    held_by_the_worker(office)
    code, document = office.ask("run", "--unusual-volume")
    assert code == 0
    assert [one["state"] for one in document["messages"]] == ["sent"] * 25
    assert len(server.mails) == 25
