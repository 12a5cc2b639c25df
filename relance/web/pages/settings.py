"""Settings: who the firm is, and the account that e-mails leave through. For owners alone."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.channels.email.presets import BY_KEY, MailPreset, SignIn, preset_for
from relance.domain.delivery import DeliveryFailed
from relance.services import mail_settings
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import Accounts, read_accounts
from relance.services.delivery.outcomes import release_account
from relance.services.mail_sign_in import is_signed_in
from relance.services.refusal import Refused
from relance.services.settings.change import change_firm
from relance.storage import db
from relance.storage.models import Firm, MailAccount
from relance.web import set_up, visitors
from relance.web.database import firm, now, reading, wiring, writing
from relance.web.forms import settings_email as forms
from relance.web.forms.settings import OTHERS, FirmForm, firm_data, proposed, signed
from relance.web.forms.settings_email import MailForm
from relance.web.labels import mail as labels
from relance.web.labels.delivery import delivery_error
from relance.web.labels.settings import released
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell

page = Blueprint("settings", __name__)

Answer = Response | str | tuple[str, int]
EMAIL, FIRM = "settings/email.html", "settings/index.html"
# Where a press of a button goes on to, once the account is saved.
SIGN_IN = {"microsoft": "settings_sign_in.microsoft", "google": "settings_sign_in.google"}


@page.route("/reglages", methods=["GET", "POST"])
def index() -> Answer:
    """Who the firm is."""
    me, is_new = visitors.me(), not firm().name
    form = FirmForm(data=proposed(firm(), name=me.name, email=me.email) if is_new else firm_data(firm()))
    if is_new:
        form.introduce()
    if request.method == "GET":
        return render_template(FIRM, form=form, others=OTHERS)
    if form.sent():
        try:
            with writing() as session:
                change_firm(session, signed(form.values(), me.name) if is_new else form.values())
        except Refused as error:
            form.refused(error)
        else:
            tell(_("Saved."))
            here = url_for("settings.index")
            return redirect(set_up.onward(here) if is_new else here, 303)
    return refuse(FIRM, form=form, others=OTHERS)


@page.get("/reglages/e-mail")
def email() -> Answer:
    """The account that e-mails leave through; first of all, at which provider it is."""
    account = reading().get_one(MailAccount, 1)
    address = account.sender or firm().email or visitors.me().email
    asked = request.args.get("fournisseur", None if account.host else "")
    if asked == "":
        guessed = preset_for(address)
        return render_template("settings/email_provider.html", account=account, guessed=guessed, address=address)
    if asked is None:
        return render_template(EMAIL, **_shown(MailForm(data=forms.mail_data(account)), account))
    if asked not in BY_KEY:
        abort(404)
    form = MailForm(data=forms.preset_data(BY_KEY[asked], account, _fitting(address, asked)))
    return render_template(EMAIL, **_shown(form, account))


def _fitting(address: str, key: str) -> str:
    """An address to propose at a provider: none that another provider gave."""
    return address if preset_for(address) in (None, key) or key == "other" else ""


@page.post("/reglages/e-mail", endpoint="save_email")
def save() -> Answer:
    """Save the account, and go on as the button says: try it out, or sign in at the provider."""
    account, do = reading().get_one(MailAccount, 1), request.form.get("do", "")
    is_new = not account.host
    form = MailForm(data=forms.mail_data(account))
    if not form.sent():
        return refuse(EMAIL, **_shown(form, account))
    try:
        _save(form, do)
    except Refused as error:
        form.refused(error)
        return refuse(EMAIL, **_shown(form, account))
    if do in SIGN_IN:
        return redirect(url_for(SIGN_IN[do]), 303)
    return _tested() if do == "test" else _released(_("Saved."), goes_on=is_new)


@page.post("/reglages/e-mail/reprendre", endpoint="release_email")
def release() -> Response:
    """A person says that the account may be tried again as it is."""
    return _released(_("Sending by e-mail goes on."))


def _save(form: MailForm, do: str) -> None:
    made = wiring()
    if do == "test" and not (form.host.data or "").strip() and not made.settings.demo:
        raise Refused("mail.no_host")
    if do in SIGN_IN and not (form.sender.data or "").strip():
        raise Refused("mail.no_sender")
    with writing() as session:
        mail_settings.save_account(session, made.settings, form.values(), form.password.data or "")
        if form.forget.data and not form.password.data:
            mail_settings.forget_password(session, made.settings)


def _tested() -> Answer:
    """Send a test through what was just saved. What was held goes on only when it left."""
    accounts, sender = _as_saved()
    account, to, made = accounts.mail, visitors.me().email, wiring()
    try:
        mail_settings.send_test(made.settings, accounts, sender, to, language(), made.outlets_of)
    except DeliveryFailed as error:
        why = {
            "said": labels.failed(
                error.code,
                preset=mail_settings.preset_of(account),
                host=account.host,
                port=account.port,
                language=language(),
            ),
            "detail": error.detail or error.code,
        }
        form = MailForm(formdata=None, data=forms.mail_data(account))
        return refuse(EMAIL, **_shown(form, account, why))
    return _released(_("Saved. A test was sent to %(email)s.") % {"email": to}, tried=True)


def _as_saved() -> tuple[Accounts, Firm]:
    """The rows as they are now, free of any transaction: none is open while a server is spoken to."""
    with db.reading(wiring().engine) as session:
        accounts, row = read_accounts(session), the_firm(session)
        session.expunge_all()
    return accounts, row


def _released(said: str, *, tried: bool = False, goes_on: bool = False) -> Response:
    """A person has seen to the account: what was held for it leaves (RELIABILITY 3.3)."""
    with writing() as session:
        count = release_account(session)
    if count:
        wiring().ring()
    tell(" ".join(filter(None, (said, released(count, language())))))
    here = url_for("settings.email", essai="parti" if tried else None)
    return redirect(set_up.onward(here) if goes_on else here, 303)


def _shown(form: MailForm, account: MailAccount, failed: dict[str, str] | None = None) -> dict[str, object]:
    preset = BY_KEY.get(form.preset.data or "") or mail_settings.preset_of(account)
    form.words_for(preset)
    resting = account.paused_until is not None and account.paused_until > now()
    return {
        "form": form,
        "account": account,
        "failed": failed,
        "preset": preset,
        "provider": labels.name(preset.key, language()),
        "help": labels.help_of(preset, language()),
        "pace": labels.pace(preset, language()),
        "signed_in": _signed_in(account, preset),
        "ways": [one.value for one in preset.sign_in if one.value in SIGN_IN],
        "first_way": preset.sign_in[0].value,
        "today": mail_settings.today(reading(), account, now()) if account.host else None,
        "held": delivery_error(account.held_code, "", language()) if account.held_code else "",
        "paused_until": account.paused_until if resting else None,
        "tried": "essai" in request.args and failed is None,
        "then": set_up.onward(url_for("home.dashboard")),
        "closed_parts": {"server": forms.SERVER, "copies": forms.COPIES, "pace": forms.PACE},
    }


def _signed_in(account: MailAccount, preset: MailPreset) -> str:
    """The provider that the account is signed in to by token, if it is; the form may be about another one."""
    known = account.sign_in in SIGN_IN and SignIn(account.sign_in) in preset.sign_in
    return account.sign_in if known and is_signed_in(wiring().settings, account, account.sign_in) else ""


@page.context_processor
def _words() -> dict[str, object]:
    return {"providers": labels.providers(language())}
