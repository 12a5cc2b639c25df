"""The forms of the letters' settings: how they look, how they leave, and their logo."""

from decimal import Decimal, InvalidOperation

from wtforms import BooleanField, FileField, PasswordField, RadioField, SelectField, StringField, TextAreaField

from relance.domain.delivery import Postage
from relance.services.settings.tables import POSTAGES
from relance.storage.models import LetterAccount
from relance.web.forms.base import PageForm, options
from relance.web.forms.problems import SettingsForm, decimal
from relance.web.labels import N_, letters
from relance.web.language import gettext

_CODE = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
_PRICE = {"inputmode": "decimal", "size": "8"}
WAYS = {
    "print": N_("I print them and post them myself"),
    "post": N_("A postal partner prints and posts them"),
    "folder": N_("As files in a folder, for another printer"),
}
WINDOWS = {
    "french_right": N_("On the right (France, double window or C6/5)"),
    "din_left_a": N_("On the left, high (DIN 5008, form A)"),
    "din_left_b": N_("On the left, low (DIN 5008, form B)"),
}
PRICES = tuple(one.value for one in Postage)


class LettersForm(SettingsForm):
    """How letters look and leave."""

    refused_at = {
        "letters.no_key": "api_key",
        "letters.no_folder": "folder",
        "letters.host": "base_url",
        "mail.password_unusable": "api_key",
        "mail.password_unwritable": "api_key",
    }

    way = RadioField(N_("How letters leave"), choices=options(WAYS), validate_choice=False)
    window = RadioField(N_("Window of your envelopes"), choices=options(WINDOWS), validate_choice=False)
    fold_marks = BooleanField(N_("Fold marks in the margin"))
    punch_mark = BooleanField(N_("Mark for the hole punch"))
    qr = BooleanField(N_("QR code to pay by transfer"))
    place = StringField(N_("Place"), description=N_("Of “Lyon, 22 November 2026”. Empty: the date alone."))
    letterhead = TextAreaField(
        N_("Lines of the letterhead"),
        description=N_("Empty: the firm's name, address, telephone and e-mail."),
        render_kw={"rows": "4"},
    )
    footer = TextAreaField(
        N_("Foot of the page"),
        description=N_(
            "The company's particulars, which French law wants on letters: legal form and capital, registered office, "
            "SIREN, RCS and its town; “EI” for a sole trader. "
            "Example: SARL au capital de 10 000 €, RCS Lyon 404 833 048."
        ),
        render_kw={"rows": "3"},
    )
    folder = StringField(
        N_("Folder"),
        description=N_("Where each letter is written, with a list of the addresses. It must be there already."),
        render_kw=_CODE,
    )
    api_key = PasswordField(N_("API key"), render_kw={"autocomplete": "new-password"})
    forget = BooleanField(N_("Forget the key that is kept"))
    base_url = StringField(
        N_("Address of the service"),
        description=N_("Empty: that of MySendingBox."),
        render_kw={**_CODE, "inputmode": "url"},
    )
    postage = SelectField(
        N_("Usual postage"),
        choices=options({one.value: letters.POSTAGES[one.value] for one in POSTAGES}),
        description=N_("With proof of delivery, a letter is registered by a person alone, one by one."),
        validate_choice=False,
    )
    color = BooleanField(N_("In colour"))
    both_sides = BooleanField(N_("On both sides of the paper"))
    price_ecopli = StringField(N_("Price of an economy letter, in euros"), render_kw=_PRICE)
    price_prioritaire = StringField(N_("Price of a priority letter, in euros"), render_kw=_PRICE)
    price_lr = StringField(N_("Price of a registered letter, in euros"), render_kw=_PRICE)
    price_lrar = StringField(N_("Price with proof of delivery, in euros"), render_kw=_PRICE)

    def values(self) -> dict[str, object]:
        """What is to be kept, still to be checked; the key goes its own way."""
        flags = ("fold_marks", "punch_mark", "qr", "color", "both_sides")
        words = ("way", "window", "place", "letterhead", "footer", "folder", "base_url", "postage")
        given = {name: decimal(self[f"price_{name}"].data) for name in PRICES}
        return {
            **{name: bool(self[name].data) for name in flags},
            **{name: self[name].data or "" for name in words},
            "prices": {name: text for name, text in given.items() if text},
        }

    def bad_prices(self) -> bool:
        """Say at its field which price is none."""
        bad = [name for name in PRICES if not _is_price(decimal(self[f"price_{name}"].data))]
        for name in bad:
            self[f"price_{name}"].errors = [gettext(letters.NOT_A_PRICE)]
        return bool(bad)


def _is_price(text: str) -> bool:
    try:
        return not text or 0 <= Decimal(text) <= 1000
    except InvalidOperation:
        return False


def letters_data(account: LetterAccount, language: str) -> dict[str, object]:
    """The account as the form shows it, without its key."""
    names = ("way", "window", "fold_marks", "punch_mark", "qr", "place", "letterhead", "footer", "folder")
    others = ("base_url", "color", "both_sides")
    prices = {f"price_{name}": _shown(account.prices.get(name, ""), language) for name in PRICES}
    return {
        **{name: getattr(account, name) for name in (*names, *others)},
        "postage": account.postage.value,
        **prices,
    }


def _shown(price: str, language: str) -> str:
    return price.replace(".", ",") if language == "fr" else price


class LogoForm(PageForm):
    """The picture of the letterhead."""

    refused_at = {"letters.logo_too_large": "picture", "letters.bad_logo": "picture", "letters.no_logo": "picture"}

    picture = FileField(
        N_("Logo"), description=N_("PNG or JPEG, at most 1 MB."), render_kw={"accept": ".png,.jpg,.jpeg"}
    )
