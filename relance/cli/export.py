"""relance export: invoices, customers or the history, for other programs."""

import csv
import io
import re
from typing import Any

import click

from relance.cli.context import Relance, print_json

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@click.command("export")
@click.argument("what", type=click.Choice(["invoices", "customers", "history"]))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on stdout: semicolons, UTF-8 (the default).")
@click.pass_obj
def export(relance: Relance, what: str, *, as_json: bool, as_csv: bool) -> None:
    """Print all invoices, all customers, or every reminder."""
    if as_json and as_csv:
        raise click.UsageError("--json, --csv")
    rows = _rows(relance, what)
    if as_json:
        print_json(rows)
    else:
        click.echo(to_csv(what, [_flat(row) for row in rows]), nl=False)


def _rows(relance: Relance, what: str) -> list[dict[str, Any]]:
    from relance.services.database import local_now, the_firm
    from relance.storage import db
    from relance.storage.queries import exports

    with db.reading(relance.engine) as session:
        today = local_now(the_firm(session)).date()
        if what == "invoices":
            return exports.invoices(session, today)
        if what == "customers":
            return exports.customers(session, today)
        return exports.history(session)


# The headings of a file without rows.
_COLUMNS = {
    "invoices": "number kind status customer_code customer_name customer_emails customer_language issue_date due_date "
    "total paid balance currency level last_reminder_on",
    "customers": "code name kind language emails cc bcc phone address_1 address_2 address_3 postcode city country "
    "group program insolvent owed",
    "history": "id at kind channel state level step occurrence invoices to subject",
}


def _flat(row: dict[str, Any]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat.update({f"{name}_{inner}": _text(one) for inner, one in value.items()})
        else:
            flat[name] = _text(value)
    return flat


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(" ".join(reversed(one.values())) if isinstance(one, dict) else str(one) for one in value)
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def to_csv(what: str, rows: list[dict[str, object]]) -> str:
    """A table that spreadsheets open as it is: a byte order mark, semicolons, and no cell that is a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    columns = _COLUMNS[what].split()
    writer.writerow(columns)
    writer.writerows([harmless(str(row[column])) for column in columns] for row in rows)
    return "\ufeff" + stream.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula; a plain negative number stays a number."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell
