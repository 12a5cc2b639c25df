"""Read models of the list of customers: what each owes, where it is written to, what stops its reminders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session

from relance.domain.documents import CustomerKind
from relance.storage.models import Contact, Customer, CustomerGroup, Hold, Invoice, Program
from relance.storage.queries.customer_filters import (
    OPEN,
    TOO_MANY,
    Choice,
    Order,
    Searched,
    Wanted,
    Which,
    conditions,
    count,
    counts,
    is_never,
    owing,
    refused_addresses,
)

__all__ = [
    "TOO_MANY",
    "Choice",
    "Order",
    "Owed",
    "Row",
    "Searched",
    "Wanted",
    "Which",
    "count",
    "counts",
    "owed_by",
    "rows",
]


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
    kind: CustomerKind
    language: str | None
    phone: str
    group: str | None
    program: str | None  # the one that it names itself
    own: bool  # that program is its own
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


_COLUMNS: Sequence[Any] = (
    Customer.id,
    Customer.code,
    Customer.name,
    Customer.kind,
    Customer.language,
    Customer.phone,
    CustomerGroup.name.label("group_name"),
    Program.name.label("program_name"),
    func.coalesce(Program.own, False),
    Customer.insolvent,
    is_never(),
)


def rows(session: Session, wanted: Wanted, today: date, *, limit: int | None = None, offset: int = 0) -> list[Row]:
    """The lines of one page, or all of them."""
    query = select(*_COLUMNS).outerjoin(CustomerGroup, CustomerGroup.id == Customer.group_id)
    query = query.outerjoin(Program, Program.id == Customer.program_id).where(*conditions(wanted, today))
    found = session.execute(_ordered(query, wanted, today).limit(limit).offset(offset))
    by_id = {row.id: row for row in (Row(*one) for one in found)}
    among = by_id if limit is not None and limit <= TOO_MANY else None
    for customer, owed in owed_by(session, among, today).items():
        if customer in by_id:
            by_id[customer].owed = owed
    _add_addresses(session, by_id, among, today)
    for customer in _paused(session, among, today):
        if customer in by_id:
            by_id[customer].paused = True
    return list(by_id.values())


def owed_by(session: Session, customers: Collection[int] | None, today: date) -> dict[int, list[Owed]]:
    """What some customers (None: all) owe, by customer, one entry for each currency."""
    is_late = and_(OPEN, Invoice.due_date < today)
    sums = (
        func.sum(case((OPEN, Invoice.balance), else_=0)),
        func.sum(case((is_late, Invoice.balance), else_=0)),
        func.sum(case((OPEN, 1), else_=0)),
        func.sum(case((is_late, 1), else_=0)),
    )
    # What is open is asked in the sums alone: as a condition it would lead away from the index of customers.
    query = select(Invoice.customer_id, Invoice.currency, *sums)
    if customers is not None:
        query = query.where(Invoice.customer_id.in_(customers))
    found: dict[int, list[Owed]] = {}
    for customer, currency, *numbers in session.execute(query.group_by(Invoice.customer_id, Invoice.currency)):
        owed = Owed(currency, *(int(one) for one in numbers))
        if owed.invoices:
            found.setdefault(customer, []).append(owed)
    return found


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
    return query.where(*owing(which, today)).group_by(Invoice.customer_id).subquery()


def _add_addresses(session: Session, by_id: dict[int, Row], among: Collection[int] | None, today: date) -> None:
    bad = set(session.scalars(refused_addresses(today)))
    query = select(Contact.customer_id, Contact.email).where(
        Contact.use == "to", Contact.reminders, Contact.email != ""
    )
    if among is not None:
        query = query.where(Contact.customer_id.in_(among))
    for customer, email in session.execute(query.order_by(Contact.id)):
        row = by_id.get(customer)
        if row is None:
            continue
        if email.lower() in bad:
            row.dead += 1
        else:
            row.emails.append(email)


def _paused(session: Session, among: Collection[int] | None, today: date) -> set[int]:
    query = select(Hold.customer_id).where(
        Hold.customer_id.is_not(None),
        Hold.invoice_id.is_(None),
        Hold.kind == "pause",
        Hold.closed_at.is_(None),
        or_(Hold.until.is_(None), Hold.until > today),
    )
    if among is not None:
        query = query.where(Hold.customer_id.in_(among))
    return {key for key in session.scalars(query) if key is not None}
