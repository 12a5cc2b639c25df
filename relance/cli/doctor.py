"""relance doctor: is this installation sound, and what is to be mended?"""

import sqlite3
import sys
from collections.abc import Iterator

import click

from relance.cli.context import FAILURES, Relance, print_json, say

# Before these, SQLite's write-ahead log had a rare fault with several connections; fixed in each of these lines.
FIXED_SQLITE = ((3, 44, 6), (3, 50, 7), (3, 51, 3))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def doctor(relance: Relance, *, as_json: bool) -> None:
    """Check this installation, and say what to mend."""
    checks = list(_checks(relance))
    if as_json:
        print_json([{"check": name, "ok": ok, "said": said} for name, ok, said in checks])
    else:
        for name, ok, said in checks:
            click.echo(f"{'ok' if ok else '!!'}  {name}{say(relance.language)(': ')}{said}")
    if not all(ok for _, ok, _ in checks):
        sys.exit(FAILURES)


def _checks(relance: Relance) -> Iterator[tuple[str, bool, str]]:
    _ = say(relance.language)
    yield _("Data folder"), True, str(relance.settings.data_dir)
    yield from _database(relance)
    yield _sqlite(relance)
    yield from _firm(relance)


def _database(relance: Relance) -> Iterator[tuple[str, bool, str]]:
    from sqlalchemy import text

    from relance.storage import db

    _ = say(relance.language)
    yield _("Database schema"), True, db.schema_version(relance.engine) or ""
    if relance.engine.dialect.name == "sqlite":
        with relance.engine.connect() as connection:
            found = str(connection.execute(text("PRAGMA quick_check")).scalar())
        yield _("Database file"), found == "ok", found


def _sqlite(relance: Relance) -> tuple[str, bool, str]:
    _ = say(relance.language)
    version = sqlite3.sqlite_version_info
    newest = FIXED_SQLITE[-1]
    sound = version >= newest or any(version[:2] == line[:2] and version >= line for line in FIXED_SQLITE)
    said = sqlite3.sqlite_version
    if not sound:
        said += " " + _("(older than %(newest)s: keep a single Relance on this data folder)") % {
            "newest": ".".join(str(part) for part in newest)
        }
    return "SQLite", True, said


def _firm(relance: Relance) -> Iterator[tuple[str, bool, str]]:
    from relance.cli.doctor_accounts import accounts, sending
    from relance.services.database import local_now, the_firm
    from relance.services.simulate import is_stale
    from relance.storage import db

    _ = say(relance.language)
    with db.reading(relance.engine) as session:
        firm = the_firm(session)
        now = local_now(firm)
        yield _("Local time"), True, f"{now:%Y-%m-%d %H:%M} {firm.timezone}"
        state = _("on") if firm.enabled else _("off")
        yield _("Automatic reminders"), True, state
        stale = firm.enabled and is_stale(firm, now)
        yield _("Payments"), not stale, _("not up to date: import them") if stale else _("up to date")
        yield from accounts(relance, session)
    yield from sending(relance)
