"""Signing in and out, and one's own account."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import accounts, sign_in
from relance.services.refusal import Refused
from relance.web import visitors
from relance.web.database import now, reading, wiring, writing
from relance.web.forms.account import PasswordForm, ProfileForm, SignInForm
from relance.web.language import gettext as _
from relance.web.shell import refuse, tell

page = Blueprint("account", __name__)

Answer = Response | str | tuple[str, int]


@page.route("/connexion", methods=["GET", "POST"], endpoint="sign_in")
def enter() -> Answer:
    """Sign in, then go on to the page that was asked for."""
    if visitors.visitor() is not None:
        return redirect(_next_page(), 303)
    if not accounts.any_account(reading()):
        return redirect(url_for("welcome.index"), 303)
    form = SignInForm()
    if not form.sent():
        return _again(form)
    try:
        token = sign_in.sign_in(
            wiring().engine,
            email=form.email.data or "",
            password=form.password.data or "",
            address=request.remote_addr or "",
            now=now(),
        )
    except Refused as error:
        form.refused(error)
        return _again(form)
    visitors.enter(token)
    return redirect(_next_page(), 303)


def _again(form: SignInForm) -> Answer:
    if request.method == "POST":
        return refuse("account/sign_in.html", form=form)
    return render_template("account/sign_in.html", form=form)


def _next_page() -> str:
    """The page asked for before, if it is one of ours: a path, never another site."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if ours and wanted.isprintable() else url_for("home.dashboard")


@page.post("/deconnexion")
def sign_out() -> Answer:
    """End this browser's session."""
    visitors.leave()
    return redirect(url_for("account.sign_in"), 303)


@page.route("/compte", methods=["GET", "POST"])
def profile() -> Answer:
    """One's name."""
    me = visitors.me()
    form = ProfileForm(data={"name": me.name})
    if not form.sent():
        shown = {"form": form, "password_form": PasswordForm()}
        if request.method == "POST":
            return refuse("account/profile.html", **shown)
        return render_template("account/profile.html", **shown)
    with writing() as session:
        accounts.change_name(session, me.user, form.name.data or "")
    tell(_("Saved."))
    return redirect(url_for("account.profile"), 303)


@page.post("/compte/mot-de-passe")
def password() -> Answer:
    """A new password for oneself; other browsers are signed out."""
    me, form = visitors.me(), PasswordForm()
    if form.sent():
        try:
            with writing() as session:
                accounts.change_password(
                    session, me.user, old=form.old.data or "", new=form.password.data or "", keep=me.session
                )
        except Refused as error:
            form.refused(error)
        else:
            tell(_("Your password is changed. Your other browsers are signed out."))
            return redirect(url_for("account.profile"), 303)
    kept = ProfileForm(formdata=None, data={"name": me.name})
    return refuse("account/profile.html", form=kept, password_form=form)
