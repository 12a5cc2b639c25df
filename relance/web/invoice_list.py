"""What an address of the invoice list asks for: tab, filters, order. Other pages act on the same invoices by it."""

from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from relance.services.lookup import searched
from relance.storage.queries import invoices as queries
from relance.storage.queries.customer_filters import Choice
from relance.storage.queries.invoice import programs
from relance.storage.queries.invoices import Counts, Lateness, Order, Tab, Wanted
from relance.web.database import firm, local_now, reading
from relance.web.forms.invoices import FilterForm

# All that the address of the list may hold.
NAMES = ("etat", "q", "niveau", "retard", "programme", "tri", "par", "page")
DEFAULT_ORDER = {Tab.UPCOMING: (Order.DUE, False), Tab.PAID: (Order.DUE, True), Tab.ALL: (Order.DUE, True)}


def kept() -> dict[str, Any]:
    """The list's own part of this request's address, to lead back to it."""
    return {name: request.args[name] for name in NAMES if request.args.get(name)}


def all_of_them(most: int) -> list[int]:
    """The invoices of the whole list that this request's address describes, `most` of them at the most."""
    form, today = filters(), local_now().date()
    if not form.validate():
        return []
    session = reading()
    return queries.ids(session, wanted(form, queries.counts(session, today, firm().currency)), today, limit=most)


def filters() -> FilterForm:
    """The filters of this request's address."""
    return FilterForm(programs(reading()), formdata=request.args)


def wanted(form: FilterForm, counts: Counts) -> Wanted:
    """The filters of a form that was validated; what isn't one is left out."""
    tab = _tab(request.args, counts)
    order, descending = _order(request.args, tab)
    return Wanted(
        tab=tab,
        search=None if form.q.errors else searched(reading(), firm(), form.q.data or ""),
        level=int(form.niveau.data) if form.niveau.data and not form.niveau.errors else None,
        lateness=Lateness(form.retard.data) if form.retard.data and not form.retard.errors else None,
        program=_program(form.programme.data) if form.programme.data and not form.programme.errors else None,
        order=order,
        descending=descending,
        undated=counts.undated > 0,
    )


def _tab(args: MultiDict[str, str], counts: Counts) -> Tab:
    """The one asked for; else what is late, else what is still to come, else everything."""
    asked = args.get("etat", "")
    if asked in set(Tab):
        return Tab(asked)
    return next((tab for tab in (Tab.LATE, Tab.UPCOMING) if counts.of[tab]), Tab.ALL)


def _program(asked: str) -> int | Choice:
    return int(asked) if asked.isdigit() else Choice(asked)


def _order(args: MultiDict[str, str], tab: Tab) -> tuple[Order, bool]:
    asked = args.get("tri", "")
    word = asked.removeprefix("-")
    if word in set(Order):
        return Order(word), asked.startswith("-")
    return DEFAULT_ORDER.get(tab, (Order.LATE, True))
