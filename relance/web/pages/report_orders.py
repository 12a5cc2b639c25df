"""The monthly report by e-mail: who receives it, in which language; and a test to oneself."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.delivery import DeliveryFailed
from relance.services.notices import send_alone
from relance.services.refusal import Refused
from relance.services.reporting import monthly as monthly_report
from relance.services.reporting import orders as report_orders
from relance.services.reporting.monthly_days import next_on
from relance.storage.models import MailAccount, ReportOrder
from relance.web import visitors
from relance.web.batches import LARGEST_ID
from relance.web.database import firm, local_now, reading, wiring, writing
from relance.web.forms.report_orders import OrderForm
from relance.web.labels import reports as labels
from relance.web.labels.customers import LANGUAGE_NAMES
from relance.web.labels.delivery import delivery_error
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell, warn

page = Blueprint("report_orders", __name__)

PAGE = "reports/orders.html"


@page.route("/rapports/envoi-mensuel", methods=["GET", "POST"])
def index() -> Response | str | tuple[str, int]:
    """Everybody who receives it; and one more."""
    form = OrderForm(data={"langue": language()})
    if request.method == "GET":
        return render_template(PAGE, **_shown(form))
    if form.sent():
        try:
            with writing() as session:
                row = report_orders.add(
                    session, firm(), local_now(), email=form.email.data or "", language=form.langue.data
                )
                tell(_("%(email)s will receive the monthly report.") % {"email": row.email})
        except Refused as error:
            form.refused(error)
        else:
            return _back()
    return refuse(PAGE, **_shown(form))


@page.post("/rapports/envoi-mensuel/<int:order_id>/etat")
def switch(order_id: int) -> Response:
    """Send it to an address again, or no longer."""
    on = request.form.get("on") == "1"
    try:
        with writing() as session:
            report_orders.switch(session, firm(), local_now(), _key(order_id), on=on)
        tell(_("Saved."))
    except Refused as error:
        warn(refusal(error, language()))
    return _back()


@page.post("/rapports/envoi-mensuel/<int:order_id>/supprimer")
def delete(order_id: int) -> Response:
    """Forget an address."""
    try:
        with writing() as session:
            report_orders.delete(session, _key(order_id))
        tell(_("The address was removed."))
    except Refused as error:
        warn(refusal(error, language()))
    return _back()


@page.post("/rapports/envoi-mensuel/<int:order_id>/essai")
def send_now(order_id: int) -> Response:
    """The report as it would be now, to oneself."""
    made, me = wiring(), visitors.me().email
    try:
        accounts, message = monthly_report.try_out(reading(), _key(order_id), me, local_now())
        send_alone(made.settings, accounts, message, made.outlets_of)
        tell(_("A test left for %(email)s. Nobody else received anything.") % {"email": me})
    except Refused as error:
        warn(refusal(error, language()))
    except DeliveryFailed as error:
        warn(delivery_error(error.code, error.detail, language()))
    return _back()


def _key(order_id: int) -> int:
    return min(order_id, LARGEST_ID)


def _back() -> Response:
    return redirect(url_for("report_orders.index"), 303)


def _shown(form: OrderForm) -> dict[str, object]:
    rows = report_orders.orders(reading())
    account = reading().get_one(MailAccount, 1)
    return {
        "form": form,
        "rows": [(row, LANGUAGE_NAMES.get(row.language, row.language), *_failed(row)) for row in rows],
        "next": labels.next_one(next_on(firm(), local_now()), language()),
        "ready": bool(account.host) and account.held_code is None,
        "me": visitors.me().email,
    }


def _failed(row: ReportOrder) -> tuple[str, str]:
    if not row.failed_code:
        return "", ""
    known = labels.FAILURES.get(row.failed_code)
    said = _(known) if known else delivery_error(row.failed_code, "", language())
    return said, monthly_report.their_words(row)
