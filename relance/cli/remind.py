"""relance remind: one invoice by hand, or a test that changes nothing."""

import getpass
import sys
import time

import click

from relance.cli.context import FAILURES, Relance, print_json, refuse, refusing, say


@click.command()
@click.argument("number")
@click.option("--step", "position", type=int, metavar="N", help="Another step than the one that is next, from 1.")
@click.option("--test-to", metavar="ADDRESS", help="Send a test to this address; the customer receives nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def remind(relance: Relance, number: str, position: int | None, test_to: str | None, *, as_json: bool) -> None:
    """Remind of the invoice NUMBER now."""
    with refusing(relance.language):
        if test_to:
            _test(relance, number, position, test_to, as_json=as_json)
        else:
            _remind(relance, number, position, as_json=as_json)


def _test(relance: Relance, number: str, position: int | None, address: str, *, as_json: bool) -> None:
    from relance.domain.delivery import DeliveryFailed
    from relance.services.by_hand import find_invoice
    from relance.services.database import local_now, the_firm
    from relance.services.messages.try_out import trial
    from relance.services.notices import send_alone
    from relance.services.remind import Asked
    from relance.services.settings.addresses import one_address
    from relance.storage import db
    from relance.web.labels.delivery import delivery_error, test_sent

    to = one_address(address)
    with db.reading(relance.engine) as session:
        firm, invoice = the_firm(session), find_invoice(session, number)
        moment = local_now(firm)
        data_dir = relance.settings.data_dir
        asked = Asked("", moment, position)
        tried = trial(session, firm, invoice.id, asked, to=to, data_dir=data_dir)
        session.expunge_all()
    try:
        send_alone(relance.settings, tried.accounts, tried.message)
    except DeliveryFailed as error:
        click.echo(delivery_error(error.code, error.detail, relance.language), err=True)
        sys.exit(FAILURES)
    if as_json:
        print_json({"test": True, "to": [to], "subject": tried.message.subject})
    else:
        click.echo(test_sent(to, relance.language))


def _remind(relance: Relance, number: str, position: int | None, *, as_json: bool) -> None:
    from relance.domain.status import MessageState
    from relance.services.by_hand import by_hand, find_invoice
    from relance.services.database import local_now, the_firm
    from relance.services.delivery.deliver import deliver_due
    from relance.services.remind import Asked
    from relance.services.remind import remind as queue
    from relance.storage import db
    from relance.storage.queries import outbox
    from relance.web.labels.delivery import failure_line, reminder_notice, reminder_sent

    _refuse_if_locked(relance)
    with db.writing(relance.engine) as session:
        firm, invoice = the_firm(session), find_invoice(session, number)
        moment = local_now(firm)
        reasons = by_hand(session, firm, invoice.id, moment).reasons
        messages = queue(session, firm, invoice.id, Asked(_me(), moment, position))
    for reason in reasons:
        click.echo(reminder_notice(reason, relance.language), err=True)
    deliver_due(relance.engine, relance.settings, only=messages, wait=time.sleep, despite_pause=True)
    with db.reading(relance.engine) as session:
        summaries, failures = outbox.summaries(session, messages), outbox.failures(session, messages, queued_too=True)
    if as_json:
        notices = [reason.code.value for reason in reasons]
        print_json({"messages": summaries, "notices": notices})
    else:
        for summary in summaries:
            if summary["state"] == MessageState.SENT:
                click.echo(reminder_sent(summary, relance.language))
    for failure in failures:
        click.echo(failure_line(failure, relance.language), err=True)
    if failures:
        sys.exit(FAILURES)


def _refuse_if_locked(relance: Relance) -> None:
    """Nothing leaves from data that were restored or copied: it would only wait (RELIABILITY 3.8)."""
    from relance import clock
    from relance.services.same_machine import watch
    from relance.services.simulate import SkippedRun
    from relance.web.labels.reasons import SKIPPED

    if watch(relance.engine, relance.settings, clock.utc_now()) is not None:
        _ = say(relance.language)
        refuse(_(SKIPPED[SkippedRun.LOCKED]))


def _me() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "command"
