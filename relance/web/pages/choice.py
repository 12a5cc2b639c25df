"""What to do with the invoices chosen in the list: leads to the page that confirms it."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from relance.services.bulk_acts import MOST, Act, check_size
from relance.services.refusal import Refused
from relance.web import invoice_list, selection
from relance.web.labels.bulk_acts import MARK, REMIND
from relance.web.labels.refusals import refusal
from relance.web.language import language
from relance.web.pages.invoice import Answer
from relance.web.pages.invoice_listing import listing
from relance.web.shell import link_to


def register(page: Blueprint) -> None:
    """Its address, among those of the invoices."""
    page.add_url_rule("/factures/choix", "choose", choose, methods=["GET", "POST"])


def choose() -> Answer:
    """The list's own filters stand in the address, the invoices in the form."""
    if request.method == "GET":
        return redirect(url_for("invoices.index", **invoice_list.kept()))
    everything, ticked = bool(request.form.get("tout")), _ticked()
    try:
        if not everything:
            check_size(ticked)
        return _confirm(request.form.get("act", ""), {selection.ALL: "1"} if everything else _named(ticked))
    except Refused as error:
        return listing(ticked=ticked, everything=everything, refused=refusal(error, language()))


def _ticked() -> list[int]:
    return selection.expand(",".join(request.form.getlist("facture")[: MOST + 1]))


def _named(ids: list[int]) -> dict[str, Any]:
    return {selection.CHOSEN: selection.compact(ids)}


def _confirm(act: str, named: dict[str, Any]) -> Response:
    values = {**invoice_list.kept(), **named}
    if act == REMIND:
        return redirect(url_for("dispatches.confirm", **values), 303)
    if act == MARK and (marking := link_to("marking.confirm")):
        return redirect(f"{marking}?{selection.query(values)}", 303)
    if act in set(Act):
        return redirect(url_for("invoices.act", act=act, **values), 303)
    raise Refused("selection.no_act")
