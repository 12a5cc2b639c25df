"""Settings: signing the e-mail account in to Microsoft by a code, to Google by its own page. For owners alone."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.channels.email.presets import preset_for
from relance.domain.delivery import DeliveryFailed
from relance.services import mail_sign_in
from relance.services.delivery import account_values
from relance.services.delivery.account_values import GOOGLE, MICROSOFT
from relance.services.mail_settings import preset_of
from relance.services.refusal import Refused
from relance.services.settings.addresses import bare, one_address
from relance.storage import db
from relance.storage.models import MailAccount
from relance.web import visitors
from relance.web.database import now, wiring, writing
from relance.web.forms.settings_email import GoogleForm, MicrosoftForm
from relance.web.labels import mail as labels
from relance.web.labels.refusals import refusal
from relance.web.labels.settings import released
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell, warn

page = Blueprint("settings_sign_in", __name__)

Answer = Response | str | tuple[str, int]
LOCAL = ("127.0.0.1", "localhost", "::1")


@page.route("/reglages/e-mail/microsoft", methods=["GET", "POST"])
def microsoft() -> Answer:
    """Which application signs in; then the code to type on Microsoft's page."""
    account = _account()
    form = MicrosoftForm(data=_microsoft_data(account))
    if request.method == "GET":
        return render_template("settings/microsoft.html", **_microsoft_page(form))
    if not form.sent():
        return refuse("settings/microsoft.html", **_microsoft_page(form))
    try:
        with writing() as session:
            mail_sign_in.save_app(session, (form.client.data or "").strip(), (form.tenant.data or "").strip())
        mail_sign_in.begin_microsoft(wiring().settings, account_values.microsoft_app(_account()))
    except Refused as error:
        form.refused(error)
        return refuse("settings/microsoft.html", **_microsoft_page(form))
    except DeliveryFailed as error:
        return refuse("settings/microsoft.html", **_microsoft_page(form, error))
    return redirect(url_for("settings_sign_in.microsoft"), 303)


@page.post("/reglages/e-mail/microsoft/verifier", endpoint="check")
def check() -> Answer:
    """Whether the code was typed; asked once for each press of the button."""
    account = _account()
    try:
        tokens = mail_sign_in.finish_microsoft(wiring().settings, account_values.microsoft_app(account), now())
    except DeliveryFailed as error:
        form = MicrosoftForm(formdata=None, data=_microsoft_data(account))
        return refuse("settings/microsoft.html", **_microsoft_page(form, error))
    if tokens is None:
        tell(_("Microsoft is still waiting for the code. Type it there, accept, then check again."))
        return redirect(url_for("settings_sign_in.microsoft"), 303)
    return _done(MICROSOFT, tokens.username)


@page.route("/reglages/e-mail/google", methods=["GET", "POST"])
def google() -> Answer:
    """Which application signs in, before the browser goes to Google's page."""
    account = _account()
    form = GoogleForm(data=_google_data(account))
    if request.method == "GET":
        return render_template("settings/google.html", **_google_page(form))
    if not form.sent():
        return refuse("settings/google.html", **_google_page(form))
    try:
        _begin_google(form)
    except Refused as error:
        form.refused(error)
        return refuse("settings/google.html", **_google_page(form))
    except DeliveryFailed as error:
        return refuse("settings/google.html", **_google_page(form, error))
    return redirect(url_for("settings_sign_in.leave"), 303)


def _begin_google(form: GoogleForm) -> None:
    settings, back, typed = wiring().settings, _way_back(), form.secret.data or ""
    address = one_address(form.address.data or "")
    if not _comes_back(back):
        raise Refused("mail.google_address")
    if not (typed.strip() or mail_sign_in.has_google_secret(settings)):
        raise Refused("mail.no_google_secret")
    with writing() as session:
        mail_sign_in.save_app(session, (form.client.data or "").strip(), "")
        mail_sign_in.save_google_secret(settings, typed.strip())
    visit = visitors.me().token
    mail_sign_in.begin_google(settings, address=address, redirect_uri=back, visit=visit, now=now())


@page.get("/reglages/e-mail/google/continuer")
def leave() -> Answer:
    """A link to Google: a form that led there would be stopped by the browser, as our own policy asks."""
    settings = wiring().settings
    app = account_values.google_app(settings, _account())
    way = mail_sign_in.way_to_google(settings, app, visit=visitors.me().token, now=now())
    if way is None:
        return redirect(url_for("settings_sign_in.google"), 303)
    return render_template("settings/google_leave.html", way=way)


@page.get("/reglages/e-mail/google/retour", endpoint="back")
def back() -> Answer:
    """The browser is back from Google. It may change something, for its state was given to this very session, once."""
    account, made = _account(), wiring()
    app = account_values.google_app(made.settings, account)
    try:
        tokens = mail_sign_in.finish_google(made.settings, app, request.args, visit=visitors.me().token, now=now())
    except DeliveryFailed as error:
        form = GoogleForm(formdata=None, data=_google_data(account))
        return refuse("settings/google.html", **_google_page(form, error))
    return _done(GOOGLE, tokens.username)


@page.post("/reglages/e-mail/deconnexion", endpoint="sign_out")
def sign_out() -> Response:
    """Forget the tokens that are kept."""
    try:
        with writing() as session:
            mail_sign_in.sign_out(session, wiring().settings)
    except Refused as error:
        warn(refusal(error, language()))
    else:
        tell(_("Relance is signed out: nothing leaves until you sign in again or enter a password."))
    return redirect(url_for("settings.email"), 303)


def _done(provider: str, username: str) -> Response:
    with writing() as session:
        count = mail_sign_in.signed_in(session, provider, username)
    if count:
        wiring().ring()
    said = _("Signed in. Now send yourself a test.")
    tell(" ".join(filter(None, (said, released(count, language())))))
    return redirect(url_for("settings.email"), 303)


def _account() -> MailAccount:
    """The row as it is now, free of any transaction: none is open while a server is spoken to."""
    with db.reading(wiring().engine) as session:
        account = session.get_one(MailAccount, 1)
        session.expunge_all()
    return account


def _microsoft_data(account: MailAccount) -> dict[str, str]:
    at_home = preset_of(account).key == "outlook" and not account.oauth_client
    return {
        "client": "" if _is_googles(account) else account.oauth_client,
        "tenant": mail_sign_in.CONSUMERS if at_home else account.oauth_tenant,
    }


def _google_data(account: MailAccount) -> dict[str, str]:
    address = next(iter(bare(account.sender)), account.username)
    return {
        "address": address if preset_for(address) in (None, "gmail") else "",
        "client": account.oauth_client if _is_googles(account) else "",
    }


def _is_googles(account: MailAccount) -> bool:
    return account.oauth_client.endswith(".apps.googleusercontent.com")


def _failure(error: DeliveryFailed | None) -> dict[str, str] | None:
    if error is None:
        return None
    return {"said": labels.sign_in_failed(error.code, language()), "detail": error.detail}


def _microsoft_page(form: MicrosoftForm, error: DeliveryFailed | None = None) -> dict[str, object]:
    settings, account = wiring().settings, _account()
    return {
        "form": form,
        "account": account,
        "failed": _failure(error),
        "code": mail_sign_in.code_to_type(settings, now()),
        "signed_in": mail_sign_in.is_signed_in(settings, account, MICROSOFT),
    }


def _google_page(form: GoogleForm, error: DeliveryFailed | None = None) -> dict[str, object]:
    settings, account, back = wiring().settings, _account(), _way_back()
    return {
        "form": form,
        "account": account,
        "failed": _failure(error),
        "back": back,
        "local": _is_local(back),
        "comes_back": _comes_back(back),
        "has_secret": mail_sign_in.has_google_secret(settings),
        "signed_in": mail_sign_in.is_signed_in(settings, account, GOOGLE),
    }


def _way_back() -> str:
    return url_for("settings_sign_in.back", _external=True)


def _is_local(address: str) -> bool:
    return urlsplit(address).hostname in LOCAL


def _comes_back(address: str) -> bool:
    """Whether Google would lead a browser there."""
    return _is_local(address) or address.startswith("https://")
