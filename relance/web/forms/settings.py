"""Forms of the settings: the firm, and its e-mail account."""

from typing import Any

from wtforms import BooleanField, PasswordField, SelectField, StringField, TextAreaField

from relance import i18n, workdays
from relance.channels.email_account import Security
from relance.storage.models import Firm, MailAccount
from relance.web.forms.base import Filled, options
from relance.web.forms.problems import SettingsForm, number
from relance.web.labels import N_
from relance.web.labels.places import countries, languages
from relance.web.language import language

_EMAIL = {"type": "email", "inputmode": "email"}
_NUMBER = {"inputmode": "numeric", "size": "6"}
REGIONS = {"alsace-moselle": N_("Alsace-Moselle")}
SECURITY = {
    Security.STARTTLS: N_("STARTTLS (usual, port 587)"),
    Security.TLS: N_("TLS from the start (port 465)"),
    Security.NONE: N_("None: everything travels in clear"),
}


class FirmForm(SettingsForm):
    """Who the firm is: what customers read in the reminders."""

    name = StringField(N_("Name of the firm"), [Filled()], render_kw={"autocomplete": "organization"})
    address = TextAreaField(N_("Address"), render_kw={"rows": "3", "autocomplete": "street-address"})
    siren = StringField(N_("SIREN"), description=N_("Nine digits."), render_kw={"inputmode": "numeric"})
    vat_number = StringField(N_("VAT number"))
    phone = StringField(N_("Telephone"), render_kw={"type": "tel", "autocomplete": "tel"})
    email = StringField(
        N_("E-mail address of the firm"),
        description=N_("Relance's own notices go there, such as payments that are no longer up to date."),
        render_kw=_EMAIL,
    )
    iban = StringField(N_("IBAN"), description=N_("Customers find it in the reminders."))
    bic = StringField(N_("BIC"))
    signature = TextAreaField(
        N_("Signature of the messages"),
        description=N_("Empty: the firm's name and telephone."),
        render_kw={"rows": "4"},
    )
    country = SelectField(
        N_("Country"), choices=[], description=N_("Its public holidays are days off."), validate_choice=False
    )
    region = SelectField(
        N_("Region with holidays of its own"),
        choices=options({"": N_("None"), **REGIONS}),
        validate_choice=False,
    )
    timezone = StringField(N_("Time zone"), [Filled()], description=N_("Example: Europe/Paris."))
    language = SelectField(N_("Language of the messages"), choices=[], validate_choice=False)
    currency = StringField(N_("Currency"), [Filled()], render_kw={"size": "4", "maxlength": "3"})

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.country.choices = options(countries(language(), workdays.is_known))
        self.language.choices = options(languages(i18n.MESSAGE_LANGUAGES))

    def values(self) -> dict[str, object]:
        """What is to be kept, still to be checked. A region goes with France alone."""
        return {field.name: field.data or "" for field in self}


def firm_data(firm: Firm) -> dict[str, object]:
    """The firm as the form shows it."""
    return {field: getattr(firm, field) for field in _names(FirmForm)}


class MailForm(SettingsForm):
    """The account that reminders leave through."""

    refused_at = {"mail.password_unusable": "password", "mail.password_unwritable": "password", "mail.no_host": "host"}

    host = StringField(
        N_("Mail server (SMTP)"),
        description=N_("Your provider names it. Example: smtp.company.fr."),
        render_kw={"list": "servers", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    port = StringField(N_("Port"), render_kw=_NUMBER)
    security = SelectField(
        N_("Encryption"), choices=options({one.value: name for one, name in SECURITY.items()}), validate_choice=False
    )
    username = StringField(
        N_("User name"),
        description=N_("Often your whole e-mail address."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(N_("Password"), render_kw={"autocomplete": "new-password"})
    forget = BooleanField(N_("Forget the password that is kept"))
    sender = StringField(N_("Sender's address"), description=N_("Customers see it."), render_kw=_EMAIL)
    reply_to = StringField(N_("Address for replies"), description=N_("Empty: the sender's address."), render_kw=_EMAIL)
    bcc = StringField(N_("Blind copy of every message to"), description=N_("Several addresses: commas between them."))
    per_minute = StringField(N_("Messages per minute, at most"), description=N_("0: no limit."), render_kw=_NUMBER)
    per_day = StringField(N_("Messages per day, at most"), description=N_("0: no limit."), render_kw=_NUMBER)
    connections = StringField(N_("Connections at the same time"), render_kw=_NUMBER)

    def values(self) -> dict[str, object]:
        """What is to be kept, still to be checked; the password goes its own way."""
        numbers = ("port", "per_minute", "per_day", "connections")
        words = ("host", "security", "username", "sender", "reply_to", "bcc")
        return {name: number(self[name].data) for name in numbers} | {name: self[name].data or "" for name in words}


def mail_data(account: MailAccount) -> dict[str, object]:
    """The account as the form shows it, without its password."""
    names = [name for name in _names(MailForm) if name not in ("password", "forget")]
    return {name: getattr(account, name) for name in names} | {"bcc": ", ".join(account.bcc)}


def _names(form: type[SettingsForm]) -> list[str]:
    return [name for name in vars(form) if hasattr(getattr(form, name), "field_class")]
