"""The reports on reminders: the effect of each level, and what left month by month."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from relance.services.kept import kept
from relance.services.reporting import reminding as report_reminding
from relance.web import charts
from relance.web.database import firm, local_now, reading, wiring
from relance.web.forms.reports import WithinForm
from relance.web.report_files import answer, file_language
from relance.web.shell import refuse

Answer = Response | str | tuple[str, int]
PAGE = "reports/effect.html"


def register(page: Blueprint) -> None:
    """Their addresses."""
    page.add_url_rule("/rapports/efficacite", "effect", effect)
    page.add_url_rule("/rapports/efficacite.<kind>", "effect_file", effect_file)
    page.add_url_rule("/rapports/envois", "sent", sent)
    page.add_url_rule("/rapports/envois.<kind>", "sent_file", sent_file)


def effect() -> str | tuple[str, int]:
    """What each level brought in the last twelve months."""
    form = _form()
    shown = {
        "form": form,
        "rows": kept(wiring().engine, report_reminding.effect, local_now().date(), form.days),
        "within": form.days,
    }
    return refuse(PAGE, **shown) if form.errors else render_template(PAGE, **shown)


def effect_file(kind: str) -> Answer:
    """The same as a file."""
    form, today = _form(), local_now().date()
    if form.errors:
        return effect()
    return answer(report_reminding.effect_report(reading(), firm(), today, form.days, file_language()), kind)


def sent() -> str:
    """How many reminders left by each channel, month by month."""
    months = kept(wiring().engine, report_reminding.by_month, local_now().date())
    return render_template(
        "reports/sent.html",
        months=months,
        bars=charts.shares([one.total for one in months]),
        channels=report_reminding.CHANNELS,
        totals=report_reminding.totals(months),
    )


def sent_file(kind: str) -> Response:
    """The same as a file."""
    return answer(report_reminding.sent_report(reading(), firm(), local_now().date(), file_language()), kind)


def _form() -> WithinForm:
    form = WithinForm(formdata=request.args)
    form.validate()
    return form
