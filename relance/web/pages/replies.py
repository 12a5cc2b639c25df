"""What customers wrote back, and what follows: a person's word about each; and the messages that came back."""

from collections.abc import Collection

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from relance.services.mailbox import replies
from relance.services.mailbox.news import Decision
from relance.services.mailbox.replies import Verdict
from relance.services.refusal import Refused
from relance.storage.models import InboxAccount
from relance.storage.queries import replies as queries
from relance.web import visitors
from relance.web.database import local_now, reading, writing
from relance.web.filters import moment
from relance.web.forms.replies import BUTTONS, ReplyForm
from relance.web.labels import mailbox as labels
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.message_words import customer_page, message_words
from relance.web.pages.invoice import LARGEST_ID
from relance.web.paging import paging
from relance.web.shell import refuse, tell, warn

page = Blueprint("replies", __name__)

Answer = Response | str | tuple[str, int]
MOST_RETURNED = 100


@page.get("/reponses")
def index() -> str:
    """Customer by customer, who has waited longest first."""
    return render_template("replies/index.html", **_shown())


@page.post("/reponses/<int:customer_id>")
def decide(customer_id: int) -> Answer:
    """What follows from all that one customer wrote, as the person saw it."""
    decision = _decision(request.form.get("do", ""))
    form = _form(customer_id)
    verdict = Verdict(decision, _ids("facture"))
    if form.sent():
        verdict = Verdict(decision, _ids("facture"), form.until.data, (form.note.data or "").strip())
        try:
            with writing() as session:
                decided = replies.decide(session, _ids("reponse"), verdict, by=visitors.me().email, now=local_now())
        except Refused as error:
            form.refused(error)
        else:
            tell(_(labels.DONE[decision])) if decided else warn(_(labels.TOO_LATE))
            return redirect(url_for("replies.index"), 303)
    return refuse("replies/index.html", **_shown(failed=(customer_id, form), ticked=verdict.invoices))


@page.post("/reponses/non-remis")
def set_aside() -> Response:
    """A person has looked at messages that came back."""
    with writing() as session:
        replies.set_aside(session, _ids("reponse"), by=visitors.me().email, now=local_now())
    tell(_(labels.SET_ASIDE))
    return redirect(url_for("replies.index"), 303)


def _decision(word: str) -> Decision:
    return next((one for one in BUTTONS if one.value == word), None) or abort(422)


def _ids(name: str) -> list[int]:
    texts = request.form.getlist(name)
    return [int(text) for text in texts if text.isascii() and text.isdigit() and int(text) <= LARGEST_ID]


def _form(customer: int, *, empty: bool = False) -> ReplyForm:
    given = {"formdata": None} if empty else {}
    return ReplyForm(prefix=f"c{customer}-", **given)


def _shown(*, failed: tuple[int, ReplyForm] | None = None, ticked: Collection[int] = ()) -> dict[str, object]:
    session = reading()
    part = paging(request.args if request.method == "GET" else MultiDict(), queries.count_customers(session))
    found = queries.conversations(session, limit=part.per, offset=part.offset)
    forms = {one.customer: _form(one.customer, empty=True) for one in found}
    if failed is not None:
        forms[failed[0]] = failed[1]
    inbox = session.get_one(InboxAccount, 1)
    return {
        "conversations": found,
        "paging": part,
        "returned": queries.returned(session, limit=MOST_RETURNED) if part.number == 1 else [],
        "count_returned": queries.count_returned(session),
        "forms": forms,
        "failed": failed,
        "ticked": set(ticked),
        "buttons": {decision.value: _(name) for decision, name in BUTTONS.items()},
        "inbox": inbox,
        "last_read": labels.last_read(inbox.checked_at, moment(inbox.checked_at), language()),
        "customer_page": customer_page,
        **message_words(),
    }
