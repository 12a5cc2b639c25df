"""The forms of the SMS account, and of a test to oneself."""

from decimal import Decimal

from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField

from relance.services.sms_settings import Typed
from relance.storage.models import SmsAccount
from relance.web.forms.base import Filled, PageForm, options
from relance.web.forms.problems import SettingsForm, decimal, number
from relance.web.labels import N_

_NUMBER = {"inputmode": "numeric", "size": "6"}
_CODE = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
_HIDDEN = {"autocomplete": "new-password"}
PROVIDERS = {"": N_("None: no text message leaves"), "vonage": N_("Vonage")}
ACCENTS = {
    "free": N_("Keep those that cost nothing (é, è, à, ù, ì, ò, ä, ö, ü, ñ); write the others without"),
    "none": N_("No accents at all"),
}


class SmsForm(SettingsForm):
    """The account that text messages leave through."""

    refused_at = {
        "sms.no_key": "key",
        "sms.no_secret": "secret",
        "sms.bad_sender": "sender",
        "sms.bad_signature": "signature",
        "sms_hours.too_early": "opens_at",
        "sms_hours.too_late": "closes_at",
        "sms_hours.no_time": "closes_at",
    }

    provider = SelectField(N_("Provider"), choices=options(PROVIDERS), validate_choice=False)
    key = StringField(
        N_("API key"), description=N_("Vonage shows it on the first page of your account."), render_kw=_CODE
    )
    secret = PasswordField(N_("API secret"), render_kw=_HIDDEN)
    forget_secret = BooleanField(N_("Forget the secret that is kept"))
    sender = StringField(
        N_("Sender"),
        description=N_(
            "What the telephone shows: a name of at most 11 letters and digits, without accents, such as BONNET; "
            "or a number that you rent from the provider. Nobody can answer to a name."
        ),
        render_kw={"autocomplete": "off", "maxlength": "20"},
    )
    opens_at = StringField(N_("Not before"), [Filled()], render_kw={"type": "time", "min": "08:00", "max": "20:00"})
    closes_at = StringField(N_("Not after"), [Filled()], render_kw={"type": "time", "min": "08:00", "max": "20:00"})
    accents = RadioField(N_("Accents"), choices=options(ACCENTS), validate_choice=False)
    price_per_part = StringField(
        N_("Price of one SMS, in euros"),
        description=N_("Used to announce what a sending costs. Example: 0.0642. Empty: no price is announced."),
        render_kw={"inputmode": "decimal", "size": "8"},
    )
    per_minute = StringField(N_("Messages per minute, at most"), description=N_("0: no limit."), render_kw=_NUMBER)
    per_day = StringField(N_("Messages per day, at most"), description=N_("0: no limit."), render_kw=_NUMBER)
    signature = PasswordField(
        N_("Signature secret"),
        description=N_(
            "Optional. Vonage shows it among the settings of the API, once you have receipts signed (HMAC). "
            "With it, receipts that aren't signed are ignored."
        ),
        render_kw=_HIDDEN,
    )
    forget_signature = BooleanField(N_("Forget the signature secret that is kept"))
    ask_receipts = BooleanField(N_("Ask Vonage what became of the messages, every 6 hours during 2 days"))

    def values(self) -> dict[str, object]:
        """What is to be kept, still to be checked; the secrets go their own way."""
        words = ("provider", "key", "sender", "opens_at", "closes_at")
        return {
            **{name: (self[name].data or "").strip() for name in words},
            **{name: number(self[name].data) for name in ("per_minute", "per_day")},
            "price_per_part": decimal(self.price_per_part.data),
            "without_accents": self.accents.data == "none",
            "ask_receipts": bool(self.ask_receipts.data),
        }

    def typed(self) -> Typed:
        """The secrets as they were typed; a space beside one was pasted with it."""
        return Typed(
            secret=(self.secret.data or "").strip(),
            signature=(self.signature.data or "").strip(),
            forget_secret=bool(self.forget_secret.data),
            forget_signature=bool(self.forget_signature.data),
        )


def sms_data(account: SmsAccount, language: str) -> dict[str, object]:
    """The account as the form shows it, without its secrets."""
    names = ("provider", "key", "sender", "opens_at", "closes_at", "per_minute", "per_day", "ask_receipts")
    return {name: getattr(account, name) for name in names} | {
        "accents": "none" if account.without_accents else "free",
        "price_per_part": _figure(account.price_per_part, language),
    }


def _figure(price: Decimal | None, language: str) -> str:
    plain = format(price.normalize(), "f") if price is not None else ""
    return plain.replace(".", ",") if language == "fr" else plain


class SmsTestForm(PageForm):
    """Where a test goes."""

    refused_at = {"compose.no_mobile": "number"}

    number = StringField(
        N_("Mobile number"),
        [Filled()],
        description=N_("Your own. Example: 06 12 34 56 78."),
        render_kw={"type": "tel", "autocomplete": "tel", "maxlength": "40"},
    )
