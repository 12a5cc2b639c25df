"""relance run, as a person calls it: exit codes, one document, and every failure named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.smtp_server import DROP, SmtpServer
from tests.cli.office import Office, an_office

CLOSED_PORT = 9


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("RELANCE_LANG", "en")
    return an_office(tmp_path, server)


def test_a_run_sends_and_prints_one_document(office: Office, server: SmtpServer) -> None:
    office.bring(["F-1", "F-2"])
    code, document = office.ask("run")
    assert (code, document["skipped_run"]) == (0, None)
    assert [(one["invoices"], one["state"]) for one in document["messages"]] == [(["F-1"], "sent"), (["F-2"], "sent")]
    assert len(server.mails) == 2


def test_the_simulation_before_says_what_the_run_decides(office: Office) -> None:
    office.bring(["F-1", "F-2"])
    _, simulated = office.ask("simulate")
    _, done = office.ask("run")
    assert simulated["decisions"] == done["decisions"]


def test_a_second_run_of_the_day_prints_its_document_whatever_is_up(office: Office) -> None:
    office.configure('[[program]]\nname = "Simple"\n[[program.step]]\noffset = 5\nmode = "manual"\n')
    office.bring(["F-1"])
    office.ask("run")
    code, document = office.ask("run")
    assert (code, document["skipped_run"], document["messages"]) == (0, "done_today", [])
    assert document["decisions"][0]["outcome"] == "manual"


def test_a_server_that_is_not_there_is_a_failure_that_names_the_invoice(office: Office) -> None:
    office.bring(["F-1", "F-2"])
    office.port = CLOSED_PORT
    office.configure()
    result = office.call("run")
    assert result.exit_code == 1
    assert "F-1" in result.stderr
    assert office.states() == {"F-1": "queued", "F-2": "queued"}


def test_what_could_not_leave_leaves_with_the_next_run(office: Office, server: SmtpServer) -> None:
    office.bring(["F-1", "F-2"])
    office.port = CLOSED_PORT
    office.configure()
    office.call("run")
    office.port = server.port
    office.configure()
    code, document = office.ask("run")
    assert (code, document["skipped_run"]) == (0, "done_today")
    assert office.states() == {"F-1": "sent", "F-2": "sent"}


def test_a_server_that_hangs_up_after_the_last_dot_leaves_an_unknown_fate(office: Office, server: SmtpServer) -> None:
    office.bring(["F-1"])
    server.script("DOT", DROP)
    result = office.call("run", "--json")
    assert result.exit_code == 1
    assert "F-1" in result.stderr
    assert office.states() == {"F-1": "unknown"}
    assert office.ask("run")[0] == 0
    assert len(server.mails) == 1


def test_one_refused_address_does_not_stop_the_others(office: Office, server: SmtpServer) -> None:
    office.bring(["F-1", "F-2", "F-3"])
    server.script("RCPT", "550 5.1.1 no such user")
    code, document = office.ask("run")
    assert code == 1
    assert sorted(one["state"] for one in document["messages"]) == ["failed", "sent", "sent"]


def test_a_wrong_password_holds_everything_and_is_said_at_every_run(tmp_path: Path) -> None:
    with SmtpServer(username="claire", password="right") as server:
        office = an_office(tmp_path, server)
        (office.data / "password").write_text("wrong", encoding="utf-8")
        office.configure('[email]\nusername = "claire"\npassword_file = "password"\n')
        office.bring(["F-1", "F-2"])
        assert office.call("run").exit_code == 1
        assert office.states() == {"F-1": "held", "F-2": "held"}
        again = office.call("run")
        assert again.exit_code == 1
        assert again.stderr.strip()
        assert server.verbs.count("AUTH") == 1  # no second try: it would lock the account
