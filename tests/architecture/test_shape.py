"""The rules of the house that no linter knows: sizes, the commands, the time, what the project says of itself."""

import importlib
import re
from pathlib import Path

import click
import pytest

from relance.cli.main import COMMANDS
from relance.config import VARIABLES
from scripts.check_sizes import too_long

ROOT = Path(__file__).resolve().parents[2]


def sources(folder: str = "relance") -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def test_files_and_functions_stay_within_their_sizes() -> None:
    assert list(too_long()) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_exists(name: str) -> None:
    module, attribute, _ = COMMANDS[name]
    assert isinstance(getattr(importlib.import_module(module), attribute), click.Command)


@pytest.mark.parametrize("name", VARIABLES)
def test_the_readme_names_every_setting(name: str) -> None:
    assert name in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_names_every_command(name: str) -> None:
    assert f"relance {name}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_module_says_in_a_sentence_what_it_is() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if not path.read_text(encoding="utf-8").lstrip().startswith('"""')
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("library", "only_in"),
    [
        ("smtplib", "relance/channels/"),
        ("holidays", "relance/workdays.py"),
        ("phonenumbers", "relance/storage/recipients.py"),
        ("huey", "relance/jobs/"),
        ("alembic", "relance/storage/"),
        ("openpyxl", "relance/importers/"),
        ("argon2", "relance/services/passwords.py"),
        ("nh3", "relance/services/messages/html_mail.py"),
    ],
)
def test_a_library_is_imported_in_one_place(library: str, only_in: str) -> None:
    pattern = re.compile(rf"^\s*(import|from) {library}\b", re.MULTILINE)
    proof = "relance/cli/selftest.py"  # looks whether each is there
    users = {p.relative_to(ROOT).as_posix() for p in sources() if pattern.search(p.read_text(encoding="utf-8"))} - {
        proof
    }
    assert users
    assert all(user.startswith(only_in) for user in users), users


def test_no_french_sentence_stands_in_the_code() -> None:
    french = re.compile(r"\"[^\"\n]*\b(vous|votre|facture n|relances automatiques|veuillez)\b[^\"\n]*\"", re.IGNORECASE)
    allowed = ("relance/importers/",)  # the words that files use are data there
    guilty = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if french.search(path.read_text(encoding="utf-8")) and not path.relative_to(ROOT).as_posix().startswith(allowed)
    ]
    assert guilty == []
