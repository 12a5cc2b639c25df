"""Settings: who the firm is, and the account that e-mails leave through. For owners alone."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.delivery import DeliveryFailed
from relance.services import mail_settings
from relance.services.channel_accounts import Accounts, read_accounts
from relance.services.database import the_firm
from relance.services.outcomes import release_account
from relance.services.refusal import Refused
from relance.services.settings_change import change_firm
from relance.storage import db
from relance.storage.models import Firm, MailAccount
from relance.web import visitors
from relance.web.database import firm, reading, wiring, writing
from relance.web.forms.settings import FirmForm, MailForm, firm_data, mail_data
from relance.web.labels.delivery import delivery_error
from relance.web.labels.settings import released
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell

page = Blueprint("settings", __name__)

Answer = Response | str | tuple[str, int]

# Offered while typing; each provider's own help names them.
SERVERS = (
    "smtp.gmail.com",
    "smtp.office365.com",
    "ssl0.ovh.net",
    "smtp.orange.fr",
    "smtp.free.fr",
    "smtp.ionos.fr",
    "mail.gandi.net",
    "mail.infomaniak.com",
)


@page.route("/reglages", methods=["GET", "POST"])
def index() -> Answer:
    """Who the firm is."""
    form = FirmForm(data=firm_data(firm()))
    if request.method == "GET":
        return render_template("settings/index.html", form=form)
    if form.sent():
        try:
            with writing() as session:
                change_firm(session, form.values())
        except Refused as error:
            form.refused(error)
        else:
            tell(_("Saved."))
            return redirect(url_for("settings.index"), 303)
    return refuse("settings/index.html", form=form)


@page.route("/reglages/e-mail", methods=["GET", "POST"])
def email() -> Answer:
    """The account that e-mails leave through; saved, and tried out when that is asked."""
    account = reading().get_one(MailAccount, 1)
    form = MailForm(data=mail_data(account))
    if request.method == "GET":
        return render_template("settings/email.html", form=form, account=account, failed=None)
    wants_test = request.form.get("do") == "test"
    if not form.sent():
        return refuse("settings/email.html", form=form, account=account, failed=None)
    try:
        _save(form, wants_test=wants_test)
    except Refused as error:
        form.refused(error)
        return refuse("settings/email.html", form=form, account=account, failed=None)
    return _tested(form) if wants_test else _released(_("Saved."))


def _save(form: MailForm, *, wants_test: bool) -> None:
    if wants_test and not (form.host.data or "").strip() and not wiring().settings.demo:
        raise Refused("mail.no_host")
    with writing() as session:
        mail_settings.save_account(session, wiring().settings, form.values(), form.password.data or "")
        if form.forget.data and not form.password.data:
            mail_settings.forget_password(session, wiring().settings)


def _tested(form: MailForm) -> Answer:
    """Send a test through what was just saved. What was held goes on only when it left."""
    accounts, sender = _as_saved()
    to = visitors.me().email
    made = wiring()
    try:
        mail_settings.send_test(made.settings, accounts, sender, to, language(), made.outlets_of)
    except DeliveryFailed as error:
        failed = {"said": delivery_error(error.code, "", language()), "detail": error.detail, "code": error.code}
        return refuse("settings/email.html", form=form, account=accounts.mail, failed=failed)
    return _released(_("Saved. A test was sent to %(email)s: look whether it came in.") % {"email": to})


def _as_saved() -> tuple[Accounts, Firm]:
    """The rows as they are now, free of any transaction: none is open while a server is spoken to."""
    with db.reading(wiring().engine) as session:
        accounts, row = read_accounts(session), the_firm(session)
        session.expunge_all()
    return accounts, row


def _released(said: str) -> Response:
    """A person has seen to the account: what was held for it leaves (RELIABILITY 3.3)."""
    with writing() as session:
        count = release_account(session)
    if count:
        wiring().ring()
    tell(" ".join(filter(None, (said, released(count, language())))))
    return redirect(url_for("settings.email"), 303)


@page.context_processor
def _words() -> dict[str, object]:
    return {"servers": SERVERS, "reason_held": lambda code: delivery_error(code, "", language())}
