"""What the run of a day would do, customer by customer; nothing is sent from looking."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.book import Scope
from relance.domain.delivery import DeliveryFailed
from relance.services import glance
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.forecast import Forecast, Section, by_customer, forecast, rows, waits
from relance.services.freshness import payments_are_up_to_date
from relance.services.messages.html_mail import to_html
from relance.services.notices import send_to_self
from relance.services.run import run_today
from relance.services.simulate import Simulation, SkippedRun, is_stale, simulate
from relance.storage.queries import history
from relance.storage.queries.history import Asked
from relance.storage.queries.run import run_of
from relance.web import forecasts, visitors
from relance.web.database import firm, local_now, now, reading, wiring, writing
from relance.web.downloads import csv_download
from relance.web.forms.simulation import DayForm
from relance.web.labels import forecast as labels
from relance.web.labels import reasons
from relance.web.labels.delivery import delivery_error
from relance.web.labels.simulation import as_text
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.message_words import message_words
from relance.web.paging import paging
from relance.web.shell import refuse, tell, warn

page = Blueprint("simulation", __name__)

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Notices:
    """What a reader must know before the figures; the scope is set while automatic sending is off."""

    scope: Scope | None
    stale: bool
    absent: bool
    closed: bool  # not a working day
    done: bool


MOST_DONE = 25  # messages of the day's run that are listed; the history has them all


@page.context_processor
def _words() -> dict[str, object]:
    return {**forecasts.words(), "today": local_now().date()}


@page.get("/simulation")
def index() -> Answer:
    """The simulation of a day, a page of its invoices at a time."""
    form = _form()
    shown = _forecast(form)
    section = _section()
    some = shown.of(section)
    part = paging(request.args, len(some))
    listed = rows(shown, some[part.offset : part.offset + part.per])
    values = {
        "form": form,
        "shown": shown,
        "notices": _notices(shown.simulation, form),
        "section": section,
        "sections": labels.tabs(shown, language()),
        "paging": part,
        "groups": by_customer(listed),
        "waits": waits(shown),
        "names": labels.SECTIONS,
        "run": (run := run_of(reading(), shown.simulation.day)),
        "carried": history.lines(reading(), Asked(run=run.id), limit=MOST_DONE) if run else [],
        **message_words(),
    }
    if form.errors:
        return refuse("simulation/index.html", **values)
    return render_template("simulation/index.html", **values)


@page.get("/simulation.csv", endpoint="export")
def export() -> Response:
    """Every invoice of the simulation, as a file."""
    form = _form()
    if form.errors:
        abort(422)
    shown = _forecast(form)
    lines = (labels.cells(row, language()) for row in rows(shown, shown.decisions))
    return csv_download(f"simulation-{form.day.isoformat()}.csv", labels.headings(language()), lines, language())


@page.post("/simulation/envoyer")
def email() -> Response:
    """Send the simulation to the person who asks, and to nobody else."""
    form, to = _form(), visitors.me().email
    if form.errors:
        abort(422)
    found = _simulation(form)
    text, subject = as_text(found, language()), labels.subject(found, language())
    accounts = read_accounts(reading())
    html = to_html(text, subject=subject, language=language())
    try:
        send_to_self(wiring().settings, accounts, firm(), (to,), subject, text, html, wiring().outlets_of)
    except DeliveryFailed as error:
        warn(delivery_error(error.code, error.detail, language()))
    else:
        tell(_("The simulation was sent to %(email)s. No customer received anything.") % {"email": to})
    return redirect(_back(form), 303)


@page.post("/simulation/reglements-a-jour")
def fresh() -> Response:
    """A person's word that all payments received are known (RULES 5.3)."""
    with writing() as session:
        payments_are_up_to_date(session, now())
    tell(_("Noted: payments are up to date as of today."))
    back = "automation.index" if request.form.get("then") == "automation" else "simulation.index"
    return redirect(url_for(back), 303)


@page.route("/simulation/reprise", methods=["GET", "POST"])
def resume() -> Answer:
    """After a long absence the run waits for a person's word: this page asks for it (RULES 5.6)."""
    found = simulate(reading(), firm(), local_now())
    if found.skipped_run is not SkippedRun.LONG_ABSENCE:
        tell(_("There is nothing to resume: the reminders go their usual way."))
        return redirect(url_for("simulation.index"), 303)
    if request.method == "GET":
        return render_template("simulation/resume.html", shown=forecast(reading(), found), refused="")
    result = run_today(wiring().engine, now(), by=visitors.me().email, after_absence=True)
    if result.skipped_run is not None:
        why = reasons.skipped(result.skipped_run, language())
        return refuse("simulation/resume.html", shown=forecast(reading(), found), refused=why)
    wiring().ring()
    tell(labels.resumed(len(result.messages), language()))
    return redirect(url_for("simulation.index"), 303)


def _form() -> DayForm:
    form = DayForm(local_now().date(), firm().scope)
    if form.scope is None:
        abort(404)
    form.validate()
    return form


def _forecast(form: DayForm) -> Forecast:
    return glance.forecast_of(wiring().engine, local_now(), form.day, None if firm().enabled else form.scope)


def _simulation(form: DayForm) -> Simulation:
    return simulate(reading(), firm(), local_now(), on=form.day, as_if=None if firm().enabled else form.scope)


def _section() -> Section | None:
    asked = request.args.get("voir", "")
    if asked and asked not in {one.value for one in Section}:
        abort(404)
    return Section(asked) if asked else None


def _notices(found: Simulation, form: DayForm) -> Notices:
    today, row = local_now(), the_firm(reading())
    is_today = found.day == today.date()
    return Notices(
        scope=None if row.enabled else form.scope,
        stale=bool(found.book.invoices) and is_stale(row, today),
        absent=is_today and found.skipped_run is SkippedRun.LONG_ABSENCE,
        closed=row.working_days_only and not found.policy.is_working_day(found.day),
        done=is_today and found.skipped_run is SkippedRun.DONE_TODAY,
    )


def _back(form: DayForm) -> str:
    scope = None if firm().enabled else form.portee.data
    return url_for("simulation.index", date=form.day.isoformat(), portee=scope)
