"""Test or remind: a test to oneself, or the customer's reminder, confirmed on a page of its own (RULES 3.12)."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for

from relance.domain.delivery import ChannelName, DeliveryFailed
from relance.domain.schedule import StepRef
from relance.services.by_hand import channels_of, pick
from relance.services.channel_accounts import read_accounts
from relance.services.compose import Composed, Draft, compose_draft
from relance.services.database import the_firm
from relance.services.notices import send_alone
from relance.services.refusal import Refused
from relance.services.remind import Asked
from relance.services.remind import remind as queue
from relance.services.sheet import Sheet
from relance.services.try_out import trial
from relance.storage import db
from relance.web import visitors
from relance.web.database import firm, local_now, reading, wiring, writing
from relance.web.filters import hour, local
from relance.web.forms.base import PageForm
from relance.web.forms.reminders import StepForm
from relance.web.labels.delivery import delivery_error, test_sent
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.message_words import customer_page
from relance.web.pages.invoice import HERE, Answer, look, shown
from relance.web.shell import refuse, tell, warn


def register(page: Blueprint) -> None:
    """Its addresses, among those of the invoices."""
    page.add_url_rule(f"{HERE}/essai", "test", test, methods=["POST"])
    page.add_url_rule(f"{HERE}/relancer", "remind", remind, methods=["GET", "POST"])


@dataclass(frozen=True, slots=True)
class Preview:
    """What would leave: the message itself, or the sentence that says why it can't be written."""

    ref: StepRef
    offset: int
    channels: tuple[ChannelName, ...]
    message: Composed | None
    refused: str


def test(invoice_id: int) -> Answer:
    """A test to the person who asks; or on to the page that confirms the real one."""
    found = look(invoice_id)
    form = StepForm(found)
    if not form.sent():
        return refuse("invoices/show.html", **shown(found, failed=form))
    if request.form.get("then") == "remind":
        return redirect(url_for("invoices.remind", invoice_id=invoice_id, etape=form.position), 303)
    try:
        _send_test(invoice_id, form.position)
    except Refused as error:
        form.refused(error)
        return refuse("invoices/show.html", **shown(found, failed=form))
    except DeliveryFailed as error:
        warn(_("The test did not leave.") + " " + delivery_error(error.code, error.detail, language()))
    else:
        tell(test_sent(visitors.me().email, language()))
    return redirect(url_for("invoices.show", invoice_id=invoice_id), 303)


def _send_test(invoice_id: int, position: int) -> None:
    """No transaction is open while the server is spoken to."""
    made, to = wiring(), visitors.me().email
    with db.reading(made.engine) as session:
        accounts, data_dir = read_accounts(session), made.settings.data_dir
        row = the_firm(session)
        asked = Asked(to, local_now(), position)
        message = trial(session, row, invoice_id, asked, to=to, data_dir=data_dir).message
        session.expunge_all()
    send_alone(made.settings, accounts, message, made.outlets_of)


def remind(invoice_id: int) -> Answer:
    """Confirm, then remind the customer."""
    found = look(invoice_id)
    form = StepForm(found, formdata=request.values if "etape" in request.values else None)
    if not form.validate():
        abort(404) if request.method == "GET" else None
        return _confirm(found, form, None)
    if request.method == "GET":
        return _confirm(found, form, form.position)
    try:
        with writing() as session:
            now, by = local_now(), visitors.me().email
            queue(session, the_firm(session), invoice_id, Asked(by, now, form.position))
    except Refused as error:
        if error.code in ("remind.already_today", "remind.on_its_way"):
            tell(_already(error))
            return redirect(url_for("invoices.show", invoice_id=invoice_id), 303)
        form.refused(error)
        return _confirm(found, form, form.position)
    wiring().ring()
    tell(_("The reminder is leaving; this page shows what becomes of it."))
    return redirect(url_for("invoices.show", invoice_id=invoice_id), 303)


def _already(error: Refused) -> str:
    if "at" not in error.facts:
        return refusal(error, language())
    at: Any = error.facts["at"]
    return _("Already sent at %(hour)s. Nothing more was sent.") % {"hour": hour(local(at))}


def _confirm(found: Sheet, form: PageForm, position: int | None) -> Answer:
    values = {
        "found": found,
        "form": form,
        "preview": _preview(found, position) if position is not None else None,
        "fresh_at": firm().data_fresh_at,
        "customer_page": customer_page(found.row.customer_id),
    }
    if request.method == "POST":
        return refuse("reminders/confirm.html", **values)
    return render_template("reminders/confirm.html", **values)


def _preview(found: Sheet, position: int) -> Preview | None:
    situation, row = found.situation, firm()
    try:
        ref = pick(situation, position)
    except Refused:
        return None
    if situation.program is None:
        return None
    step, channels = situation.program.steps[ref.position - 1], channels_of(situation, ref)
    draft = Draft(
        uid=str(uuid4()),
        customer_id=situation.customer.id,
        program_id=situation.program.id,
        step=ref.position,
        level=ref.level,
        channel=ChannelName.EMAIL,
        language=situation.customer.language or row.language,
        invoice_ids=(situation.invoice.id,),
    )
    session, data_dir = reading(), wiring().settings.data_dir
    try:
        message = compose_draft(session, draft, row, read_accounts(session), found.today, data_dir)
    except Refused as error:
        return Preview(ref, step.offset, channels, None, refusal(error, language()))
    return Preview(ref, step.offset, channels, message, "")
