"""Words, amounts and dates in the reader's language, by Babel."""

import gettext
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_currency

SCREEN_LANGUAGES = ("fr", "en")
MESSAGE_LANGUAGES = ("fr", "en", "de", "es", "it", "nl")


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


@lru_cache(maxsize=4096)
def short_date(day: date, language: str) -> str:
    """A date in figures, day first in French: 31/10/2026."""
    return format_date(day, "dd/MM/yyyy" if language in ("fr", "en", "es", "it") else "short", locale(language))


def long_date(day: date, language: str) -> str:
    """A date in words: 31 octobre 2026, 1er mars 2026."""
    text = format_date(day, "d MMMM yyyy", locale(language))
    return text.replace("1 ", "1er ", 1) if language == "fr" and day.day == 1 else text


def full_date(day: date, language: str) -> str:
    """A date with its day of the week: lundi 23 novembre 2026."""
    text = format_date(day, "EEEE d MMMM yyyy", locale(language))
    return text.replace(" 1 ", " 1er ", 1) if language == "fr" and day.day == 1 else text


def clock_time(moment: datetime | time, language: str) -> str:
    """A time of day: 9 h 02 in French (with no-break spaces), 09:02 elsewhere."""
    if language == "fr":
        return f"{moment.hour}\u00a0h\u00a0{moment.minute:02d}"
    return f"{moment.hour:02d}:{moment.minute:02d}"
