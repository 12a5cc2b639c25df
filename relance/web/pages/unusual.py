"""A run that was held back because it would have sent far more than usual: looked at, then confirmed."""

from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import unusual
from relance.services.dispatches import UNDO
from relance.services.refusal import Refused
from relance.services.unusual import HeldBack
from relance.web import visitors
from relance.web.database import firm, local_now, now, reading, wiring, writing
from relance.web.forms.unusual import UnusualForm
from relance.web.labels import unusual as labels
from relance.web.labels.bulk_acts import amounts
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell

page = Blueprint("unusual", __name__)

Answer = Response | str | tuple[str, int]
PAGE = "simulation/unusual.html"


@page.route("/simulation/volume", methods=["GET", "POST"])
def index() -> Answer:
    """What waits, and the word that lets it go in two minutes."""
    form = UnusualForm(data={"token": str(uuid4())})
    if request.method == "GET" or not form.sent():
        found = unusual.held_back(reading(), firm(), local_now().date())
        if found is None:
            tell(_("Nothing waits: the reminders go their usual way."))
            return redirect(url_for("simulation.index"), 303)
        shown = _shown(form, found)
        return render_template(PAGE, **shown) if request.method == "GET" else refuse(PAGE, **shown)
    try:
        with writing() as session:
            dispatch = unusual.confirm(session, by=visitors.me().email, now=now(), token=form.token.data or "")
    except Refused:
        tell(_("Nothing waits: the reminders go their usual way."))
        return redirect(url_for("simulation.index"), 303)
    wiring().ring_in(UNDO.total_seconds())
    tell(_("Confirmed: the messages leave in two minutes; until then they can be called back."))
    return redirect(url_for("dispatches.show", dispatch_id=dispatch), 303)


def _shown(form: UnusualForm, found: HeldBack) -> dict[str, object]:
    return {
        "form": form,
        "found": found,
        "title": labels.question(found.messages, language()),
        "button": labels.button(found.messages, language()),
        "sums": amounts(found.amounts, language()),
        "fresh_at": firm().data_fresh_at,
    }
