"""What a person reads when a request can't be answered: what happened, why, and the way on; never a stack."""

from dataclasses import dataclass, replace

from flask import Flask, current_app, render_template
from sqlalchemy.exc import NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from relance.services.refusal import Refused
from relance.web.labels import N_
from relance.web.labels.refusals import refusal
from relance.web.language import gettext, language


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, why, and what to do."""

    what: str
    why: str
    how: str


WORDS: dict[int, Words] = {
    400: Words(
        N_("This form has expired"),
        N_("Nothing was changed: the page was open for a long time, or you signed in again meanwhile."),
        N_("Go back, reload the page and try again."),
    ),
    403: Words(
        N_("This page is not for you"),
        N_("Your account may look at other things, but not do this."),
        N_("An owner of Relance can change what you may do."),
    ),
    404: Words(
        N_("There is nothing here"),
        N_("The address is wrong, or what it showed was removed."),
        N_("Check the address, or look for it in the lists."),
    ),
    405: Words(
        N_("This can't be opened like that"),
        N_("Nothing was changed: this address only takes what a button sends."),
        N_("Go back and use the button of the page."),
    ),
    409: Words(
        N_("Something changed meanwhile"),
        N_("Nothing was changed: somebody else, or Relance itself, was quicker."),
        N_("Open the page again and look at how things stand."),
    ),
    413: Words(
        N_("The file is too large"),
        N_("Nothing was imported. A file may have 10 MB at most."),
        N_("Export fewer rows, or split the file into several."),
    ),
    421: Words(
        N_("This address is not Relance's"),
        N_("Relance answers only at its own address, so that no other site can reach it."),
        N_("Open Relance by the address that its window shows."),
    ),
    422: Words(
        N_("This can't be done"),
        N_("Nothing was changed: what was asked doesn't fit what is there."),
        N_("Go back and correct what you entered."),
    ),
    500: Words(
        N_("Relance met a fault"),
        N_("Nothing more was sent or changed by this request."),
        N_("Try again. If it happens once more, the details are in Relance's window."),
    ),
    503: Words(
        N_("Relance is busy"),
        N_("Nothing was changed: another piece of work, such as a large import, holds the data at this moment."),
        N_("Wait a moment, then try again."),
    ),
}


def register(app: Flask) -> None:
    """One page for all, by its status."""
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(NoResultFound, _gone)
    app.register_error_handler(Refused, _refused)


def _answer(error: HTTPException) -> tuple[str, int] | Response:
    if error.response is not None or error.code is None or error.code < 400:
        return Response.force_type(error.get_response())
    if isinstance(error, InternalServerError):
        return _alone(500), 500
    return render_template("errors/error.html", words=_said(error.code)), error.code


def _gone(error: NoResultFound) -> tuple[str, int]:
    """What a page began with was taken away before it ended; what it wrote is undone."""
    current_app.logger.warning("gone meanwhile: %s", error)
    return render_template("errors/error.html", words=_said(404)), 404


def _refused(error: Refused) -> tuple[str, int]:
    """A refusal that comes too late for the page's own form: somebody else was quicker."""
    words = replace(_said(409), why=refusal(error, language()))
    return render_template("errors/error.html", words=words), 409


def _database(error: OperationalError) -> tuple[str, int]:
    """Held for too long by other work, or out of order: two things for a person."""
    if "locked" in str(error.orig):
        return _alone(503), 503
    current_app.logger.exception("the database failed")
    return _alone(500), 500


def _said(code: int) -> Words:
    words = WORDS.get(code, WORDS[400 if code < 500 else 500])
    return Words(gettext(words.what), gettext(words.why), gettext(words.how))


def _alone(code: int) -> str:
    """Without menu or state bar: they read the database, which may be what failed."""
    return current_app.jinja_env.get_template("errors/fault.html").render(words=_said(code))
