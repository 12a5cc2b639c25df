"""The sends that people confirmed: their list, and for each how far it is and what became of it."""

from collections import Counter
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.delivery import ChannelName
from relance.domain.status import LATE_DISPATCH, TO_PRINT, MessageState
from relance.jobs.heartbeat import is_silent
from relance.services import dispatches
from relance.services.dispatches import Progress
from relance.services.following import following
from relance.services.refusal import Refused
from relance.storage.queries import dispatches as queries
from relance.storage.queries import history
from relance.storage.queries.history import Asked, Line
from relance.web import mends, visitors
from relance.web.database import firm, local_now, now, reading, wiring, writing
from relance.web.downloads import csv_download
from relance.web.filters import local, moment
from relance.web.labels import dispatches as labels
from relance.web.labels import invoices as invoice_labels
from relance.web.labels import messages as message_labels
from relance.web.labels import reasons
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.message_words import message_words
from relance.web.pages import sending
from relance.web.pages.invoice import LARGEST_ID
from relance.web.paging import paging
from relance.web.shell import link_to, tell, warn

page = Blueprint("dispatches", __name__)
sending.register(page)

HERE = "/envois/<int:dispatch_id>"
TROUBLE = (MessageState.FAILED, MessageState.UNKNOWN, MessageState.HELD)
MOST_TROUBLES = 200
MOST_FOLLOWED = 500  # invoices whose next step is looked for


@page.get("/envois")
def index() -> str:
    """All sends, the newest first."""
    part = paging(request.args, queries.count(reading()))
    lines = queries.lines(reading(), limit=part.per, offset=part.offset)
    return render_template(
        "dispatches/index.html",
        lines=lines,
        paging=part,
        outcomes=lambda states: [said for _state, said in labels.outcomes(states, language())],
        **message_words(),
    )


@page.get(HERE)
def show(dispatch_id: int) -> str:
    """How far it is; once it is over, what became of it, on the same address."""
    found = _found(dispatch_id)
    session, asked = reading(), Asked(dispatch=dispatch_id)
    part = paging(request.args, found.total)
    troubles = history.lines(session, Asked(dispatch=dispatch_id, states=TROUBLE), limit=MOST_TROUBLES)
    to_print = [one for one in troubles if one.code == TO_PRINT]
    return render_template(
        "dispatches/show.html",
        found=found,
        dispatch=found.dispatch,
        count=labels.count_of(found, language()),
        when=_when(found),
        silent=not found.done and is_silent(wiring().settings, now()),
        outcomes=labels.outcomes(found.states, language(), printed=len(to_print)),
        troubles=[(one, mends.of_message(one)) for one in troubles if one.code not in (TO_PRINT, LATE_DISPATCH)],
        to_print=labels.letters_to_print(len(to_print), language()) if to_print else "",
        partly=queries.partly_refused(session, dispatch_id),
        left_out=_left_out(found),
        letters_page=link_to("letters.index"),
        follows=_follows(dispatch_id) if found.done else [],
        lines=history.lines(session, asked, limit=part.per, offset=part.offset),
        paging=part,
        **message_words(),
    )


@page.get(f"{HERE}.json")
def state(dispatch_id: int) -> Response:
    """What the page looks at while it is open."""
    found = _found(dispatch_id)
    return jsonify(
        total=found.total,
        done=found.total - found.left,
        count=labels.count_of(found, language()),
        when=_when(found),
        finished=found.done,
    )


@page.get(f"{HERE}.csv")
def export(dispatch_id: int) -> Response:
    """The report of a send: every message, then every invoice that was left out."""
    found = _found(dispatch_id)
    rows = [_cells(line) for line in history.lines(reading(), Asked(dispatch=dispatch_id))]
    rows += [[one.customer, one.number, "", "", "", _("Left out"), why, ""] for one, why, _mend in _left_out(found)]
    return csv_download(f"envoi-{dispatch_id}.csv", [_(name) for name in labels.COLUMNS], rows, language())


@page.post(f"{HERE}/annuler")
def call_back(dispatch_id: int) -> Response:
    """Take back what hasn't left."""
    found = _found(dispatch_id)
    with writing() as session:
        taken = dispatches.call_back(session, dispatch_id, now=now())
    if taken:
        tell(labels.called_back(taken, found.dispatch.kind, language()))
    else:
        warn(_("Too late: nothing of this send can be called back any more."))
    return redirect(url_for("dispatches.show", dispatch_id=dispatch_id), 303)


@page.post(f"{HERE}/poursuivre")
def go_on(dispatch_id: int) -> Response:
    """Let a send go after all that Relance was not there to make in time."""
    _found(dispatch_id)
    with writing() as session:
        going = dispatches.go_on(session, dispatch_id, by=visitors.me().email, now=now())
    if going:
        wiring().ring_in(dispatches.UNDO.total_seconds())
        tell(_("The send goes on in two minutes."))
    else:
        warn(_("Nothing of this send waits for your word any more."))
    return redirect(url_for("dispatches.show", dispatch_id=dispatch_id), 303)


def _found(dispatch_id: int) -> Progress:
    found = dispatches.progress(reading(), dispatch_id) if dispatch_id <= LARGEST_ID else None
    return found if found is not None else abort(404)


def _when(found: Progress) -> str:
    return labels.when(found, now(), local(found.dispatch.leaves_at), language())


def _left_out(found: Progress) -> list[tuple[queries.Named, str, mends.Mend]]:
    """The invoices that were chosen and not reminded of, with why and where that is mended."""
    names = queries.named(reading(), (int(one["invoice"]) for one in found.dispatch.skipped))
    told = []
    for one in found.dispatch.skipped:
        invoice = names.get(int(one["invoice"]))
        if invoice is not None:
            error = Refused(one["code"], **one["facts"])
            channel = ChannelName(one["channel"]) if one.get("channel") else None
            why = labels.left_out(refusal(error, language()), channel, language())
            told.append((invoice, why, mends.of_refusal(error, invoice)))
    return told


def _follows(dispatch_id: int) -> list[tuple[str, int]]:
    """What comes next for the invoices that were reminded of, and for how many of them."""
    about = queries.reminded(reading(), dispatch_id)
    if not about.invoices or len(about.invoices) > MOST_FOLLOWED:
        return []
    after = following(reading(), firm(), about.invoices, about.customers, local_now())
    said = Counter(
        invoice_labels.what_follows(one, after.offset(one), language())
        for key, one in after.decisions.items()
        if key not in after.waiting
    )
    return said.most_common(10)


def _cells(line: Line) -> list[Any]:
    return [
        line.customer,
        ", ".join(one.number for one in line.about),
        reasons.level(line.level, language()),
        reasons.channel(line.channel, language()),
        ", ".join(line.recipients),
        reasons.state(line.state, language()),
        message_labels.why(line.state, line.code, line.detail, language()),
        moment(line.at),
    ]
