"""The people who may open Relance: an owner adds them and says what they may do."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import accounts
from relance.services.accounts import Role
from relance.services.refusal import Refused
from relance.web import visitors
from relance.web.database import now, reading, writing
from relance.web.forms.account import AccessForm, NewUserForm
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell, warn

page = Blueprint("users", __name__)


@page.route("/utilisateurs", methods=["GET", "POST"])
def index() -> Response | str | tuple[str, int]:
    """All accounts, and a form for one more."""
    form = NewUserForm()
    if not form.sent():
        return _again(form)
    try:
        with writing() as session:
            accounts.confirm_password(session, visitors.me().user, form.own.data or "")
            accounts.add_user(
                session,
                email=form.email.data or "",
                name=form.name.data or "",
                password=form.password.data or "",
                role=Role(form.role.data),
                language=language(),
                now=now(),
            )
    except Refused as error:
        form.refused(error)
        return _again(form)
    tell(_("%(email)s can sign in now.") % {"email": form.email.data})
    return redirect(url_for("users.index"), 303)


@page.post("/utilisateurs/<int:user_id>")
def change(user_id: int) -> Response:
    """Change what one person may do."""
    form = AccessForm()
    if form.sent():
        try:
            with writing() as session:
                accounts.change_access(session, user_id, role=Role(form.role.data), active=bool(form.active.data))
        except Refused as error:
            warn(refusal(error, language()))
        else:
            tell(_("Saved."))
    return redirect(url_for("users.index"), 303)


def _again(form: NewUserForm) -> str | tuple[str, int]:
    people = accounts.everybody(reading())
    shown = {"form": form, "people": [(one, _access_of(one.role, active=one.active)) for one in people]}
    if request.method == "POST":
        return refuse("users/index.html", **shown)
    return render_template("users/index.html", **shown)


def _access_of(role: str, *, active: bool) -> AccessForm:
    return AccessForm(formdata=None, data={"role": role, "active": active})
