"""While a firm is being set up, each page leads on to the next step."""

from flask import session, url_for

from relance.services import first_steps
from relance.services.database import the_firm
from relance.services.first_steps import FirstStep, Progress
from relance.storage import db
from relance.web.access import may
from relance.web.database import firm, reading, wiring
from relance.web.visitors import visitor

PAGES = {
    FirstStep.ACCOUNT: "account.profile",
    FirstStep.FIRM: "settings.index",
    FirstStep.EMAIL: "settings.email",
    FirstStep.INVOICES: "imports.index",
    FirstStep.TEST: "first_steps.trial",
    FirstStep.ACTIVATE: "automation.index",
}
LETTERS_ONLY = "letters_only"  # of the cookie: e-mail is for later


def letters_only() -> bool:
    """Whether this person said that e-mail is for later."""
    return bool(session.get(LETTERS_ONLY))


def going_on() -> bool:
    """Whether the firm is being set up, by a person who may."""
    return may(visitor(), "first_steps.index") and first_steps.is_open(firm())


def place(step: str) -> tuple[int, int] | None:
    """The number of a step and how many there are, for the line above its page; None once the set-up is over."""
    return (list(FirstStep).index(FirstStep(step)) + 1, len(FirstStep)) if going_on() else None


def progress() -> Progress:
    """How far the firm has come."""
    return first_steps.progress(reading(), firm(), letters_only=letters_only())


def onward(otherwise: str) -> str:
    """The address of the next step, seen after what was just written; `otherwise` once the set-up is over."""
    if not may(visitor(), "first_steps.index"):
        return otherwise
    with db.reading(wiring().engine) as now:
        row = the_firm(now)
        if not first_steps.is_open(row):
            return otherwise
        following = first_steps.progress(now, row, letters_only=letters_only()).next
    return url_for(PAGES[following]) if following else url_for("first_steps.index")
