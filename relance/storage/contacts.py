"""A customer's contacts: who of them takes part in the messages of each level (RULES 4.2)."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from relance.domain.book import Circle
from relance.domain.program import MAX_LEVEL
from relance.storage.models import Contact
from relance.storage.recipients import mobiles_of

NONE = "none"
LEVELS = tuple(range(MAX_LEVEL + 1))
Levels = Mapping[int, str]  # the use at the levels where it isn't the usual one
NOWHERE: Levels = {}


class Reachable(NamedTuple):
    """A contact, as far as messages go to it. `use` is to, cc, bcc or none."""

    email: str
    phone: str
    use: str
    levels: Levels
    language: str | None

    def use_at(self, level: int) -> str:
        """Its use in the messages of a level."""
        return self.levels.get(level, self.use)


class Reach(NamedTuple):
    """Whom a customer's messages go to: as a rule, and at each level where somebody's part changes with it."""

    usual: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]  # to, cc, bcc, mobiles
    by_level: tuple[Circle, ...]
    language: str | None


def contacts_of(session: Session, customers: Collection[int] | None = None) -> dict[int, list[Reachable]]:
    """The contacts of all customers, or of some, in order; without those who never take part."""
    query = select(
        Contact.customer_id,
        Contact.email,
        Contact.phone,
        Contact.use,
        Contact.reminders,
        type_coerce(Contact.use_by_level, String),
        Contact.language,
    )
    if customers is not None:
        query = query.where(Contact.customer_id.in_(customers))
    found: dict[int, list[Reachable]] = {}
    for key, email, phone, use, reminders, by_level, language in session.connection().execute(
        query.order_by(Contact.id)
    ):
        levels = NOWHERE if by_level == "{}" else read_levels(by_level)
        if not reminders:
            use = NONE
        if reminders or levels:
            one = Reachable(email, phone, use, levels, language)
            if key in found:
                found[key].append(one)
            else:
                found[key] = [one]
    return found


def read_levels(kept: str | Mapping[str, object] | None) -> Levels:
    """The uses by level as they are kept."""
    given = json.loads(kept) if isinstance(kept, str) else kept
    return {int(level): str(use) for level, use in (given or {}).items()}


def reach_of(contacts: Sequence[Reachable], phone: str, country: str, closed: frozenset[str]) -> Reach:
    """Whom messages go to, but for closed addresses; `phone` is the customer's own number."""
    if not contacts:
        return Reach(((), (), (), _mobiles((phone,), country, closed) if phone else ()), (), None)
    usual = [(one, one.use) for one in contacts]
    spoken = next((one.language for one, use in usual if use == "to" and one.language), None)
    by_level: tuple[Circle, ...] = ()
    if any(one.levels for one in contacts):
        by_level = tuple(
            Circle(*_circle([(one, one.use_at(level)) for one in contacts], phone, country, closed)) for level in LEVELS
        )
    return Reach(_circle(usual, phone, country, closed), by_level, spoken)


def _circle(
    parts: Iterable[tuple[Reachable, str]], phone: str, country: str, closed: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    to: list[str] = []
    cc: list[str] = []
    bcc: list[str] = []
    phones = [phone] if phone else []
    for one, use in parts:
        if use == NONE:
            continue
        if one.email and one.email.lower() not in closed:
            (to if use == "to" else cc if use == "cc" else bcc).append(one.email)
        if one.phone:
            phones.append(one.phone)
    return tuple(to), tuple(cc), tuple(bcc), _mobiles(tuple(phones), country, closed) if phones else ()


def _mobiles(phones: tuple[str, ...], country: str, closed: frozenset[str]) -> tuple[str, ...]:
    return tuple(number for number in mobiles_of(phones, country) if number not in closed)
