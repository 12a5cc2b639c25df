"""Queries of a whole batch of messages, by ids, in statements of bounded size."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from relance.storage.chunks import chunks


def chunked(session: Session, query: Any, column: Any, ids: Iterable[int]) -> Iterator[Any]:
    """The rows of a query whose column is one of some ids."""
    ordered = sorted(ids)
    for part in chunks(ordered):
        yield from session.execute(query.where(column.in_(part)))


def grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Pairs of key and value as lists of values by key, in order."""
    found: dict[int, list[Any]] = {}
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return found
