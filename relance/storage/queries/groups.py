"""Read models of the customer groups: how many customers each has, what they owe, how they are reminded."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from relance.domain.book import Choose
from relance.domain.program import Tone
from relance.storage.models import Customer, CustomerGroup, Invoice, Program, Sender


@dataclass(frozen=True, slots=True)
class Sum:
    """What a group's customers owe in one currency, minor units: all of it, and what is past its due date."""

    currency: str
    total: int
    late: int


@dataclass(slots=True)
class Row:
    """One line of the list."""

    id: int
    name: str
    choice: Choose
    program: str | None  # the one that it names; it wins over the choice
    tone: Tone
    sender: str | None
    customers: int = 0
    owed: list[Sum] = field(default_factory=list)


def rows(session: Session, today: date) -> list[Row]:
    """Every group by its name: three statements, however many there are."""
    columns = (
        CustomerGroup.id,
        CustomerGroup.name,
        CustomerGroup.program_choice,
        Program.name.label("program_name"),
        CustomerGroup.tone,
        Sender.name.label("sender_name"),
    )
    query = select(*columns).outerjoin(Program, Program.id == CustomerGroup.program_id)
    query = query.outerjoin(Sender, Sender.id == CustomerGroup.sender_id).order_by(func.lower(CustomerGroup.name))
    found = [Row(*one) for one in session.execute(query)]
    by_id = {row.id: row for row in found}
    members = select(Customer.group_id, func.count()).where(Customer.group_id.is_not(None)).group_by(Customer.group_id)
    for group, number in session.execute(members):
        if group is not None:
            by_id[group].customers = number
    for group, owed in owed_by(session, by_id, today).items():
        by_id[group].owed = owed
    return found


def owed_by(session: Session, groups: Collection[int], today: date) -> dict[int, list[Sum]]:
    """What the customers of some groups owe, by group, one entry for each currency."""
    late = func.sum(case((Invoice.due_date < today, Invoice.balance), else_=0))
    query = select(Customer.group_id, Invoice.currency, func.sum(Invoice.balance), late)
    query = query.join(Customer, Customer.id == Invoice.customer_id)
    query = query.where(and_(Invoice.chased, Invoice.balance > 0), Customer.group_id.in_(groups))
    found: dict[int, list[Sum]] = {}
    for group, currency, total, of_late in session.execute(query.group_by(Customer.group_id, Invoice.currency)):
        assert group is not None  # by the condition
        found.setdefault(group, []).append(Sum(currency, int(total), int(of_late)))
    return found


def members_without_choice(session: Session, group: int) -> int:
    """How many of its customers follow its program, for they choose none themselves."""
    query = select(func.count()).select_from(Customer).where(Customer.group_id == group)
    query = query.where(Customer.program_id.is_(None), Customer.program_choice == Choose.INHERIT)
    return session.scalar(query) or 0
