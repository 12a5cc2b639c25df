"""Why nothing leaves after a restore, a copy or a step back in time, and the word that gives sending free again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services import reopening
from relance.services.database import the_firm
from relance.services.reopening import Left, Reopening, state_of
from relance.storage.queries import reopening as queries
from relance.storage.queries.reopening import Row
from relance.web import visitors
from relance.web.database import now, reading, wiring, writing
from relance.web.filters import moment
from relance.web.forms.reopening import ASK, LEAVE, ReopeningForm
from relance.web.labels import reasons
from relance.web.labels import reopening as labels
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell

page = Blueprint("reopening", __name__)

Answer = Response | str | tuple[str, int]
PAGE = "reopening/index.html"
MOST = 200  # rows of a list; its number stands above it all the same


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that left, as the journal has it, beside what this database has of it."""

    customer: str
    address: str  # of the customer's page, or the message's; empty where this database has neither
    invoices: str
    channel: str
    at: datetime
    state: MessageState  # that it will have


@page.route("/reprise", methods=["GET", "POST"])
def index() -> Answer:
    """What happened, what the journal knows of it, and one button."""
    try:
        found = reopening.situation(reading(), wiring().settings)
    except OSError as error:
        return _unreadable(error)
    if found.lock is None:
        return _leave(labels.FREE) if request.method == "POST" else render_template(PAGE, title=_(labels.TITLE))
    form = _form(found)
    if not form.sent():
        shown = _shown(form, found)
        return render_template(PAGE, **shown) if request.method == "GET" else refuse(PAGE, **shown)
    try:
        reopened = _reopen(form)
    except OSError as error:
        form.form_errors.append(_told(error))
        return refuse(PAGE, **_shown(form, found))
    wiring().ring()
    return _leave(labels.DONE if reopened else labels.FREE)


def _form(found: Reopening) -> ReopeningForm:
    asked = {"waiting": LEAVE if found.complete else ASK} if request.method == "GET" else {}
    form = ReopeningForm(data=asked)
    if not found.waiting:
        del form.waiting
    return form


def _reopen(form: ReopeningForm) -> bool:
    """Whether it was still locked: a second word would put what has been queued since in doubt."""
    with writing() as session:
        if the_firm(session).sending_lock is None:
            return False
        by, settings = visitors.me().email, wiring().settings
        reopening.reopen(session, settings, by=by, now=now(), waiting_may_leave=form.may_leave)
    return True


def _leave(msgid: str) -> Response:
    tell(_(msgid))
    return redirect(url_for("home.dashboard"), 303)


def _told(error: OSError) -> str:
    return _(labels.UNREADABLE) % {"error": error.strerror or error}


def _unreadable(error: OSError) -> Answer:
    shown = {"title": _(labels.TITLE), "unreadable": _told(error)}
    return render_template(PAGE, **shown) if request.method == "GET" else refuse(PAGE, **shown)


def _shown(form: ReopeningForm, found: Reopening) -> dict[str, object]:
    assert found.lock is not None
    waiting = found.waiting[:MOST]
    rows = {row.id: row for row in queries.rows(reading(), {*waiting, *list(found.left)[:MOST]})}
    return {
        "title": _(labels.TITLE),
        "form": form,
        "found": found,
        "why": _(labels.WHY[found.lock]) % {"moment": moment(found.locked_at)},
        "journal": _(labels.COMPLETE if found.complete else labels.INCOMPLETE),
        "left": [_gone_here(rows[key], left) for key, left in list(found.left.items())[:MOST]],
        "missing": _gone(found.missing[:MOST]),
        "untold": _gone(found.untold[:MOST]),
        "waiting": [(rows[key], _numbers(rows[key]), _channel(rows[key].channel)) for key in waiting],
        "nothing_known": not (found.left or found.missing or found.untold),
    }


def _gone_here(row: Row, left: Left) -> Gone:
    address = url_for("history.message", message_id=row.id)
    told = left.handed_over
    return Gone(row.customer, address, _numbers(row), _channel(row.channel), told.at, state_of(left))


def _gone(left: Collection[Left]) -> list[Gone]:
    owners = queries.owners(reading(), {one.invoice for each in left for one in each.handed_over.carried})
    found = []
    for one in left:
        told = one.handed_over
        numbers = sorted({step.invoice for step in told.carried})
        whose = next((owners[number] for number in numbers if number in owners), None)
        address = url_for("customers.show", customer_id=whose.customer_id) if whose else ""
        name, channel = whose.customer if whose else "", _channel(told.channel)
        found.append(Gone(name, address, ", ".join(numbers), channel, told.at, state_of(one)))
    return found


def _numbers(row: Row) -> str:
    return ", ".join(one.number for one in row.about)


def _channel(name: str) -> str:
    """Its name; a journal may have one that this version of the program doesn't know."""
    return reasons.channel(ChannelName(name), language()) if name in list(ChannelName) else name
