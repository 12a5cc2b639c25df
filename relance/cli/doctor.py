"""relance doctor: is this installation sound, and what is to be mended?"""

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

import click

from relance.cli.context import FAILURES, Relance, print_json, say

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

# Before these, SQLite's write-ahead log had a rare fault with several connections; fixed in each of these lines.
FIXED_SQLITE = ((3, 44, 6), (3, 50, 7), (3, 51, 3))


class Mark(StrEnum):
    """How a check went; a warning is worth reading, and nothing is wrong yet."""

    FINE = "ok"
    WARNING = "! "
    WRONG = "!!"


Check = tuple[str, Mark, str]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def doctor(relance: Relance, *, as_json: bool) -> None:
    """Check this installation, and say what to mend."""
    checks = list(_checks(relance))
    if as_json:
        print_json([_as_json(*check) for check in checks])
    else:
        for name, mark, said in checks:
            click.echo(f"{mark}  {name}{say(relance.language)(': ')}{said}")
    if any(mark is Mark.WRONG for _, mark, _ in checks):
        sys.exit(FAILURES)


def _as_json(name: str, mark: Mark, said: str) -> dict[str, object]:
    return {"check": name, "ok": mark is not Mark.WRONG, "warning": mark is Mark.WARNING, "said": said}


def _mark(ok: object) -> Mark:
    return Mark.FINE if ok else Mark.WRONG


def _checks(relance: Relance) -> Iterator[Check]:
    _ = say(relance.language)
    yield _("Data folder"), Mark.FINE, str(relance.settings.data_dir)
    yield from _database(relance)
    yield _sqlite(relance)
    yield from _firm(relance)


def _database(relance: Relance) -> Iterator[Check]:
    from sqlalchemy import text

    from relance.storage import db

    _ = say(relance.language)
    yield _("Database schema"), Mark.FINE, db.schema_version(relance.engine) or ""
    if relance.engine.dialect.name == "sqlite":
        with relance.engine.connect() as connection:
            found = str(connection.execute(text("PRAGMA quick_check")).scalar())
        yield _("Database file"), _mark(found == "ok"), found


def _sqlite(relance: Relance) -> Check:
    _ = say(relance.language)
    version = sqlite3.sqlite_version_info
    newest = FIXED_SQLITE[-1]
    sound = version >= newest or any(version[:2] == line[:2] and version >= line for line in FIXED_SQLITE)
    said = sqlite3.sqlite_version
    if not sound:
        said += " " + _("(older than %(newest)s: keep a single Relance on this data folder)") % {
            "newest": ".".join(str(part) for part in newest)
        }
    return "SQLite", Mark.FINE if sound else Mark.WARNING, said


def _firm(relance: Relance) -> Iterator[Check]:
    from relance.cli.doctor_accounts import accounts, sending
    from relance.services.database import local_now, the_firm
    from relance.services.simulate import is_stale
    from relance.storage import db

    _ = say(relance.language)
    with db.reading(relance.engine) as session:
        firm = the_firm(session)
        now = local_now(firm)
        yield _("Local time"), Mark.FINE, f"{now:%Y-%m-%d %H:%M} {firm.timezone}"
        state = _("on") if firm.enabled else _("off")
        yield _("Automatic reminders"), Mark.FINE, state
        stale = firm.enabled and is_stale(firm, now)
        yield _("Payments"), _mark(not stale), _("not up to date: import them") if stale else _("up to date")
        if firm.charges:
            yield _rates(relance, session, now.date())
        yield from _marked(accounts(relance, session))
    yield from _marked(sending(relance))


def _rates(relance: Relance, session: "Session", today: "date") -> Check:
    """A half-year without its rate stops nothing, but late interest can't be worked out."""
    from relance.services.rates import missing
    from relance.web.labels.charges import half_years

    _ = say(relance.language)
    wanted = missing(session, today)
    if not wanted:
        return _("Rates of late interest"), Mark.FINE, _("up to date")
    facts = {"half_years": half_years(wanted, _)}
    return _("Rates of late interest"), Mark.WARNING, _("missing for the %(half_years)s: enter it in Settings") % facts


def _marked(checks: Iterable[tuple[str, bool, str]]) -> Iterator[Check]:
    for name, ok, said in checks:
        yield name, _mark(ok), said
