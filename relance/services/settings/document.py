"""Reads a whole settings file: text in, typed values out, or every problem with its line."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

from relance.domain.delivery import ChannelName
from relance.importers.text import fold
from relance.services.refusal import Refused
from relance.services.settings.customers import CustomerSpec, GroupSpec, read_customer, read_group
from relance.services.settings.lines import Path, lines_of, syntax_place
from relance.services.settings.own import Placed, check_own
from relance.services.settings.problems import Problem, ProblemCode, Problems, dotted, nearest_word
from relance.services.settings.programs import ProgramSpec, read_program
from relance.services.settings.senders import SenderSpec, read_sender
from relance.services.settings.tables import (
    AUTOMATION,
    EMAIL,
    FIRM,
    INBOX,
    LETTERS,
    SMS,
    Given,
    Known,
    check_region,
    name_in,
    read_table,
    settle_secrets,
    tables_of,
)
from relance.services.settings.templates import TemplateSpec, read_template

T = TypeVar("T")
Raw = dict[str, Any]

_PLAIN = {"firm": FIRM, "automation": AUTOMATION, "email": EMAIL, "sms": SMS, "letters": LETTERS, "inbox": INBOX}
TABLES = (*_PLAIN, "sender", "template", "program", "group", "customer")


@dataclass(frozen=True, slots=True)
class Document:
    """What a settings file says; what it doesn't mention isn't here."""

    firm: Given = field(default_factory=dict)
    automation: Given = field(default_factory=dict)
    email: Given = field(default_factory=dict)
    sms: Given = field(default_factory=dict)
    letters: Given = field(default_factory=dict)
    inbox: Given = field(default_factory=dict)
    senders: tuple[SenderSpec, ...] = ()
    templates: tuple[TemplateSpec, ...] = ()
    programs: tuple[ProgramSpec, ...] = ()
    groups: tuple[GroupSpec, ...] = ()
    customers: tuple[CustomerSpec, ...] = ()


def parse(text: str, *, file: str = "") -> Raw:
    """The tables of a TOML text. Raises Refused with the line and the column of what isn't TOML."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError, ArithmeticError) as error:
        detail, line, column = syntax_place(error, text)
        facts = {"detail": detail, "column": column}
        problem = Problem(ProblemCode.SYNTAX, line=line, facts=facts)
        raise Refused("config.problems", file=file, problems=(problem,)) from error


def with_names(known: Known, raw: Raw) -> Known:
    """The names of the database, and those that the file itself brings."""
    channels = {channel.value: channel for channel in ChannelName}
    templates = dict(known.templates)
    for name, table in _named(raw, "template"):
        channel = channels.get(str(table.get("channel")), known.channel_of(name))
        templates[name] = templates.get(name, frozenset()) | {channel}
    return replace(
        known,
        programs=known.stored_programs | _names(raw, "program"),
        groups=known.groups | _names(raw, "group"),
        senders=known.senders | _names(raw, "sender"),
        templates=templates,
    )


def makes_own(raw: Raw) -> bool:
    """Whether it says of a program that it is one customer's own."""
    return any(row.get("own") is True for _name, row in _named(raw, "program"))


def _names(raw: Raw, table: str) -> frozenset[str]:
    return frozenset(name for name, _row in _named(raw, table))


def _named(raw: Raw, table: str) -> list[tuple[str, Raw]]:
    rows = raw.get(table)
    rows = rows if isinstance(rows, list) else []
    return [(name, row) for row in rows if isinstance(row, dict) and (name := name_in(row))]


def read(raw: Raw, text: str, known: Known, *, file: str = "") -> Document:
    """The values of a file. Raises Refused with every problem that it has."""
    problems = Problems()
    _check_tables(raw, problems)
    plain = {name: _read_plain(raw, name, problems) for name in _PLAIN}
    check_region(plain["firm"], known, problems)
    for table in ("email", "sms", "letters", "inbox"):
        settle_secrets(plain[table], (table,), problems)
    senders = _read_all(raw, "sender", known, problems, read_sender, same=str.casefold)
    templates = _read_all(raw, "template", known, problems, read_template, beside=lambda table: _channel(table, known))
    programs = _read_all(raw, "program", known, problems, read_program)
    groups = _read_all(raw, "group", known, problems, read_group)
    customers = _read_customers(raw, known, problems)
    _check_generals(raw, problems)
    check_own(programs, groups, customers, known, problems)
    if problems.found:
        problems.refuse(lines_of(text), file=file)
    return Document(
        **plain,
        senders=_without_places(senders),
        templates=_without_places(templates),
        programs=_without_places(programs),
        groups=_without_places(groups),
        customers=_without_places(customers),
    )


def _channel(template: Raw, known: Known) -> object:
    return template.get("channel", known.channel_of(name_in(template)))


def _without_places(placed: Placed[T]) -> tuple[T, ...]:
    return tuple(one for _path, one in placed)


def _check_tables(raw: Raw, problems: Problems) -> None:
    for name in raw:
        if name not in TABLES:
            problems.add((name,), ProblemCode.UNKNOWN_TABLE, near=nearest_word(name, TABLES), tables=TABLES)


def _read_plain(raw: Raw, name: str, problems: Problems) -> Raw:
    return read_table(raw[name], (name,), _PLAIN[name], problems) if name in raw else {}


def _nothing(_table: Raw) -> object:
    return None


def _read_all(
    raw: Raw,
    name: str,
    known: Known,
    problems: Problems,
    read_one: Callable[[Raw, Path, Known, Problems], T | None],
    *,
    same: Callable[[str], str] = str,
    beside: Callable[[Raw], object] = _nothing,
) -> Placed[T]:
    if name not in raw:
        return ()
    tables = tables_of(raw[name], (name,), problems)
    _check_duplicates(tables, "name", problems, same=same, beside=beside)
    read = ((path, read_one(table, path, known, problems)) for path, table in tables)
    return tuple((path, one) for path, one in read if one is not None)


def _read_customers(raw: Raw, known: Known, problems: Problems) -> Placed[CustomerSpec]:
    tables = tables_of(raw["customer"], ("customer",), problems) if "customer" in raw else []
    _check_duplicates([(path, table) for path, table in tables if "code" in table], "code", problems)
    _check_duplicates([(path, table) for path, table in tables if "code" not in table], "name", problems, same=fold)
    taken = {*known.customers, *(name_in(table, "code") for _path, table in tables)}
    found: list[tuple[Path, CustomerSpec]] = []
    for path, table in tables:
        customer = read_customer(table, path, known, taken, problems)
        if customer is not None:
            taken.add(customer.code)
            found.append((path, customer))
    _check_met_twice(found, problems)
    return tuple(found)


def _check_met_twice(found: Placed[CustomerSpec], problems: Problems) -> None:
    """A customer named once by its code and once by its name alone would be written twice."""
    if problems.found:
        return
    first: dict[str, Path] = {}
    for path, customer in found:
        if customer.code in first:
            problems.add(path, ProblemCode.DUPLICATE, value=customer.code, first=dotted(first[customer.code]))
        first.setdefault(customer.code, path)


def _check_duplicates(
    tables: list[tuple[Path, Raw]],
    key: str,
    problems: Problems,
    *,
    same: Callable[[str], str] = str,
    beside: Callable[[Raw], object] = _nothing,
) -> None:
    """No two tables may have the same word for a key, and the same of what tells them apart `beside` it."""
    first: dict[tuple[str, str], Path] = {}
    for path, table in tables:
        word = same(name_in(table, key)), str(beside(table))
        if word in first:
            problems.add((*path, key), ProblemCode.DUPLICATE, value=table[key], first=dotted(first[word]))
        elif word[0]:
            first[word] = path


def _check_generals(raw: Raw, problems: Problems) -> None:
    """At most one program is the general one (RULES 1.4)."""
    rows = raw.get("program")
    generals = [
        (index, row)
        for index, row in enumerate(rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and row.get("general") is True
    ]
    for index, row in generals[1:]:
        first = name_in(generals[0][1])
        problems.add(("program", index, "general"), ProblemCode.TWO_GENERALS, owner=name_in(row), first=first)
