"""What the machine refuses is one clear message and the right exit code, never a traceback."""

import errno
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.exc import OperationalError

from relance.cli.context import Relance
from relance.cli.faults import sentence
from relance.cli.main import relance

COMMANDS = (
    ("run",),
    ("run", "--json"),
    ("simulate",),
    ("export", "history"),
    ("config", "dump"),
    ("remind", "F-1"),
    ("doctor",),
)


def call(data_dir: Path, *arguments: str) -> Result:
    return CliRunner().invoke(relance, ["--data-dir", str(data_dir), *arguments])


def refused(result: Result) -> None:
    assert (result.exit_code, result.stdout) == (2, "")
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_file_that_is_no_database_is_named(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    database = tmp_path / "relance.db"
    database.write_bytes(b"not a database at all" * 500)
    result = call(tmp_path, *arguments)
    refused(result)
    assert str(database) in result.stderr
    assert database.read_bytes() == b"not a database at all" * 500


def test_a_database_that_is_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "relance.db").mkdir()
    result = call(tmp_path, "run")
    refused(result)
    assert str(tmp_path / "relance.db") in result.stderr


@pytest.mark.parametrize("url", ["nonsense", "nothing://host/base"])
def test_a_database_address_that_means_nothing_is_named(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELANCE_DATABASE_URL", url)
    result = call(tmp_path, "run")
    refused(result)
    assert "RELANCE_DATABASE_URL" in result.stderr


@pytest.mark.parametrize(
    "name",
    ["SQLITE_FULL", "SQLITE_READONLY_DIRECTORY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_IOERR_WRITE", "SQLITE_CORRUPT", ""],
)
def test_every_error_of_a_database_has_a_sentence_that_says_where(tmp_path: Path, name: str) -> None:
    cause = sqlite3.OperationalError("no way")
    cause.sqlite_errorname = name
    said = sentence(OperationalError("COMMIT", {}, cause), Relance(tmp_path, "en"))
    assert said is not None
    assert str(tmp_path) in said or "no way" in said
    assert "COMMIT" not in said


def test_a_full_disk_and_a_file_that_is_closed_to_us_are_told_apart(tmp_path: Path) -> None:
    here = Relance(tmp_path, "en")
    full = sentence(OSError(errno.ENOSPC, "No space left on device"), here)
    closed = sentence(PermissionError(errno.EACCES, "Permission denied", "/some/file"), here)
    assert full is not None and str(tmp_path) in full
    assert closed is not None and "/some/file" in closed


def test_a_fault_of_the_program_itself_is_not_dressed_up(tmp_path: Path) -> None:
    assert sentence(ValueError("a bug"), Relance(tmp_path, "en")) is None
    assert sentence(BrokenPipeError(errno.EPIPE, "Broken pipe"), Relance(tmp_path, "en")) is None
