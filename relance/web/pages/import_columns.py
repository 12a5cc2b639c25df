"""The second step of an import: how the file was read, and what each of its columns holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services.imports import RECEIVED, ImportOptions
from relance.services.imports import wizard as import_wizard
from relance.services.imports.columns import ColumnRead, read_columns
from relance.services.imports.options import AnyReading
from relance.services.imports.wizard import OTHER_KIND, answers, remembers
from relance.services.refusal import Refused
from relance.storage.models import ImportBatch
from relance.storage.queries import imports as queries
from relance.web.batches import batch_of, kind_of, read_batch
from relance.web.database import firm, reading, writing
from relance.web.forms import imports as forms
from relance.web.forms.imports import ColumnsForm, ReadingForm
from relance.web.labels import import_wizard as labels
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse

Answer = Response | str | tuple[str, int]
TEMPLATE = "imports/columns.html"


def register(page: Blueprint) -> None:
    """Its addresses."""
    page.add_url_rule("/import/<int:batch_id>/colonnes", "columns", columns, methods=["GET", "POST"])
    page.add_url_rule("/import/<int:batch_id>/lecture", "reread", reread, methods=["POST"])
    page.add_url_rule("/import/<int:batch_id>/nature", "other_kind", other_kind, methods=["POST"])


@dataclass(frozen=True, slots=True)
class Shown:
    """A file on its page: as it was read, with what the boxes of its columns say."""

    batch: ImportBatch
    found: AnyReading
    used: ImportOptions
    columns: tuple[ColumnRead, ...]
    chosen: Sequence[str]


def columns(batch_id: int) -> Answer:
    """What was understood; then the person's own word on it."""
    batch = batch_of(batch_id)
    if batch.state != RECEIVED:
        return redirect(url_for("imports.result", batch_id=batch.id), 303)
    kept = answers(batch)
    shown = _shown(batch, kept)
    if request.method == "GET":
        order = kept.date_order or shown.used.date_order
        form = ColumnsForm(data={"date_order": order.value if order else "", "remember": remembers(batch)})
        return render_template(TEMPLATE, **_values(shown, form, _reading_form(shown)))
    form, chosen = ColumnsForm(), forms.chosen_sent(shown.columns)
    if request.form.get("signature") != shown.found.signature:
        form.form_errors.append(_("The file is read differently now. Look at its columns again."))
        return refuse(TEMPLATE, **_values(shown, form, _reading_form(shown)))
    if not form.validate():
        return refuse(TEMPLATE, **_values(replace(shown, chosen=chosen), form, _reading_form(shown)))
    try:
        mapping = forms.mapping_of(shown.columns, chosen, kind_of(batch))
        told = replace(kept, mapping=mapping, date_order=form.order)
        again = replace(_shown(batch, told), chosen=chosen)
    except Refused as error:
        form.refused(error)
        return refuse(TEMPLATE, **_values(replace(shown, chosen=chosen), form, _reading_form(shown)))
    if again.found.questions:
        return refuse(TEMPLATE, **_values(again, form, _reading_form(shown)))
    return _keep(batch, told, remember=bool(form.remember.data), then="imports.check")


def reread(batch_id: int) -> Answer:
    """Read the bytes in another encoding, or split the lines at another character."""
    batch = batch_of(batch_id)
    if batch.state != RECEIVED:
        return redirect(url_for("imports.result", batch_id=batch.id), 303)
    kept, form = answers(batch), ReadingForm()
    told = forms.with_reading(kept, form)
    try:
        if form.validate():
            read_batch(batch, told)
            return _keep(batch, told, remember=remembers(batch), then="imports.columns")
    except Refused as error:
        form.refused(error)
    return refuse(TEMPLATE, **_values(_shown(batch, kept), ColumnsForm(formdata=None), form))


def other_kind(batch_id: int) -> Answer:
    """Take the file for a list of payments, or of invoices."""
    batch = batch_of(batch_id)
    if batch.state != RECEIVED:
        return redirect(url_for("imports.result", batch_id=batch.id), 303)
    with writing() as session:
        import_wizard.as_other_kind(session, batch.id)
    return redirect(url_for("imports.columns", batch_id=batch.id), 303)


def _keep(batch: ImportBatch, told: ImportOptions, *, remember: bool, then: str) -> Answer:
    with writing() as session:
        import_wizard.keep_answers(session, batch.id, told, remember=remember)
    return redirect(url_for(then, batch_id=batch.id), 303)


def _shown(batch: ImportBatch, options: ImportOptions) -> Shown:
    found, used = read_batch(batch, options)
    understood = read_columns(found)
    return Shown(batch, found, used, understood, forms.chosen_first(understood))


def _reading_form(shown: Shown) -> ReadingForm:
    told = {"encoding": shown.used.encoding or "", "separator": shown.used.separator or ""}
    return ReadingForm(formdata=None, data=told)


def _values(shown: Shown, form: ColumnsForm, reading_form: ReadingForm) -> dict[str, object]:
    kind, found = kind_of(shown.batch), shown.found
    currency = firm().currency
    name = shown.used.profile
    return {
        "batch": shown.batch,
        "kind": kind,
        "other": OTHER_KIND[kind],
        "found": found,
        "columns": [
            (one, word, labels.read_as(one.value, currency, language()))
            for one, word in zip(shown.columns, shown.chosen, strict=True)
        ],
        "recognised": sum(one.field is not None for one in shown.columns),
        "choices": forms.field_choices(kind),
        "form": form,
        "reading_form": reading_form,
        "questions": [labels.question(asked, _) for asked in found.questions],
        "other_kind": any(asked.code.value.startswith("looks_like") for asked in found.questions),
        "remembered": queries.profile(reading(), name),
        "earlier": queries.same_file(reading(), shown.batch),
        "separators": labels.SEPARATORS,
        "encodings": labels.ENCODING_NAMES,
    }
