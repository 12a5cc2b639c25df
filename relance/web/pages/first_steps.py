"""The first steps: the list of what to do before reminders leave, and a first test of a real invoice."""

from collections.abc import Iterable
from io import BytesIO

from flask import Blueprint, redirect, render_template, request, send_file, session, url_for
from werkzeug.wrappers import Response

from relance.domain.book import InvoiceId, Scope
from relance.domain.delivery import ChannelName, DeliveryFailed
from relance.services import examples, first_steps
from relance.services.activation import first_run
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.first_steps import FirstStep, StepState
from relance.services.forecast import Forecast, Section, by_customer, forecast, rows
from relance.services.messages.try_out import Trial, try_out
from relance.services.refusal import Refused
from relance.services.remind import Asked
from relance.services.simulate import look
from relance.web import forecasts, set_up, visitors
from relance.web.database import firm, local_now, now, reading, wiring, writing
from relance.web.forms.base import PageForm
from relance.web.labels import first_steps as labels
from relance.web.labels.delivery import delivery_error
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell

page = Blueprint("first_steps", __name__)

Answer = Response | str | tuple[str, int]
TRIAL = "first_steps/trial.html"
SHOWN = 10  # reminders named on the page of the test; the simulation has them all
TRIED = 20  # invoices looked at for one that a test can be made of


@page.app_context_processor
def _everywhere() -> dict[str, object]:
    return {"set_up_place": set_up.place}


@page.get("/premiers-pas")
def index() -> Answer:
    """What is done, what comes next, and what can't start yet."""
    if firm().examples:
        return redirect(url_for("examples.clear"), 303)
    found = set_up.progress()
    named = [(step, _(labels.STEPS[step]), state, _(labels.STATES[state])) for step, state in found.steps]
    return render_template(
        "first_steps/index.html",
        progress=found,
        steps=named,
        pages=set_up.PAGES,
        next_name=_(labels.STEPS[found.next]) if found.next else "",
        may_fill=examples.may_fill(reading(), firm()),
        firm=firm(),
    )


@page.post("/premiers-pas/plus-tard")
def later() -> Answer:
    """E-mail is for later: letters alone for now."""
    session[set_up.LETTERS_ONLY] = True
    return redirect(set_up.onward(url_for("first_steps.index")), 303)


@page.post("/premiers-pas/ranger")
def put_away() -> Answer:
    """The list is done with: the dashboard no longer shows it."""
    with writing() as change:
        first_steps.put_away(change, now())
    tell(_("The list of first steps is put away."))
    return redirect(url_for("home.dashboard"), 303)


@page.route("/premiers-pas/simulation", methods=["GET", "POST"])
def trial() -> Answer:
    """Who would be reminded, and a test of one of these reminders to the person who asks."""
    if set_up.progress().state(FirstStep.TEST) is StepState.BLOCKED:
        return redirect(url_for("first_steps.index"), 303)
    found, form = _forecast(), PageForm()
    if request.method == "GET":
        return render_template(TRIAL, **_shown(found, form))
    try:
        made = _first_that_can(_candidates(found))
    except DeliveryFailed as error:
        failed = {"said": delivery_error(error.code, "", language()), "detail": error.detail}
        return refuse(TRIAL, **_shown(found, form) | {"failed": failed})
    except Refused as error:
        form.form_errors.append(refusal(error, language()))
        return refuse(TRIAL, **_shown(found, form))
    if made.pdf:
        return send_file(BytesIO(made.pdf), mimetype="application/pdf", as_attachment=True, download_name="test.pdf")
    return redirect(url_for("first_steps.trial", essai="parti"), 303)


def _forecast() -> Forecast:
    """What the first run would do if every unpaid invoice were chased."""
    moment = first_run(reading(), firm(), local_now())
    return forecast(reading(), look(reading(), firm(), moment, now=local_now(), as_if=Scope.ALL))


def _candidates(found: Forecast) -> list[InvoiceId]:
    """The invoices to try, those that would be reminded of first."""
    order = (Section.SEND, Section.APPROVAL, Section.MANUAL, Section.WAIT, Section.FIX)
    return [decision.invoice for section in order for _, decision in found.of(section)][:TRIED]


def _first_that_can(invoices: Iterable[int]) -> Trial:
    """The test of the first invoice that has a step to say. Raises Refused, DeliveryFailed."""
    made, why = wiring(), Refused("first_steps.nothing_to_test")
    channel = ChannelName.EMAIL if read_accounts(reading()).mail.host else ChannelName.LETTER
    to = visitors.me().email
    asked = Asked(to, local_now(), channel=channel)
    for invoice in invoices:
        try:
            return try_out(made.engine, made.settings, invoice, asked, to=to, outlets_of=made.outlets_of)
        except Refused as error:
            why = error
    raise why


def _shown(found: Forecast, form: PageForm) -> dict[str, object]:
    some = found.of(Section.SEND)[:SHOWN]
    return {
        **forecasts.words(),
        "form": form,
        "shown": found,
        "day": found.simulation.day,
        "groups": by_customer(rows(found, some)),
        "by_letter": not read_accounts(reading()).mail.host,
        "tried": "essai" in request.args,
        "tested": firm().tested_at is not None,
        "failed": None,
    }
