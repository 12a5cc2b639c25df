"""What each kind of value may be: functions that return it as it is kept, or raise BadValue."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from relance import i18n, workdays
from relance.importers import places
from relance.services.settings.problems import BadValue, ProblemCode

Read = Callable[[Any], Any]
E = TypeVar("E", bound=StrEnum)

LONGEST_LINE = 500
LONGEST_TEXT = 20_000
SIREN_DIGITS = 9
DEAREST = Decimal(1000)  # of one message, in euros
_THRESHOLD_LIMIT = Decimal(10**11)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HOST = re.compile(r"[\w.-]+|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_LINE_BREAKS = ("Zl", "Zp")
_UNKEPT = ("Cc", "Cs")  # control characters, and halves of a character
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")


def text(value: object) -> str:
    """A text of one or more lines, without blank ends."""
    if not isinstance(value, str):
        raise BadValue(ProblemCode.NOT_TEXT)
    whole = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(char) in _UNKEPT and char not in "\n\t" for char in whole):
        raise BadValue(ProblemCode.CONTROL_CHARACTER)
    if len(whole) > LONGEST_TEXT:
        raise BadValue(ProblemCode.TOO_LONG, longest=LONGEST_TEXT)
    return whole.rstrip().lstrip("\n")


def line(value: object) -> str:
    """A text of one line: one that isn't would break the header of a message."""
    whole = text(value).strip()
    if "\n" in whole or any(unicodedata.category(char) in _LINE_BREAKS for char in whole):
        raise BadValue(ProblemCode.NOT_ONE_LINE)
    if len(whole) > LONGEST_LINE:
        raise BadValue(ProblemCode.TOO_LONG, longest=LONGEST_LINE)
    return whole


def name(value: object) -> str:
    """A text of one line that isn't empty."""
    whole = line(value)
    if not is_visible(whole):
        raise BadValue(ProblemCode.EMPTY)
    return whole


def is_visible(value: str) -> bool:
    """Whether a person sees anything of a text: not if it is all spaces and marks of no width."""
    return any(unicodedata.category(char) not in _UNSEEN for char in value)


def boolean(value: object) -> bool:
    """True or false, and nothing that only looks like it."""
    if not isinstance(value, bool):
        raise BadValue(ProblemCode.NOT_BOOLEAN)
    return value


def integer(low: int, high: int) -> Callable[[object], int]:
    """A whole number between two others, both included."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadValue(ProblemCode.NOT_INTEGER, low=low, high=high)
        return value

    return read


def threshold(value: object) -> Decimal | None:
    """An amount in major units, at least 0 and with at most three decimals; an empty text is none."""
    if value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BadValue(ProblemCode.NOT_AMOUNT)
    try:
        amount = Decimal(value.strip()) if isinstance(value, str) else Decimal(value)
    except InvalidOperation as error:
        raise BadValue(ProblemCode.NOT_AMOUNT) from error
    if not amount.is_finite() or not 0 <= amount < _THRESHOLD_LIMIT or amount != round(amount, 3):
        raise BadValue(ProblemCode.NOT_AMOUNT)
    return amount


def one_of(kind: type[E]) -> Callable[[object], E]:
    """One of the words of an enum."""

    def read(value: object) -> E:
        if not isinstance(value, str) or value not in {member.value for member in kind}:
            raise BadValue(ProblemCode.NOT_A_CHOICE, choices=tuple(member.value for member in kind))
        return kind(value)

    return read


def word_of(*words: str) -> Callable[[object], str]:
    """One of some words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise BadValue(ProblemCode.NOT_A_CHOICE, choices=words)
        return value

    return read


def list_of(read_one: Callable[[object], E]) -> Callable[[object], tuple[E, ...]]:
    """A list of words, or one alone; each is kept once."""

    def read(value: object) -> tuple[E, ...]:
        items: Iterable[object] = value if isinstance(value, list) else [value]
        return tuple(dict.fromkeys(read_one(item) for item in items))

    return read


def timezone(value: object) -> str:
    """A zone such as Europe/Paris."""
    zone = line(value)
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder of zones
        raise BadValue(ProblemCode.TIMEZONE) from error
    return zone


def country(value: object) -> str:
    """The ISO 3166 code of a country; an empty text is none."""
    word = line(value)
    code = places.parse_country(word) if word else ""
    if code is None:
        raise BadValue(ProblemCode.COUNTRY)
    return code


def firm_country(value: object) -> str:
    """A country whose public holidays are known."""
    code = country(value)
    if not workdays.is_known(code):
        raise BadValue(ProblemCode.HOLIDAYS_UNKNOWN if code else ProblemCode.COUNTRY)
    return code


def language(value: object) -> str:
    """A language that messages can be written in."""
    return word_of(*i18n.MESSAGE_LANGUAGES)(value)


def spoken(value: object) -> str | None:
    """The language of a customer; an empty text is that of the firm. One without texts falls back (RULES 4.3)."""
    word = line(value)
    if not word:
        return None
    code = places.parse_language(word)
    if code is None:
        raise BadValue(ProblemCode.LANGUAGE, choices=i18n.MESSAGE_LANGUAGES)
    return code


def currency(value: object) -> str:
    """The ISO 4217 code of a currency."""
    from babel.numbers import is_currency

    code = line(value).upper()
    if not is_currency(code):
        raise BadValue(ProblemCode.CURRENCY)
    return code


def _numbered(value: object, module: Any, code: ProblemCode) -> str:
    """A number that one of stdnum's modules checks, without its spaces; an empty text is none."""
    written = line(value)
    if not written:
        return ""
    try:
        compact: str = module.validate(written)
    except ValueError as error:
        raise BadValue(code) from error
    return compact


def iban(value: object) -> str:
    """An IBAN whose key and length are right."""
    from stdnum import iban as module

    return _numbered(value, module, ProblemCode.IBAN)


def bic(value: object) -> str:
    """A BIC."""
    from stdnum import bic as module

    return _numbered(value, module, ProblemCode.BIC)


def siren(value: object) -> str:
    """A SIREN, nine digits with their key; of a SIRET, whose fourteen begin with it, its SIREN."""
    from stdnum.fr import siren as module
    from stdnum.fr import siret

    if sum(char.isdigit() for char in line(value)) > SIREN_DIGITS:
        return _numbered(value, siret, ProblemCode.SIREN)[:SIREN_DIGITS]
    return _numbered(value, module, ProblemCode.SIREN)


def host(value: object) -> str:
    """The name or the address of a server, without scheme nor port."""
    server = line(value)
    if server and not _HOST.fullmatch(server):
        raise BadValue(ProblemCode.HOST)
    return server


def url(value: object) -> str:
    """The address of a web service."""
    address = line(value)
    try:
        parts = urlsplit(address)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_url = False
    if address and not is_url:
        raise BadValue(ProblemCode.URL)
    return address


def service_url(value: object) -> str:
    """The address of a service that is sent a secret: encrypted, but on this very machine."""
    address = url(value)
    parts = urlsplit(address)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if address and not (parts.scheme == "https" or here):
        raise BadValue(ProblemCode.URL_NOT_ENCRYPTED)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadValue(ProblemCode.URL)
    return address


def price(value: object) -> Decimal | None:
    """A price in euros with at most four decimals; an empty text is none."""
    if value == "" or value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BadValue(ProblemCode.NOT_AMOUNT)
    try:
        amount = Decimal(value.strip()) if isinstance(value, str) else Decimal(value)
    except InvalidOperation as error:
        raise BadValue(ProblemCode.NOT_AMOUNT) from error
    if not amount.is_finite() or not 0 <= amount <= DEAREST or amount != round(amount, 4):
        raise BadValue(ProblemCode.NOT_AMOUNT)
    return amount


def prices(names: tuple[str, ...]) -> Callable[[object], dict[str, str]]:
    """A table of prices in euros by name, kept as plain text; an empty one is left out."""

    def read(value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            raise BadValue(ProblemCode.NOT_A_TABLE)
        unknown = sorted(str(name) for name in value if name not in names)
        if unknown:
            raise BadValue(ProblemCode.NOT_A_CHOICE, choices=names)
        known = {name: price(value[name]) for name in names if name in value}
        return {name: format(one.normalize(), "f") for name, one in known.items() if one is not None}

    return read


def time_of_day(value: object) -> str:
    """A time such as 10:00, in quotes or as TOML's own."""
    if isinstance(value, time) and not value.tzinfo and not value.second and not value.microsecond:
        return f"{value:%H:%M}"
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise BadValue(ProblemCode.TIME)
    return value


def variable_name(value: object) -> str:
    """The name of an environment variable; an empty text is none."""
    variable = line(value)
    if variable and not _VARIABLE.fullmatch(variable):
        raise BadValue(ProblemCode.VARIABLE_NAME)
    return variable


def day(value: object) -> date:
    """A day, as TOML's own or as a text in ISO 8601."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise BadValue(ProblemCode.DATE) from error


def offsets(value: object) -> tuple[int, ...]:
    """The comma list users know: "-3, 0, 5" (RULES 1.3)."""
    items = value if isinstance(value, list) else line(value).replace("\u2212", "-").split(",")
    return tuple(_offset(item) for item in items)


def _offset(item: object) -> int:
    if isinstance(item, int) and not isinstance(item, bool):
        return item
    if not isinstance(item, str) or not re.fullmatch(r"[+-]?[0-9]{1,5}", item.strip()):
        raise BadValue(ProblemCode.OFFSETS, item=str(item).strip()[:20])
    return int(item)
