"""relance config: load a TOML file of settings, or print what it would be."""

import sys
from pathlib import Path

import click

from relance.cli.context import Relance, refusing, say

STANDARD_INPUT = "-"


@click.group()
def config() -> None:
    """The firm, its accounts, programs, templates and customers, as one TOML file."""


@config.command()
@click.argument("file", metavar="FILE.toml")
@click.pass_obj
def load(relance: Relance, file: str) -> None:
    """Load FILE.toml ("-": standard input): all of it or nothing."""
    from relance import clock
    from relance.services.settings import loading as settings
    from relance.storage import db
    from relance.web.labels.config import loaded

    with refusing(relance.language):
        text = _read(file)
        with db.writing(relance.engine) as session:
            result = settings.load(session, text, now=clock.utc_now(), file=file)
    click.echo(loaded(result, say(relance.language)))


@config.command()
@click.pass_obj
def dump(relance: Relance) -> None:
    """Print the settings as the TOML that "config load" reads. No password is in it."""
    from relance.services.settings import loading as settings
    from relance.storage import db

    with db.reading(relance.engine) as session:
        text = settings.dump(session)
    click.echo(text, nl=False)


def _read(file: str) -> str:
    """The text of a file. Raises Refused for one that isn't there, or isn't text."""
    from relance.services.refusal import Refused

    content = sys.stdin.buffer.read() if file == STANDARD_INPUT else _content(file)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused("config.not_utf8", file=file, line=line) from error


def _content(file: str) -> bytes:
    from relance.services.refusal import Refused

    if Path(file).is_dir():
        raise Refused("config.folder", file=file)
    try:
        return Path(file).read_bytes()
    except FileNotFoundError as error:
        raise Refused("config.missing", file=file) from error
    except (OSError, ValueError) as error:
        raise Refused("config.unreadable", file=file, error=str(error)) from error
