"""The form of the firm itself."""

from typing import Any

from wtforms import SelectField, StringField, TextAreaField

from relance import i18n, workdays
from relance.storage.models import Firm
from relance.web.forms.base import Filled, options
from relance.web.forms.problems import SettingsForm
from relance.web.labels import N_
from relance.web.labels.places import countries, languages
from relance.web.language import gettext, language

_EMAIL = {"type": "email", "inputmode": "email"}
REGIONS = {"alsace-moselle": N_("Alsace-Moselle")}


class FirmForm(SettingsForm):
    """Who the firm is: what customers read in the reminders."""

    name = StringField(N_("Name of the firm"), [Filled()], render_kw={"autocomplete": "organization"})
    address = TextAreaField(N_("Address"), render_kw={"rows": "3", "autocomplete": "street-address"})
    siren = StringField(
        N_("SIREN or SIRET"),
        description=N_("Nine digits; the fourteen of the SIRET will do."),
        render_kw={"inputmode": "numeric"},
    )
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

    def introduce(self) -> None:
        """Say what becomes of the signature that is proposed to a firm that isn't known yet."""
        self.signature.description = gettext("Your name alone is followed by the firm's name and telephone.")

    def values(self) -> dict[str, object]:
        """What is to be kept, still to be checked. A region goes with France alone."""
        return {field.name: field.data or "" for field in self}


# What is asked at once; the rest waits behind a word, filled in already.
FIRST = ("name", "address", "siren", "phone", "iban", "signature")
OTHERS = ("email", "bic", "vat_number", "currency", "language", "country", "region", "timezone")


def firm_data(firm: Firm) -> dict[str, object]:
    """The firm as the form shows it."""
    return {field: getattr(firm, field) for field in _names(FirmForm)} | {"iban": in_fours(firm.iban)}


def proposed(firm: Firm, *, name: str, email: str) -> dict[str, object]:
    """The same for a firm that isn't known yet, with what its owner's account says already."""
    return firm_data(firm) | {"signature": firm.signature or name, "email": firm.email or email}


def signed(values: dict[str, object], name: str) -> dict[str, object]:
    """A signature left as it was proposed gets what a signature needs: the firm, and where to call it."""
    if not name or str(values["signature"]).strip() != name:
        return values
    firm = ", ".join(part for part in (str(values["name"]).strip(), str(values["phone"]).strip()) if part)
    return values | {"signature": f"{name}\n{firm}"}


def in_fours(iban: str) -> str:
    """An IBAN as people read it."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _names(form: type[SettingsForm]) -> list[str]:
    return [name for name in vars(form) if hasattr(getattr(form, name), "field_class")]
