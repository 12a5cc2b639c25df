"""E-mail addresses as people write them in settings: one or several, with the person's name before them or not."""

import re
from dataclasses import dataclass

from relance.importers import emails
from relance.importers.reading import BadValue as BadCell
from relance.importers.reading import ProblemCode as CellProblem
from relance.services.refusal import Refused
from relance.services.settings import values
from relance.services.settings.problems import BadValue, ProblemCode

_ONE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^,;"])+')
_NAMED = re.compile(r'(?:"((?:[^"\\]|\\.)*)"|([^"<>]*))\s*<([^<>]*)>')
_NEEDS_QUOTES = re.compile(r'[,;"<>\\]')


@dataclass(frozen=True, slots=True)
class Address:
    """An address, and the name of the person it reaches."""

    email: str
    name: str = ""


def several(value: object) -> tuple[Address, ...]:
    """The addresses of a text, between commas or semicolons, or of a list; each is kept once."""
    items = value if isinstance(value, list) else [value]
    found: dict[str, Address] = {}
    for item in items:
        for address in _addresses(values.line(item)):
            found.setdefault(address.email, address)
    return tuple(found.values())


def bare(value: object) -> tuple[str, ...]:
    """The same without names."""
    return tuple(address.email for address in several(value))


def one(value: object) -> str:
    """One address alone; an empty text is none."""
    found = several(values.line(value))
    if len(found) > 1 or any(address.name for address in found):
        raise BadValue(ProblemCode.EMAIL_NOT_ALONE)
    return found[0].email if found else ""


def sender(value: object) -> str:
    """One address, with a name before it or not; an empty text is none."""
    found = several(values.line(value))
    if len(found) > 1:
        raise BadValue(ProblemCode.EMAIL_NOT_ALONE)
    return written(found[0]) if found else ""


def one_address(text: str) -> str:
    """The one address that a person typed. Raises Refused for none, several or what isn't one."""
    try:
        address = one(text)
    except BadValue as error:
        raise Refused("config.address", value=text) from error
    if not address:
        raise Refused("config.address", value=text)
    return address


def written(address: Address) -> str:
    """The address as `several` reads it."""
    if not address.name:
        return address.email
    quoted = re.sub(r'(["\\])', r"\\\1", address.name)
    return (
        f'"{quoted}" <{address.email}>' if _NEEDS_QUOTES.search(address.name) else f"{address.name} <{address.email}>"
    )


def _addresses(text: str) -> list[Address]:
    if _ONE.sub("", text).strip(",; "):
        raise BadValue(ProblemCode.EMAIL_INVALID, address=text)
    found: list[Address] = []
    for part in filter(None, (part.strip() for part in _ONE.findall(text))):
        named = _NAMED.fullmatch(part)
        if named:
            person = re.sub(r"\\(.)", r"\1", named[1]) if named[1] is not None else named[2]
            found.extend(Address(email, person.strip()) for email in _checked(named[3]))
        else:
            found.extend(Address(email) for email in _checked(part))
    return found


def _checked(text: str) -> tuple[str, ...]:
    try:
        found = emails.parse_emails(text)
    except BadCell as error:
        code = ProblemCode.EMAIL_NOT_ASCII if error.code is CellProblem.EMAIL_NOT_ASCII else ProblemCode.EMAIL_INVALID
        raise BadValue(code, **error.facts) from error
    if not found:
        raise BadValue(ProblemCode.EMAIL_INVALID, address=text)
    return found
