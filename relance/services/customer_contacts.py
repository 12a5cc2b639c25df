"""The addresses of a customer, as a person lists them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_changes
from enum import StrEnum

from relance.services import settings_addresses as addresses
from relance.services import settings_values as values
from relance.services.settings_apply import set_columns
from relance.services.settings_problems import BadValue, Problems
from relance.storage.models import Contact, Customer

BY_USER = "user"
MOST = 50


class Use(StrEnum):
    """How a reminder is sent to an address."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"
    NONE = "none"  # kept, but no reminder goes there


@dataclass(frozen=True, slots=True)
class ContactLine:
    """An address as it is typed. `again`: a server refused it, and it is to be tried all the same."""

    email: str
    name: str = ""
    use: Use = Use.TO
    again: bool = False


def lines_of(row: Customer) -> list[tuple[ContactLine, bool]]:
    """The customer's addresses, each with whether a server refused it for good."""
    return [
        (ContactLine(one.email, one.name, Use(one.use) if one.reminders else Use.NONE), one.dead)
        for one in row.contacts
        if one.email
    ]


def read(lines: Sequence[ContactLine], problems: Problems) -> tuple[ContactLine, ...]:
    """The addresses of the lines, each once; what is wrong with line N is noted under `email_N` or `name_N`."""
    found: dict[str, ContactLine] = {}
    for index, line in enumerate(lines[:MOST]):
        try:
            email = addresses.one(line.email)
        except BadValue as error:
            problems.add(("customer", f"email_{index}"), error.code, owner="", value=line.email, **error.facts)
            continue
        try:
            name = values.line(line.name)
        except BadValue as error:
            problems.add(("customer", f"name_{index}"), error.code, owner="", value=line.name, **error.facts)
            continue
        if email:
            found.setdefault(email.casefold(), with_changes(line, email=email, name=name))
    return tuple(found.values())


def replace(row: Customer, wanted: Iterable[ContactLine]) -> bool:
    """Make the customer's addresses these; whether that changed who is reached.

    An address that stays keeps all that is known of it, that it is dead too; no import replaces them from then on.
    """
    before = {one.email.casefold(): one for one in row.contacts if one.email}
    lines = {line.email.casefold(): line for line in wanted}
    gone = [one for one in row.contacts if one.email and one.email.casefold() not in lines]
    for one in gone:
        row.contacts.remove(one)
    changes = [bool(gone), *(_set(row, before.get(key), line) for key, line in lines.items())]
    if any(changes):
        row.email_origin = BY_USER
    return any(changes)


def _set(row: Customer, known: Contact | None, line: ContactLine) -> bool:
    wanted = {"email": line.email, "name": line.name, "reminders": line.use is not Use.NONE}
    if line.use is not Use.NONE:
        wanted["use"] = line.use.value
    if known is None:
        row.contacts.append(Contact(**wanted))
        return True
    if line.again:
        wanted["dead"] = False
    return set_columns(known, wanted) > 0
