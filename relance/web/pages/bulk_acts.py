"""One act on the invoices that were chosen: its own page says whom it is about before it is done, all at once."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.book import Choose
from relance.domain.program import ProgramId
from relance.services import bulk_acts
from relance.services.bulk_acts import Act, Weighed, Wish
from relance.services.refusal import Refused
from relance.storage.queries import invoice as queries
from relance.web import invoice_list, selection, visitors
from relance.web.database import local_now, reading, writing
from relance.web.forms.base import PageForm
from relance.web.forms.invoices import DisputeForm, ExcludeForm, PaidForm, PauseForm, ProgramForm, PromiseForm
from relance.web.labels import bulk_acts as labels
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.invoice import Answer
from relance.web.shell import refuse, tell, warn

SHOWN = 20  # invoices that are named at once; the others are one click away


def register(page: Blueprint) -> None:
    """Its address, among those of the invoices."""
    page.add_url_rule("/factures/choix/<act>", "act", act, methods=["GET", "POST"])


def act(act: str) -> Answer:
    """Confirm an act, then do it."""
    if act not in set(Act):
        abort(404)
    what = Act(act)
    form = _form(what)
    try:
        ids = selection.chosen() if request.method == "GET" else selection.expand(request.form.get("factures", ""))
        weighed = bulk_acts.weigh(reading(), ids, what)
    except Refused as error:
        warn(refusal(error, language()))
        return redirect(url_for("invoices.index", **invoice_list.kept()), 303)
    if form.sent():
        try:
            with writing() as session:
                done = bulk_acts.carry_out(session, ids, _wish(what, form))
        except Refused as error:
            form.refused(error)
        else:
            tell(labels.done(what, len(done.able), len(done.unable), language()))
            return _left(done)
    values = _shown(what, form, weighed)
    if request.method == "POST":
        return refuse("bulk_acts/confirm.html", **values)
    return render_template("bulk_acts/confirm.html", **values)


def _left(done: Weighed) -> Response:
    """Back to the list, or on to the payments that were made: there they can be removed again."""
    if done.payments:
        made = selection.compact(done.payments)
        return redirect(url_for("invoices.marked_paid", reglements=made, **invoice_list.kept()), 303)
    return redirect(url_for("invoices.index", **invoice_list.kept()), 303)


def _form(what: Act) -> PageForm:
    if what is Act.PAY:
        return PaidForm(data={"paid_on": local_now().date()})
    if what is Act.PROGRAM:
        form = ProgramForm(queries.programs(reading()))
        form.program.label.text = _("Program of these invoices")
        return form
    kinds: dict[Act, type[PageForm]] = {
        Act.PAUSE: PauseForm,
        Act.DISPUTE: DisputeForm,
        Act.PROMISE: PromiseForm,
        Act.EXCLUDE: ExcludeForm,
    }
    return kinds[what]()


def _wish(what: Act, form: PageForm) -> Wish:
    by, now = visitors.me().email, local_now()
    if what is Act.PROGRAM:
        word = str(form["program"].data)
        return Wish(what, by, now, program=ProgramId(int(word)) if word.isdigit() else Choose(word))
    if what is Act.PAY:
        return Wish(what, by, now, until=form["paid_on"].data, note=(form["reference"].data or "").strip())
    until = form["until"].data if "until" in form else None
    return Wish(what, by, now, until=until, note=(form["note"].data or "").strip())


def _shown(what: Act, form: PageForm, weighed: Weighed) -> dict[str, Any]:
    ids = [one.id for one in weighed.able]
    return {
        "form": form,
        "weighed": weighed,
        "customers": len({one.customer_id for one in weighed.able}),
        "amounts": labels.amounts(bulk_acts.sums(weighed.able), language()),
        "question": labels.question(what, len(ids), language()),
        "effect": _(labels.EFFECTS[what]),
        "button": labels.do_it(what, len(ids), language()),
        "gone": labels.gone(weighed.gone, language()) if weighed.gone else "",
        "hindrance": lambda why: labels.hindrance(why, language()),
        "chosen": selection.compact(ids),
        "address": url_for("invoices.act", act=what.value, **invoice_list.kept()),
        "back": url_for("invoices.index", **invoice_list.kept()),
        "shown": SHOWN,
    }
