"""relance user: accounts, made or mended by whoever holds the machine."""

import sys

import click

from relance import clock
from relance.cli.context import Relance, refuse, refusing, say


@click.group()
def user() -> None:
    """Accounts."""


@user.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(["owner", "member", "reader"]), required=True, help="What they may do.")
@click.option("--name", default="", help="Their name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.pass_obj
def add(relance: Relance, email: str, role: str, name: str, *, password_stdin: bool) -> None:
    """Add a person who may open Relance."""
    from relance.services import accounts
    from relance.storage.db import writing

    password = _password(relance.language, from_stdin=password_stdin)
    with refusing(relance.language), writing(relance.engine) as session:
        accounts.add_user(
            session,
            email=email,
            password=password,
            role=accounts.Role(role),
            name=name,
            language=relance.language,
            now=clock.utc_now(),
        )
    _ = say(relance.language)
    click.echo(_("%(email)s can sign in now.") % {"email": email})


@user.command("password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.pass_obj
def password(relance: Relance, email: str, *, password_stdin: bool) -> None:
    """Give a person a new password, and sign out their browsers."""
    from relance.services import accounts
    from relance.storage.db import writing

    new = _password(relance.language, from_stdin=password_stdin)
    with refusing(relance.language), writing(relance.engine) as session:
        accounts.reset_password(session, email, new)
    _ = say(relance.language)
    click.echo(_("%(email)s has a new password.") % {"email": email})


def _password(language: str, *, from_stdin: bool) -> str:
    _ = say(language)
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        refuse(_("No password: add --password-stdin and give it on standard input."))
    entered: str = click.prompt(
        _("Password (at least 12 characters)"), hide_input=True, confirmation_prompt=_("The same again")
    )
    return entered
