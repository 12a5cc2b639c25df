"""Writes the settings as the TOML that loading would read: the same order every time, no secret."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import tomli_w
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from relance.domain.book import Choose
from relance.domain.documents import CustomerKind
from relance.services.senders.keys import SENDER
from relance.services.senders.lookup import own_account
from relance.services.settings.addresses import Address, written
from relance.services.settings.contacts import contact_table, is_plain
from relance.services.settings.customers import ADDRESS_LINES, COLUMNS, CONTACTS, FOREVER
from relance.services.settings.senders import ACCOUNT
from relance.services.settings.tables import AUTOMATION, EMAIL, FIRM, INBOX, LETTERS, SECRETS, SMS
from relance.storage.book import BY_REPLY
from relance.storage.models import (
    Contact,
    Customer,
    CustomerGroup,
    Firm,
    Hold,
    InboxAccount,
    LetterAccount,
    MailAccount,
    Program,
    Sender,
    SmsAccount,
    Step,
    Template,
)

# What a new customer is anyway.
_NOT_SAID: tuple[object, ...] = ("", None, False, [], CustomerKind.UNKNOWN, Choose.INHERIT)
_USUALLY_TRUE = frozenset(("charges",))


def dump(session: Session) -> str:
    """All that `load` would read. Loaded into an empty database, it gives the same dump."""
    names = _Names.read(session)
    sections = [
        *_plain(session),
        *(_sender(row) for row in session.scalars(_all_senders())),
        *(_template(row) for row in session.scalars(select(Template).order_by(Template.name, Template.channel))),
        *(_program(row) for row in session.scalars(select(Program).order_by(Program.name))),
        *(_group(row, names) for row in session.scalars(select(CustomerGroup).order_by(CustomerGroup.name))),
        *_customers(session, names),
    ]
    return "\n".join(sections)


@dataclass(frozen=True, slots=True)
class _Names:
    """What rows refer to by its id."""

    programs: Mapping[int, str]
    senders: Mapping[int, str]
    groups: Mapping[int, str]

    @classmethod
    def read(cls, session: Session) -> "_Names":
        kinds = (Program, Sender, CustomerGroup)
        return cls(*(dict(session.execute(select(kind.id, kind.name)).all()) for kind in kinds))


def _section(header: str, values: Mapping[str, Any]) -> str:
    return f"{header}\n{tomli_w.dumps(values, multiline_strings=True)}"


def _plain(session: Session) -> Iterable[str]:
    firm = session.get_one(Firm, 1)
    yield _section("[firm]", _columns(firm, FIRM))
    yield _section("[automation]", _columns(firm, AUTOMATION))
    yield _section("[email]", _account(session.get_one(MailAccount, 1), EMAIL))
    yield _section("[sms]", _account(session.get_one(SmsAccount, 1), SMS))
    letters = _account(session.get_one(LetterAccount, 1), LETTERS)
    prices = {name: Decimal(price) for name, price in letters.pop("prices").items()}
    yield _section("[letters]", letters)
    if prices:
        yield _section("[letters.prices]", prices)
    yield _section("[inbox]", _account(session.get_one(InboxAccount, 1), INBOX))


def _account(row: object, keys: Iterable[str]) -> dict[str, Any]:
    """Its columns; of the two places of a secret the one that isn't used would be forgotten anyway."""
    found = _columns(row, keys)
    for variable, file in SECRETS.values():
        if found.get(variable) or found.get(file):
            found.pop(file if found[variable] else variable)
    return found


def _columns(row: object, keys: Iterable[str]) -> dict[str, Any]:
    return {key: _value(getattr(row, key)) for key in keys}


def _value(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return Decimal(format(value.normalize(), "f"))
    return _paragraphs(value) if isinstance(value, str) else value


def _paragraphs(text: str) -> str:
    """A text of several lines ends with a line break, so that its quotes close on a line of their own."""
    return f"{text}\n" if "\n" in text else str(text)


def _all_senders() -> Select[Sender]:
    return select(Sender).options(joinedload(Sender.mail_account)).order_by(Sender.name)


def _sender(row: Sender) -> str:
    section, account = _section("[[sender]]", _columns(row, SENDER)), own_account(row)
    return section if account is None else section + "\n" + _section("[sender.account]", _account(account, ACCOUNT))


def _template(row: Template) -> str:
    texts = [
        _section(f"[template.{text.language}]", {"subject": text.subject, "body": _paragraphs(text.body)})
        for text in sorted(row.texts, key=lambda text: text.language)
    ]
    return "\n".join([_section("[[template]]", {"name": row.name, "channel": row.channel.value}), *texts])


def _program(row: Program) -> str:
    keys = {
        "name": row.name,
        "general": row.general,
        "grouping": row.grouping.value,
        "active": row.active,
        "own": row.own,
    }
    return "\n".join(
        [_section("[[program]]", keys), *(_step(step) for step in sorted(row.steps, key=lambda step: step.position))]
    )


def _step(row: Step) -> str:
    optional = {
        "deadline_days": row.deadline_days,
        "repeat_every": row.repeat_every,
        "repeat_times": row.repeat_times,
    }
    keys = {
        "level": row.level,
        "offset": row.offset,
        "from": row.counts_from.value,
        "channels": row.channels,
        "mode": row.mode.value,
        **({"fallback": row.fallback} if row.fallback else {}),
        **{key: value for key, value in optional.items() if value is not None},
    }
    templates = {channel: name for channel, name in sorted(row.templates.items()) if name}
    if len(row.channels) == 1 and list(templates) == row.channels and not row.fallback:
        return _section("[[program.step]]", {**keys, "template": templates[row.channels[0]]})
    section = _section("[[program.step]]", keys)
    return section + "\n" + _section("[program.step.template]", templates) if templates else section


def _group(row: CustomerGroup, names: _Names) -> str:
    keys = {"name": row.name, "program": _choice(row, names), "tone": row.tone.value}
    return _section("[[group]]", {**keys, "sender": names.senders.get(row.sender_id or 0, "")})


def _choice(row: CustomerGroup | Customer, names: _Names) -> str:
    return row.program_choice.value if row.program_id is None else names.programs[row.program_id]


def _customers(session: Session, names: _Names) -> Iterable[str]:
    pauses = _pauses(session)
    query = select(Customer).options(selectinload(Customer.contacts)).order_by(Customer.code)
    for row in session.scalars(query):
        keys = {
            **{key: _value(getattr(row, key)) for key in COLUMNS},
            **{key: _contacts(row.contacts, use) for key, use in CONTACTS.items()},
            "address": [line for line in (getattr(row, key) for key in ADDRESS_LINES) if line],
            "group": names.groups.get(row.group_id or 0, ""),
            "program": _choice(row, names),
            "sender": names.senders.get(row.sender_id or 0, ""),
            "paused_until": pauses.get(row.id, ""),
        }
        said = {key: value for key, value in keys.items() if _is_said(key, value)}
        people = (_person(one) for one in row.contacts if one.email and not is_plain(one))
        yield "\n".join([_section("[[customer]]", {"code": row.code, **said}), *people])


def _is_said(key: str, value: object) -> bool:
    return value is False if key in _USUALLY_TRUE else value not in _NOT_SAID


def _person(row: Contact) -> str:
    section = _section("[[customer.contact]]", contact_table(row))
    if not row.use_by_level:
        return section
    return section + "\n" + _section("[customer.contact.levels]", dict(sorted(row.use_by_level.items())))


def _contacts(contacts: Iterable[Contact], use: str) -> list[str]:
    theirs = (one for one in contacts if one.use == use and one.email and is_plain(one))
    return list(dict.fromkeys(written(Address(one.email, one.name)) for one in theirs))


def _pauses(session: Session) -> dict[int | None, Any]:
    """The open pause of each customer, the last one opened where there are several."""
    query = select(Hold.customer_id, Hold.until).where(
        Hold.origin != BY_REPLY,
        Hold.kind == "pause",
        Hold.customer_id.is_not(None),
        Hold.invoice_id.is_(None),
        Hold.closed_at.is_(None),
    )
    return {key: until or FOREVER for key, until in session.execute(query.order_by(Hold.id))}
