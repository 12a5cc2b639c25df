"""The reports: what there are; each is a page, and a file to print or to save."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from relance.services import glance
from relance.services.kept import kept
from relance.services.reporting import debtors as report_debtors
from relance.services.reporting import suspended as report_suspended
from relance.services.reporting.writing import Days, Money, Share, as_text
from relance.storage.queries.report_suspended import suspended
from relance.web import charts
from relance.web.database import firm, local_now, reading, wiring
from relance.web.forms.reports import MostForm
from relance.web.labels import dashboard
from relance.web.labels import reports as labels
from relance.web.labels.customers import LANGUAGE_NAMES
from relance.web.language import language
from relance.web.pages import report_aged, report_reminding, report_times
from relance.web.report_files import answer, file_language
from relance.web.shell import refuse

page = Blueprint("reports", __name__)
for module in (report_aged, report_times, report_reminding):
    module.register(page)


@page.context_processor
def _words() -> dict[str, object]:
    return {"labels": labels, "words": dashboard, "languages": tuple(LANGUAGE_NAMES.items())}


@page.app_template_filter()
def bare(minor: int, currency: str) -> str:
    """An amount without its currency, for a column that has it above: 6 120,00."""
    return as_text(Money(minor, currency), language())


@page.app_template_filter()
def tenths(number: float) -> str:
    """A number of days with one decimal: 12,4."""
    return as_text(Days(number), language())


@page.app_template_filter()
def share(of_one: float) -> str:
    """A part of a whole: 52,3 %."""
    return as_text(Share(of_one), language())


@page.get("/rapports")
def index() -> str:
    """The list of reports, with today's figures."""
    today = local_now().date()
    return render_template("reports/index.html", figures=glance.figures_now(wiring().engine, today), today=today)


@page.get("/rapports/clients")
def debtors() -> str | tuple[str, int]:
    """The largest debtors, one table for each currency."""
    form = MostForm(formdata=request.args)
    form.validate()
    today = local_now().date()
    found = kept(wiring().engine, report_debtors.debtors, today, form.most)
    bars = [charts.shares([row.aged.total for row in one.rows]) for one in found]
    shown = {"form": form, "tables": list(zip(found, bars, strict=True)), "today": today}
    return refuse("reports/debtors.html", **shown) if form.errors else render_template("reports/debtors.html", **shown)


@page.get("/rapports/clients.<kind>")
def debtors_file(kind: str) -> Response:
    """The same as a file."""
    form = MostForm(formdata=request.args)
    form.validate()
    today = local_now().date()
    return answer(report_debtors.report(reading(), firm(), today, form.most, file_language()), kind)


@page.get("/rapports/suspens")
def suspended_invoices() -> str:
    """What is promised and what is disputed."""
    found = suspended(reading())
    sums = report_suspended.sums(found)
    return render_template("reports/suspended.html", rows=found, sums=sums, today=local_now().date())


@page.get("/rapports/suspens.<kind>")
def suspended_file(kind: str) -> Response:
    """The same as a file."""
    return answer(report_suspended.report(reading(), firm(), local_now().date(), file_language()), kind)
