"""A customer's statement of account, on screen and as a letter, and the letter that sums up what is due."""

from datetime import date
from io import BytesIO

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from relance.services.letters import statement as statements
from relance.services.letters.stationery import file_stem
from relance.services.letters.summary import summary_pdf
from relance.services.refusal import Refused
from relance.storage.models import Customer
from relance.web.database import firm, local_now, reading, wiring
from relance.web.forms.statements import StatementForm
from relance.web.labels import statements as labels
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.customer import customer_of
from relance.web.shell import refuse, warn

Answer = Response | str | tuple[str, int]
HERE = "/clients/<int:customer_id>"


def register(page: Blueprint) -> None:
    """Their addresses; they belong to the blueprint of the list, so that the menu shows where one is."""
    page.add_url_rule(f"{HERE}/releve", "statement", statement)
    page.add_url_rule(f"{HERE}/releve.pdf", "statement_pdf", statement_as_pdf)
    page.add_url_rule(f"{HERE}/recapitulatif.pdf", "summary_pdf", summary_as_pdf)


def statement(customer_id: int) -> Answer:
    """The account until a day, today where none is given."""
    row, form = customer_of(customer_id), StatementForm(formdata=request.args)
    if not form.validate():
        return _refused(row, form)
    first, last = _days(form)
    try:
        found = statements.statement(reading(), firm(), row.id, first, last)
    except Refused as error:
        form.refused(error)
        return _refused(row, form)
    named = [(one, [(line, labels.named(line, language())) for line in one.lines]) for one in found]
    parts = [_(name) for name in labels.PARTS]
    return render_template(
        "statements/show.html", row=row, form=form, accounts=named, parts=parts, first=first, last=last
    )


def statement_as_pdf(customer_id: int) -> Answer:
    """The same as a letter to the customer, in its language."""
    row, form = customer_of(customer_id), StatementForm(formdata=request.args)
    if not form.validate():
        return _refused(row, form)
    first, last = _days(form)
    today, folder = local_now().date(), wiring().settings.data_dir
    try:
        pdf = statements.statement_pdf(reading(), firm(), row, first, last, today, folder)
    except Refused as error:
        form.refused(error)
        return _refused(row, form)
    return _file(pdf, f"releve-{file_stem(row)}-{last}.pdf")


def summary_as_pdf(customer_id: int) -> Answer:
    """A courteous letter with all that is due."""
    row, today = customer_of(customer_id), local_now().date()
    try:
        pdf = summary_pdf(reading(), firm(), row, today, wiring().settings.data_dir)
    except Refused as error:
        warn(refusal(error, language()))
        return redirect(url_for("customers.show", customer_id=row.id), 303)
    return _file(pdf, f"recapitulatif-{file_stem(row)}-{today}.pdf")


def _days(form: StatementForm) -> tuple[date | None, date]:
    return form.du.data, form.au.data or local_now().date()


def _refused(row: Customer, form: StatementForm) -> Answer:
    return refuse("statements/show.html", row=row, form=form, accounts=None, parts=(), first=None, last=None)


def _file(pdf: bytes, name: str) -> Response:
    return send_file(BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=name)
