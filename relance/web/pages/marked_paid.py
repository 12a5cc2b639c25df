"""What was just marked as paid: the payments that were made, which can all be removed again."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import payments
from relance.services.bulk_acts import MOST
from relance.services.refusal import Refused
from relance.storage.queries.payments import Settled, entered_by_hand
from relance.web import invoice_list, selection
from relance.web.database import local_now, reading, writing
from relance.web.labels import bulk_acts as labels
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.invoice import Answer
from relance.web.shell import tell, warn

SHOWN = 100  # payments that are listed; all of them are counted, and removed


def register(page: Blueprint) -> None:
    """Its addresses, among those of the invoices."""
    page.add_url_rule("/factures/reglees", "marked_paid", marked_paid)
    page.add_url_rule("/factures/reglees", "take_back", take_back, methods=["POST"])


def marked_paid() -> Answer:
    """The payments that the address names."""
    found = _named(request.args.get("reglements", ""))
    if not found:
        warn(_("These payments are no longer there."))
        return _to_the_list()
    return render_template(
        "bulk_acts/paid.html",
        found=found[:SHOWN],
        count=len(found),
        sums=labels.amounts(_sums(found), language()),
        chosen=selection.compact(one.payment for one in found),
        address=url_for("invoices.take_back", **invoice_list.kept()),
        back=url_for("invoices.index", **invoice_list.kept()),
    )


def take_back() -> Response:
    """Remove them again."""
    found = _named(request.form.get("reglements", ""))
    with writing() as session:
        done = payments.take_back(session, [one.payment for one in found], local_now().date())
    if done:
        tell(labels.taken_back(done, language()))
    else:
        warn(_("These payments are no longer there."))
    return _to_the_list()


def _named(text: str) -> list[Settled]:
    try:
        return entered_by_hand(reading(), selection.expand(text)[:MOST])
    except Refused as error:
        warn(refusal(error, language()))
        return []


def _sums(found: list[Settled]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in found:
        sums[one.currency] = sums.get(one.currency, 0) + one.amount
    return dict(sorted(sums.items()))


def _to_the_list() -> Response:
    return redirect(url_for("invoices.index", **invoice_list.kept()), 303)
