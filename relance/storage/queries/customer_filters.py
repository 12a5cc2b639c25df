"""Which customers a list is narrowed to, as conditions of a statement: its tabs, its filters, what was searched for."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from relance.domain.book import Choose
from relance.domain.documents import CustomerKind
from relance.storage.models import BadAddress, Contact, Customer, CustomerGroup, Hold, Invoice, Program

TOO_MANY = 5000  # customers in one condition; past that the database compares the names itself
OPEN = and_(Invoice.chased, Invoice.balance > 0)


class Which(StrEnum):
    """A part of the customers, by the word in its address."""

    ALL = "tous"
    OWING = "doivent"
    LATE = "retard"
    NEVER = "jamais"
    UNREACHABLE = "sans-adresse"
    STOPPED = "en-attente"  # paused, or with a dispute or a pause on an invoice that is open


class Order(StrEnum):
    """What the list is sorted by, by the word in the address."""

    NAME = "nom"
    OWED = "du"
    LATE = "retard"


class Choice(StrEnum):
    """A filter's answer that isn't a row's number."""

    NONE = "aucun"  # no group, or no program
    NEVER = "jamais"
    OWN = "propre"


@dataclass(frozen=True, slots=True)
class Searched:
    """What a person typed, and the customers it was found in."""

    text: str
    customers: Collection[int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which customers, and in which order. `group` and `program` are rows' numbers, or one of the other answers."""

    which: Which = Which.ALL
    search: Searched | None = None
    order: Order = Order.NAME
    descending: bool = False
    group: int | Choice | None = None
    kind: CustomerKind | None = None
    program: int | Choice | None = None

    @property
    def narrowed(self) -> bool:
        """Whether it is less than a whole tab."""
        return any(one is not None for one in (self.search, self.group, self.kind, self.program))


def count(session: Session, wanted: Wanted, today: date) -> int:
    """How many customers a tab and its filters leave."""
    query = select(func.count()).select_from(Customer).where(*conditions(wanted, today))
    return session.scalar(query) or 0


def counts(session: Session, wanted: Wanted, today: date) -> dict[Which, int]:
    """How many customers each tab has under the same filters, in one pass over them."""
    columns = [func.count(case((and_(True, *_of_tab(one, today)), 1))) for one in Which]
    query = select(*columns).select_from(Customer).where(*_filters(wanted))
    return dict(zip(Which, session.execute(query).one(), strict=True))


def conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    """What makes a customer one of those wanted."""
    return [*_of_tab(wanted.which, today), *_filters(wanted)]


def owing(which: Which, today: date) -> tuple[ColumnElement[bool], ...]:
    """What makes an invoice one that is owed, or one that is late."""
    return (OPEN, Invoice.due_date < today) if which is Which.LATE else (OPEN,)


def refused_addresses(today: date) -> Select[Any]:
    """The addresses that may not be used on a day."""
    return select(BadAddress.address).where(or_(BadAddress.until.is_(None), BadAddress.until > today))


def is_never() -> ColumnElement[bool]:
    """Whether a customer is never reminded automatically: by its own choice, or by its group's (RULES 1.4)."""
    mine = Customer.program_id.is_(None)
    groups = _groups(CustomerGroup.program_id.is_(None), CustomerGroup.program_choice == Choose.NEVER)
    inherits = and_(Customer.program_choice == Choose.INHERIT, Customer.group_id.in_(groups))
    return and_(mine, or_(Customer.program_choice == Choose.NEVER, inherits))


def _of_tab(which: Which, today: date) -> tuple[ColumnElement[bool], ...]:
    match which:
        case Which.ALL:
            return ()
        case Which.NEVER:
            return (is_never(),)
        case Which.UNREACHABLE:
            reached = (Contact.reminders, Contact.email != "", Contact.use == "to")
            alive = func.lower(Contact.email).not_in(refused_addresses(today))
            return (Customer.id.not_in(select(Contact.customer_id).where(*reached, alive)),)
        case Which.STOPPED:
            return (or_(*_stopped(today)),)
        case Which.OWING | Which.LATE:
            # Asked of each customer in turn, it is answered by the index alone.
            return (select(Invoice.id).where(Invoice.customer_id == Customer.id, *owing(which, today)).exists(),)


def _stopped(today: date) -> Iterator[ColumnElement[bool]]:
    runs = and_(Hold.kind == "pause", or_(Hold.until.is_(None), Hold.until > today))
    holds = select(Hold.customer_id).where(Hold.closed_at.is_(None), Hold.customer_id.is_not(None))
    yield Customer.id.in_(holds.where(Hold.invoice_id.is_(None), runs))
    held = select(Invoice.customer_id).join(Hold, Hold.invoice_id == Invoice.id).where(Hold.closed_at.is_(None), OPEN)
    yield Customer.id.in_(held.where(or_(Hold.kind == "dispute", runs)))


def _filters(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.search is not None:
        yield _matches(wanted.search)
    if wanted.kind is not None:
        yield Customer.kind == wanted.kind
    if wanted.group is not None:
        yield Customer.group_id.is_(None) if wanted.group is Choice.NONE else Customer.group_id == wanted.group
    if wanted.program is not None:
        yield follows(wanted.program)


def _matches(search: Searched) -> ColumnElement[bool]:
    if len(search.customers) <= TOO_MANY:
        return Customer.id.in_(search.customers)
    return or_(
        Customer.name.icontains(search.text, autoescape=True), Customer.code.icontains(search.text, autoescape=True)
    )


def follows(program: int | Choice) -> ColumnElement[bool]:
    """Whether it is a customer's program: its own choice, else its group's, else the general one (RULES 1.4)."""
    if program is Choice.NEVER:
        return is_never()
    if program is Choice.OWN:
        return Customer.program_id.in_(select(Program.id).where(Program.own))
    inherits = and_(Customer.program_id.is_(None), Customer.program_choice == Choose.INHERIT)
    by_group = and_(inherits, Customer.group_id.in_(_groups(CustomerGroup.program_id == program)))
    silent = _groups(CustomerGroup.program_id.is_(None), CustomerGroup.program_choice == Choose.INHERIT)
    is_general = select(Program.id).where(Program.id == program, Program.general).exists()
    by_default = and_(inherits, or_(Customer.group_id.is_(None), Customer.group_id.in_(silent)), is_general)
    return or_(Customer.program_id == program, by_group, by_default)


def _groups(*which: ColumnElement[bool]) -> Select[Any]:
    return select(CustomerGroup.id).where(*which)
