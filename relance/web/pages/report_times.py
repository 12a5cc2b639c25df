"""DSO and delays on any day, with the year before it."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from relance.services import glance
from relance.services.kept import kept
from relance.services.reporting import delays as report_delays
from relance.services.reporting.figures import Figures, figures
from relance.web import charts
from relance.web.database import firm, local_now, reading, wiring
from relance.web.forms.reports import ClosedForm
from relance.web.report_files import answer, file_language
from relance.web.shell import refuse

Answer = Response | str | tuple[str, int]
PAGE = "reports/delays.html"


def register(page: Blueprint) -> None:
    """Its addresses."""
    page.add_url_rule("/rapports/delais", "delays", delays)
    page.add_url_rule("/rapports/delais.<kind>", "delays_file", delays_file)


def delays() -> str | tuple[str, int]:
    """One part for each currency."""
    form = _form()
    found = _figures(form).currencies
    lines = [charts.line_chart([point.days for point in one.series]) for one in found]
    shown = {"form": form, "on": form.day, "currencies": list(zip(found, lines, strict=True))}
    return refuse(PAGE, **shown) if form.errors else render_template(PAGE, **shown)


def delays_file(kind: str) -> Answer:
    """The same as a file."""
    form = _form()
    if form.errors:
        return delays()
    return answer(report_delays.report(reading(), firm(), form.today, form.day, file_language()), kind)


def _form() -> ClosedForm:
    form = ClosedForm(local_now().date(), formdata=request.args)
    form.validate()
    return form


def _figures(form: ClosedForm) -> Figures:
    """Today's are kept at hand: the first page shows them too."""
    if form.day == form.today:
        return glance.figures_now(wiring().engine, form.today)
    return kept(wiring().engine, figures, form.today, form.day)
