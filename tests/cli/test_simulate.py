"""relance simulate, as a person calls it."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.smtp_server import SmtpServer
from tests.cli.office import Office, an_office


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("RELANCE_LANG", "en")
    with SmtpServer() as server:
        yield an_office(tmp_path, server)
        assert server.mails == []


def test_it_decides_on_every_invoice_and_writes_nothing(office: Office) -> None:
    office.bring(["F-1", "F-2"])
    code, document = office.ask("simulate")
    assert code == 0
    assert [(one["invoice"], one["outcome"]) for one in document["decisions"]] == [("F-1", "send"), ("F-2", "send")]
    assert office.states() == {}


def test_the_table_has_a_line_for_each_decision(office: Office) -> None:
    office.bring(["F-1", "F-2"])
    table = office.call("simulate", "--csv").stdout.removeprefix("\ufeff")
    rows = list(csv.DictReader(table.splitlines(), delimiter=";"))
    assert [row["invoice"] for row in rows] == ["F-1", "F-2"]


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "", "2026-1-1"])
def test_what_is_no_day_is_refused(office: Office, day: str) -> None:
    result = office.call("simulate", "--on", day, "--json")
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days_like_any_other(office: Office, day: str) -> None:
    office.bring(["F-1"])
    code, document = office.ask("simulate", "--on", day)
    assert (code, document["date"]) == (0, day)


def test_two_forms_at_once_are_refused(office: Office) -> None:
    result = office.call("simulate", "--json", "--csv")
    assert (result.exit_code, result.stdout) == (2, "")
