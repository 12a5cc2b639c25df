"""What the rows of a report are added up by: the customer, its group, or nothing."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, null, select
from sqlalchemy.orm import Session

from relance.storage.models import Customer, CustomerGroup


class By(StrEnum):
    """One row for each of these, by the word in the address."""

    NOTHING = ""
    CUSTOMER = "client"
    GROUP = "groupe"


Key = tuple[int | None, str]  # of a customer or group (none: without a group, or all together), and the currency


def key_of(by: By, customer: Any) -> ColumnElement[Any]:
    """The first column of a query; `customer` is the column that holds the customer."""
    if by is By.NOTHING:
        return null()
    column: ColumnElement[Any] = customer if by is By.CUSTOMER else Customer.group_id.expression
    return column


def grouped(query: Select[Any], by: By, customer: Any, *others: Any) -> Select[Any]:
    """The query added up by its key and by other columns."""
    if by is By.GROUP:
        query = query.join(Customer, Customer.id == customer)
    keys = () if by is By.NOTHING else (key_of(by, customer),)
    return query.group_by(*keys, *others)


def names(session: Session, by: By) -> dict[int, str]:
    """The names of the rows."""
    if by is By.NOTHING:
        return {}
    kind: Any = Customer if by is By.CUSTOMER else CustomerGroup
    return dict(session.execute(select(kind.id, kind.name)).all())
