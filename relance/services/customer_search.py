"""Finds customers by a part of their name, code or address, whatever the accents, the case and the spaces."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from relance.services.imports.known import name_key
from relance.storage.models import Contact, Customer
from relance.storage.queries.customers import Searched

LONGEST = 100
_MAY_BEAR_ACCENTS = frozenset("aceinou")


def searched(session: Session, text: str) -> Searched | None:
    """The customers that a text is found in; None for no text."""
    text = " ".join(text.split())[:LONGEST]
    return Searched(text, {*_named(session, text), *_addressed(session, text)}) if text else None


def _named(session: Session, text: str) -> list[int]:
    """The database leaves aside what can't match; names are then compared as everywhere else."""
    wanted = name_key(text)
    pattern = f"%{''.join(map(_likely, wanted))}%"
    bare = func.replace(Customer.name, " ", "")
    query = select(Customer.id, Customer.name, Customer.code).where(
        or_(bare.ilike(pattern, escape="/"), Customer.code.ilike(pattern, escape="/"))
    )
    return [key for key, name, code in session.execute(query) if wanted in name_key(name) or wanted in name_key(code)]


def _likely(char: str) -> str:
    """A letter that may bear an accent stands for any one character."""
    if char in _MAY_BEAR_ACCENTS or not char.isascii():
        return "_"
    return f"/{char}" if char in "%_/" else char


def _addressed(session: Session, text: str) -> list[int]:
    query = select(Contact.customer_id).where(Contact.email.icontains(text, autoescape=True))
    return list(session.scalars(query.distinct()))
