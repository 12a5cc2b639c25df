"""Settings: the account that text messages leave through. For owners alone."""

from decimal import Decimal

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.delivery import ChannelName, DeliveryFailed
from relance.services import sms_settings
from relance.services.database import the_firm
from relance.services.delivery.account_values import receipts_address
from relance.services.delivery.channel_accounts import Accounts, read_accounts
from relance.services.delivery.outcomes import release_account
from relance.services.messages.compose_sms import gsm
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import Firm, SmsAccount
from relance.storage.queries.outbox import held_through
from relance.web.database import firm, now, reading, wiring, writing
from relance.web.forms.settings_sms import SmsForm, SmsTestForm, sms_data
from relance.web.labels import sms as labels
from relance.web.labels.delivery import delivery_error
from relance.web.labels.settings import released
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell

page = Blueprint("settings_sms", __name__)

Answer = Response | str | tuple[str, int]
PAGE = "settings/sms.html"


@page.route("/reglages/sms", methods=["GET", "POST"])
def index() -> Answer:
    """The account; saved, and tried out when that is asked."""
    account = reading().get_one(SmsAccount, 1)
    form = SmsForm(data=sms_data(account, language()))
    if request.method == "GET":
        return render_template(PAGE, **_shown(account, form))
    wants_check = request.form.get("do") == "check"
    if not form.sent():
        return refuse(PAGE, **_shown(account, form))
    try:
        _save(form, wants_check=wants_check)
    except Refused as error:
        form.refused(error)
        return refuse(PAGE, **_shown(account, form))
    return _checked() if wants_check else _released(_("Saved."))


@page.post("/reglages/sms/essai")
def test() -> Answer:
    """A text message to the person who asks, through the account as it is kept."""
    accounts, firm = _as_saved()
    form, made = SmsTestForm(), wiring()
    shown = _shown(accounts.sms, _untouched(accounts.sms), form)
    if not form.sent():
        return refuse(PAGE, **shown)
    try:
        tried = sms_settings.send_test(
            made.settings, accounts, firm, form.number.data or "", language(), made.outlets_of
        )
    except Refused as error:
        form.refused(error)
        return refuse(PAGE, **shown)
    except DeliveryFailed as error:
        return refuse(PAGE, **shown | {"failed": _failure(error, _("The test did not leave."))})
    return _released(labels.test_sent(tried, language()))


def _save(form: SmsForm, *, wants_check: bool) -> None:
    values = form.values()
    if wants_check and not values["provider"]:
        raise Refused("sms.no_provider")
    with writing() as session:
        sms_settings.save_account(session, wiring().settings, values, form.typed())


def _checked() -> Answer:
    """Sign in with what was just saved. What was held goes on only when that is accepted."""
    accounts, _firm = _as_saved()
    if wiring().settings.demo or accounts.examples:
        return _released(_("Saved."))
    try:
        credit = sms_settings.balance(wiring().settings, accounts.sms)
    except DeliveryFailed as error:
        failed = _failure(error, _("The settings are saved, but the account could not be checked."))
        return refuse(PAGE, **_shown(accounts.sms, _untouched(accounts.sms)) | {"failed": failed})
    return _released(labels.credit(credit, accounts.sms.price_per_part or Decimal(0), language()))


def _failure(error: DeliveryFailed, what: str) -> dict[str, str]:
    said = delivery_error(error.code, "", language())
    return {"what": what, "said": said, "detail": error.detail or error.code}


def _as_saved() -> tuple[Accounts, Firm]:
    """The rows as they are now, free of any transaction: none is open while a provider is spoken to."""
    with db.reading(wiring().engine) as session:
        accounts, row = read_accounts(session), the_firm(session)
        session.expunge_all()
    return accounts, row


def _untouched(account: SmsAccount) -> SmsForm:
    return SmsForm(formdata=None, data=sms_data(account, language()))


def _released(said: str) -> Response:
    """A person has seen to the account: what was held for it leaves (RELIABILITY 3.3)."""
    with writing() as session:
        count = release_account(session, ChannelName.SMS)
    if count:
        wiring().ring()
    tell(" ".join(filter(None, (said, released(count, language())))))
    return redirect(url_for("settings_sms.index"), 303)


def _shown(account: SmsAccount, form: SmsForm, test: SmsTestForm | None = None) -> dict[str, object]:
    settings = wiring().settings
    sample = _("Facture échue : déjà reçue ou réglée en août ?")
    resting = account.paused_until is not None and account.paused_until > now()
    return {
        "form": form,
        "test": test or SmsTestForm(formdata=None),
        "account": account,
        "failed": None,
        "held": delivery_error(account.held_code, "", language()) if account.held_code else "",
        "waiting": held_through(reading(), ChannelName.SMS) if account.held_code else 0,
        "paused_until": account.paused_until if resting else None,
        "sample": sample,
        "with_accents": gsm(sample, without_accents=False),
        "bare": gsm(sample, without_accents=True),
        "is_public": bool(settings.public_url),
        "callback": receipts_address(settings, account.callback_key),
        "demo": settings.demo or firm().examples,
    }
