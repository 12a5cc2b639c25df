"""relance user."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relance.cli.main import relance
from relance.config import Settings
from relance.services.database import open_database
from relance.storage.db import reading
from relance.storage.models import User

PASSWORD = "correct horse battery"


def run(folder: Path, *words: str, entered: str = f"{PASSWORD}\n") -> Result:
    return CliRunner().invoke(relance, ["--data-dir", str(folder), "user", *words, "--password-stdin"], input=entered)


def people(folder: Path) -> list[tuple[str, str]]:
    with reading(open_database(Settings(data_dir=folder))) as session:
        return [(user.email, user.role) for user in session.query(User).order_by(User.id)]


def test_a_person_is_added(tmp_path: Path) -> None:
    result = run(tmp_path, "add", "Claire@Bonnet.fr", "--role", "owner")
    assert result.exit_code == 0, result.output
    assert people(tmp_path) == [("claire@bonnet.fr", "owner")]


@pytest.mark.parametrize(
    ("email", "entered"),
    [
        ("claire@bonnet.fr", f"{PASSWORD}\n"),
        ("not an address", f"{PASSWORD}\n"),
        ("bob@bonnet.fr", "short\n"),
        ("c@d.fr", ""),
    ],
)
def test_what_can_not_be_added_is_refused_and_changes_nothing(tmp_path: Path, email: str, entered: str) -> None:
    run(tmp_path, "add", "claire@bonnet.fr", "--role", "owner")
    result = run(tmp_path, "add", email, "--role", "member", entered=entered)
    assert result.exit_code == 2
    assert result.stderr.strip()
    assert people(tmp_path) == [("claire@bonnet.fr", "owner")]


def test_an_unknown_role_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path, "add", "claire@bonnet.fr", "--role", "king").exit_code == 2


def test_without_a_terminal_the_password_must_come_from_stdin(tmp_path: Path) -> None:
    words = ["--data-dir", str(tmp_path), "user", "add", "claire@bonnet.fr", "--role", "owner"]
    result = CliRunner().invoke(relance, words)
    assert result.exit_code == 2
    assert "--password-stdin" in result.stderr


def test_a_forgotten_password_is_replaced(tmp_path: Path) -> None:
    run(tmp_path, "add", "claire@bonnet.fr", "--role", "owner")
    assert run(tmp_path, "password", "claire@bonnet.fr", entered="another long phrase\n").exit_code == 0
    assert run(tmp_path, "password", "nobody@bonnet.fr").exit_code == 2
