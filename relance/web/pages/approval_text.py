"""Write one message anew before it leaves: for this time alone, in place of its template."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.messages import rewrite
from relance.services.messages.rewrite import Editing, Given
from relance.services.refusal import Refused
from relance.services.sending import Office
from relance.storage.queries import approvals as queries
from relance.web import visitors
from relance.web.database import firm, local_now, reading, wiring, writing
from relance.web.forms.approvals import TextForm
from relance.web.labels import approvals as labels
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.invoice import LARGEST_ID, Answer
from relance.web.shell import refuse, tell, warn

PAGE = "approvals/text.html"
TEMPLATE = "template"


def register(page: Blueprint) -> None:
    """Its address, among those of what waits."""
    page.add_url_rule("/a-valider/<int:message_id>/texte", "text", text, methods=["GET", "POST"])


def text(message_id: int) -> Answer:
    """Show it as it would leave, and keep what a person writes instead."""
    if message_id > LARGEST_ID or queries.one(reading(), message_id) is None:
        abort(404)
    accounts, folder = read_accounts(reading()), wiring().settings.data_dir
    try:
        editing = rewrite.begin(reading(), Office(firm(), accounts, folder), message_id, local_now())
    except Refused as error:
        warn(refusal(error, language()))
        return redirect(url_for("history.message", message_id=message_id), 303)
    form = TextForm(data={"subject": editing.subject, "text": editing.text, "seen": editing.mark})
    if editing.message.channel is ChannelName.SMS:
        del form.subject
    if request.method == "GET":
        return render_template(PAGE, **_shown(form, editing))
    if request.form.get("do") != TEMPLATE and not form.sent():
        return refuse(PAGE, **_shown(form, editing))
    try:
        state = _save(form, message_id)
    except Refused as error:
        form.refused(error)
        return refuse(PAGE, **_shown(form, editing))
    return _done(message_id, state)


def _save(form: TextForm, message_id: int) -> MessageState:
    by, now = visitors.me().email, local_now()
    with writing() as session:
        where = Office(the_firm(session), read_accounts(session), wiring().settings.data_dir)
        if request.form.get("do") == TEMPLATE:
            return rewrite.back_to_template(session, where, message_id, by=by, now=now)
        subject = str(form["subject"].data or "") if "subject" in form else ""
        given = Given(subject, str(form.text.data or ""), str(form.seen.data or ""), by, now)
        return rewrite.save(session, where, message_id, given)


def _done(message_id: int, state: MessageState) -> Response:
    tell(_(labels.SAVED[state]))
    if state is MessageState.APPROVAL:
        return redirect(url_for("approvals.index", _anchor=f"m{message_id}"), 303)
    return redirect(url_for("history.message", message_id=message_id), 303)


def _shown(form: TextForm, editing: Editing) -> dict[str, object]:
    waiting = queries.one(reading(), editing.message.id)
    leaves_again = editing.message.state is MessageState.HELD
    return {
        "form": form,
        "editing": editing,
        "waiting": waiting,
        "problem": refusal(editing.problem, language()) if editing.problem else "",
        "leaves_again": leaves_again,
        "address": url_for("approvals.text", message_id=editing.message.id),
    }
