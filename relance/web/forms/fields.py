"""Fields that speak the reader's language when what was entered can't be used: a day, an amount, a choice."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wtforms import DateField, SelectField, StringField, ValidationError
from wtforms.fields import Field

from relance.importers.amounts import DecimalMark, parse_amount
from relance.importers.reading import BadValue
from relance.web.labels import N_
from relance.web.language import gettext, language

FIRST, LAST = date(1990, 1, 1), date(2099, 12, 31)
NOT_A_DAY = N_("This is not a date. Example: 31/12/2026.")
NOT_AN_AMOUNT = N_("This is not an amount. Example: 1234.56.")
NOT_A_CHOICE = N_("Choose one of the list.")


class DayField(DateField):
    """A day, as a browser's calendar writes it or as people do."""

    formats = ("%Y-%m-%d", "%d/%m/%Y")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; an empty one is None."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if text:
            self.data = _day(text, self.formats)
            if self.data is None or not FIRST <= self.data <= LAST:
                self.data = None
                raise ValueError(gettext(NOT_A_DAY))


def _day(text: str, formats: tuple[str, ...]) -> date | None:
    for written in formats:
        try:
            return datetime.strptime(text, written).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    return None


class AmountField(StringField):
    """An amount in major units, written as in the reader's language; `amount` is its value.

    `currency` is the one written beside it, if any.
    """

    amount: Decimal | None = None
    currency: str | None = None

    def pre_validate(self, form: Any) -> None:
        """Read it."""
        mark = DecimalMark.COMMA if language() == "fr" else DecimalMark.DOT
        try:
            money = parse_amount(self.data or "", mark)
        except BadValue as error:
            raise ValidationError(gettext(NOT_AN_AMOUNT)) from error
        if money is not None:
            self.amount, self.currency = money.amount, money.currency
        elif (self.data or "").strip():
            raise ValidationError(gettext(NOT_AN_AMOUNT))


class ChoiceField(SelectField):
    """One of a list; anything else is said in plain words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; what can't be one of the list is None."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None

    def pre_validate(self, form: Any) -> None:
        """It is one of the list."""
        if self.data not in {value for value, *_ in self.iter_choices()}:
            raise ValidationError(gettext(NOT_A_CHOICE))


class AtMost:
    """No longer than so many characters."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, form: Any, field: Field) -> None:
        """Stop at a longer one."""
        if field.data and len(field.data) > self.most:
            raise ValidationError(gettext("At most %(most)s characters.") % {"most": self.most})
