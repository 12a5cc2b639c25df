"""Reads the groups and the customers of a settings file."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, NewType

from relance.domain.book import Choose
from relance.domain.documents import CustomerKind
from relance.domain.program import Tone
from relance.importers.text import fold
from relance.services.settings import addresses, values
from relance.services.settings.contacts import ContactSpec, read_contacts
from relance.services.settings.lines import Path
from relance.services.settings.problems import BadValue, ProblemCode, Problems, nearest_word
from relance.services.settings.tables import Given, Known, name_in, read_table
from relance.services.settings.values import Read

ProgramName = NewType("ProgramName", str)
ProgramChoice = Choose | ProgramName

ADDRESS_LINES = ("address_1", "address_2", "address_3")
FOREVER = "forever"
_LONGEST_CODE = 40


class Paused(Enum):
    """A pause that isn't until a day."""

    NO = "no"
    FOREVER = "forever"


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """What a group is to be; None leaves a thing as it is."""

    name: str
    program: ProgramChoice | None = None
    tone: Tone | None = None
    sender: str | None = None  # "": the firm itself


@dataclass(frozen=True, slots=True)
class CustomerSpec:
    """What a customer is to be; what isn't given stays as it is.

    `contacts` are addresses by use, to, cc and bcc; `people` those with a table of their own.
    """

    code: str
    columns: Given = field(default_factory=dict)
    contacts: dict[str, tuple[addresses.Address, ...]] = field(default_factory=dict)
    group: str | None = None  # "": out of its group
    program: ProgramChoice | None = None
    pause: date | Paused | None = None
    people: tuple[ContactSpec, ...] = ()
    sender: str | None = None  # "": its group's, else the firm itself


def program_choice(value: object) -> ProgramChoice:
    """A choice of program (RULES 1.4); an empty text is inherit."""
    word = values.line(value)
    if not word or word == Choose.INHERIT:
        return Choose.INHERIT
    return Choose.NEVER if word == Choose.NEVER else ProgramName(word)


def pause(value: object) -> date | Paused:
    """The day a pause ends, a pause without end, or none."""
    if value == "":
        return Paused.NO
    return Paused.FOREVER if value == FOREVER else values.day(value)


def postal_lines(value: object) -> tuple[str, ...]:
    """The lines of a postal address above its postcode and city: a text of several lines or a list, three at most."""
    items = value if isinstance(value, list) else values.text(value).split("\n")
    lines = tuple(line for line in map(values.line, items) if line)
    if len(lines) > len(ADDRESS_LINES):
        raise BadValue(ProblemCode.TOO_MANY_LINES, most=len(ADDRESS_LINES))
    return lines


_GROUP_KEYS: dict[str, Read] = {
    "name": values.name,
    "program": program_choice,
    "tone": values.one_of(Tone),
    "sender": values.line,
}
# Keys that are columns of their own name.
COLUMNS: dict[str, Read] = {
    "name": values.name,
    "kind": values.one_of(CustomerKind),
    "language": values.spoken,
    "insolvent": values.boolean,
    "charges": values.boolean,
    "phone": values.line,
    "postcode": values.line,
    "city": values.line,
    "country": values.country,
    "notes": values.text,
}
CONTACTS = {"email": "to", "cc": "cc", "bcc": "bcc"}
_KEYS: dict[str, Read] = {
    "code": values.name,
    **COLUMNS,
    **dict.fromkeys(CONTACTS, addresses.several),
    "address": postal_lines,
    "group": values.line,
    "program": program_choice,
    "paused_until": pause,
    "sender": values.line,
}


def read_group(raw: dict[str, Any], path: Path, known: Known, problems: Problems) -> GroupSpec | None:
    """A [[group]] table; None when it has no usable name."""
    owner = name_in(raw)
    given = read_table(raw, path, _GROUP_KEYS, problems, owner=owner)
    _check_program(given, path, known, problems, owner)
    _check_sender(given, path, known, problems, owner)
    if "name" not in raw:
        problems.add(path, ProblemCode.MISSING, key="name")
    return GroupSpec(**given) if "name" in given else None


def read_customer(
    raw: dict[str, Any], path: Path, known: Known, taken: set[str], problems: Problems
) -> CustomerSpec | None:
    """A [[customer]] table; None when nothing tells which customer it is.

    One without a code is the customer of that name; a new one gets a code made from its name, and out of those taken.
    """
    owner = name_in(raw, "code") or name_in(raw)
    given = read_table(raw, path, _KEYS, problems, owner=owner, others=("contact",))
    people = read_contacts(raw["contact"], (*path, "contact"), problems, owner) if "contact" in raw else ()
    _check_program(given, path, known, problems, owner)
    _check_sender(given, path, known, problems, owner)
    group = given.get("group")
    if group and group not in known.groups:
        near = nearest_word(group, known.groups)
        problems.add((*path, "group"), ProblemCode.UNKNOWN_GROUP, owner=owner, value=group, near=near)
    code = given.get("code") if "code" in raw else _code_of(raw, given, path, known, taken, problems)
    if code is None:
        return None
    if "name" not in raw and code not in known.customers:
        problems.add(path, ProblemCode.MISSING, owner=owner, key="name")
    columns = {key: value for key, value in given.items() if key in COLUMNS}
    if "address" in given:
        columns |= dict(zip(ADDRESS_LINES, (*given["address"], "", "", ""), strict=False))
    contacts = {use: given[key] for key, use in CONTACTS.items() if key in given}
    return CustomerSpec(
        code,
        columns,
        contacts,
        group=group,
        program=given.get("program"),
        pause=given.get("paused_until"),
        people=people,
        sender=given.get("sender"),
    )


def _check_program(given: Given, path: Path, known: Known, problems: Problems, owner: str) -> None:
    choice = given.get("program")
    if choice is None or isinstance(choice, Choose) or choice in known.programs:
        return
    near = nearest_word(choice, (*known.programs, *Choose))
    problems.add((*path, "program"), ProblemCode.UNKNOWN_PROGRAM, owner=owner, value=choice, near=near)


def _check_sender(given: Given, path: Path, known: Known, problems: Problems, owner: str) -> None:
    name = given.get("sender")
    if name and name not in known.senders:
        near = nearest_word(name, known.senders)
        problems.add((*path, "sender"), ProblemCode.UNKNOWN_SENDER, owner=owner, value=name, near=near)


def _code_of(
    raw: dict[str, Any], given: Given, path: Path, known: Known, taken: set[str], problems: Problems
) -> str | None:
    if "name" not in given:
        if "name" not in raw:
            problems.add(path, ProblemCode.MISSING, key="code")
        return None
    same = [code for code, name in known.customers.items() if fold(name) == fold(given["name"])]
    if len(same) > 1:
        problems.add(
            path, ProblemCode.AMBIGUOUS_CUSTOMER, owner=given["name"], value=given["name"], codes=tuple(sorted(same))
        )
        return None
    return same[0] if same else _new_code(given["name"], taken)


def _new_code(name: str, taken: Collection[str]) -> str:
    """A code from a name, such as DUPONT or DUPONT-2; the same file always makes the same one."""
    stem = fold(name).replace(" ", "-").upper()[:_LONGEST_CODE].strip("-") or "CLIENT"
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code
