"""Test or remind: a test to oneself through any channel, or on to the page that confirms the real one (RULES 3.12)."""

from io import BytesIO
from typing import Any

from flask import Blueprint, redirect, request, send_file, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from relance.domain.delivery import ChannelName, DeliveryFailed
from relance.services.messages.try_out import Trial, try_out
from relance.services.refusal import Refused
from relance.services.remind import Asked
from relance.services.sheet import Sheet
from relance.web import selection, visitors
from relance.web.database import local_now, wiring
from relance.web.forms.reminders import NUMBER, StepForm
from relance.web.labels.delivery import delivery_error, test_sent
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.invoice import HERE, Answer, look, shown, shut
from relance.web.shell import refuse, tell, warn

ASKED = ("etape", "canal", "langue")


def register(page: Blueprint) -> None:
    """Its addresses, among those of the invoices."""
    page.add_url_rule(f"{HERE}/essai", "test", test, methods=["POST"])
    page.add_url_rule(f"{HERE}/relancer", "remind", remind)


def test(invoice_id: int) -> Answer:
    """A test to the person who asks; or on to the page that confirms the real one."""
    found = look(invoice_id)
    form = StepForm(found, shut())
    if not form.sent():
        return refuse("invoices/show.html", **shown(found, failed=form))
    asked: dict[str, Any] = {
        "etape": str(form.position),
        "canal": form.canal.data or None,
        "langue": form.langue.data or None,
    }
    if request.form.get("then") == "remind":
        return redirect(_confirmation(found, asked), 303)
    if request.form.get("then") == "look":
        return redirect(url_for("invoices.show", invoice_id=invoice_id, **asked, _anchor="preview"), 303)
    try:
        return _test(found, form)
    except Refused as error:
        form.refused(error)
        return refuse("invoices/show.html", **shown(found, failed=form))


def _test(found: Sheet, form: StepForm) -> Response:
    channel, number = form.tested, (form.numero.data or "").strip()
    if channel is ChannelName.SMS and not number:
        raise Refused("remind.no_number")
    to = number if channel is ChannelName.SMS else visitors.me().email
    if number:
        cookie[NUMBER] = number
    try:
        made = _send_test(found.row.id, form, channel, to)
    except DeliveryFailed as error:
        warn(_("The test did not leave.") + " " + delivery_error(error.code, error.detail, language()))
    else:
        if channel is ChannelName.LETTER:
            name = f"test-{found.row.number}.pdf"
            return send_file(BytesIO(made.pdf), mimetype="application/pdf", as_attachment=True, download_name=name)
        tell(test_sent(to, language()))
    return redirect(url_for("invoices.show", invoice_id=found.row.id), 303)


def _send_test(invoice_id: int, form: StepForm, channel: ChannelName, to: str) -> Trial:
    made = wiring()
    asked = Asked(visitors.me().email, local_now(), form.position, channel, language=form.langue.data or "")
    return try_out(made.engine, made.settings, invoice_id, asked, to=to, outlets_of=made.outlets_of)


def remind(invoice_id: int) -> Answer:
    """The page that confirms the reminder of this invoice."""
    found = look(invoice_id)
    return redirect(_confirmation(found, {name: request.args.get(name) or None for name in ASKED}), 303)


def _confirmation(found: Sheet, asked: dict[str, Any]) -> str:
    return url_for("dispatches.confirm", **{selection.CHOSEN: str(found.row.id), **asked})
