"""The addresses to correct: every reminder that can't leave or didn't arrive for want of a good one, and the mend."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import correcting, glance
from relance.services.correcting import Place
from relance.services.corrections import Line, Wrong, listed
from relance.services.refusal import Refused
from relance.web import links, visitors
from relance.web.database import firm, local_now, now, reading, wiring, writing
from relance.web.forms.corrections import is_same, place_of, sent_place
from relance.web.labels.corrections import what
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.message_words import customer_page
from relance.web.paging import paging
from relance.web.shell import refuse, tell

page = Blueprint("corrections", __name__)

Answer = Response | str | tuple[str, int]
# An address that may be right after all; one's own never is, and what is missing can't be tried.
MAY_BE_TRIED = (Wrong.REFUSED, Wrong.LEFT_ALONE, Wrong.FAILED)


@page.route("/a-corriger", methods=["GET", "POST"])
def index() -> Answer:
    """The list; and one line of it put right."""
    if request.method == "GET":
        return render_template("corrections/index.html", **_values())
    place = sent_place()
    if place is None or request.form.get("do") not in ("correct", "retry"):
        abort(422)
    typed = request.form.get("value", "")
    by, moment = visitors.me().email, now()
    try:
        with writing() as session:
            if request.form["do"] == "retry":
                correcting.retry(session, place, by=by, now=moment)
            else:
                saved = correcting.correct(session, place, typed, by=by, now=moment)
    except Refused as error:
        return refuse("corrections/index.html", **_values(place, refusal(error, language()), typed))
    if request.form["do"] == "retry":
        tell(_("It will be tried again at the next sending."))
    else:
        tell(_("Saved: %(address)s. The reminder leaves at the next sending.") % {"address": saved})
    return redirect(url_for("corrections.index", **_page_asked()), 303)


def _page_asked() -> dict[str, Any]:
    return {name: request.args[name] for name in ("page", "par") if name in request.args}


def _values(place: Place | None = None, refused: str = "", typed: str = "") -> dict[str, object]:
    lines = listed(reading(), firm(), glance.simulation_of(wiring().engine, local_now()))
    part = paging(request.args, len(lines))
    return {
        "paging": part,
        "lines": lines[part.offset : part.offset + part.per],
        "customers": len({line.customer for line in lines}),
        "place_of": place_of,
        "wrong_here": lambda line: place is not None and is_same(place, line),
        "refused": refused,
        "typed": typed,
        "lost": place is not None and not any(is_same(place, line) for line in lines),
        "what": lambda line: what(line, language()),
        "may_be_tried": lambda line: line.wrong in MAY_BE_TRIED,
        "by_letter": _lacks_address,
        "customer_page": customer_page,
        "invoice_address": links.invoice,
        "message_address": links.message,
    }


def _lacks_address(line: Line) -> bool:
    return any(gap.lacking for gap in line.gaps)
