"""The third step of an import: what it would do, and the word that does it."""

import hashlib
from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.importers.fields import FileKind
from relance.services.imports import (
    RECEIVED,
    MatchCode,
    Missing,
    Preview,
    RowPreview,
    RowState,
    preview,
    stored_result,
)
from relance.services.imports import wizard as import_wizard
from relance.services.imports.refused import refused_rows
from relance.services.imports.wizard import answers
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import ImportBatch
from relance.storage.queries import imports as queries
from relance.web import set_up, visitors
from relance.web.batches import batch_of, kind_of
from relance.web.database import firm, now, reading, wiring, writing
from relance.web.downloads import csv_download
from relance.web.forms.imports import CheckForm
from relance.web.labels import import_wizard as labels
from relance.web.labels.imports import counts, problem
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell

Answer = Response | str | tuple[str, int]
MOST_SHOWN = 50


def register(page: Blueprint) -> None:
    """Its addresses."""
    page.add_url_rule("/import/<int:batch_id>/verification", "check", check, methods=["GET", "POST"])
    page.add_url_rule("/import/<int:batch_id>/refus.csv", "refused", refused)


def check(batch_id: int) -> Answer:
    """What the import would do; then, on the person's word, the import itself."""
    batch = batch_of(batch_id)
    if batch.state != RECEIVED:
        return redirect(url_for("imports.result", batch_id=batch.id), 303)
    shown = _preview(batch)
    if shown.questions:
        return redirect(url_for("imports.columns", batch_id=batch.id), 303)
    form = CheckForm()
    if request.method == "GET":
        return render_template("imports/check.html", **_values(batch, shown, form))
    try:
        _import(batch, shown, form)
    except Refused as error:
        form.refused(error)
        return refuse("imports/check.html", **_values(batch, shown, form))
    return redirect(_then(batch, shown), 303)


def _then(batch: ImportBatch, shown: Preview) -> str:
    """The result; while the firm is being set up, the test of a reminder where there is nothing more to say."""
    result, following = url_for("imports.result", batch_id=batch.id), set_up.onward("")
    if shown.problems or following != url_for("first_steps.trial"):
        return result
    with db.reading(wiring().engine) as session:
        tell(counts(stored_result(session.get_one(ImportBatch, batch.id)), _))
    return following


def _preview(batch: ImportBatch) -> Preview:
    """What the import would do, with the open invoices that the file doesn't list."""
    kind = kind_of(batch)
    comparable = kind is FileKind.INVOICES and firm().balances_on is not None  # None: there is no invoice yet
    return preview(reading(), kind, batch.content, answers(batch), complete=comparable)


def _import(batch: ImportBatch, shown: Preview, form: CheckForm) -> None:
    if request.form.get("file", batch.sha256) != batch.sha256:  # the number of a file thrown away, used again
        raise Refused("import.other_file")
    settle = bool(form.settle.data) and bool(shown.absent)
    if settle and request.form.get("absent") != fingerprint(shown.absent):
        raise Refused("import.list_changed")
    agreed = import_wizard.settles(import_wizard.told_kind(shown, form.told), said=settle)
    with writing() as session:
        import_wizard.finish(
            session,
            batch.id,
            agreed,
            skip_bad_rows=bool(form.skip.data),
            settle=settle,
            by=visitors.me().email,
            now=now(),
        )


def fingerprint(absent: Iterable[Missing]) -> str:
    """Tells whether the invoices to be settled are still those that were shown."""
    told = "\n".join(f"{one.number}\t{one.balance}\t{one.currency}" for one in absent)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def refused(batch_id: int) -> Response:
    """The rows that can't be imported, or were not, with what is wrong beside them."""
    batch = batch_of(batch_id)
    found = _preview(batch).problems if batch.state == RECEIVED else stored_result(batch).problems
    table = refused_rows(kind_of(batch), batch.content, answers(batch), found)
    lines = ((row.number, "  ".join(problem(one, _) for one in row.problems), *row.cells) for row in table.rows)
    headings = (_("Row"), _("What to correct"), *table.headings)
    return csv_download(f"import-{batch.id}.csv", headings, lines, language())


def _values(batch: ImportBatch, shown: Preview, form: CheckForm) -> dict[str, object]:
    counts = {state.value: shown.count(state) for state in RowState}
    changed = [row for row in shown.rows if row.state is RowState.CHANGED]
    kept = [one for one in shown.notices if one.code is MatchCode.EMAIL_KEPT]
    return {
        "batch": batch,
        "kind": kind_of(batch),
        "shown": shown,
        "counts": counts,
        "to_import": counts[RowState.NEW] + counts[RowState.CHANGED],
        "usable": bool(shown.reading.candidates) and len(shown.rows) > counts[RowState.CONFLICT],
        "bad_rows": len({one.row for one in shown.problems}),
        "problems": shown.problems[:MOST_SHOWN],
        "kept": kept[:MOST_SHOWN],
        "notices": [one for one in shown.notices if one not in kept][:MOST_SHOWN],
        "notice_count": len(shown.notices) - len(kept),
        "said": lambda one: problem(one, _),
        "changed": _changes(changed[:MOST_SHOWN]),
        "absent": shown.absent,
        "absent_sums": _sums(shown.absent),
        "fingerprint": fingerprint(shown.absent),
        "most": MOST_SHOWN,
        "form": form,
        "earlier": queries.same_file(reading(), batch),
        "remembered": queries.profile(reading(), shown.options.profile),
    }


def _changes(rows: list[RowPreview]) -> list[tuple[RowPreview, list[tuple[str, str, str]]]]:
    """Rows with what they change, in words."""
    currencies = queries.currencies(reading(), [row.number for row in rows])
    programs = queries.program_names(reading())
    own = firm().currency
    return [
        (row, [labels.change(one, currencies.get(row.number, own), programs, language()) for one in row.changes])
        for row in rows
    ]


def _sums(absent: Iterable[Missing]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in absent:
        found[one.currency] = found.get(one.currency, 0) + one.balance
    return found
