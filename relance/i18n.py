"""Words, amounts and dates in the reader's language, by Babel."""

import gettext
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

SCREEN_LANGUAGES = ("fr", "en")
MESSAGE_LANGUAGES = ("fr", "en", "de", "es", "it", "nl")

# Where a language writes its dates in another way than French and English do.
SHORT_DATES = {"de": "dd.MM.yyyy", "nl": "dd-MM-yyyy"}
LONG_DATES = {"de": "d. MMMM yyyy", "es": "d 'de' MMMM 'de' yyyy"}
FULL_DATES = {"de": "EEEE, d. MMMM yyyy", "es": "EEEE, d 'de' MMMM 'de' yyyy"}


@lru_cache(maxsize=16)
def translator(language: str, folder: Path) -> gettext.NullTranslations:
    """The screen translations of a language; English is what the code is written in."""
    return gettext.translation("messages", folder, [language], fallback=True)


@lru_cache(maxsize=32)
def locale(language: str) -> Locale:
    """Babel's locale of one of our languages."""
    return Locale.parse(language)


@lru_cache(maxsize=8192)
def money(amount: Decimal, currency: str, language: str) -> str:
    """An amount with its currency: 6 120,00 € (with no-break spaces)."""
    return str(format_currency(amount, currency, locale=locale(language)))


def percent(rate: Decimal, language: str) -> str:
    """A rate with two decimals or three: 12,40 % (with a no-break space where the language has one)."""
    figures = format_decimal(rate, "0.00#", locale=locale(language))
    sign = str(locale(language).percent_formats[None].suffix[0])
    return f"{figures}{sign}".replace("\u00a0", "\u202f") if language == "fr" else f"{figures}{sign}"


@lru_cache(maxsize=4096)
def short_date(day: date, language: str) -> str:
    """A date in figures, day first in French: 31/10/2026."""
    return format_date(day, SHORT_DATES.get(language, "dd/MM/yyyy"), locale(language))


def long_date(day: date, language: str) -> str:
    """A date in words: 31 octobre 2026, 1er mars 2026."""
    text = format_date(day, LONG_DATES.get(language, "d MMMM yyyy"), locale(language))
    return text.replace("1 ", "1er ", 1) if language == "fr" and day.day == 1 else text


def full_date(day: date, language: str) -> str:
    """A date with its day of the week: lundi 23 novembre 2026."""
    text = format_date(day, FULL_DATES.get(language, "EEEE d MMMM yyyy"), locale(language))
    return text.replace(" 1 ", " 1er ", 1) if language == "fr" and day.day == 1 else text


def clock_time(moment: datetime | time, language: str) -> str:
    """A time of day: 9 h 02 in French (with no-break spaces), 09:02 elsewhere."""
    if language == "fr":
        return f"{moment.hour}\u00a0h\u00a0{moment.minute:02d}"
    return f"{moment.hour:02d}:{moment.minute:02d}"


def weekday(day: date, language: str) -> str:
    """The day of the week: lundi."""
    return format_date(day, "EEEE", locale(language))


def month(day: date, language: str) -> str:
    """A month with its year: novembre 2026."""
    return format_date(day, "MMMM 'de' yyyy" if language == "es" else "MMMM yyyy", locale(language))


def month_letter(day: date, language: str) -> str:
    """The first letter of a month, for the axis of a chart."""
    return format_date(day, "LLLLL", locale(language))


def round_money(amount: Decimal, currency: str, language: str) -> str:
    """An amount without its cents, where the eye only compares: 37 000 €."""
    pattern = locale(language).currency_formats["standard"].pattern.replace(".00", "")
    return str(format_currency(amount, currency, pattern, locale(language), currency_digits=False))


def figure(number: float, language: str, digits: int = 1) -> str:
    """A number with at most so many decimals: 11,4."""
    return format_decimal(round(number, digits), locale=locale(language))
