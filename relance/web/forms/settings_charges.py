"""The forms of penalties: what the firm claims, and the rates of a half-year."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, StringField

from relance.services.rates import LONGEST_SOURCE, KnownRate
from relance.storage.models import Firm
from relance.web.forms.base import Filled, PageForm, options
from relance.web.forms.fields import ChoiceField
from relance.web.labels import N_
from relance.web.labels.charges import half_year
from relance.web.language import gettext

_RATE = {"inputmode": "decimal", "size": "8", "autocomplete": "off", "maxlength": "20"}


class ChargesForm(PageForm):
    """What is claimed."""

    refused_at = {"charges.contract_rate": "contract_rate"}

    claims = BooleanField(N_("Claim late interest and the fixed indemnity of €40 from professionals and public buyers"))
    contract_rate = StringField(
        N_("Yearly interest rate of your terms of sale, in %"),
        description=N_("Empty: the legal default rate. Only for companies; that of public buyers is fixed by law."),
        render_kw=_RATE,
    )


class RateForm(PageForm):
    """The rates of a half-year, as a person read them."""

    refused_at = {
        "rates.half_year": "half_year",
        "rates.reference": "reference",
        "rates.nothing": "reference",
        "rates.legal": "legal",
        "rates.source": "source",
        "rates.no_source": "source",
        "rates.source_too_long": "source",
    }

    half_year = ChoiceField(N_("Half-year"))
    reference = StringField(
        N_("Rate of the European Central Bank, in %"),
        description=N_("That of its main refinancing operations in force on the first day of the half-year."),
        render_kw=_RATE,
    )
    legal = StringField(
        N_("Legal interest rate, in %"),
        description=N_("The one for all other cases, not the one for private persons as creditors."),
        render_kw=_RATE,
    )
    source = StringField(
        N_("Where you read it"), [Filled(N_("Say where you read it."))], render_kw={"maxlength": str(LONGEST_SOURCE)}
    )

    def __init__(self, halves: Sequence[date], **values: Any) -> None:
        super().__init__(**values)
        self.half_year.choices = options({code(one): half_year(one, gettext) for one in halves})

    def chosen(self) -> date:
        """The first day of the half-year; the form was sent and is sound."""
        found = half_year_of(self.half_year.data or "")
        assert found is not None
        return found


def code(first: date) -> str:
    """A half-year in an address: 2026-S2."""
    return f"{first.year}-S{1 if first.month == 1 else 2}"


def half_year_of(text: str) -> date | None:
    """The first day of the half-year that a code means."""
    year, _mark, half = text.partition("-S")
    sound = len(year) == 4 and year.isascii() and year.isdigit() and year > "0000" and half in ("1", "2")
    return date(int(year), 1 if half == "1" else 7, 1) if sound else None


def figure(rate: Decimal | None, language: str) -> str:
    """A rate in a field."""
    plain = format(rate.normalize(), "f") if rate is not None else ""
    return plain.replace(".", ",") if language == "fr" else plain


def charges_data(firm: Firm, language: str) -> dict[str, object]:
    """What the firm claims, as the form shows it."""
    return {"claims": firm.charges, "contract_rate": figure(firm.contract_rate, language)}


def rate_data(half: date, known: KnownRate | None, language: str) -> dict[str, object]:
    """What is known of a half-year, as the form shows it; a source that the program came with isn't a person's."""
    if known is None:
        return {"half_year": code(half)}
    return {
        "half_year": code(half),
        "reference": figure(known.rates.reference, language),
        "legal": figure(known.rates.legal, language),
        "source": known.source if known.entered else "",
    }
