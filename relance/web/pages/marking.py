"""Marking as reminded: one invoice, or those chosen in the list, confirmed on a page that counts them."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services.bulk_acts import check_size
from relance.services.by_hand import situations
from relance.services.mark import Marking, Means, WeighedMarks, mark, unmark, weigh_marks
from relance.services.refusal import Refused
from relance.storage.models import Message
from relance.web import invoice_list, selection, visitors
from relance.web.database import firm, local_now, reading, writing
from relance.web.forms.marking import MarkForm
from relance.web.labels import letters as labels
from relance.web.labels import reasons
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.invoice import LARGEST_ID
from relance.web.shell import refuse, tell, warn

page = Blueprint("marking", __name__)

Answer = Response | str | tuple[str, int]
SHOWN = 20


@page.route("/relances/marquer", methods=["GET", "POST"])
def confirm() -> Answer:
    """Say what would be marked, then mark it."""
    try:
        ids = selection.chosen() if request.method == "GET" else selection.expand(request.form.get("factures", ""))
        check_size(ids)
    except Refused as error:
        warn(refusal(error, language()))
        return redirect(url_for("invoices.index", **invoice_list.kept()), 303)
    form = MarkForm(_steps(ids), data={"day": local_now().date()})
    if request.method == "GET":
        return render_template("marking/confirm.html", **_shown(form, ids))
    if form.sent():
        try:
            with writing() as session:
                done = mark(session, firm(), ids, _marking(form))
        except Refused as error:
            form.refused(error)
        else:
            return _done(ids, done)
    return refuse("marking/confirm.html", **_shown(form, ids))


def _done(ids: list[int], marks: list[int]) -> Response:
    tell(labels.marked(_invoices_of(marks), language()))
    if len(ids) == 1:
        return redirect(url_for("invoices.show", invoice_id=ids[0]), 303)
    return redirect(url_for("invoices.index", **invoice_list.kept()), 303)


def _invoices_of(marks: list[int]) -> int:
    session = reading()
    session.rollback()  # what was just written is to be seen
    return sum(len(found.reminders) for key in marks if (found := session.get(Message, key)) is not None)


def _marking(form: MarkForm) -> Marking:
    return Marking(
        by=visitors.me().email,
        now=local_now(),
        day=form.day.data or local_now().date(),
        means=Means(form.means.data) if form.means.data in set(Means) else Means.CALL,
        position=form.position if not form.step.errors else None,
        number=form.number.data or "",
        note=form.note.data or "",
    )


def _steps(ids: list[int]) -> dict[int, str]:
    """The steps of the program, where one program is all that the invoices have."""
    found = situations(reading(), firm(), ids, local_now())
    programs = {one.program.id: one.program for one in found.values() if one.program is not None}
    if len(programs) != 1:
        return {}
    [program] = programs.values()
    return {place: _name(place, step.level, step.offset) for place, step in enumerate(program.steps, 1)}


def _name(position: int, level: int, offset: int) -> str:
    return _("Step %(position)s: %(level)s") % {
        "position": position,
        "level": reasons.level(level, language(), offset=offset),
    }


def _shown(form: MarkForm, ids: list[int]) -> dict[str, Any]:
    weighed = _weigh(form, ids)
    return {
        "form": form,
        "weighed": weighed,
        "refused": [(key, refusal(error, language())) for key, error in weighed.refused.items()],
        "shown": SHOWN,
        "other_day": any(error.code == "mark.that_day" for error in weighed.refused.values()),
        "chosen": selection.compact(ids),
        "address": url_for("marking.confirm", **invoice_list.kept()),
        "back": url_for("invoices.show", invoice_id=ids[0])
        if len(ids) == 1
        else url_for("invoices.index", **invoice_list.kept()),
        "single": len(ids) == 1,
    }


def _weigh(form: MarkForm, ids: list[int]) -> WeighedMarks:
    """With what was entered where it can be used; else for today."""
    try:
        return weigh_marks(reading(), firm(), ids, _marking(form))
    except Refused:
        today = Marking(visitors.me().email, local_now(), local_now().date(), Means.CALL)
        return weigh_marks(reading(), firm(), ids, today)


@page.post("/relances/marquer/<int:message_id>/annuler")
def undo(message_id: int) -> Answer:
    """Take a mark of today back."""
    if message_id > LARGEST_ID or reading().get(Message, message_id) is None:
        abort(404)
    with writing() as session:
        done = unmark(session, [message_id], local_now())
    if done:
        tell(_("The mark is taken back: the step isn't done."))
    else:
        warn(_("This mark can't be taken back any more."))
    return redirect(url_for("history.message", message_id=message_id), 303)
