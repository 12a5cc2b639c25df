"""The page of the first account. It opens by the token that `relance serve` prints, and is gone once it was used."""

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from relance.services import accounts
from relance.services.refusal import Refused
from relance.services.sign_in import open_session
from relance.web import visitors
from relance.web.database import now, reading, writing
from relance.web.forms.account import WelcomeForm
from relance.web.language import language
from relance.web.shell import refuse

page = Blueprint("welcome", __name__)

# The token waits here for the form: it leaves the address at once, and so the browser's history.
WAITING = "setup"


@page.route("/bienvenue", methods=["GET", "POST"])
def index() -> Response | str | tuple[str, int]:
    """Make the first account, an owner's, and sign it in."""
    if accounts.any_account(reading()):
        abort(404)
    if "jeton" in request.args:
        session[WAITING] = request.args["jeton"]
        return redirect(url_for("welcome.index"), 303)
    token = str(session.get(WAITING, ""))
    if not accounts.setup_is_open(reading(), token, now()):
        return render_template("welcome/closed.html", expired=bool(token)), 403
    form = WelcomeForm(data={"language": language()})
    if not form.sent():
        shown = render_template("welcome/index.html", form=form)
        return refuse("welcome/index.html", form=form) if request.method == "POST" else shown
    try:
        _create(token, form)
    except Refused as error:
        form.refused(error)
        return refuse("welcome/index.html", form=form)
    return redirect(url_for("home.dashboard"), 303)


def _create(token: str, form: WelcomeForm) -> None:
    with writing() as change:
        owner = accounts.create_owner(
            change,
            token,
            email=form.email.data or "",
            name=form.name.data or "",
            password=form.password.data or "",
            language=form.language.data,
            now=now(),
        )
        entry = open_session(change, owner.id, now())
    visitors.enter(entry)
