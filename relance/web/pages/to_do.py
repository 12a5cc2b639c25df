"""What waits for a person, at a glance; and the steps that only a person sends (RULES 4.1)."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import glance
from relance.services.forecast import by_customer
from relance.services.manual_steps import ManualSteps, manual_steps_of
from relance.services.refusal import Refused
from relance.storage.queries import to_do as queries
from relance.web import forecasts, selection, tasks
from relance.web.database import local_now, reading, wiring
from relance.web.labels import to_do as labels
from relance.web.labels.bulk_acts import MARK, amounts
from relance.web.labels.refusals import refusal
from relance.web.language import language
from relance.web.paging import paging
from relance.web.shell import link_to, refuse

page = Blueprint("to_do", __name__)

Answer = Response | str | tuple[str, int]


@page.get("/a-faire")
def index() -> str:
    """What nothing happens to before a person has seen to it; then what to look at."""
    found = queries.to_do(reading())
    known = tasks.counts(found)
    return render_template(
        "to_do/index.html",
        waiting=tasks.lines(labels.WAITING, known),
        look=tasks.lines(labels.LOOK, known),
        total=found.total,
    )


@page.get("/a-relancer")
def manual() -> Answer:
    """The invoices whose step is up and sent by a person alone."""
    return _manual()


def _manual(refused: str = "", ticked: tuple[int, ...] = ()) -> Answer:
    found = manual_steps_of(reading(), glance.forecast_of(wiring().engine, local_now(), None, None))
    part = paging(request.args, len(found.steps))
    listed = found.steps[part.offset : part.offset + part.per]
    values: dict[str, Any] = {
        "found": found,
        "paging": part,
        "groups": by_customer(one.row for one in listed),
        "since": {one.row.invoice.id: one.since for one in listed},
        "sums": amounts(found.amounts, language()),
        "explanation": _why_none(found),
        "refused": refused,
        "ticked": ticked,
        "marking": link_to("marking.confirm"),
        **forecasts.words(),
    }
    if refused:
        return refuse("to_do/manual.html", **values)
    return render_template("to_do/manual.html", **values)


def _why_none(found: ManualSteps) -> str:
    return "" if found.steps or found.skipped_run is None else labels.why_none(found.skipped_run, language())


@page.route("/a-relancer/choix", methods=["GET", "POST"])
def choose() -> Answer:
    """Remind of the chosen invoices, or mark them: each on the page that confirms it."""
    if request.method == "GET":
        return redirect(url_for("to_do.manual"))
    ids: list[int] = []
    try:
        ids = selection.expand(",".join(request.form.getlist("facture")))
        if not ids:
            raise Refused("selection.empty")
    except Refused as error:
        return _manual(refusal(error, language()), tuple(ids))
    chosen = {selection.CHOSEN: selection.compact(ids)}
    marking = link_to("marking.confirm") if request.form.get("act") == MARK else ""
    return redirect(f"{marking or url_for('dispatches.confirm')}?{selection.query(chosen)}", 303)
