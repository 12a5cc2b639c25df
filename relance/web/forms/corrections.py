"""The form of one line of the page "to correct"."""

from flask import request

from relance.services.correcting import Place
from relance.services.corrections import Line
from relance.web.batches import LARGEST_ID

MOST_INVOICES = 2000
LONGEST = 300


def place_of(line: Line) -> Place:
    """Where a line's address stands."""
    return Place(line.customer, line.address, line.own, tuple(debt.id for debt in line.debts) if line.own else ())


def is_same(place: Place, line: Line) -> bool:
    """Whether a form was that of a line."""
    return (place.customer, place.old, place.own) == (line.customer, line.address, line.own)


def sent_place() -> Place | None:
    """The place that was sent; None where it can't be one."""
    customer = _number(request.form.get("customer", ""))
    words = request.form.get("invoices", "").split(",")[:MOST_INVOICES]
    invoices = tuple(key for word in words if (key := _number(word)))
    own = request.form.get("own") == "1"
    return Place(customer, request.form.get("old", "")[:LONGEST], own, invoices) if customer else None


def _number(word: str) -> int:
    text = word.strip()
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return found if found <= LARGEST_ID else 0
