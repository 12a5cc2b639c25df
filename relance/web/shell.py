"""What surrounds every page: the menu, the state of automatic sending, the messages about what was just done."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, current_app, flash, g, render_template, request, url_for

from relance import __version__
from relance.jobs.heartbeat import is_silent
from relance.services.state import state
from relance.storage.queries.to_do import to_do
from relance.web import database, visitors
from relance.web.access import may
from relance.web.labels import N_
from relance.web.labels.state import Line, lines
from relance.web.language import gettext, language

# Typed after g: the first letters of the French names, T for tableau de bord.
KEYS = {
    "home.dashboard": "t",
    "invoices.index": "f",
    "customers.index": "c",
    "programs.index": "p",
    "history.index": "h",
    "reports.index": "r",
}
# (endpoint, name): shown once its page exists.
MENU = (
    ("home.dashboard", N_("Dashboard")),
    ("to_do.index", N_("To do")),
    ("invoices.index", N_("Invoices")),
    ("customers.index", N_("Customers")),
    ("programs.index", N_("Programs")),
    ("history.index", N_("History")),
    ("reports.index", N_("Reports")),
    ("settings.index", N_("Settings")),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu."""

    name: str
    address: str
    current: bool
    count: int = 0  # of what waits there
    key: str = ""  # typed after g, it leads there


def register(app: Flask) -> None:
    """Give the surroundings to every template."""
    app.context_processor(_surroundings)
    app.jinja_env.globals.update(link_to=link_to, here=here, version=__version__, printed_at=database.now)


def link_to(endpoint: str) -> str:
    """The address of a page, empty when it doesn't exist or this person may not open it."""
    known = endpoint in current_app.view_functions and may(visitors.visitor(), endpoint)
    return url_for(endpoint) if known else ""


def here(**changes: object) -> str:
    """The address of this page with some of its query changed; None takes a name out."""
    query = request.args.to_dict(flat=False)
    for name, value in changes.items():
        query[name] = [] if value is None else [str(value)]
    asked = urlencode(query, doseq=True)
    return f"{request.path}?{asked}" if asked else request.path


def tell(sentence: str) -> None:
    """Say on the next page what was done."""
    flash(sentence, "status")


def warn(sentence: str) -> None:
    """Say on the next page what could not be done."""
    flash(sentence, "error")


def refuse(template: str, **values: object) -> tuple[str, int]:
    """The same page again, with its errors: the third beat of a page action."""
    g.failed = True
    return render_template(template, **values), 422


def _surroundings() -> dict[str, object]:
    who = visitors.visitor()
    if who is None:
        return {"visitor": None, "menu": (), "bar": ()}
    bar = _bar()
    if request.endpoint == "home.dashboard":  # it shows what waits itself
        bar = tuple(line for line in bar if not line.waits)
    return {"visitor": who, "menu": _menu(), "bar": bar, "house": database.firm().name}


# Pages that stand under another entry than their own.
UNDER = {
    "approvals": "to_do",
    "reopening": "to_do",
    "replies": "to_do",
    "dispatches": "history",
    "imports": "invoices",
    "corrections": "customers",
    "models": "programs",
    "groups": "customers",
    "simulation": "invoices",
    "unusual": "invoices",
    "automation": "settings",
    "users": "settings",
    "appearance": "settings",
    "backup": "settings",
    "about": "settings",
    "settings_sign_in": "settings",
    "settings_sms": "settings",
    "settings_letters": "settings",
    "senders": "settings",
    "settings_charges": "settings",
    "mailbox": "settings",
    "letters": "history",
    "marking": "invoices",
    "report_orders": "reports",
    "first_steps": "home",
}


def _menu() -> list[Entry]:
    who = visitors.visitor()
    here = UNDER.get(request.blueprint or "", request.blueprint)
    return [
        Entry(
            name=gettext(name),
            address=url_for(endpoint),
            current=endpoint.partition(".")[0] == here,
            count=_count(endpoint),
            key=KEYS.get(endpoint, ""),
        )
        for endpoint, name in MENU
        if endpoint in current_app.view_functions and may(who, endpoint)
    ]


def _count(endpoint: str) -> int:
    return to_do(database.reading()).total if endpoint == "to_do.index" else 0


def _bar() -> tuple[Line, ...]:
    settings = database.wiring().settings
    found = state(database.reading(), database.firm(), database.now())
    return lines(found, language(), demo=settings.demo, silent=is_silent(settings, database.now()))
