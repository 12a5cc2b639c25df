"""The last step of an import: what was done, and how to take it back."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import imports
from relance.services.imports import APPLIED, RECEIVED, stored_result
from relance.services.refusal import Refused
from relance.storage.models import ImportBatch
from relance.web import set_up
from relance.web.batches import batch_of, kind_of
from relance.web.database import now, writing
from relance.web.forms.base import PageForm
from relance.web.labels.imports import counts, problem
from relance.web.language import gettext as _
from relance.web.shell import refuse, tell

Answer = Response | str | tuple[str, int]
MOST_SHOWN = 50


def register(page: Blueprint) -> None:
    """Its addresses."""
    page.add_url_rule("/import/<int:batch_id>/resultat", "result", result)
    page.add_url_rule("/import/<int:batch_id>/annulation", "undo", undo, methods=["GET", "POST"])


def result(batch_id: int) -> Answer:
    """What the import did, in numbers."""
    batch = batch_of(batch_id)
    if batch.state == RECEIVED:
        return redirect(url_for("imports.columns", batch_id=batch.id), 303)
    return render_template("imports/result.html", **_values(batch))


def undo(batch_id: int) -> Answer:
    """What taking it back means; then, on the person's word, taking it back."""
    batch = batch_of(batch_id)
    if batch.state != APPLIED:
        return redirect(url_for("imports.result", batch_id=batch.id), 303)
    form = PageForm()
    if request.method == "GET":
        return render_template("imports/undo.html", form=form, **_values(batch))
    try:
        with writing() as session:
            imports.undo(session, session.get_one(ImportBatch, batch.id), now=now())
    except Refused as error:
        form.refused(error)
        return refuse("imports/undo.html", form=form, **_values(batch))
    tell(_("The import of “%(file)s” was undone.") % {"file": batch.filename})
    return redirect(url_for("imports.index"), 303)


def _values(batch: ImportBatch) -> dict[str, object]:
    done = stored_result(batch)
    return {
        "batch": batch,
        "kind": kind_of(batch),
        "done": done,
        "sentence": counts(done, _),
        "bad_rows": len({one.row for one in done.problems}),
        "problems": done.problems[:MOST_SHOWN],
        "said": lambda one: problem(one, _),
        "applied": batch.state == APPLIED,
        "onward": set_up.onward(""),
    }
