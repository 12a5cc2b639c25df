"""The notes that an import takes of what it did, so that it can be taken back: plain JSON, kept with the batch."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, update

from relance.storage.models import Base


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


class Record:
    """What one import created and changed. Changes are kept as [before, after], by id and column."""

    def __init__(self) -> None:
        self.created: dict[str, list[int]] = {}
        self.changed: dict[str, dict[str, dict[str, list[Any]]]] = {}
        self.contacts: dict[str, dict[str, Any]] = {}
        self.stated: dict[str, int] = {}
        self.own_emails: dict[str, list[str]] = {}
        self.touched: set[int] = set()
        self.fresh: list[str | None] = [None, None]

    def creates(self, table: str, ids: Iterable[int]) -> None:
        """Rows that weren't there before."""
        self.created.setdefault(table, []).extend(ids)

    def changes(self, table: str, row: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Columns of a row that had other values."""
        kept = self.changed.setdefault(table, {}).setdefault(str(row), {})
        for column, value in after.items():
            kept[column] = [plain(before[column]), plain(value)]

    def to_json(self) -> dict[str, Any]:
        """The notes as they are kept."""
        return {
            "created": self.created,
            "changed": self.changed,
            "contacts": self.contacts,
            "stated": self.stated,
            "own_emails": self.own_emails,
            "touched": sorted(self.touched),
            "fresh": self.fresh,
        }


def update_rows(connection: Connection, model: type[Base], changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the changed columns of many rows, those with the same columns together."""
    together: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row, values in changes.items():
        if values:
            together.setdefault(tuple(sorted(values)), []).append({"row_id": row, **values})
    for rows in together.values():
        connection.execute(update(model).where(model.__table__.c.id == bindparam("row_id")), rows)
