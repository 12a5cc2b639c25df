"""Read models of the customer pages: the list with what each owes, and one customer's invoices and messages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from relance.domain.book import Choose
from relance.storage.models import BadAddress, Contact, Customer, Hold, Invoice

TOO_MANY = 5000  # customers in one condition; past that the database compares the names itself


class Which(StrEnum):
    """Which customers, by the word in the address."""

    ALL = "tous"
    OWING = "doivent"
    LATE = "retard"
    UNREACHABLE = "sans-adresse"


class Order(StrEnum):
    """What the list is sorted by, by the word in the address."""

    NAME = "nom"
    OWED = "du"
    LATE = "retard"


@dataclass(frozen=True, slots=True)
class Searched:
    """What a person typed, and the customers it was found in."""

    text: str
    customers: Collection[int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which customers, and in which order."""

    which: Which = Which.ALL
    search: Searched | None = None
    order: Order = Order.NAME
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """What a customer owes in one currency, minor units: all of it, and what is past its due date."""

    currency: str
    total: int
    late: int
    invoices: int
    late_invoices: int


@dataclass(slots=True)
class Row:
    """One line of the list."""

    id: int
    code: str
    name: str
    insolvent: bool
    never: bool
    owed: list[Owed] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    dead: int = 0  # addresses that a server refused
    paused: bool = False

    @property
    def late_invoices(self) -> int:
        """How many of its invoices are late."""
        return sum(one.late_invoices for one in self.owed)


_COLUMNS: Sequence[InstrumentedAttribute[Any]] = (
    Customer.id,
    Customer.code,
    Customer.name,
    Customer.insolvent,
    Customer.program_choice,
    Customer.program_id,
)
_OPEN = and_(Invoice.chased, Invoice.balance > 0)


def count(session: Session, wanted: Wanted, today: date) -> int:
    """How many customers a filter leaves."""
    query = _filtered(select(func.count()).select_from(Customer), wanted, today)
    return session.scalar(query) or 0


def rows(session: Session, wanted: Wanted, today: date, *, limit: int, offset: int) -> list[Row]:
    """The lines of one page."""
    query = _ordered(_filtered(select(*_COLUMNS), wanted, today), wanted, today)
    found = [
        Row(key, code, name, insolvent, choice is Choose.NEVER and program is None)
        for key, code, name, insolvent, choice, program in session.execute(query.limit(limit).offset(offset))
    ]
    by_id = {row.id: row for row in found}
    for customer, owed in owed_by(session, by_id, today).items():
        by_id[customer].owed = owed
    _add_addresses(session, by_id, today)
    for customer in _paused(session, by_id, today):
        by_id[customer].paused = True
    return found


def owed_by(session: Session, customers: Collection[int], today: date) -> dict[int, list[Owed]]:
    """What some customers owe, by customer, one entry for each currency."""
    is_late = and_(_OPEN, Invoice.due_date < today)
    sums = (
        func.sum(case((_OPEN, Invoice.balance), else_=0)),
        func.sum(case((is_late, Invoice.balance), else_=0)),
        func.sum(case((_OPEN, 1), else_=0)),
        func.sum(case((is_late, 1), else_=0)),
    )
    # What is open is asked in the sums alone: as a condition it would lead away from the index of customers.
    query = select(Invoice.customer_id, Invoice.currency, *sums).where(Invoice.customer_id.in_(customers))
    found: dict[int, list[Owed]] = {}
    for customer, currency, *numbers in session.execute(query.group_by(Invoice.customer_id, Invoice.currency)):
        owed = Owed(currency, *(int(one) for one in numbers))
        if owed.invoices:
            found.setdefault(customer, []).append(owed)
    return found


def _filtered(query: Select[Any], wanted: Wanted, today: date) -> Select[Any]:
    if wanted.search is not None:
        query = query.where(_matches(wanted.search))
    if wanted.which is Which.UNREACHABLE:
        reached = (Contact.reminders, Contact.email != "", Contact.use == "to")
        alive = func.lower(Contact.email).not_in(_refused(today))
        return query.where(Customer.id.not_in(select(Contact.customer_id).where(*reached, alive)))
    if wanted.which is not Which.ALL:
        return query.where(Customer.id.in_(select(Invoice.customer_id).where(*_owing(wanted.which, today))))
    return query


def _matches(search: Searched) -> ColumnElement[bool]:
    if len(search.customers) <= TOO_MANY:
        return Customer.id.in_(search.customers)
    return or_(
        Customer.name.icontains(search.text, autoescape=True), Customer.code.icontains(search.text, autoescape=True)
    )


def _owing(which: Which, today: date) -> Sequence[ColumnElement[bool]]:
    return (_OPEN, Invoice.due_date < today) if which is Which.LATE else (_OPEN,)


def _ordered(query: Select[Any], wanted: Wanted, today: date) -> Select[Any]:
    name = func.lower(Customer.name)
    if wanted.order is Order.NAME:
        return query.order_by(name.desc() if wanted.descending else name, Customer.id)
    sums = _sums(wanted.order, today)
    amount = func.coalesce(sums.c.amount, 0)
    return query.outerjoin(sums, sums.c.customer_id == Customer.id).order_by(
        amount.desc() if wanted.descending else amount, name, Customer.id
    )


def _sums(order: Order, today: date) -> Subquery:
    """By customer, what the list is sorted by. Currencies are added up as they are: it is only an order."""
    which = Which.LATE if order is Order.LATE else Which.OWING
    query = select(Invoice.customer_id, func.sum(Invoice.balance).label("amount"))
    return query.where(*_owing(which, today)).group_by(Invoice.customer_id).subquery()


def _refused(today: date) -> Select[Any]:
    """The addresses that may not be used on a day."""
    return select(BadAddress.address).where(or_(BadAddress.until.is_(None), BadAddress.until > today))


def _add_addresses(session: Session, by_id: dict[int, Row], today: date) -> None:
    bad = set(session.scalars(_refused(today)))
    query = select(Contact.customer_id, Contact.email).where(
        Contact.customer_id.in_(by_id), Contact.use == "to", Contact.reminders, Contact.email != ""
    )
    for customer, email in session.execute(query.order_by(Contact.id)):
        row = by_id[customer]
        if email.lower() in bad:
            row.dead += 1
        else:
            row.emails.append(email)


def _paused(session: Session, customers: Collection[int], today: date) -> set[int]:
    query = select(Hold.customer_id).where(
        Hold.customer_id.in_(customers),
        Hold.invoice_id.is_(None),
        Hold.kind == "pause",
        Hold.closed_at.is_(None),
        or_(Hold.until.is_(None), Hold.until > today),
    )
    return {key for key in session.scalars(query) if key is not None}
