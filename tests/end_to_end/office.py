"""The command line as a person at this firm uses it, at any moment, with a mail server that really receives."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import time_machine
from click.testing import CliRunner, Result

from relance.cli.main import relance
from tests.channels.smtp_server import SmtpServer
from tests.end_to_end.postman import Mail, opened


class Office:
    """One data folder, one mail server, and a clock that stands still while a command works."""

    def __init__(self, folder: Path, server: SmtpServer) -> None:
        self._folder = folder
        self._server = server
        self._read = 0

    def call(self, now: datetime, *arguments: str, expect: int = 0) -> Result:
        """Run a command at a moment; its exit code must be the one expected."""
        with time_machine.travel(now, tick=False):
            result = CliRunner().invoke(relance, ["--data-dir", str(self._folder / "data"), *arguments])
        assert result.exit_code == expect, (arguments, result.output, result.exception)
        return result

    def ask(self, now: datetime, *arguments: str) -> Any:
        """What a command prints with --json: one document and nothing else."""
        return json.loads(self.call(now, *arguments, "--json").stdout)

    def bring(self, now: datetime, what: str, content: bytes) -> Any:
        """Import a file; every row of it must be good."""
        path = self._folder / f"{what}.csv"
        path.write_bytes(content)
        found = self.ask(now, "import", what, str(path))
        assert found["problems"] == []
        return found

    def new_mails(self) -> list[Mail]:
        """What came in since this was last asked."""
        fresh = self._server.mails[self._read :]
        self._read = len(self._server.mails)
        return [opened(one) for one in fresh]
