"""Automatic sending: how it stands, switching it on and off, and its rules."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.book import Scope
from relance.services.activation import Prospect, prospect, switch_on
from relance.services.forecast import Section, by_customer, rows
from relance.services.refusal import Refused
from relance.services.settings import loading as settings
from relance.services.settings.change import change_automation
from relance.services.state import state
from relance.web import forecasts
from relance.web.database import firm, local_now, now, reading, wiring, writing
from relance.web.forms.automation import RulesForm, ScopeForm, rules_of
from relance.web.labels.settings import BLOCKERS
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell

page = Blueprint("automation", __name__)

Answer = Response | str | tuple[str, int]
SHOWN = 25  # how many reminders the confirmation names; the simulation has them all


@page.context_processor
def _words() -> dict[str, object]:
    shown = {"blockers_words": BLOCKERS, "demo": wiring().settings.demo or firm().examples, "local_now": local_now()}
    return {**forecasts.words(), **shown, "today": local_now().date()}


@page.get("/envoi-automatique")
def index() -> Answer:
    """How automatic sending stands; while it is off, what switching it on would do."""
    return render_template("automation/index.html", **_shown(RulesForm(data=rules_of(firm(), language()))))


def _shown(rules: RulesForm) -> dict[str, object]:
    form = ScopeForm(formdata=None, data={"scope": request.args.get("scope", Scope.UPCOMING.value)})
    return {
        "firm": firm(),
        "state": state(reading(), firm(), now()),
        "prospect": None if firm().enabled else _prospect(),
        "form": form,
        "rules": rules,
    }


def _prospect() -> Prospect:
    return prospect(reading(), firm(), local_now())


@page.route("/envoi-automatique/activer", methods=["GET", "POST"])
def activate() -> Answer:
    """What switching on with a scope will send, and when; then switch on."""
    form = ScopeForm(formdata=request.values)
    if form.chosen is None:
        abort(404)
    if firm().enabled:
        tell(_("Automatic reminders are on already."))
        return redirect(url_for("automation.index"), 303)
    if request.method == "GET":
        return render_template("automation/confirm.html", **_choice(form, form.chosen))
    try:
        with writing() as session:
            switch_on(session, form.chosen, now())
    except Refused as error:
        form.refused(error)
        return refuse("automation/confirm.html", **_choice(form, form.chosen))
    tell(_("Automatic reminders are on."))
    return redirect(url_for("automation.index"), 303)


def _choice(form: ScopeForm, scope: Scope) -> dict[str, object]:
    found = _prospect()
    choice = found.choices[scope]
    some = rows(choice.shown, choice.shown.of(Section.SEND)[:SHOWN])
    return {"form": form, "prospect": found, "choice": choice, "groups": by_customer(some)}


@page.post("/envoi-automatique/arreter")
def deactivate() -> Answer:
    """Stop at once: nothing more leaves by itself."""
    with writing() as session:
        settings.deactivate(session)
    tell(_("Automatic reminders are off: nothing more leaves by itself."))
    return redirect(url_for("automation.index"), 303)


@page.post("/envoi-automatique/regles")
def rules() -> Answer:
    """When reminders leave, and how far apart."""
    form = RulesForm()
    if form.sent():
        try:
            with writing() as session:
                change_automation(session, form.values(), now())
        except Refused as error:
            form.refused(error)
        else:
            tell(_("Saved."))
            return redirect(url_for("automation.index"), 303)
    return refuse("automation/index.html", **_shown(form))
