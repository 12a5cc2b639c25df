"""The addresses of a customer, as a person lists them: whose, what for, and how they are written to at each level."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_changes

from relance.services.settings import addresses, values
from relance.services.settings.apply import set_columns
from relance.services.settings.contacts import Role, Use, use_columns, use_of
from relance.services.settings.problems import BadValue, ProblemCode, Problems
from relance.storage.bad_addresses import key
from relance.storage.contacts import read_levels
from relance.storage.models import Contact, Customer

__all__ = ["MOST", "ContactLine", "Outcome", "Role", "Use", "lines_of", "read", "replace"]

BY_USER = "user"
MOST = 500


@dataclass(frozen=True, slots=True)
class ContactLine:
    """An address as it is typed. `levels` are the uses at those levels where it isn't the usual one.

    `again`: it was refused or left alone, and is to be tried all the same.
    """

    email: str
    name: str = ""
    use: Use = Use.TO
    again: bool = False
    role: Role | None = None
    phone: str = ""
    levels: Mapping[int, Use] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What replacing a customer's addresses did: whether it changed who is reached, and which a person vouched for."""

    changed: bool
    vouched: tuple[str, ...]


def lines_of(row: Customer) -> list[ContactLine]:
    """The customer's addresses."""
    return [_line(one) for one in row.contacts if one.email]


def _line(one: Contact) -> ContactLine:
    levels = {level: Use(use) for level, use in read_levels(one.use_by_level).items()}
    role = Role(one.role) if one.role in set(Role) else None
    return ContactLine(one.email, one.name, use_of(one), role=role, phone=one.phone, levels=levels)


def read(lines: Sequence[ContactLine], own: Collection[str], problems: Problems) -> tuple[ContactLine, ...]:
    """The addresses of the lines, each once; what is wrong with line N is noted under `email_N` and the like.

    `own` are the firm's addresses: reminders don't go to oneself.
    """
    found: dict[str, ContactLine] = {}
    if len(lines) > MOST and any(line.email.strip() for line in lines[MOST:]):
        problems.add(("customer", f"email_{MOST}"), ProblemCode.TOO_MANY_LINES, owner="", value="", most=MOST)
    for index, line in enumerate(lines[:MOST]):
        try:
            email = read_address(line.email, own)
        except BadValue as error:
            problems.add(("customer", f"email_{index}"), error.code, owner="", value=line.email, **error.facts)
            continue
        name = _text(line.name, f"name_{index}", problems)
        phone = _text(line.phone, f"phone_{index}", problems)
        if email:
            found.setdefault(email.casefold(), with_changes(line, email=email, name=name, phone=phone))
    return tuple(found.values())


def _text(text: str, column: str, problems: Problems) -> str:
    try:
        return values.line(text)
    except BadValue as error:
        problems.add(("customer", column), error.code, owner="", value=text, **error.facts)
        return ""


def read_address(text: str, own: Collection[str]) -> str:
    """One address, or none for an empty text. Raises BadValue, for the firm's own too."""
    email = addresses.one(text)
    if key(email) in own:
        raise BadValue(ProblemCode.EMAIL_OWN, address=email)
    return email


def replace(row: Customer, wanted: Iterable[ContactLine]) -> Outcome:
    """Make the customer's addresses these. An address that stays keeps all that is known of it.

    No import replaces them from then on, once one was changed.
    """
    before = {one.email.casefold(): one for one in row.contacts if one.email}
    lines = {line.email.casefold(): line for line in wanted}
    gone = [one for one in row.contacts if one.email and one.email.casefold() not in lines]
    for one in gone:
        row.contacts.remove(one)
    changes = [bool(gone), *(_set(row, before.get(email), line) for email, line in lines.items())]
    if any(changes):
        row.email_origin = BY_USER
    vouched = tuple(line.email for email, line in lines.items() if line.again or email not in before)
    return Outcome(any(changes), vouched)


def _set(row: Customer, known: Contact | None, line: ContactLine) -> bool:
    wanted = {
        "email": line.email,
        "name": line.name,
        "phone": line.phone,
        "role": line.role.value if line.role else "",
        "use_by_level": {str(level): use.value for level, use in sorted(line.levels.items())},
        **use_columns(line.use),
    }
    if known is None:
        row.contacts.append(Contact(**wanted))
        return True
    return set_columns(known, wanted) > 0
