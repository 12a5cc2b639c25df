"""How the screens look and answer, each for oneself: colours, language, keyboard shortcuts."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import accounts
from relance.web import visitors
from relance.web.database import writing
from relance.web.forms.appearance import AppearanceForm
from relance.web.language import gettext as _
from relance.web.shell import refuse, tell

page = Blueprint("appearance", __name__)


@page.route("/reglages/apparence", methods=["GET", "POST"])
def index() -> Response | str | tuple[str, int]:
    """See them, and change them."""
    me = visitors.me()
    form = AppearanceForm(data={"theme": me.theme, "language": me.language, "shortcuts": me.shortcuts})
    if request.method == "GET":
        return render_template("appearance/index.html", form=form)
    if not form.sent():
        return refuse("appearance/index.html", form=form)
    with writing() as session:
        accounts.change_appearance(
            session, me.user, theme=form.theme.data, language=form.language.data, shortcuts=form.shortcuts.data
        )
    tell(_("Saved."))
    return redirect(url_for("appearance.index"), 303)
