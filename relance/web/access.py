"""Who may open what: one line for each route. A route without a line is refused, and fails a test."""

from enum import Enum, auto

from flask import Flask, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from relance.services.accounts import Role
from relance.services.sign_in import SignedIn
from relance.web import visitors

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class Access(Enum):
    """Who a route is for. Under READER, a request that changes something takes a member."""

    PUBLIC = auto()
    SELF = auto()  # everybody who is signed in, about their own account
    READER = auto()
    MEMBER = auto()
    OWNER = auto()


ACCESS: dict[str, Access] = {
    "static": Access.PUBLIC,
    "home.favicon": Access.PUBLIC,
    "home.dashboard": Access.READER,
    "welcome.index": Access.PUBLIC,
    "account.sign_in": Access.PUBLIC,
    "account.sign_out": Access.SELF,
    "account.profile": Access.SELF,
    "account.password": Access.SELF,
    "users.index": Access.OWNER,
    "users.change": Access.OWNER,
    "imports.index": Access.READER,
    "imports.sample": Access.READER,
    "imports.fresh": Access.MEMBER,
    "imports.discard": Access.MEMBER,
    "imports.columns": Access.MEMBER,
    "imports.reread": Access.MEMBER,
    "imports.other_kind": Access.MEMBER,
    "imports.check": Access.MEMBER,
    "imports.refused": Access.MEMBER,
    "imports.result": Access.READER,
    "imports.undo": Access.MEMBER,
    "customers.index": Access.READER,
    "customers.show": Access.READER,
    "invoices.index": Access.READER,
    "invoices.export": Access.READER,
    "invoices.find": Access.READER,
    "invoices.show": Access.READER,
    "invoices.pdf": Access.READER,
    "invoices.pay": Access.MEMBER,
    "invoices.unpay": Access.MEMBER,
    "invoices.hold": Access.MEMBER,
    "invoices.release": Access.MEMBER,
    "invoices.exclude": Access.MEMBER,
    "invoices.restart": Access.MEMBER,
    "invoices.program": Access.MEMBER,
    "invoices.test": Access.MEMBER,
    "invoices.remind": Access.MEMBER,
    "history.index": Access.READER,
    "history.export": Access.READER,
    "history.message": Access.READER,
    "history.attachment": Access.READER,
    "history.answer": Access.MEMBER,
    "simulation.index": Access.READER,
    "simulation.export": Access.READER,
    "simulation.email": Access.MEMBER,
    "simulation.fresh": Access.MEMBER,
    "simulation.resume": Access.MEMBER,
    "programs.index": Access.READER,
    "programs.new": Access.MEMBER,
    "programs.edit": Access.READER,
    "programs.delete": Access.MEMBER,
    "automation.index": Access.READER,
    "automation.activate": Access.OWNER,
    "automation.deactivate": Access.MEMBER,
    "automation.rules": Access.OWNER,
    "settings.index": Access.OWNER,
    "settings.email": Access.OWNER,
}

_RANK = {Role.READER: 1, Role.MEMBER: 2, Role.OWNER: 3}
_NEEDED = {Access.SELF: 1, Access.READER: 1, Access.MEMBER: 2, Access.OWNER: 3}


def may(who: SignedIn | None, endpoint: str, method: str = "GET") -> bool:
    """Whether a person may make such a request."""
    access = ACCESS.get(endpoint)
    if access is None:
        return False
    if access is Access.PUBLIC:
        return True
    if access is Access.READER and method not in SAFE_METHODS:
        access = Access.MEMBER
    return who is not None and _RANK[who.role] >= _NEEDED[access]


def register(app: Flask) -> None:
    """Check every request, and let templates ask the same question."""
    app.before_request(_check)
    app.jinja_env.globals["may"] = lambda endpoint, method="GET": may(visitors.visitor(), endpoint, method)


def _check() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or ACCESS.get(endpoint) is Access.PUBLIC:
        return None
    who = visitors.visitor()
    if who is None and endpoint in ACCESS:
        return redirect(url_for("account.sign_in", next=_asked_for()), 303)
    if not may(who, endpoint, request.method):
        abort(403)
    return None


def _asked_for() -> str | None:
    if request.method not in SAFE_METHODS or request.path == "/":
        return None
    return request.full_path.rstrip("?")
