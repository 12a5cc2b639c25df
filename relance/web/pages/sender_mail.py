"""The e-mails of a sender: an account of its own or the firm's, and a test to the person who asks."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from relance.channels.email.presets import BY_KEY, PRESETS, SignIn, preset_for
from relance.domain.delivery import ChannelName, DeliveryFailed
from relance.services import mail_settings
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.delivery.outcomes import release_account
from relance.services.refusal import Refused
from relance.services.senders import mail as sender_mail
from relance.services.senders.lookup import find, own_account
from relance.storage import db
from relance.storage.models import MailAccount, Sender
from relance.web import visitors
from relance.web.database import now, reading, wiring, writing
from relance.web.forms import settings_email as forms
from relance.web.forms.sender_mail import SenderMailForm
from relance.web.labels import mail as labels
from relance.web.labels.delivery import delivery_error
from relance.web.labels.settings import released
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell, warn

HERE = "/reglages/expediteurs/<int(max=2147483647):sender_id>"
PAGE = "senders/mail.html"
# Where a password opens the account: the others are for the firm's own, which can sign in by token.
OFFERED = tuple(preset.key for preset in PRESETS if preset.sign_in[0] is not SignIn.MICROSOFT)

Answer = Response | str | tuple[str, int]


def register(page: Blueprint) -> None:
    """Its addresses, among those of the senders."""
    page.add_url_rule(f"{HERE}/e-mail", "mail", show)
    page.add_url_rule(f"{HERE}/e-mail", "save_mail", save, methods=["POST"])
    page.add_url_rule(f"{HERE}/e-mail/reprendre", "release_mail", release, methods=["POST"])
    page.add_url_rule(f"{HERE}/e-mail/retirer", "drop_mail", drop, methods=["POST"])
    page.add_url_rule(f"{HERE}/essai", "test", test, methods=["POST"])


def found(session: Session, sender_id: int) -> Sender:
    """The sender of an address, or no such page."""
    try:
        return find(session, sender_id)
    except Refused:
        abort(404)


def show(sender_id: int) -> Answer:
    """The account that its e-mails leave through; first of all, at which provider it is."""
    sender = found(reading(), sender_id)
    account = own_account(sender)
    asked = request.args.get("fournisseur", None if account else "")
    if asked is None and account is not None:
        return render_template(PAGE, **_shown(SenderMailForm(data=forms.mail_data(account)), sender, account))
    if not asked:
        guessed = preset_for(sender.email)
        return render_template("senders/provider.html", sender=sender, providers=_providers(guessed), guessed=guessed)
    if asked not in OFFERED:
        abort(404)
    blank = account or _blank()
    address = blank.sender or sender.email
    form = SenderMailForm(data=forms.preset_data(BY_KEY[asked], blank, address))
    return render_template(PAGE, **_shown(form, sender, account))


def _providers(first: str | None) -> list[tuple[str, str]]:
    """Those that a sender can have an account at, the likeliest first."""
    known = [one for one in labels.providers(language()) if one[0] in OFFERED]
    return sorted(known, key=lambda one: one[0] != first)


def _blank() -> MailAccount:
    """An account that isn't kept, for a form to begin with."""
    texts = dict.fromkeys(("preset", "host", "username", "sender", "reply_to"), "")
    figures = {"port": 587, "per_minute": 0, "per_hour": 0, "per_day": 0, "connections": 1}
    return MailAccount(security="starttls", sign_in="password", bcc=[], slow_start=False, **texts, **figures)


def save(sender_id: int) -> Answer:
    """Save the account, and try it out when that is asked."""
    sender = found(reading(), sender_id)
    form = SenderMailForm(data=forms.mail_data(own_account(sender) or _blank()))
    if not form.sent():
        return refuse(PAGE, **_shown(form, sender, own_account(sender)))
    try:
        with writing() as session:
            password, forget = form.password.data or "", bool(form.forget.data)
            sender_mail.save_mail(session, wiring().settings, sender_id, form.values(), password, forget=forget)
    except Refused as error:
        form.refused(error)
        return refuse(PAGE, **_shown(form, sender, own_account(sender)))
    if request.form.get("do") == "test":
        return _tested(sender_id)
    return _released(sender_id, _("Saved."))


def release(sender_id: int) -> Response:
    """A person says that the account may be tried again as it is."""
    return _released(sender_id, _("Sending by e-mail goes on."))


def drop(sender_id: int) -> Response:
    """Its e-mails leave through the firm's account again; the password that was kept is removed."""
    try:
        with writing() as session:
            sender_mail.drop_mail(session, wiring().settings, found(session, sender_id).id)
    except Refused:
        warn(_("A message is leaving in this name at this moment: try again in a minute."))
        return redirect(url_for("senders.mail", sender_id=sender_id), 303)
    wiring().ring()
    tell(_("Its e-mails leave through the firm's account again."))
    return redirect(url_for("senders.edit", sender_id=sender_id), 303)


def test(sender_id: int) -> Response:
    """An e-mail of this sender to the person who asks."""
    sender, error = _send_test(sender_id)
    if error is None and own_account(sender) is not None:
        return _released(sender_id, _said(), back="senders.edit")
    if error is None:
        tell(_said())
    else:
        warn(_("The test did not leave.") + " " + delivery_error(error.code, error.detail, language()))
    return redirect(url_for("senders.edit", sender_id=sender_id), 303)


def _said() -> str:
    return _("A test was sent to %(email)s.") % {"email": visitors.me().email}


def _send_test(sender_id: int) -> tuple[Sender, DeliveryFailed | None]:
    """No transaction is open while the server is spoken to."""
    made = wiring()
    with db.reading(made.engine) as session:
        sender, accounts, house = found(session, sender_id), read_accounts(session), the_firm(session)
        own_account(sender)  # read while there is a session
        session.expunge_all()
    try:
        mail_settings.send_test(
            made.settings, accounts, house, visitors.me().email, language(), made.outlets_of, sender
        )
    except DeliveryFailed as error:
        return sender, error
    return sender, None


def _tested(sender_id: int) -> Answer:
    """Send a test through what was just saved. What was held goes on only when it left."""
    sender, error = _send_test(sender_id)
    account = own_account(sender)
    if error is None or account is None:
        return _released(sender_id, _("Saved.") + " " + _said())
    preset = mail_settings.preset_of(account)
    why = {
        "said": labels.failed(error.code, preset=preset, host=account.host, port=account.port, language=language()),
        "detail": error.detail or error.code,
    }
    form = SenderMailForm(formdata=None, data=forms.mail_data(account))
    return refuse(PAGE, **_shown(form, sender, account, why))


def _released(sender_id: int, said: str, *, back: str = "senders.mail") -> Response:
    """A person has seen to the account: what was held for it leaves (RELIABILITY 3.3)."""
    with writing() as session:
        account = own_account(found(session, sender_id))
        count = release_account(session, ChannelName.EMAIL, account.id) if account is not None else 0
    if count:
        wiring().ring()
    tell(" ".join(filter(None, (said, released(count, language())))))
    return redirect(url_for(back, sender_id=sender_id), 303)


def _shown(
    form: SenderMailForm, sender: Sender, account: MailAccount | None, failed: dict[str, str] | None = None
) -> dict[str, object]:
    preset = BY_KEY.get(form.preset.data or "") or mail_settings.preset_of(account or _blank())
    form.words_for(preset)
    resting = account is not None and account.paused_until is not None and account.paused_until > now()
    held = account.held_code if account is not None else None
    return {
        "form": form,
        "sender": sender,
        "account": account,
        "failed": failed,
        "preset": preset,
        "provider": labels.name(preset.key, language()),
        "help": labels.help_of(preset, language()),
        "pace": labels.pace(preset, language()),
        "today": mail_settings.today(reading(), account, now()) if account is not None else None,
        "held": delivery_error(held, "", language()) if held else "",
        "paused_until": account.paused_until if account is not None and resting else None,
        "closed_parts": {"server": forms.SERVER, "copies": forms.COPIES, "pace": forms.PACE},
    }
