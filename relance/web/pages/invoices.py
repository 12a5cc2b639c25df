"""The invoices: tabs, filters, what was sent last and what follows."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.book import DocumentStatus
from relance.domain.money import to_decimal
from relance.domain.reasons import ReasonCode
from relance.services.following import Following, following
from relance.services.lookup import searched
from relance.storage.queries import invoices as queries
from relance.storage.queries.invoices import Counts, Lateness, Order, Row, Tab, Wanted
from relance.web.database import firm, local_now, reading
from relance.web.downloads import csv_download
from relance.web.forms.invoices import FilterForm
from relance.web.labels import invoices as labels
from relance.web.labels import reasons
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages import invoice, invoice_acts, reminders
from relance.web.paging import paging
from relance.web.shell import refuse

page = Blueprint("invoices", __name__)
invoice.register(page)
invoice_acts.register(page)
reminders.register(page)

# What stays in the address from one tab to the next.
KEPT = ("q", "niveau", "retard", "par")
DEFAULT_ORDER = {Tab.UPCOMING: (Order.DUE, False), Tab.PAID: (Order.DUE, True), Tab.ALL: (Order.DUE, True)}


@page.get("/factures")
def index() -> str | tuple[str, int]:
    """One page of one tab."""
    form, today = FilterForm(formdata=request.args), local_now().date()
    form.validate()
    session = reading()
    counts = queries.counts(session, today, firm().currency)
    wanted = _wanted(form, counts)
    total = queries.count(session, wanted, today) if wanted.narrowed else counts.of[wanted.tab]
    part = paging(request.args, total)
    rows = queries.rows(session, wanted, today, limit=part.per, offset=part.offset)
    values = {
        "form": form,
        "today": today,
        "firm_currency": firm().currency,
        "counts": counts,
        "wanted": wanted,
        "tabs": _tabs(wanted.tab, counts),
        "paging": part,
        "lines": list(_lines(rows, _following(rows))),
        "caption": _(labels.CAPTIONS[wanted.tab]),
        "nothing": _(labels.NOTHING[wanted.tab]),
        "tri": _sorted_by(wanted),
        "kind_of": _kind_of,
        "Tab": Tab,
    }
    if form.errors:
        return refuse("invoices/index.html", **values)
    return render_template("invoices/index.html", **values)


@page.get("/factures.csv")
def export() -> Response:
    """The whole tab with its filters, as a file."""
    form, today = FilterForm(formdata=request.args), local_now().date()
    form.validate()
    wanted = _wanted(form, queries.counts(reading(), today, firm().currency))
    rows = queries.rows(reading(), wanted, today)
    headings = [_(name) for name in labels.COLUMNS]
    return csv_download(
        f"factures-{wanted.tab}-{today}.csv", headings, (_cells(one, today) for one in rows), language()
    )


def _cells(row: Row, today: date) -> list[object]:
    return [
        row.number,
        row.customer,
        row.due_date or "",
        row.days_late(today),
        _plain(row.total, row.currency),
        _plain(row.balance, row.currency),
        row.currency,
        "" if row.level is None else reasons.level(row.level, language()),
        row.last_reminder_on or "",
    ]


def _plain(minor: int, currency: str) -> str:
    amount = str(to_decimal(minor, currency))
    return amount.replace(".", ",") if language() == "fr" else amount


def _following(rows: Sequence[Row]) -> Following:
    still_open = [row for row in rows if row.open]
    return following(
        reading(), firm(), {row.id for row in still_open}, {row.customer_id for row in still_open}, local_now()
    )


def _lines(rows: Sequence[Row], after: Following) -> Iterator[tuple[Row, str, str]]:
    """Each row with what holds it back, and what follows in a few words."""
    for row in rows:
        yield row, _sign(row, after), _said(row, after)


def _said(row: Row, after: Following) -> str:
    if row.id in after.waiting:
        return labels.what_waits(after.waiting[row.id], language())
    decision = after.decisions.get(row.id)
    return labels.what_follows(decision, after.offset(decision), language()) if decision else ""


def _sign(row: Row, after: Following) -> str:
    """The one thing about an invoice that a chip must say beside its level."""
    invoice = after.invoices.get(row.id)
    if invoice is None:
        return ""
    if invoice.failed_step is not None:
        return "failed"
    if invoice.disputed:
        return "disputed"
    if after.says(row.id, ReasonCode.PAUSED):
        return "paused"
    return "promised" if after.says(row.id, ReasonCode.PROMISED) else ""


def _kind_of(row: Row) -> str:
    """Why a document asks for no money: its status, else its kind."""
    if row.status is not DocumentStatus.ISSUED:
        return _(labels.STATUSES[row.status])
    return _(reasons.KINDS[row.kind])


def _wanted(form: FilterForm, counts: Counts) -> Wanted:
    tab = _tab(counts)
    order, descending = _order(tab)
    return Wanted(
        tab=tab,
        search=None if form.q.errors else searched(reading(), firm(), form.q.data or ""),
        level=int(form.niveau.data) if form.niveau.data and not form.niveau.errors else None,
        lateness=Lateness(form.retard.data) if form.retard.data and not form.retard.errors else None,
        order=order,
        descending=descending,
        undated=counts.undated > 0,
    )


def _tab(counts: Counts) -> Tab:
    """The one asked for; else what is late, else what is still to come, else everything."""
    asked = request.args.get("etat", "")
    if asked in set(Tab):
        return Tab(asked)
    return next((tab for tab in (Tab.LATE, Tab.UPCOMING) if counts.of[tab]), Tab.ALL)


def _order(tab: Tab) -> tuple[Order, bool]:
    asked = request.args.get("tri", "")
    word = asked.removeprefix("-")
    if word in set(Order):
        return Order(word), asked.startswith("-")
    return DEFAULT_ORDER.get(tab, (Order.LATE, True))


def _sorted_by(wanted: Wanted) -> str:
    return f"-{wanted.order}" if wanted.descending else wanted.order.value


def _tabs(current: Tab, counts: Counts) -> list[tuple[str, str, bool, int]]:
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if request.args.get(name)}
    return [
        (_(labels.TABS[tab]), url_for("invoices.index", etat=tab.value, **kept), tab is current, counts.of[tab])
        for tab in Tab
    ]
