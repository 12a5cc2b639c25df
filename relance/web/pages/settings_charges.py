"""Settings: what is claimed for late payment, and the rates it follows, by half-year. For owners alone."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.charges import is_under_floor
from relance.domain.late_rates import UNKNOWN, half_year
from relance.services import rates
from relance.services.charges import save_terms
from relance.services.database import the_firm
from relance.services.refusal import Refused
from relance.web import visitors
from relance.web.database import firm, local_now, reading, writing
from relance.web.forms.settings_charges import ChargesForm, RateForm, charges_data, code, half_year_of, rate_data
from relance.web.labels import charges as labels
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell

page = Blueprint("settings_charges", __name__)

Answer = Response | str | tuple[str, int]
TEMPLATE, HERE = "settings/charges.html", "/reglages/penalites"
RECENT = 10  # half-years: what isn't barred by time yet between professionals (LEGAL 8)


@page.route(HERE, methods=["GET", "POST"])
def index() -> Answer:
    """What the firm claims."""
    form = ChargesForm(data=charges_data(firm(), language()))
    if request.method == "GET":
        return render_template(TEMPLATE, **_shown(form=form))
    if form.sent():
        try:
            with writing() as session:
                save_terms(
                    the_firm(session), claims=bool(form.claims.data), contract_rate=form.contract_rate.data or ""
                )
        except Refused as error:
            form.refused(error)
        else:
            tell(_("Saved."))
            return redirect(url_for("settings_charges.index"), 303)
    return refuse(TEMPLATE, **_shown(form=form))


@page.post(f"{HERE}/taux")
def rate() -> Answer:
    """Keep the rates of a half-year."""
    form = RateForm(rates.offered(_today()))
    if not form.sent():
        return refuse(TEMPLATE, **_shown(entry=form))
    try:
        with writing() as session:
            rates.save(
                session,
                form.chosen(),
                reference=form.reference.data or "",
                legal=form.legal.data or "",
                source=form.source.data or "",
                by=visitors.me().email,
                today=_today(),
            )
    except Refused as error:
        form.refused(error)
        return refuse(TEMPLATE, **_shown(entry=form))
    tell(_("The rates of the %(half_year)s are kept.") % {"half_year": labels.half_year(form.chosen(), _)})
    return redirect(url_for("settings_charges.index"), 303)


@page.post(f"{HERE}/taux/<half>/retirer")
def forget(half: str) -> Response:
    """Take away what a person entered for a half-year; a second click does nothing."""
    first = half_year_of(half) or abort(404)
    with writing() as session:
        rates.forget(session, first)
    tell(_("What was entered for the %(half_year)s is removed.") % {"half_year": labels.half_year(first, _)})
    return redirect(url_for("settings_charges.index"), 303)


def _today() -> date:
    return local_now().date()


def _shown(form: ChargesForm | None = None, entry: RateForm | None = None) -> dict[str, Any]:
    known, today, mine = rates.known(reading()), _today(), firm()
    table = {one.half_year: one.rates for one in known}
    here = half_year(today)
    wanted = rates.wanted(table, today)
    low = mine.contract_rate is not None and is_under_floor(mine.contract_rate, here, table)
    return {
        "form": form or ChargesForm(formdata=None, data=charges_data(mine, language())),
        "entry": entry or _entry({one.half_year: one for one in known}, wanted, today),
        "recent": known[:RECENT],
        "older": known[RECENT:],
        "wanted": labels.half_years(wanted, _),
        "here": labels.half_year(here, _),
        "now": table.get(here, UNKNOWN),
        "low": low,
        "half_year_name": lambda first: labels.half_year(first, _),
        "half_year_code": code,
        "certainty": lambda one: _(labels.CERTAINTY[one]),
    }


def _entry(known: dict[date, rates.KnownRate], wanted: tuple[date, ...], today: date) -> RateForm:
    """The form of a half-year: the one that was asked for, else the first that is wanted, else the present one."""
    halves = rates.offered(today)
    asked = half_year_of(request.args.get("semestre", ""))
    if asked in halves:
        data = rate_data(asked, known.get(asked), language())
    else:
        data = {"half_year": code(wanted[0] if wanted else half_year(today))}
    return RateForm(halves, formdata=None, data=data)
