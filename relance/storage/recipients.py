"""Which of a customer's numbers a text message can go to (RULES 4.2)."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# Where one country's people write another's numbers as their own: the departments overseas dial like the mainland.
_OVERSEAS = ("GP", "GF", "MQ", "RE", "YT", "BL", "MF")
SHARED_DIALLING = {
    "FR": _OVERSEAS,
    **dict.fromkeys(_OVERSEAS, ("FR", *_OVERSEAS)),
    "MC": ("FR",),
}
_MAINLAND_PREFIX = re.compile(r"^(?:\+|00)33\s*(?:\(0\))?\s*")
LONGEST_SHORT_NUMBER = 6
_ASIDE = re.compile(r"\((?!\s*0\s*\))[^)]*[^\W\d_][^)]*\)")  # words in brackets; the (0) of +33 (0)6 stays
_FIRST_NUMBER = re.compile(r"[^\d+]*(\+?[\d\s().,/\u2010-\u2015\u2212-]*)")
_SEVERAL = re.compile(r"[/;,|\n]|\b(?:ou|et|or|and)\b", re.IGNORECASE)


class SmsRefusal(StrEnum):
    """Why no text message can go to a number."""

    NOT_A_NUMBER = "sms.not_a_number"
    LANDLINE = "sms.landline"
    SHORT = "sms.short_number"
    SPECIAL = "sms.special_number"  # free, premium or shared-cost
    OTHER = "sms.not_mobile"


@lru_cache(maxsize=65536)
def mobile(number: str, country: str) -> str | None:
    """A mobile number in international form (+33612345678), or None for a landline or what isn't a number."""
    import phonenumbers

    parsed = _parse(number, country)
    if parsed is None or _refusal(parsed) is not None:
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def why_not(number: str, country: str) -> SmsRefusal | None:
    """Why a number typed in a country (ISO 3166, two letters) can't be texted; None where it can."""
    if _each(number, country):
        return None
    parsed = _parse(number, country)
    return SmsRefusal.NOT_A_NUMBER if parsed is None else _refusal(parsed)


def mobiles_of(numbers: tuple[str, ...], country: str) -> tuple[str, ...]:
    """The mobile numbers among some, in order, each once. One entry may hold several: "06… / 01…"."""
    found = (one for number in numbers if number for one in _each(number, country))
    return tuple(dict.fromkeys(found))


def _each(number: str, country: str) -> list[str]:
    pieces = _SEVERAL.split(number)[:10]
    several = [one for piece in pieces if (one := mobile(piece, country)) is not None]
    whole = None if several else mobile(number, country)
    return several if whole is None else [whole]


def _parse(number: str, country: str) -> "PhoneNumber | None":
    """The number as its country reads it, else as a neighbour that shares its dialling does."""
    import phonenumbers

    region, digits = country.upper(), _digits(number)
    first: PhoneNumber | None = None
    for one in (region, *SHARED_DIALLING.get(region, ())):
        typed = _MAINLAND_PREFIX.sub("0", digits) if one in _OVERSEAS else digits  # +33 692… is +262 692…
        try:
            parsed = phonenumbers.parse(typed, one)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return parsed
        first = first or parsed
    return first


def _digits(number: str) -> str:
    """Without what people write around a number: "Tél. 06 12 34 56 78 (bureau)"."""
    found = _FIRST_NUMBER.match(_ASIDE.sub(" ", number[:250]))
    return " ".join(found.group(1).split()) if found else ""


def _refusal(number: "PhoneNumber") -> SmsRefusal | None:
    from phonenumbers import PhoneNumberType as Kind
    from phonenumbers import is_valid_number, number_type

    if not is_valid_number(number):
        short = len(str(number.national_number)) <= LONGEST_SHORT_NUMBER
        return SmsRefusal.SHORT if short else SmsRefusal.NOT_A_NUMBER
    kind = number_type(number)
    if kind in (Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE):
        return None
    if kind in (Kind.FIXED_LINE, Kind.VOIP):
        return SmsRefusal.LANDLINE
    special = kind in (Kind.PREMIUM_RATE, Kind.TOLL_FREE, Kind.SHARED_COST, Kind.UAN)
    return SmsRefusal.SPECIAL if special else SmsRefusal.OTHER
