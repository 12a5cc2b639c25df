"""What a person reads when a request can't be answered: plain words, a way on, never a stack."""

from flask import Flask, current_app, render_template
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from relance.web.labels import N_
from relance.web.language import gettext

# (title, what to do)
WORDS: dict[int, tuple[str, str]] = {
    400: (
        N_("This form has expired"),
        N_("Nothing was changed. Go back, reload the page and try again."),
    ),
    403: (
        N_("This page is not for you"),
        N_("Your account may not do this. An owner of Relance can change what you may do."),
    ),
    404: (N_("There is nothing here"), N_("The address is wrong, or what it showed was removed.")),
    405: (N_("This can't be opened like that"), N_("Nothing was changed. Go back and use the button of the page.")),
    413: (N_("The file is too large"), N_("Nothing was imported. A file may have 10 MB at most.")),
    421: (N_("This address is not Relance's"), N_("Open Relance by the address that its window shows.")),
    422: (N_("This can't be done"), N_("Nothing was changed. Go back and correct what you entered.")),
    500: (
        N_("Relance met a fault"),
        N_("Nothing more was sent or changed by this request. Try again; the details are in Relance's window."),
    ),
}


def register(app: Flask) -> None:
    """One page for all, by its status."""
    app.register_error_handler(HTTPException, _answer)


def _answer(error: HTTPException) -> tuple[str, int] | Response:
    if error.response is not None or error.code is None or error.code < 400:
        return Response.force_type(error.get_response())
    if isinstance(error, InternalServerError):
        return _fault(), 500
    title, mend = WORDS.get(error.code, WORDS[400])
    return render_template("errors/error.html", title=gettext(title), mend=gettext(mend)), error.code


def _fault() -> str:
    """Without menu or state bar: they read the database, which may be what failed."""
    title, mend = WORDS[500]
    page = current_app.jinja_env.get_template("errors/fault.html")
    return page.render(title=gettext(title), mend=gettext(mend))
