"""The [[customer.contact]] tables of a settings file: one person each, with a role and a part in each level."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from relance.domain.program import MAX_LEVEL
from relance.services.settings import addresses, values
from relance.services.settings.lines import Path
from relance.services.settings.problems import BadValue, ProblemCode, Problems
from relance.services.settings.tables import Given, read_table, tables_of
from relance.services.settings.values import Read
from relance.storage.models import Contact

LEVELS = tuple(str(level) for level in range(MAX_LEVEL + 1))


class Use(StrEnum):
    """How a reminder is sent to an address."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"
    NONE = "none"  # kept, but no reminder goes there


class Role(StrEnum):
    """What a contact is there for."""

    BILLING = "billing"
    REMINDERS = "reminders"
    MANAGEMENT = "management"


@dataclass(frozen=True, slots=True)
class ContactSpec:
    """What a contact is to be, found by its address; `columns` are those that are given."""

    email: str
    columns: Given


def _address(value: object) -> str:
    found = addresses.one(value)
    if not found:
        raise BadValue(ProblemCode.EMPTY)
    return found


def _role(value: object) -> str:
    return "" if value == "" else values.one_of(Role)(value).value


def _levels(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise BadValue(ProblemCode.NOT_A_TABLE)
    for level in value:
        if level not in LEVELS:
            raise BadValue(ProblemCode.NOT_A_CHOICE, choices=LEVELS)
    use = values.one_of(Use)
    return {level: use(value[level]).value for level in LEVELS if level in value}


_KEYS: dict[str, Read] = {
    "email": _address,
    "name": values.line,
    "phone": values.line,
    "language": values.spoken,
    "role": _role,
    "use": values.one_of(Use),
    "levels": _levels,
}


def read_contacts(raw: object, path: Path, problems: Problems, owner: str) -> tuple[ContactSpec, ...]:
    """The contacts of a customer, each address once. What is wrong is among the problems."""
    found: dict[str, ContactSpec] = {}
    for place, table in tables_of(raw, path, problems):
        given = read_table(table, place, _KEYS, problems, owner=owner)
        if "email" not in table:
            problems.add(place, ProblemCode.MISSING, owner=owner, key="email")
        email = given.pop("email", "")
        if email.casefold() in found:
            problems.add((*place, "email"), ProblemCode.DUPLICATE, owner=owner, value=email, first=email)
        elif email:
            found[email.casefold()] = ContactSpec(email, _columns(given))
    return tuple(found.values())


def _columns(given: Given) -> dict[str, Any]:
    """The keys as the row keeps them."""
    columns = {key: value for key, value in given.items() if key not in ("use", "levels")}
    if "use" in given:
        columns |= use_columns(given["use"])
    if "levels" in given:
        columns["use_by_level"] = given["levels"]
    return columns


def use_columns(use: Use) -> dict[str, Any]:
    """How the row keeps a use; of one that no reminder goes to, the last use stays."""
    return {"reminders": False} if use is Use.NONE else {"reminders": True, "use": use.value}


def use_of(row: Contact) -> Use:
    """How a contact is written to where no level says otherwise."""
    return Use(row.use) if row.reminders else Use.NONE


def is_plain(row: Contact) -> bool:
    """Whether a contact is an address and a name alone: it needs no table of its own."""
    return bool(row.reminders and not (row.role or row.phone or row.language or row.use_by_level))


def contact_table(row: Contact) -> Mapping[str, Any]:
    """The table that would make a contact what it is, without its levels."""
    keys = {"name": row.name, "phone": row.phone, "language": row.language or "", "role": row.role}
    return {"email": row.email, "use": use_of(row).value, **{key: value for key, value in keys.items() if value}}
