"""Models of messages: their list, and one text with its fields, its preview on a real invoice, a test to oneself."""

from io import BytesIO
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, send_file
from flask import session as cookie
from werkzeug.wrappers import Response

from relance.domain import merge
from relance.domain.delivery import ChannelName, DeliveryFailed
from relance.services import texts
from relance.services.refusal import Refused
from relance.services.texts import Text, templates
from relance.services.texts import look as template_look
from relance.services.texts.look import Look
from relance.services.texts.templates import Place
from relance.storage import db
from relance.storage.queries import templates as queries
from relance.web import model_view as view
from relance.web import visitors
from relance.web.database import firm, local_now, reading, wiring, writing
from relance.web.forms.models import ModelForm
from relance.web.forms.reminders import NUMBER
from relance.web.headers import PREVIEW_POLICY
from relance.web.labels import models as labels
from relance.web.labels import reasons
from relance.web.labels.customers import LANGUAGE_NAMES
from relance.web.labels.delivery import delivery_error, test_sent
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.model_view import Model
from relance.web.pages import model_acts
from relance.web.shell import refuse, tell

page = Blueprint("models", __name__)
model_acts.register(page)

Answer = Response | str | tuple[str, int]
PAGE = "models/edit.html"


@page.context_processor
def _words() -> dict[str, object]:
    return {
        "channel_name": lambda one: reasons.channel(one, language()),
        "chosen_name": lambda one: _(labels.CHOSEN[one]),
        "language_name": LANGUAGE_NAMES.__getitem__,
    }


@page.get("/modeles")
def index() -> str:
    """All models in order of levels, then the firm's own."""
    own, used = queries.written(reading()), queries.uses(reading())
    stages = {
        _(labels.STAGES[stage]): [
            view.row(one.name, one.channels, own.get(one.name, {}), used.get(one.name, ()))
            for one in texts.catalogue()
            if one.stage is stage
        ]
        for stage in texts.Stage
    }
    mine = [
        view.row(name, tuple(ChannelName), its, used.get(name, ()))
        for name, its in own.items()
        if name not in texts.by_name()
    ]
    return render_template("models/index.html", stages=stages, mine=mine)


@page.route("/modeles/<path:name>", methods=["GET", "POST"])
def edit(name: str) -> Answer:
    """One text: shown, kept, or sent to oneself as a test."""
    model = view.find(name)
    place = view.place_of(model)
    form = _form(model, place)
    if request.method == "GET":
        return render_template(PAGE, **_shown(model, place, form))
    if not form.validate():
        return refuse(PAGE, **_shown(model, place, form))
    try:
        return _tested(model, place, form) if request.form.get("do") == "test" else _saved(model, place, form)
    except Refused as error:
        form.refused(error)
        return refuse(PAGE, **_shown(model, place, form))
    except DeliveryFailed as error:
        said = f"{_('The test did not leave.')} {delivery_error(error.code, error.detail, language())}"
        form.form_errors.append(said)
        return refuse(PAGE, **_shown(model, place, form))


def _form(model: Model, place: Place, **values: Any) -> ModelForm:
    offered = view.invoices(model)
    invoice = request.args.get("facture", "").strip() or (offered[0].number if offered else "")
    text = model.text(place) or Text("", "")
    return ModelForm(place.channel, text, invoice, place.language, **values)


def _saved(model: Model, place: Place, form: ModelForm) -> Response:
    with writing() as session:
        templates.save(session, place, form.text)
    tell(_("Saved."))
    return redirect(view.address(model.name, place, form.facture.data or ""), 303)


def _tested(model: Model, place: Place, form: ModelForm) -> Answer:
    """The text as it stands in the form; it stays there, kept or not."""
    text = templates.checked(place, form.text)
    number = (form["numero"].data or "").strip() if "numero" in form else ""
    if place.channel is ChannelName.SMS and not number:
        raise Refused("template.no_number")
    if number:
        cookie[NUMBER] = number
    to, made = number or visitors.me().email, wiring()
    asked = view.asked(model, place, text, form.facture.data or "")
    tried = template_look.try_out(made.engine, made.settings, asked, to=to, now=local_now(), outlets_of=made.outlets_of)
    if place.channel is ChannelName.LETTER:
        return send_file(BytesIO(tried.pdf), mimetype="application/pdf", download_name=f"{_('test')}.pdf")
    return render_template(PAGE, **_shown(model, place, form), sent=test_sent(to, language()))


def _shown(model: Model, place: Place, form: ModelForm) -> dict[str, Any]:
    text = form.text if request.method == "POST" else None
    invoice = form.facture.data or ""
    seen = view.seen(model, view.asked(model, place, text, invoice))
    values = seen.values if isinstance(seen, Look) else {}
    return {
        "model": model,
        "place": place,
        "form": form,
        "seen": seen,
        "channels": view.channel_tabs(model, place, invoice),
        "languages": view.language_tabs(model, place, invoice),
        "fields": [(name, _(says), values.get(name)) for name, says in labels.FIELDS.items()],
        "blocks": [(block, _(says)) for block, says in labels.BLOCKS.items()],
        "invoices": view.invoices(model),
        "address": view.address,
        "changed": model.is_changed(place),
        "missing": model.text(place) is None,
        "level_offset": template_look.usual_step(model.name, model.used),
    }


@page.route("/modeles/apercu/<path:name>", methods=["GET", "POST"])
def preview(name: str) -> Answer:
    """The text on an invoice, for a frame: as it is kept, or as it stands in the form that is sent."""
    model = view.find(name)
    place = view.place_of(model)
    form = _form(model, place) if request.method == "POST" else None
    written = view.clipped(form.text) if form else None
    invoice = (form.facture.data or "") if form else request.args.get("facture", "")
    asked = view.asked(model, place, written, invoice)
    if request.form.get("do") == "pdf" and place.channel is ChannelName.LETTER:
        return _pdf(asked)
    return _framed(place, written, view.seen(model, asked))


def _framed(place: Place, written: Text | None, seen: Look | Refused | None) -> Response:
    said = {
        "faults": _faults(written),
        "seen": seen if isinstance(seen, Look) else None,
        "refused": refusal(seen, language()) if isinstance(seen, Refused) else "",
        "place": place,
        "theme": visitors.me().theme,
    }
    answer = make_response(render_template("models/frame.html", **said))
    answer.headers["Content-Security-Policy"] = PREVIEW_POLICY
    return answer


def _faults(written: Text | None) -> list[str]:
    parts = (written.subject, written.body) if written else ()
    return [
        labels.fault_sentence(one.code, {"written": one.written, "line": one.line, "suggestion": one.suggestion}, _)
        for part in parts
        for one in merge.faults(part)
    ]


def _pdf(asked: template_look.Asked) -> Answer:
    """The letter as it is printed, marked as a test."""
    made = wiring()
    try:
        with db.reading(made.engine) as session:
            tried = template_look.trial(session, firm(), asked, made.settings.data_dir, to="")
    except Refused as error:
        return _framed(asked.place, asked.text, error)
    return send_file(BytesIO(tried.pdf), mimetype="application/pdf", download_name=f"{_('test')}.pdf")
