"""The page of the first account. It opens by the token that `relance serve` prints, and is gone once it was used."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from relance.services import accounts, examples
from relance.services.refusal import Refused
from relance.services.sign_in import open_session
from relance.web import visitors
from relance.web.database import firm, now, reading, wiring, writing
from relance.web.forms.account import WelcomeForm
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell, warn

page = Blueprint("welcome", __name__)

# The token waits here for the form: it leaves the address at once, and so the browser's history.
WAITING = "setup"
EXAMPLES = "examples"  # what the second button says


@page.route("/bienvenue", methods=["GET", "POST"])
def index() -> Response | str | tuple[str, int]:
    """Make the first account, an owner's, and sign it in."""
    if accounts.any_account(reading()):
        tell(_("There is an account already: sign in."))
        return redirect(url_for("account.sign_in"), 303)
    if "jeton" in request.args:
        session[WAITING] = request.args["jeton"]
        return redirect(url_for("welcome.index"), 303)
    token = str(session.get(WAITING, ""))
    if not accounts.setup_is_open(reading(), token, now()):
        return render_template("welcome/closed.html", expired=bool(token)), 403
    form = WelcomeForm(data={"language": language()})
    if not form.sent():
        return _again(form)
    try:
        _create(token, form)
    except Refused as error:
        form.refused(error)
        return _again(form)
    if request.form.get("then") == EXAMPLES:
        return _with_examples()
    return redirect(url_for("first_steps.index"), 303)


def _again(form: WelcomeForm) -> str | tuple[str, int]:
    shown = {"form": form, "may_fill": examples.may_fill(reading(), firm())}
    if request.method == "POST":
        return refuse("welcome/index.html", **shown)
    return render_template("welcome/index.html", **shown)


def _with_examples() -> Response:
    """The account is there whatever becomes of the examples."""
    try:
        examples.fill(wiring().engine, wiring().settings, now())
    except Refused as error:
        warn(refusal(error, language()))
        return redirect(url_for("first_steps.index"), 303)
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
