"""What every command shares: the settings, the open database, the language, and the way to refuse."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from relance import paths
from relance.i18n import SCREEN_LANGUAGES, translator

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relance.config import Settings

REFUSED = 2
FAILURES = 1


def language() -> str:
    """The language of messages on the terminal: that of the environment, French when it says nothing."""
    for variable in ("RELANCE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        spoken = os.environ.get(variable, "")[:2].lower()
        if spoken in SCREEN_LANGUAGES:
            return spoken
    return "fr"


def say(spoken: str | None = None) -> Callable[[str], str]:
    """The gettext function of the terminal's language."""
    return translator(spoken or language(), paths.locales()).gettext


def refuse(message: str) -> NoReturn:
    """Print why on stderr and end with exit code 2: nothing was changed."""
    click.echo(message, err=True)
    sys.exit(REFUSED)


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1, default=str))


class Relance:
    """Opened once per command, as late as possible."""

    def __init__(self, data_dir: Path | None, spoken: str) -> None:
        self.data_dir = data_dir
        self.language = spoken

    @cached_property
    def settings(self) -> "Settings":
        """The program's settings; a bad one ends the command."""
        from relance import config

        try:
            return config.load(data_dir=self.data_dir)
        except config.BadSetting as error:
            from relance.web.labels.refusals import bad_setting

            refuse(bad_setting(error, self.language))

    @cached_property
    def engine(self) -> "Engine":
        """The firm's database, up to date."""
        from relance.services.database import open_database

        with refusing(self.language):
            return open_database(self.settings)


@contextmanager
def refusing(spoken: str) -> Iterator[None]:
    """Turn a service's refusal into its sentence on stderr and exit code 2."""
    from relance.services.refusal import Refused

    try:
        yield
    except Refused as error:
        from relance.web.labels.refusals import refusal

        refuse(refusal(error, spoken))
