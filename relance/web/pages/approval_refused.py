"""Refuse messages that wait: say why, and what follows for their invoices."""

from flask import Blueprint, redirect, render_template, request, url_for

from relance.services import refuse as refusing
from relance.services.database import the_firm
from relance.services.refusal import Refused
from relance.services.simulate import last_run_day, next_run
from relance.storage.queries import approvals as queries
from relance.web import visitors
from relance.web.database import firm, local_now, reading, writing
from relance.web.forms.approvals import RefuseForm
from relance.web.labels import approvals as labels
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.invoice import Answer
from relance.web.shell import refuse, tell, warn
from relance.web.waiting_messages import address, asked, tell_gone, told_gone

PAGE = "approvals/refuse.html"


def register(page: Blueprint) -> None:
    """Its address, among those of what waits."""
    page.add_url_rule("/a-valider/refus", "refuse_some", refuse_some, methods=["GET", "POST"])


def refuse_some() -> Answer:
    """Say why, and what follows for the invoices."""
    ids, session, now = asked(), reading(), local_now()
    rows = queries.some(session, ids)
    if not rows:
        tell_gone(len(ids), ids) if ids else warn(_("Choose at least one message."))
        return redirect(url_for("approvals.index"), 303)
    following = next_run(session, firm(), now, last_run_day(session))
    form = RefuseForm(now.date(), labels.proposed_again(max(following, now), language()))
    if form.sent():
        given = refusing.Refusal(str(form.reason.data), form.what, visitors.me().email, now, form.until.data)
        try:
            with writing() as change:
                done = refusing.refuse(change, the_firm(change), ids, given)
        except Refused as error:
            form.refused(error)
        else:
            tell_gone(done.gone, ids)
            tell(labels.refused(given.sequel, done.refused, language()))
            return redirect(url_for("approvals.index"), 303)
    values = {
        "form": form,
        "rows": rows,
        "title": labels.refuse_question(len(rows), language()),
        "button": labels.do_refuse(len(rows), language()),
        "gone": told_gone(len(ids) - len(rows), ids),
        "address": address("approvals.refuse_some", ids),
    }
    if request.method == "POST":
        return refuse(PAGE, **values)
    return render_template(PAGE, **values)
