"""What a person types into a search box, and what it may mean."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.money import to_minor
from relance.importers.amounts import DecimalMark, parse_amount
from relance.importers.reading import BadValue
from relance.services.imports.known import name_key
from relance.storage.models import Customer, Firm
from relance.storage.queries.invoices import Searched

LONGEST = 100


def searched(session: Session, firm: Firm, text: str) -> Searched | None:
    """A part of an invoice's number or of a customer's name (whatever its accents), or an amount; None for nothing."""
    text = " ".join(text.split())[:LONGEST]
    if not text:
        return None
    return Searched(text, customers_named(session, text), _amount(text, firm.currency))


def customers_named(session: Session, text: str) -> list[int]:
    """The customers whose name or code has a text in it."""
    wanted = name_key(text)
    found = session.execute(select(Customer.id, Customer.name, Customer.code))
    return [key for key, name, code in found if wanted in name_key(name) or wanted in name_key(code)]


def _amount(text: str, currency: str) -> int | None:
    try:
        money = parse_amount(text, DecimalMark.COMMA)
    except BadValue:
        return None
    return to_minor(money.amount, currency) if money else None
