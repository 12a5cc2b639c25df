"""What can be wrong in a settings file: the codes, and a problem with its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from relance.services.refusal import Refused
from relance.services.settings.lines import Path, nearest

_LONGEST_SHOWN = 60
_TOO_LARGE_TO_SHOW = 10**_LONGEST_SHOWN


class ProblemCode(StrEnum):
    """Why a value, a key or a table is refused."""

    # The file as a whole, and its shape.
    SYNTAX = "syntax"
    UNKNOWN_TABLE = "unknown_table"
    UNKNOWN_KEY = "unknown_key"
    MISSING = "missing"
    NOT_A_TABLE = "not_a_table"
    NOT_TABLES = "not_tables"
    KEPT_ELSEWHERE = "kept_elsewhere"  # a password
    TWO_SECRETS = "two_secrets"
    ACCOUNT_KEY = "account_key"  # the account of a sender, where its address is expected
    # One value.
    NOT_TEXT = "not_text"
    NOT_ONE_LINE = "not_one_line"
    CONTROL_CHARACTER = "control_character"
    TOO_LONG = "too_long"
    TOO_MANY_LINES = "too_many_lines"
    EMPTY = "empty"
    NOT_BOOLEAN = "not_boolean"
    NOT_INTEGER = "not_integer"
    NOT_AMOUNT = "not_amount"
    RATE = "rate"
    NOT_A_CHOICE = "not_a_choice"
    EMAIL_INVALID = "email_invalid"
    EMAIL_NOT_ASCII = "email_not_ascii"
    EMAIL_NOT_ALONE = "email_not_alone"
    EMAIL_OWN = "email_own"  # the firm's own, among its customers'
    TIMEZONE = "timezone"
    COUNTRY = "country"
    HOLIDAYS_UNKNOWN = "holidays_unknown"
    REGION = "region"
    LANGUAGE = "language"
    CURRENCY = "currency"
    IBAN = "iban"
    BIC = "bic"
    BIC_ALONE = "bic_alone"
    SIREN = "siren"
    HOST = "host"
    URL = "url"
    URL_NOT_ENCRYPTED = "url_not_encrypted"
    TIME = "time"
    SENDING_HOURS = "sending_hours"  # of text messages; `fault` says why
    DATE = "date"
    VARIABLE_NAME = "variable_name"
    OFFSETS = "offsets"
    # Names, and what they refer to.
    RESERVED_NAME = "reserved_name"
    NAME_WITHOUT_PAGE = "name_without_page"
    DUPLICATE = "duplicate"
    NAME_TAKEN = "name_taken"
    AMBIGUOUS_CUSTOMER = "ambiguous_customer"
    UNKNOWN_PROGRAM = "unknown_program"
    UNKNOWN_GROUP = "unknown_group"
    UNKNOWN_SENDER = "unknown_sender"
    UNKNOWN_TEMPLATE = "unknown_template"
    TEMPLATE_CHANNEL = "template_channel"
    CHANNEL_NOT_USED = "channel_not_used"
    # Programs and templates.
    TWO_GENERALS = "two_generals"
    OWN_GENERAL = "own_general"
    OWN_OF_GROUP = "own_of_group"  # one customer's own program, which a group follows
    OWN_SHARED = "own_shared"  # the same, which several customers follow
    OFFSETS_AND_STEPS = "offsets_and_steps"
    HALF_A_REPEAT = "half_a_repeat"
    PROGRAM = "program"  # `fault` says which rule (RULES 1.2)
    NO_TEXT = "no_text"
    MERGE = "merge"  # `fault` says what is wrong with a field or a block (domain.merge)


Facts = Mapping[str, object]


class BadValue(Exception):
    """A value that can't be what its key says."""

    def __init__(self, code: ProblemCode, **facts: object) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts: Facts = facts


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `key` is its dotted path, indexes from 1; `owner` the name of what it is about.

    `value` is what was read, as TOML would write it: empty where there is none, or where it may be a secret.
    """

    code: ProblemCode
    key: str = ""
    owner: str = ""
    line: int | None = None
    value: str = ""
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A problem whose line isn't known yet."""

    path: Path
    problem: Problem


class Problems:
    """Collects every problem of a file, so that one reading tells them all."""

    def __init__(self) -> None:
        self.found: list[Found] = []

    def add(self, path: Path, code: ProblemCode, *, owner: str = "", value: object = None, **facts: object) -> None:
        """Note one. Without a value there is nothing to quote."""
        problem = Problem(code, dotted(path), owner, None, "" if value is None else shown(value), facts)
        self.found.append(Found(path, problem))

    def located(self, lines: Mapping[Path, int]) -> tuple[Problem, ...]:
        """All of them in the order of the file, with their lines."""
        placed = [_placed(found, nearest(lines, found.path)) for found in self.found]
        return tuple(sorted(placed, key=lambda problem: problem.line or 0))

    def refuse(self, lines: Mapping[Path, int] | None = None, *, file: str = "") -> None:
        """Raise Refused if there is any."""
        if self.found:
            raise Refused("config.problems", file=file, problems=self.located(lines or {}))


def _placed(found: Found, line: int | None) -> Problem:
    one = found.problem
    return Problem(one.code, one.key, one.owner, line, one.value, one.facts)


def dotted(path: Path) -> str:
    """The path as people write it: program[2].step[3].offset."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def shown(value: object) -> str:
    """A value as TOML would write it, cut short when it is long."""
    text = _written(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\n", "\\n").replace("\r", "\\r") + '"'
    if isinstance(value, list):
        return "[" + ", ".join(_written(item) for item in value[:10]) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(list(value)[:10]) + "}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int) and abs(value) >= _TOO_LARGE_TO_SHOW:
        return "…"
    return str(value)


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    by_case = {one.casefold(): one for one in known}
    matches = get_close_matches(word.casefold(), by_case, n=1, cutoff=0.7)
    return by_case[matches[0]] if matches else None
