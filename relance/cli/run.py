"""relance run: today's run if it is due, and everything that is queued."""

import sys
import time
from collections.abc import Collection
from typing import TYPE_CHECKING

import click

from relance.cli.context import FAILURES, Relance, print_json, refusing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from relance.services.run import RunResult


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--after-absence", is_flag=True, help="Make the run although the last one is more than 14 days old.")
@click.option("--unusual-volume", is_flag=True, help="Let go what was held back as far more than usual.")
@click.option("--only-copy", is_flag=True, help="After a restore or a copy: these data alone send from now on.")
@click.option("--payments-up-to-date", is_flag=True, help="Say that all payments received are known.")
@click.pass_obj
def run(relance: Relance, /, *, as_json: bool, after_absence: bool, **words: bool) -> None:
    """Make today's run if it is due and not yet made, deliver all that is queued and due, then end."""
    from relance.services.decisions import documents
    from relance.storage import db
    from relance.storage.queries import outbox
    from relance.storage.queries.state import waiting

    with refusing(relance.language):
        _believe(relance, **words)
        result, delivered = _carry_out(relance, after_absence=after_absence)
    with db.reading(relance.engine) as session:
        messages = outbox.summaries(session, {*result.messages, *delivered})
        failures = outbox.failures(session, {*result.messages, *delivered})
        wait = waiting(session)
        troubles = _troubles(session, relance.language) if failures or wait.held else []
    skipped = result.skipped_run.value if result.skipped_run else None
    if as_json:
        day = result.simulation.day.isoformat()
        decisions = documents(result.simulation)
        print_json({"date": day, "skipped_run": skipped, "decisions": decisions, "messages": messages})
    else:
        from relance.web.labels.simulation import run_summary

        click.echo(run_summary(skipped, messages, relance.language))
    _end(relance, failures, troubles, unusual=wait.unusual)


def _carry_out(relance: Relance, *, after_absence: bool) -> tuple["RunResult", Collection[int]]:
    """The run and its delivery: what was decided, and the messages that were touched."""
    from relance import clock
    from relance.jobs.heartbeat import is_silent
    from relance.jobs.late import ask_again
    from relance.services.delivery.deliver import deliver_due
    from relance.services.run import run_today

    if is_silent(relance.settings, clock.utc_now()):  # else a worker sees to what people sent from a page
        ask_again(relance.engine, clock.utc_now)
    asked = {"after_absence": after_absence, "unusual_volume": True}  # the command itself is a person's word
    result = run_today(relance.engine, clock.utc_now(), by="command", **asked)
    with click.progressbar(length=len(result.messages), file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        delivery = deliver_due(
            relance.engine, relance.settings, progress=bar.update, wait=time.sleep, despite_pause=True
        )
    return result, delivery.states


def _believe(relance: Relance, *, payments_up_to_date: bool, unusual_volume: bool, only_copy: bool) -> None:
    """Keep what the person says who calls the command."""
    from relance import clock
    from relance.services import reopening, same_machine
    from relance.services.freshness import payments_are_up_to_date
    from relance.services.unusual import let_go
    from relance.storage import db

    now, settings = clock.utc_now(), relance.settings
    lock = same_machine.watch(relance.engine, settings, now)
    with db.writing(relance.engine) as session:
        if payments_up_to_date:
            payments_are_up_to_date(session, now)
        if unusual_volume:
            let_go(session)
        if only_copy and lock is not None:
            complete = reopening.situation(session, settings).complete
            reopening.reopen(session, settings, by="command", now=now, waiting_may_leave=complete)


def _troubles(session: "Session", language: str) -> list[str]:
    """Why nothing leaves through an account: the firm's, then those of its senders."""
    from relance.storage.queries import outbox, senders
    from relance.web.labels.delivery import sender_trouble_line, trouble_line

    trouble = outbox.account_trouble(session)
    first = [trouble_line(trouble, language)] if trouble else []
    return [*first, *(sender_trouble_line(name, code, language) for name, code in senders.held(session))]


def _end(relance: Relance, failures: list[dict[str, object]], troubles: list[str], *, unusual: int) -> None:
    """Name each failure on stderr, and why nothing leaves at all; exit 1 when there is any."""
    from relance.web.labels.delivery import failure_line
    from relance.web.labels.simulation import volume_line

    for failure in failures:
        click.echo(failure_line(failure, relance.language), err=True)
    for trouble in troubles:
        click.echo(trouble, err=True)
    if unusual:
        click.echo(volume_line(unusual, relance.language), err=True)
    if failures or troubles or unusual:
        sys.exit(FAILURES)
