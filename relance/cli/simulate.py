"""relance simulate: what the run of a day would do."""

import csv
import io
from datetime import date

import click

from relance.cli.context import Relance, print_json, refuse, refusing, say


@click.command()
@click.option("--on", metavar="YYYY-MM-DD", help="Another day than today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on stdout.")
@click.pass_obj
def simulate(relance: Relance, on: str | None, *, as_json: bool, as_csv: bool) -> None:
    """Show what the run of a day would do; sends and writes nothing."""
    from relance.services.database import local_now, the_firm
    from relance.services.decisions import documents
    from relance.services.simulate import simulate as look
    from relance.storage import db

    _ = say(relance.language)
    if as_json and as_csv:
        raise click.UsageError("--json, --csv")
    day = _day(on, _("--on %s is not a date: write it as 2026-11-30.")) if on is not None else None
    with refusing(relance.language), db.reading(relance.engine) as session:
        firm = the_firm(session)
        found = look(session, firm, local_now(firm), on=day)
        decisions = documents(found)
    skipped = found.skipped_run.value if found.skipped_run else None
    if as_json:
        print_json({"date": found.day.isoformat(), "skipped_run": skipped, "decisions": decisions})
    elif as_csv:
        click.echo(_csv(decisions), nl=False)
    else:
        from relance.web.labels.simulation import as_text

        click.echo(as_text(found, relance.language))


def _day(text: str, message: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(message % repr(text))


def _csv(decisions: list[dict[str, object]]) -> str:
    stream = io.StringIO()
    columns = list(decisions[0]) if decisions else ["invoice", "customer", "outcome", "reason"]
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for decision in decisions:
        writer.writerow(_cell(decision[column]) for column in columns)
    return "\ufeff" + stream.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
