"""The list of invoices as a page shows it: tabs with their counts, filters, order, one page of rows.

The counts read indexes and no row; a page of rows starts in the middle of an index and stops early.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from relance.domain.book import Choose, DocumentStatus
from relance.domain.documents import DocumentKind
from relance.storage.models import Customer, Invoice
from relance.storage.queries.customer_filters import Choice, follows


class Tab(StrEnum):
    """A part of the invoices, by the word in its address."""

    UPCOMING = "a-venir"
    LATE = "retard"
    SILENT = "non-relancees"
    PAID = "payees"
    ALL = "toutes"


class Lateness(StrEnum):
    """How many days late, by the word in the address."""

    MONTH = "1-30"
    TWO = "31-60"
    THREE = "61-90"
    MORE = "90"


class Order(StrEnum):
    """What a list is sorted by, by the word in the address."""

    NUMBER = "numero"
    CUSTOMER = "client"
    DUE = "echeance"
    LATE = "retard"
    BALANCE = "reste"


DAYS_LATE: dict[Lateness, tuple[int, int | None]] = {
    Lateness.MONTH: (1, 30),
    Lateness.TWO: (31, 60),
    Lateness.THREE: (61, 90),
    Lateness.MORE: (91, None),
}
NEVER = -1  # the level of an invoice that no reminder was sent for
TOO_MANY = 5000  # customers in one condition; past that the database compares the names itself


@dataclass(frozen=True, slots=True)
class Searched:
    """What a person typed, as it can be looked for."""

    text: str
    customers: Collection[int] = ()
    amount: int | None = None  # minor units


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which invoices, and in which order."""

    tab: Tab
    search: Searched | None = None
    level: int | None = None  # NEVER: not reminded of
    lateness: Lateness | None = None
    program: int | Choice | None = None
    order: Order = Order.LATE
    descending: bool = True
    undated: bool = True  # whether there may be open invoices without a due date

    @property
    def narrowed(self) -> bool:
        """Whether it is less than a whole tab."""
        return any(one is not None for one in (self.search, self.level, self.lateness, self.program))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many invoices each tab has, and what is late in the firm's own currency (minor units)."""

    of: dict[Tab, int]
    late_sum: int
    late_in_other_currencies: int  # how many invoices
    undated: int  # those of UPCOMING that have no due date


def days_late(due_date: date | None, today: date) -> int:
    """Days past a due date; 0 on the day itself, before it, and without one."""
    return max(0, (today - due_date).days) if due_date is not None else 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    id: int
    number: str
    customer_id: int
    customer: str
    due_date: date | None
    total: int
    balance: int
    currency: str
    level: int | None
    last_reminder_on: date | None
    chased: bool
    kind: DocumentKind
    status: DocumentStatus

    @property
    def open(self) -> bool:
        """Whether money is still expected."""
        return self.chased and self.balance > 0

    def days_late(self, today: date) -> int:
        """Days past the due date; 0 for what isn't late."""
        return days_late(self.due_date, today) if self.open else 0


def counts(session: Session, today: date, currency: str) -> Counts:
    """All the counts, in one statement."""
    found = session.execute(_COUNTS, {"today": today}).one()
    of = {
        Tab.UPCOMING: found.to_come + found.undated,
        Tab.LATE: found.late,
        Tab.SILENT: found.late - found.reminded,
        Tab.PAID: found.paid,
        Tab.ALL: found.everything,
    }
    if {found.first_currency, found.last_currency} <= {currency, None}:
        return Counts(of, int(found.late_sum or 0), 0, found.undated)
    own = select(func.count(), func.sum(Invoice.balance)).where(_conditions(Tab.LATE), Invoice.currency == currency)
    number, amount = session.execute(own, {"today": today}).one()
    return Counts(of, int(amount or 0), found.late - number, found.undated)


def narrowed_counts(session: Session, wanted: Wanted, today: date) -> dict[Tab, int]:
    """How many invoices each tab has under the same filters, in one pass over them."""
    columns = [func.count(case((_conditions(tab), 1))) for tab in Tab]
    query = select(*columns).select_from(Invoice).where(*_filters(wanted, today))
    return dict(zip(Tab, session.execute(query, {"today": today}).one(), strict=True))


def rows(session: Session, wanted: Wanted, today: date, *, limit: int | None = None, offset: int = 0) -> list[Row]:
    """The lines of one page, or all of them."""
    query = _ordered(select(*_COLUMNS).join(Customer, Invoice.customer_id == Customer.id), wanted)
    query = query.where(*_conditions_of(wanted, today)).limit(limit).offset(offset)
    return [Row(*row) for row in session.execute(query, {"today": today})]


def ids(session: Session, wanted: Wanted, today: date, *, limit: int) -> list[int]:
    """The invoices that a filter leaves, whatever the page."""
    query = select(Invoice.id).where(*_conditions_of(wanted, today)).order_by(Invoice.id).limit(limit)
    return list(session.scalars(query, {"today": today}))


_COLUMNS: Sequence[InstrumentedAttribute[Any]] = (
    Invoice.id,
    Invoice.number,
    Invoice.customer_id,
    Customer.name,
    Invoice.due_date,
    Invoice.total,
    Invoice.balance,
    Invoice.currency,
    Invoice.level,
    Invoice.last_reminder_on,
    Invoice.chased,
    Invoice.kind,
    Invoice.status,
)


def _ordered(query: Select[Any], wanted: Wanted) -> Select[Any]:
    columns: dict[Order, InstrumentedAttribute[Any]] = {
        Order.NUMBER: Invoice.number,
        Order.CUSTOMER: Customer.name,
        Order.DUE: Invoice.due_date,
        Order.LATE: Invoice.due_date,
        Order.BALANCE: Invoice.balance,
    }
    # The later an invoice is, the earlier it was due.
    down = wanted.descending != (wanted.order is Order.LATE)
    way: Callable[[Any], Any] = (lambda one: one.desc()) if down else (lambda one: one.asc())
    return query.order_by(way(columns[wanted.order]), way(Invoice.id))


_TODAY: ColumnElement[date] = bindparam("today", type_=Invoice.due_date.type)


def _conditions(tab: Tab, *, undated: bool = True) -> ColumnElement[bool]:
    """What makes an invoice one of a tab, on the day that the statement is given as `today`."""
    still_open = and_(Invoice.chased, Invoice.balance > 0)
    late = and_(still_open, Invoice.due_date < _TODAY)
    if tab is Tab.UPCOMING:
        to_come = Invoice.due_date >= _TODAY  # alone, it is a part of an index
        return and_(still_open, or_(to_come, Invoice.due_date.is_(None)) if undated else to_come)
    if tab is Tab.LATE:
        return late
    if tab is Tab.SILENT:  # a courtesy reminder before the due date is no relance
        return and_(late, func.coalesce(Invoice.level, 0) == 0)
    return and_(Invoice.chased, Invoice.balance <= 0) if tab is Tab.PAID else true()


def _counts() -> Select[Any]:
    """Each number from an index alone; made once, because building the statement would cost more than running it."""
    late = (
        select(
            func.count().label("late"),
            func.sum(Invoice.balance).label("late_sum"),
            func.count(func.nullif(Invoice.level, 0)).label("reminded"),
        )
        .where(_conditions(Tab.LATE))
        .subquery()
    )
    still_open = and_(Invoice.chased, Invoice.balance > 0)
    number = select(func.count()).select_from(Invoice)
    return select(
        late,
        number.where(still_open, Invoice.due_date >= _TODAY).scalar_subquery().label("to_come"),
        number.where(still_open, Invoice.due_date.is_(None)).scalar_subquery().label("undated"),
        number.where(_conditions(Tab.PAID)).scalar_subquery().label("paid"),
        number.scalar_subquery().label("everything"),
        select(func.min(Invoice.currency)).scalar_subquery().label("first_currency"),
        select(func.max(Invoice.currency)).scalar_subquery().label("last_currency"),
    )


_COUNTS = _counts()


def _conditions_of(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    return [_conditions(wanted.tab, undated=wanted.undated), *_filters(wanted, today)]


def _filters(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.level is not None:
        found.append(Invoice.level.is_(None) if wanted.level == NEVER else Invoice.level == wanted.level)
    if wanted.lateness is not None:
        least, most = DAYS_LATE[wanted.lateness]
        found += [Invoice.balance > 0, Invoice.due_date <= today - timedelta(days=least)]
        if most is not None:
            found.append(Invoice.due_date >= today - timedelta(days=most))
    if wanted.program is not None:
        found.append(_has_program(wanted.program))
    if wanted.search is not None:
        found.append(_matches(wanted.search))
    return found


def _has_program(program: int | Choice) -> ColumnElement[bool]:
    """Whether it is an invoice's program: its own choice, else that of its customer (RULES 1.4)."""
    inherits = and_(Invoice.program_id.is_(None), Invoice.program_choice == Choose.INHERIT)
    by_customer = and_(inherits, Invoice.customer_id.in_(select(Customer.id).where(follows(program))))
    if program is Choice.NEVER:
        return or_(by_customer, and_(Invoice.program_id.is_(None), Invoice.program_choice == Choose.NEVER))
    return by_customer if program is Choice.OWN else or_(Invoice.program_id == program, by_customer)


def _matches(search: Searched) -> ColumnElement[bool]:
    ways = [Invoice.number.icontains(search.text, autoescape=True), is_theirs(Invoice.customer_id, search)]
    if search.amount is not None:
        ways.append(or_(Invoice.total == search.amount, Invoice.balance == search.amount))
    return or_(*ways)


def is_theirs(column: InstrumentedAttribute[int], search: Searched) -> ColumnElement[bool]:
    """Whether a row belongs to one of the customers that were searched for."""
    if len(search.customers) <= TOO_MANY:
        return column.in_(search.customers)
    return column.in_(select(Customer.id).where(Customer.name.icontains(search.text, autoescape=True)))
