"""What is done with a whole model: a new one, another name, one taken away; a text put back as it was."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import texts
from relance.services.refusal import Refused
from relance.services.texts import templates
from relance.storage.queries import templates as queries
from relance.web import model_view as view
from relance.web.database import reading, writing
from relance.web.forms.models import DeleteForm, NameForm, NewForm
from relance.web.labels.models import model_name
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.model_view import Model
from relance.web.shell import refuse, tell

Answer = Response | str | tuple[str, int]


def register(page: Blueprint) -> None:
    """Their addresses, among those of the models."""
    page.add_url_rule("/modeles/nouveau", "new", new, methods=["GET", "POST"])
    page.add_url_rule("/modeles/nom/<path:name>", "rename", rename, methods=["GET", "POST"])
    page.add_url_rule("/modeles/supprimer/<path:name>", "delete", delete, methods=["GET", "POST"])
    page.add_url_rule("/modeles/origine/<path:name>", "restore", restore, methods=["GET", "POST"])


def _all_models() -> dict[str, str]:
    """Every model by name, with what it is called."""
    own = [name for name in queries.written(reading()) if name not in texts.by_name()]
    return {name: model_name(name, _) for name in (*texts.by_name(), *own)}


def new() -> Answer:
    """A new model with the texts of another."""
    source = request.args.get("copie", "")
    models = _all_models()
    if source and source not in models:
        abort(404)
    name = _("Copy of %(name)s") % {"name": models[source]} if source else ""
    form = NewForm(models, data={"name": name, "source": source or next(iter(models))})
    if request.method == "GET":
        return render_template("models/new.html", form=form)
    if not form.sent():
        return refuse("models/new.html", form=form)
    try:
        with writing() as session:
            made = templates.duplicate(session, str(form.source.data), str(form.name.data))
    except Refused as error:
        form.refused(error)
        return refuse("models/new.html", form=form)
    tell(_("“%(name)s” is there. Change its texts, then choose it in a program.") % {"name": made})
    return redirect(url_for("models.edit", name=made), 303)


def rename(name: str) -> Answer:
    """Another name, in the programs that use it too."""
    model = _own(name)
    form = NameForm(data={"name": name})
    if request.method == "GET":
        return render_template("models/rename.html", form=form, model=model)
    if not form.sent():
        return refuse("models/rename.html", form=form, model=model)
    try:
        with writing() as session:
            called = templates.rename(session, name, str(form.name.data))
    except Refused as error:
        form.refused(error)
        return refuse("models/rename.html", form=form, model=model)
    tell(_("Saved."))
    return redirect(url_for("models.edit", name=called), 303)


def delete(name: str) -> Answer:
    """A model of one's own taken away, and what programs use instead."""
    model = _own(name)
    form = DeleteForm({key: said for key, said in _all_models().items() if key != name})
    if request.method == "GET":
        return render_template("models/delete.html", form=form, model=model)
    if model.used and not form.sent():
        return refuse("models/delete.html", form=form, model=model)
    try:
        with writing() as session:
            templates.delete(session, name, form.chosen)
    except Refused as error:
        form.refused(error)
        return refuse("models/delete.html", form=form, model=model)
    tell(_("“%(name)s” is deleted.") % {"name": name})
    return redirect(url_for("models.index"), 303)


def restore(name: str) -> Answer:
    """One text as it was at first; of a model of one's own, one text the less."""
    model = view.find(name)
    place = view.place_of(model)
    values = {"model": model, "place": place, "address": view.address, "refused": ""}
    if request.method == "GET":
        return render_template("models/restore.html", **values)
    try:
        with writing() as session:
            templates.restore(session, place)
    except Refused as error:
        return refuse("models/restore.html", **{**values, "refused": refusal(error, language())})
    tell(_("The original text is back.") if model.original else _("The text is deleted."))
    return redirect(view.address(name, place) if model.original else url_for("models.edit", name=name), 303)


def _own(name: str) -> Model:
    model = view.find(name)
    if model.original is not None:
        abort(404)
    return model
