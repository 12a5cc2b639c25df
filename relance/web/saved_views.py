"""Which lists have saved views, which names of their address a view keeps, and what templates need to show them."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from relance.services import views
from relance.web import visitors
from relance.web.database import reading
from relance.web.labels import N_

# (endpoint of the list, its title, what a view keeps of its address: never the page one is on)
LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "invoices.index": (N_("Invoices"), ("etat", "q", "niveau", "retard", "programme", "tri", "par")),
    "customers.index": (N_("Customers"), ("etat", "q", "groupe", "type", "programme", "tri", "par")),
    "history.index": (N_("History"), ("du", "au", "canal", "niveau", "etat", "mode", "client", "par")),
}


@dataclass(frozen=True, slots=True)
class View:
    """A saved view as a link."""

    id: int
    name: str
    address: str
    current: bool


def kept(endpoint: str, query: str) -> str:
    """The part of a list's query that a view keeps."""
    return views.only(query, LISTS[endpoint][1])


def address(endpoint: str, query: str) -> str:
    """The list as a view shows it."""
    return f"{url_for(endpoint)}?{query}"


def of_this_list() -> list[View]:
    """One's views of the list that is being shown."""
    endpoint, me = request.endpoint or "", visitors.me()
    now = kept(endpoint, request.query_string.decode("ascii", "ignore"))
    return [
        View(one.id, one.name, address(endpoint, one.query), one.query == now)
        for one in views.views(reading(), me.user, endpoint)
    ]


def _query_kept() -> str:
    return kept(request.endpoint or "", request.query_string.decode("ascii", "ignore"))


def register(app: Flask) -> None:
    """Give them to the templates of lists."""
    app.jinja_env.globals.update(saved_views=of_this_list, view_query=_query_kept)


def shown(endpoint: str) -> bool:
    """Whether there is such a list here."""
    return endpoint in LISTS and endpoint in current_app.view_functions
