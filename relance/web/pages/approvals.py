"""What waits for a person's word: read, approve, refuse (RULES 4.1)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import approve as approving
from relance.services.approve import Fallen, Weighed
from relance.services.messages.compose import Composed
from relance.services.refusal import Refused
from relance.storage.queries import approvals as queries
from relance.storage.queries.approvals import Waiting
from relance.web import selection
from relance.web.database import local_now, reading
from relance.web.labels import approvals as labels
from relance.web.labels.bulk_acts import amounts
from relance.web.labels.dispatches import parts
from relance.web.labels.reasons import headline
from relance.web.labels.refusals import refusal
from relance.web.language import language
from relance.web.message_words import customer_page, message_words
from relance.web.pages import approval_given, approval_refused, approval_text
from relance.web.paging import paging
from relance.web.shell import refuse
from relance.web.waiting_messages import address, office

page = Blueprint("approvals", __name__)
for part in (approval_given, approval_refused, approval_text):
    part.register(page)

Answer = Response | str | tuple[str, int]
REFUSE = "refuse"
SHOWN = 20  # messages that a page of confirmation shows whole


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the list: as it would leave, or why it can't, and what fell out of it."""

    waiting: Waiting
    content: Composed | None
    refused: str
    fallen: tuple[Fallen, ...]


@page.context_processor
def _words() -> dict[str, object]:
    return {
        **message_words(),
        "customer_page": customer_page,
        "amounts": lambda sums: amounts(sums, language()),
        "waited": lambda since: labels.waited(since, local_now(), language()),
        "headline": lambda code: headline(code, language()),
        "parts": lambda count: parts(count, language()),
        "most": SHOWN,
    }


@page.get("/a-valider")
def index() -> Answer:
    """One page of what waits."""
    return _list()


def _list(refused: str = "", ticked: Collection[int] = ()) -> Answer:
    session = reading()
    part = paging(request.args, queries.count(session))
    rows = queries.waiting(session, limit=part.per, offset=part.offset)
    weighed = approving.weigh(session, office(), rows, local_now())
    values = {
        "shown": _by_customer(_shown(rows, weighed)),
        "paging": part,
        "refused": refused,
        "ticked": ticked,
        "not_before": weighed.not_before,
    }
    if refused:
        return refuse("approvals/index.html", **values)
    return render_template("approvals/index.html", **values)


def _shown(rows: Sequence[Waiting], weighed: Weighed) -> list[Shown]:
    contents = {one.waiting.message.id: one.content for one in weighed.leaving}
    refusals = {one.waiting.message.id: refusal(one.refusal, language()) for one in weighed.stuck}
    fallen: dict[int, tuple[Fallen, ...]] = {}
    for one in weighed.fallen:
        fallen[one.waiting.message.id] = (*fallen.get(one.waiting.message.id, ()), one)
    keys = [(row, row.message.id) for row in rows]
    return [Shown(row, contents.get(key), refusals.get(key, ""), fallen.get(key, ())) for row, key in keys]


def _by_customer(shown: Sequence[Shown]) -> list[tuple[Shown, ...]]:
    groups: dict[int, tuple[Shown, ...]] = {}
    for one in shown:
        key = one.waiting.message.customer_id
        groups[key] = (*groups.get(key, ()), one)
    return list(groups.values())


@page.route("/a-valider/choix", methods=["GET", "POST"])
def choose() -> Answer:
    """What to do with the chosen messages: leads to the page that confirms it."""
    if request.method == "GET":
        return redirect(url_for("approvals.index"))
    act, ticked = request.form.get("act", ""), list[int]()
    try:
        ticked = selection.expand(",".join(request.form.getlist("message")))
        ids = queries.ids(reading()) if request.form.get("tout") else ticked
        if not ids:
            raise Refused("approval.none_chosen")
    except Refused as error:
        return _list(refusal(error, language()), ticked)
    where = "approvals.refuse_some" if act == REFUSE else "approvals.approve"
    return redirect(address(where, ids), 303)
