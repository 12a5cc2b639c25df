"""How a channel writes amounts and dates: in words and with no-break spaces, or short and plain in an SMS."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.lists import format_list

from relance.domain.delivery import ChannelName
from relance.domain.money import to_decimal
from relance.i18n import locale, long_date, money, percent, short_date
from relance.services.texts import words

_CURRENCY_FIRST = frozenset(("en", "nl"))


@dataclass(frozen=True, slots=True)
class Wording:
    """The figures of one message. Those of an SMS keep to the signs that every telephone's alphabet has (GSM-7)."""

    language: str
    channel: ChannelName = ChannelName.EMAIL

    @property
    def plain(self) -> bool:
        """Whether only plain signs may be used."""
        return self.channel is ChannelName.SMS

    def amount(self, minor: int, currency: str) -> str:
        """An amount of minor units: 6 120,00 € with no-break spaces; in an SMS, 6120,00 EUR."""
        value = to_decimal(minor, currency)
        if not self.plain:
            return money(value, currency, self.language)
        figures = f"{value:f}".replace(".", locale(self.language).number_symbols["latn"]["decimal"])
        return f"{currency} {figures}" if self.language in _CURRENCY_FIRST else f"{figures} {currency}"

    def rates(self, rates: Iterable[Decimal]) -> str:
        """Rates in order: 12,15 % et 12,40 %, with plain spaces in an SMS."""
        said = format_list([percent(rate, self.language) for rate in rates], locale=locale(self.language))
        return re.sub(r"[\u00a0\u202f]", " ", said) if self.plain else said

    def day(self, day: date) -> str:
        """A date: 31 octobre 2026; in an SMS, 31/10/2026."""
        return short_date(day, self.language) if self.plain else long_date(day, self.language)

    def dates(self, days: Iterable[date]) -> str:
        """Dates in order, each once."""
        if self.plain:
            return ", ".join(self.day(day) for day in sorted(set(days)))
        return spoken_dates(days, self.language)

    def count(self, invoices: int) -> str:
        """A number of invoices, more than one: 2 factures."""
        return words(self.language)["count"].replace("{n}", str(invoices))


def spoken_dates(days: Iterable[date], language: str) -> str:
    """Dates in order, each once, the year said once: 9 novembre, 20 novembre 2026."""
    ordered = sorted(set(days))
    said = []
    for position, day in enumerate(ordered):
        text = long_date(day, language)
        following = ordered[position + 1] if position + 1 < len(ordered) else None
        same_year = following is not None and following.year == day.year
        said.append(text.removesuffix(str(day.year)).removesuffix(" de ").rstrip() if same_year else text)
    return ", ".join(said)


def spoken_days(days: int, language: str) -> str:
    """A number of days: 1 jour, 22 jours."""
    form = "day" if locale(language).plural_form(days) == "one" else "days"
    return words(language)[form].replace("{n}", str(days))
