"""A firm that is reached through the command line alone, with a mail server that really receives."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from relance.cli.main import relance
from tests.channels.smtp_server import SmtpServer
from tests.services.settings_files import blank_database

SETTINGS = """[firm]
name = "Durand"
email = "claire@durand.example"
[automation]
enabled = true
scope = "all"
run_at = "00:00"
working_days_only = false
[email]
host = "127.0.0.1"
port = PORT
security = "none"
sender = "compta@durand.example"
[[program]]
name = "Simple"
general = true
offsets = "5, 12, 30"
"""


@dataclass
class Office:
    """A data folder and how to call commands on it."""

    folder: Path
    port: int

    def __post_init__(self) -> None:
        self.data.mkdir(parents=True)
        blank_database(self.data).dispose()
        self.configure()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def configure(self, text: str = SETTINGS) -> None:
        """Load settings; those of the firm itself unless told otherwise."""
        path = self.folder / "my.toml"
        path.write_text(text.replace("PORT", str(self.port)), encoding="utf-8")
        assert self.call("config", "load", str(path)).exit_code == 0

    def call(self, *arguments: str) -> Result:
        return CliRunner().invoke(relance, ["--data-dir", str(self.data), *arguments])

    def ask(self, *arguments: str) -> tuple[int, Any]:
        """The exit code, and the one document on the standard output."""
        result = self.call(*arguments, "--json")
        return result.exit_code, json.loads(result.stdout)

    def bring(self, numbers: Sequence[str], *, due: str = "2026-01-05") -> None:
        """Import one late invoice of a customer of its own for each number."""
        path = self.folder / "list.csv"
        rows = [f"{number};Client {number};{number.lower()}@x.example;2026-01-01;{due};100,00" for number in numbers]
        path.write_text("\n".join(("N° facture;Client;E-mail;Date facture;Échéance;Total", *rows)), encoding="utf-8")
        assert self.call("import", "invoices", str(path)).exit_code == 0

    def states(self) -> dict[str, str]:
        """The state of the newest message of each invoice."""
        _, history = self.ask("export", "history")
        return {number: one["state"] for one in history for number in one["invoices"]}


def an_office(folder: Path, server: SmtpServer) -> Office:
    return Office(folder, server.port)
