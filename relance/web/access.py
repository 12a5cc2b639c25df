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
    "first_steps.index": Access.OWNER,
    "first_steps.later": Access.OWNER,
    "first_steps.put_away": Access.OWNER,
    "first_steps.trial": Access.OWNER,
    "examples.fill": Access.OWNER,
    "examples.clear": Access.OWNER,
    "account.sign_in": Access.PUBLIC,
    "account.sign_out": Access.SELF,
    "account.profile": Access.SELF,
    "account.password": Access.SELF,
    "appearance.index": Access.SELF,
    "about.index": Access.SELF,
    "help.index": Access.SELF,
    "help.keyboard": Access.SELF,
    "views.save": Access.SELF,
    "views.remove": Access.SELF,
    "backup.index": Access.OWNER,
    "backup.download": Access.OWNER,
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
    "customers.export": Access.READER,
    "customers.steps": Access.READER,
    "customers.statement": Access.READER,
    "customers.statement_pdf": Access.READER,
    "customers.summary_pdf": Access.READER,
    "groups.index": Access.READER,
    "groups.create": Access.MEMBER,
    "groups.edit": Access.READER,
    "groups.add": Access.MEMBER,
    "groups.remove": Access.MEMBER,
    "groups.delete": Access.MEMBER,
    "notes.add": Access.MEMBER,
    "notes.add_to_invoice": Access.MEMBER,
    "notes.delete": Access.MEMBER,
    "corrections.index": Access.READER,
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
    "invoices.choose": Access.MEMBER,
    "invoices.act": Access.MEMBER,
    "invoices.marked_paid": Access.MEMBER,
    "invoices.take_back": Access.MEMBER,
    "dispatches.index": Access.READER,
    "dispatches.show": Access.READER,
    "dispatches.state": Access.READER,
    "dispatches.export": Access.READER,
    "dispatches.confirm": Access.MEMBER,
    "dispatches.call_back": Access.MEMBER,
    "dispatches.go_on": Access.MEMBER,
    "history.index": Access.READER,
    "history.export": Access.READER,
    "history.message": Access.READER,
    "history.attachment": Access.READER,
    "history.answer": Access.MEMBER,
    "letters.index": Access.READER,
    "letters.batch": Access.READER,
    "letters.choose": Access.MEMBER,
    "letters.posted": Access.MEMBER,
    "letters.drop": Access.MEMBER,
    "letters.number": Access.MEMBER,
    "letters.follow": Access.MEMBER,
    "letters.cancel": Access.MEMBER,
    "letters.search": Access.MEMBER,
    "marking.confirm": Access.MEMBER,
    "marking.undo": Access.MEMBER,
    "to_do.index": Access.READER,
    "replies.index": Access.READER,
    "replies.decide": Access.MEMBER,
    "replies.set_aside": Access.MEMBER,
    "mailbox.index": Access.OWNER,
    "mailbox.read": Access.MEMBER,
    "mailbox.search": Access.MEMBER,
    "to_do.manual": Access.READER,
    "to_do.choose": Access.MEMBER,
    "approvals.index": Access.READER,
    "approvals.choose": Access.MEMBER,
    "approvals.approve": Access.MEMBER,
    "approvals.refuse_some": Access.MEMBER,
    "approvals.text": Access.MEMBER,
    "simulation.index": Access.READER,
    "simulation.export": Access.READER,
    "simulation.email": Access.MEMBER,
    "simulation.fresh": Access.MEMBER,
    "simulation.resume": Access.MEMBER,
    "unusual.index": Access.MEMBER,
    "reopening.index": Access.OWNER,
    "programs.index": Access.READER,
    "programs.new": Access.MEMBER,
    "programs.edit": Access.READER,
    "programs.delete": Access.MEMBER,
    "models.index": Access.READER,
    "models.new": Access.MEMBER,
    "models.edit": Access.READER,
    "models.preview": Access.READER,
    "models.restore": Access.MEMBER,
    "models.rename": Access.MEMBER,
    "models.delete": Access.MEMBER,
    "automation.index": Access.READER,
    "automation.activate": Access.OWNER,
    "automation.deactivate": Access.MEMBER,
    "automation.rules": Access.OWNER,
    "settings.index": Access.OWNER,
    "settings.email": Access.OWNER,
    "settings.save_email": Access.OWNER,
    "settings.release_email": Access.OWNER,
    "settings_sign_in.microsoft": Access.OWNER,
    "settings_sign_in.check": Access.OWNER,
    "settings_sign_in.google": Access.OWNER,
    "settings_sign_in.leave": Access.OWNER,
    "settings_sign_in.back": Access.OWNER,
    "settings_sign_in.sign_out": Access.OWNER,
    "settings_sms.index": Access.OWNER,
    "settings_letters.index": Access.OWNER,
    "settings_charges.index": Access.OWNER,
    "settings_charges.rate": Access.OWNER,
    "settings_charges.forget": Access.OWNER,
    "settings_letters.logo": Access.OWNER,
    "settings_letters.change_logo": Access.OWNER,
    "settings_letters.sample": Access.OWNER,
    "settings_sms.test": Access.OWNER,
    "senders.index": Access.OWNER,
    "senders.new": Access.OWNER,
    "senders.edit": Access.OWNER,
    "senders.delete": Access.OWNER,
    "senders.logo": Access.OWNER,
    "senders.change_logo": Access.OWNER,
    "senders.sample": Access.OWNER,
    "senders.test": Access.OWNER,
    "senders.mail": Access.OWNER,
    "senders.save_mail": Access.OWNER,
    "senders.release_mail": Access.OWNER,
    "senders.drop_mail": Access.OWNER,
    "reports.index": Access.READER,
    "reports.aged": Access.READER,
    "reports.aged_file": Access.READER,
    "reports.delays": Access.READER,
    "reports.delays_file": Access.READER,
    "reports.effect": Access.READER,
    "reports.effect_file": Access.READER,
    "reports.sent": Access.READER,
    "reports.sent_file": Access.READER,
    "reports.debtors": Access.READER,
    "reports.debtors_file": Access.READER,
    "reports.suspended_invoices": Access.READER,
    "reports.suspended_file": Access.READER,
    "report_orders.index": Access.MEMBER,
    "report_orders.switch": Access.MEMBER,
    "report_orders.delete": Access.MEMBER,
    "report_orders.send_now": Access.MEMBER,
    "sms_receipts.bring": Access.PUBLIC,  # its address is the key
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
