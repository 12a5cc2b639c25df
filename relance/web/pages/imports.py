"""The files that were imported, and the first step of the next one: which file."""

from datetime import timedelta

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from relance.importers.fields import FileKind
from relance.services import imports
from relance.services.freshness import payments_are_up_to_date
from relance.services.imports import ImportOptions
from relance.services.imports import wizard as import_wizard
from relance.services.imports.profiles import read
from relance.services.refusal import Refused
from relance.storage.queries import imports as queries
from relance.web import visitors
from relance.web.batches import batch_of
from relance.web.database import local_now, now, reading, writing
from relance.web.forms.imports import UploadForm
from relance.web.labels.import_wizard import FILE_KINDS, STATES
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages import import_check, import_columns, import_result
from relance.web.paging import paging
from relance.web.shell import refuse, tell

page = Blueprint("imports", __name__)
for part in (import_columns, import_check, import_result):
    part.register(page)

Answer = Answered | str | tuple[str, int]


@page.route("/import", methods=["GET", "POST"])
def index() -> Answer:
    """Past files, and a form for one more."""
    asked = request.args.get("type", "")
    form = UploadForm(FileKind(asked) if asked in set(FileKind) else FileKind.INVOICES)
    if not form.sent():
        return _again(form)
    content, kind = form.content(), FileKind(form.kind.data)
    if content is None:
        form.nothing()
        return _again(form)
    try:
        found, used = read(reading(), kind, content, ImportOptions())
    except Refused as error:
        form.refused(error)
        return _again(form)
    with writing() as session:
        batch = imports.receive(session, kind, form.filename, content, by=visitors.me().email, now=now())
        received = batch.id
    known = used.profile is not None and not found.questions
    return redirect(url_for("imports.check" if known else "imports.columns", batch_id=received), 303)


def _again(form: UploadForm) -> Answer:
    part = paging(request.args, queries.count(reading()))
    shown = {
        "form": form,
        "paging": part,
        "files": queries.past_imports(reading(), offset=part.offset, limit=part.per),
        "kinds": FILE_KINDS,
        "states": STATES,
    }
    if request.method == "POST":
        return refuse("imports/index.html", **shown)
    return render_template("imports/index.html", **shown)


@page.get("/import/modele/<kind>")
def sample(kind: str) -> Response:
    """A small file to fill, in the reader's language."""
    if kind not in set(FileKind):
        abort(404)
    today = local_now().date()
    dates = {
        "issued": today - timedelta(days=40),
        "late": today - timedelta(days=10),
        "due": today + timedelta(days=20),
    }
    text = render_template(f"imports/{kind}.{language()}.csv", today=today, **dates)
    answer = Response("\ufeff" + text.replace("\n", "\r\n"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer


@page.post("/import/reglements-a-jour")
def fresh() -> Answer:
    """A person's word that all payments received are known (RULES 5.3)."""
    with writing() as session:
        payments_are_up_to_date(session, now())
    tell(_("Noted: payments are up to date as of today."))
    return redirect(url_for("imports.index"), 303)


@page.post("/import/<int:batch_id>/abandon")
def discard(batch_id: int) -> Answer:
    """Throw away a file that was not imported."""
    batch = batch_of(batch_id)
    with writing() as session:
        import_wizard.discard(session, batch.id)
    if batch.state == imports.RECEIVED:
        tell(_("The file was removed. Nothing was imported from it."))
    return redirect(url_for("imports.index"), 303)
