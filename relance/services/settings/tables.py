"""The tables of a settings file that hold plain values: their keys, and how any such table is read."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from relance import workdays
from relance.channels.email import presets
from relance.channels.email.account import Security
from relance.domain.book import Scope
from relance.domain.delivery import ChannelName, Postage
from relance.services.rates import HIGHEST, read_rate
from relance.services.refusal import Refused
from relance.services.settings import addresses, values
from relance.services.settings.lines import Path
from relance.services.settings.problems import BadValue, ProblemCode, Problems, nearest_word
from relance.services.settings.values import Read

Given = Mapping[str, Any]  # the values of the keys that are in the file, as they are kept

YEAR = 366


def contract_rate(value: object) -> Decimal | None:
    """The yearly rate of the firm's terms of sale, in percent; an empty text is the legal default rate."""
    try:
        rate = read_rate(str(value), "") if _is_figure(value) else Decimal(0)
    except Refused as error:
        raise BadValue(ProblemCode.RATE, highest=HIGHEST) from error
    if rate == 0:
        raise BadValue(ProblemCode.RATE, highest=HIGHEST)
    return rate


def _is_figure(value: object) -> bool:
    return isinstance(value, str | int | Decimal) and not isinstance(value, bool) and "_" not in str(value)


# The keys of each table; each is also the column that keeps it.
FIRM: dict[str, Read] = {
    "name": values.line,
    "address": values.text,
    "siren": values.siren,
    "vat_number": values.line,
    "phone": values.line,
    "email": addresses.one,
    "country": values.firm_country,
    "region": values.line,
    "timezone": values.timezone,
    "language": values.language,
    "currency": values.currency,
    "iban": values.iban,
    "bic": values.bic,
    "signature": values.text,
    "charges": values.boolean,
    "contract_rate": contract_rate,
}
AUTOMATION: dict[str, Read] = {
    "enabled": values.boolean,
    "scope": values.one_of(Scope),
    "run_at": values.time_of_day,
    "working_days_only": values.boolean,
    "minimum_gap_days": values.integer(0, YEAR),
    "manual_cancels_hours": values.integer(0, 24 * 31),
    "threshold": values.threshold,
    "freshness_days": values.integer(0, YEAR),
    "promise_grace_days": values.integer(0, YEAR),
}
EMAIL: dict[str, Read] = {
    "preset": values.word_of("", *presets.BY_KEY),
    "host": values.host,
    "port": values.integer(1, 65535),
    "security": values.word_of(*(security.value for security in Security)),
    "sign_in": values.word_of("password", "microsoft", "google"),
    "username": values.line,
    "password_env": values.variable_name,
    "password_file": values.line,
    "oauth_client": values.line,
    "oauth_tenant": values.line,
    "sender": addresses.sender,
    "reply_to": addresses.one,
    "bcc": lambda value: list(addresses.bare(value)),
    "per_minute": values.integer(0, 100_000),
    "per_hour": values.integer(0, 1_000_000),
    "per_day": values.integer(0, 10_000_000),
    "connections": values.integer(1, 20),
    "slow_start": values.boolean,
}
SMS: dict[str, Read] = {
    "provider": values.word_of("vonage", ""),
    "key": values.line,
    "secret_env": values.variable_name,
    "secret_file": values.line,
    "sender": values.line,
    "base_url": values.service_url,
    "opens_at": values.time_of_day,
    "closes_at": values.time_of_day,
    "without_accents": values.boolean,
    "price_per_part": values.price,
    "per_minute": values.integer(0, 100_000),
    "per_day": values.integer(0, 10_000_000),
}
# Registered with a receipt is chosen for one letter, by a person.
POSTAGES = (Postage.ECONOMY, Postage.PRIORITY, Postage.REGISTERED)
LETTERS: dict[str, Read] = {
    "way": values.word_of("print", "post", "folder"),
    "window": values.word_of("french_right", "din_left_a", "din_left_b"),
    "fold_marks": values.boolean,
    "punch_mark": values.boolean,
    "qr": values.boolean,
    "place": values.line,
    "letterhead": values.text,
    "footer": values.text,
    "folder": values.line,
    "api_key_env": values.variable_name,
    "api_key_file": values.line,
    "base_url": values.service_url,
    "color": values.boolean,
    "both_sides": values.boolean,
    "postage": lambda value: Postage(values.word_of(*(one.value for one in POSTAGES))(value)),
    "prices": values.prices(tuple(one.value for one in Postage)),
}
INBOX: dict[str, Read] = {
    "active": values.boolean,
    "host": values.host,
    "port": values.integer(1, 65535),
    "security": values.word_of(*(security.value for security in Security)),
    "username": values.line,
    "password_env": values.variable_name,
    "password_file": values.line,
    "folder": values.name,
    "done_folder": values.line,
}
# A secret is never in the file: the keys that say where it is instead.
SECRETS: dict[str, tuple[str, ...]] = {
    "password": ("password_env", "password_file"),
    "secret": ("secret_env", "secret_file"),
    "api_key": ("api_key_env", "api_key_file"),
}
# What is read may well be the secret itself: it isn't repeated.
_NEVER_SHOWN = frozenset((*SECRETS, "password_env", "secret_env", "api_key_env"))


@dataclass(frozen=True, slots=True)
class StoredSender:
    """What a sender in the database has already."""

    iban: str = ""
    bic: str = ""
    has_account: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a file may refer to, from the file itself and from the database."""

    programs: frozenset[str] = frozenset()  # those that will be there
    stored_programs: frozenset[str] = frozenset()
    own_programs: frozenset[str] = frozenset()  # in the database: one customer's own
    general_programs: frozenset[str] = frozenset()  # in the database
    followers: Mapping[str, str] = field(default_factory=dict)  # customer's code: program that it names
    invoiced: Mapping[str, frozenset[str]] = field(default_factory=dict)  # program: customers whose invoices name it
    groups: frozenset[str] = frozenset()
    group_programs: Mapping[str, str] = field(default_factory=dict)  # group: program that it names, in the database
    senders: frozenset[str] = frozenset()
    stored_senders: Mapping[str, StoredSender] = field(default_factory=dict)
    templates: Mapping[str, frozenset[ChannelName]] = field(default_factory=dict)
    stored_templates: Mapping[tuple[str, ChannelName], frozenset[str]] = field(default_factory=dict)  # languages
    customers: Mapping[str, str] = field(default_factory=dict)  # code: name, of those in the database
    builtin_templates: frozenset[str] = frozenset()
    country: str = "FR"
    region: str = ""

    def channel_of(self, template: str) -> ChannelName:
        """The channel that a template means when it names none: its only one, else e-mail."""
        stored = [channel for name, channel in self.stored_templates if name == template]
        return stored[0] if len(stored) == 1 else ChannelName.EMAIL


def read_table(
    raw: object,
    path: Path,
    keys: Mapping[str, Read],
    problems: Problems,
    *,
    owner: str = "",
    others: Collection[str] = (),
) -> dict[str, Any]:
    """The values of a table, those that are right. `others` are keys that the caller reads itself."""
    if not isinstance(raw, dict):
        problems.add(path, ProblemCode.NOT_A_TABLE, value=raw)
        return {}
    given: dict[str, Any] = {}
    for key, value in raw.items():
        place = (*path, key)
        if key in keys:
            read_value(given, key, value, keys[key], place, problems, owner=owner)
        elif key in SECRETS and SECRETS[key][0] in keys:
            problems.add(place, ProblemCode.KEPT_ELSEWHERE, owner=owner, keys=SECRETS[key])
        elif key not in others:
            near = nearest_word(key, (*keys, *others))
            problems.add(place, ProblemCode.UNKNOWN_KEY, owner=owner, near=near, keys=(*keys, *others))
    return given


def read_value(
    given: dict[str, Any], key: str, value: object, read: Read, path: Path, problems: Problems, *, owner: str = ""
) -> None:
    """Put one value among those given, or note what is wrong with it."""
    try:
        given[key] = read(value)
    except BadValue as error:
        quoted = None if key in _NEVER_SHOWN else value
        problems.add(path, error.code, owner=owner, value=quoted, **error.facts)


def name_in(raw: Mapping[str, Any], key: str = "name") -> str:
    """The name a table gives itself, as it would be kept; empty when it gives none."""
    word = raw.get(key)
    return unicodedata.normalize("NFC", word).strip() if isinstance(word, str) else ""


def tables_of(raw: object, path: Path, problems: Problems) -> list[tuple[Path, dict[str, Any]]]:
    """The tables of an array of tables, each with its path."""
    if not isinstance(raw, list):
        problems.add(path, ProblemCode.NOT_TABLES, value=None if isinstance(raw, dict) else raw)
        return []
    found: list[tuple[Path, dict[str, Any]]] = []
    for index, table in enumerate(raw):
        if isinstance(table, dict):
            found.append(((*path, index), table))
        else:
            problems.add((*path, index), ProblemCode.NOT_TABLES, value=table)
    return found


def check_region(firm: Given, known: Known, problems: Problems) -> None:
    """A region must be one of the country's, whichever of the two the file changes."""
    country, region = firm.get("country", known.country), firm.get("region", known.region)
    if region and ("country" in firm or "region" in firm) and not workdays.is_known(country, region):
        key = "region" if "region" in firm else "country"
        regions = tuple(word for owner, word in workdays.REGIONS if owner == country)
        problems.add(
            ("firm", key), ProblemCode.REGION, value=firm[key], country=country, region=region, choices=regions
        )


def settle_secrets(given: dict[str, Any], path: Path, problems: Problems, *, owner: str = "") -> None:
    """A secret is in a variable or in a file: naming one forgets the other."""
    for in_variable, in_file in SECRETS.values():
        variable, file = given.get(in_variable), given.get(in_file)
        if variable and file:
            problems.add((*path, in_file), ProblemCode.TWO_SECRETS, owner=owner)
        elif variable:
            given[in_file] = ""
        elif file:
            given[in_variable] = ""
