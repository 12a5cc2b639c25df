"""The customers: tabs, filters, what each owes; the same list as a file."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.money import to_decimal
from relance.services.customer_search import searched
from relance.storage.queries import customer as one_query
from relance.storage.queries import customers as queries
from relance.storage.queries.customers import Owed, Row, Wanted, Which
from relance.web.database import local_now, reading
from relance.web.downloads import csv_download
from relance.web.forms.customers import ListForm
from relance.web.labels import customers as labels
from relance.web.labels.import_wizard import CUSTOMER_KINDS
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages import customer, customer_steps, statements
from relance.web.paging import paging
from relance.web.shell import refuse

page = Blueprint("customers", __name__)
for module in (customer, customer_steps, statements):
    module.register(page)

# What stays in the address from one tab to the next.
KEPT = ("q", "groupe", "type", "programme", "tri", "par")


@page.get("/clients")
def index() -> str | tuple[str, int]:
    """One page of one tab."""
    form, wanted = _asked()
    session, today = reading(), local_now().date()
    counts = queries.counts(session, wanted, today)
    part = paging(request.args, counts[wanted.which])
    shown = {
        "form": form,
        "wanted": wanted,
        "tabs": _tabs(wanted.which, counts),
        "paging": part,
        "rows": queries.rows(session, wanted, today, limit=part.per, offset=part.offset),
        "caption": _(labels.CAPTIONS[wanted.which]),
        "nothing": _(labels.NOTHING[wanted.which]),
        "sorted_by": ("-" if wanted.descending else "") + wanted.order.value,
    }
    if form.errors:
        return refuse("customers/index.html", **shown)
    return render_template("customers/index.html", **shown)


@page.get("/clients.csv")
def export() -> Response:
    """The whole tab with its filters, as a file: a line for each customer and currency."""
    _form, wanted = _asked()
    today = local_now().date()
    rows = queries.rows(reading(), wanted, today)
    headings = [_(name) for name in labels.COLUMNS]
    lines = (cells for row in rows for cells in _cells(row))
    return csv_download(f"clients-{wanted.which}-{today}.csv", headings, lines, language())


def _asked() -> tuple[ListForm, Wanted]:
    form = ListForm(one_query.choices(reading()))
    form.validate()
    return form, form.wanted(None if form.q.errors else searched(reading(), form.q.data or ""))


def _tabs(current: Which, counts: dict[Which, int]) -> list[tuple[str, str, bool, int]]:
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if request.args.get(name)}
    return [
        (_(name), url_for("customers.index", etat=one.value, **kept), one is current, counts[one])
        for one, name in labels.TABS.items()
    ]


def _cells(row: Row) -> Iterator[list[object]]:
    who = [row.code, row.name, _(CUSTOMER_KINDS[row.kind]), row.group or "", _program(row)]
    who += [", ".join(row.emails), row.phone, row.language or ""]
    for one in row.owed:
        amounts = [_plain(one.total, one), _plain(one.late, one), one.late_invoices, one.currency]
        yield [*who, *amounts, _stops(row)]
    if not row.owed:
        yield [*who, "", "", "", "", _stops(row)]


def _program(row: Row) -> str:
    if row.never:
        return _("Never automatically")
    return _("Its own steps") if row.own else row.program or ""


def _stops(row: Row) -> str:
    if row.insolvent:
        return _("Insolvency proceedings")
    if row.never:
        return _("Never reminded")
    return _("Paused") if row.paused else ""


def _plain(minor: int, one: Owed) -> str:
    amount = str(to_decimal(minor, one.currency))
    return amount.replace(".", ",") if language() == "fr" else amount
