"""The invoices: tabs, filters, what was sent last and what follows."""

from datetime import date

from flask import Blueprint
from werkzeug.wrappers import Response

from relance.domain.money import to_decimal
from relance.storage.queries import invoices as queries
from relance.storage.queries.invoices import Row
from relance.web import invoice_list
from relance.web.database import firm, local_now, reading
from relance.web.downloads import csv_download
from relance.web.labels import invoices as labels
from relance.web.labels import reasons
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages import bulk_acts, choice, invoice, invoice_acts, marked_paid, reminders
from relance.web.pages.invoice_listing import listing

page = Blueprint("invoices", __name__)
for module in (invoice, invoice_acts, reminders, choice, bulk_acts, marked_paid):
    module.register(page)


@page.get("/factures")
def index() -> str | tuple[str, int]:
    """One page of one tab."""
    return listing()


@page.get("/factures.csv")
def export() -> Response:
    """The whole tab with its filters, as a file."""
    form, today = invoice_list.filters(), local_now().date()
    form.validate()
    wanted = invoice_list.wanted(form, queries.counts(reading(), today, firm().currency))
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
