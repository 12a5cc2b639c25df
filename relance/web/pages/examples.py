"""Trying Relance out with a made-up firm, and taking it away again."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import examples
from relance.services.refusal import Refused
from relance.web.database import firm, now, wiring
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import tell, warn

page = Blueprint("examples", __name__)


@page.post("/exemples", endpoint="fill")
def fill() -> Response:
    """Fill the program with a made-up firm; refused where real data are. A second click does nothing."""
    if firm().examples:
        return redirect(url_for("home.dashboard"), 303)
    try:
        examples.fill(wiring().engine, wiring().settings, now())
    except Refused as error:
        warn(refusal(error, language()))
        return redirect(url_for("first_steps.index"), 303)
    return redirect(url_for("home.dashboard"), 303)


@page.route("/exemples/effacer", methods=["GET", "POST"], endpoint="clear")
def clear() -> Response | str:
    """What clearing the examples means; then, on the person's word, clear them."""
    if not firm().examples:
        return redirect(url_for("first_steps.index"), 303)
    if request.method == "GET":
        return render_template("examples/clear.html")
    try:
        examples.clear(wiring().engine, wiring().settings)
    except Refused as error:  # another tab was quicker
        warn(refusal(error, language()))
    else:
        tell(_("The examples are cleared. Here are the first steps with your own invoices."))
    return redirect(url_for("first_steps.index"), 303)
