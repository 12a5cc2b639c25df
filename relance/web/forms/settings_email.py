"""Forms of the e-mail account: the account itself, and the applications that sign in to Microsoft and Google."""

import re

from wtforms import BooleanField, Form, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from relance.channels.email.account import Security
from relance.channels.email.presets import MailPreset, Server, SignIn
from relance.services.mail_settings import preset_of
from relance.storage.models import MailAccount
from relance.web.forms.base import Filled, PageForm, options
from relance.web.forms.problems import SettingsForm, number
from relance.web.labels import N_
from relance.web.language import gettext

_EMAIL = {"type": "email", "inputmode": "email"}
_NUMBER = {"inputmode": "numeric", "size": "6"}
_CODE = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
SECURITY = {
    Security.STARTTLS: N_("STARTTLS (usual, port 587)"),
    Security.TLS: N_("TLS from the start (port 465)"),
    Security.NONE: N_("None: everything travels in clear"),
}
# What stands in a part of the page that is closed at first.
SERVER = ("host", "port", "security", "username")
COPIES = ("reply_to", "bcc")
PACE = ("per_minute", "per_hour", "per_day", "connections", "slow_start")
FIGURES = ("port", "per_minute", "per_hour", "per_day", "connections")


class MailForm(SettingsForm):
    """The account that reminders leave through."""

    refused_at = {
        "mail.password_unusable": "password",
        "mail.password_unwritable": "password",
        "mail.no_host": "host",
        "mail.no_sender": "sender",
    }

    preset = HiddenField()
    sender = StringField(
        N_("Your e-mail address"), description=N_("Reminders leave from it, and customers see it."), render_kw=_EMAIL
    )
    password = PasswordField(N_("Password"), render_kw={"autocomplete": "new-password"})
    forget = BooleanField(N_("Forget the password that is kept"))
    host = StringField(
        N_("Mail server (SMTP)"),
        description=N_("Your provider names it. Example: smtp.company.fr."),
        render_kw=_CODE,
    )
    port = StringField(N_("Port"), render_kw=_NUMBER)
    security = SelectField(
        N_("Encryption"), choices=options({one.value: name for one, name in SECURITY.items()}), validate_choice=False
    )
    username = StringField(N_("User name"), description=N_("Often your whole e-mail address."), render_kw=_CODE)
    reply_to = StringField(N_("Address for replies"), description=N_("Empty: the sender's address."), render_kw=_EMAIL)
    bcc = StringField(N_("Blind copy of every message to"), description=N_("Several addresses: commas between them."))
    per_minute = StringField(N_("Messages per minute, at most"), description=N_("0: no limit."), render_kw=_NUMBER)
    per_hour = StringField(N_("Messages per hour, at most"), description=N_("0: no limit."), render_kw=_NUMBER)
    per_day = StringField(N_("Messages per day, at most"), description=N_("0: no limit."), render_kw=_NUMBER)
    connections = StringField(N_("Connections at the same time"), render_kw=_NUMBER)
    slow_start = BooleanField(
        N_("Start slowly"),
        description=N_(
            "50 messages at most on the first day, then twice as many each day: providers watch new senders."
        ),
    )

    def words_for(self, preset: MailPreset) -> None:
        """Name the fields as this provider does."""
        if preset.sign_in[0] is SignIn.APP_PASSWORD:
            self.password.label.text = gettext("App password")
        if preset.smtp is not None:
            self.username.description = gettext("Empty: what this provider wants, made from your address.")

    def values(self) -> dict[str, object]:
        """What is to be kept, still to be checked; the password goes its own way."""
        words = ("preset", "host", "security", "username", "sender", "reply_to", "bcc")
        given = {name: number(self[name].data) for name in FIGURES} | {name: self[name].data or "" for name in words}
        return given | {"slow_start": bool(self.slow_start.data)}


def mail_data(account: MailAccount) -> dict[str, object]:
    """The account as the form shows it, without its password."""
    shown = {name: getattr(account, name) for name in ("sender", "reply_to", *SERVER, "slow_start")}
    figures = {name: str(getattr(account, name)) for name in FIGURES}
    return shown | figures | {"bcc": ", ".join(account.bcc), "preset": preset_of(account).key}


def preset_data(preset: MailPreset, account: MailAccount, address: str) -> dict[str, object]:
    """The same filled in for a provider that was just chosen, with the address to propose."""
    if preset == preset_of(account) and account.host:
        return mail_data(account)
    server, pace = preset.smtp or Server("", 587, Security.STARTTLS), preset.pace
    return mail_data(account) | {
        "preset": preset.key,
        "host": server.host,
        "port": str(server.port),
        "security": server.security.value,
        "username": "",
        "sender": address,
        "per_minute": str(pace.per_minute),
        "per_hour": str(pace.per_hour),
        "per_day": str(pace.per_day),
        "connections": str(pace.connections),
        "slow_start": account.first_sent_on is None,
    }


class Shaped:
    """What is typed must look like what it is meant to be."""

    def __init__(self, pattern: str, message: str) -> None:
        self.pattern = pattern
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse anything else."""
        if not re.fullmatch(self.pattern, (field.data or "").strip(), re.ASCII):
            raise ValidationError(gettext(self.message))


class MicrosoftForm(PageForm):
    """The application that signs in to Microsoft."""

    client = StringField(
        N_("Application (client) id"),
        [
            Filled(),
            Shaped(
                r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
                N_("Enter the id that Microsoft shows: letters and digits in five groups, with hyphens between them."),
            ),
        ],
        render_kw=_CODE,
    )
    tenant = StringField(
        N_("Directory (tenant) id"),
        [Shaped(r"[\w.-]*", N_("Enter the directory's id or its domain, such as company.fr."))],
        description=N_("Empty: any firm's directory. For Outlook.com and Hotmail, write: consumers."),
        render_kw=_CODE,
    )


class GoogleForm(PageForm):
    """The application that signs in to Google."""

    refused_at = {
        "config.address": "address",
        "mail.no_google_secret": "secret",
        "mail.password_unusable": "secret",
        "mail.password_unwritable": "secret",
    }

    address = StringField(N_("Google address that reminders leave from"), [Filled()], render_kw=_EMAIL)
    client = StringField(
        N_("Client id"),
        [Filled(), Shaped(r"[\w.-]+", N_("Enter the client id that Google shows."))],
        description=N_("It ends with .apps.googleusercontent.com."),
        render_kw=_CODE,
    )
    secret = PasswordField(N_("Client secret"), render_kw={"autocomplete": "new-password"})
