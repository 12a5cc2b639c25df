"""Saved views: a person keeps a list's filters and order under a name of their own."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from relance.services.refusal import Refused
from relance.storage.models import SavedView

MOST = 30  # for one person, all lists together
LONGEST_NAME = 60
LONGEST_QUERY = 500


def views(session: Session, user_id: int, page: str) -> list[SavedView]:
    """A person's views of one list, by name."""
    query = select(SavedView).where(SavedView.user_id == user_id, SavedView.page == page)
    return sorted(session.scalars(query), key=lambda one: one.name.casefold())


def only(query: str, names: Sequence[str]) -> str:
    """What a query says of these names, in their order; the rest is left out, and so is what is empty."""
    asked = dict(parse_qsl(query[: 4 * LONGEST_QUERY]))
    return urlencode({name: asked[name] for name in names if asked.get(name)})


def save(session: Session, user_id: int, *, page: str, name: str, query: str) -> None:
    """Keep a view; one of the same name on the same list is replaced. Raises Refused."""
    called = " ".join(name.split())
    if not called or not called.isprintable():
        raise Refused("view.no_name")
    if len(called) > LONGEST_NAME:
        raise Refused("view.long_name", most=LONGEST_NAME)
    if not query:
        raise Refused("view.nothing")
    if len(query) > LONGEST_QUERY:
        raise Refused("view.long", most=LONGEST_QUERY)
    for known in views(session, user_id, page):
        if known.name == called:
            known.query = query
            return
    kept = session.scalar(select(func.count()).select_from(SavedView).where(SavedView.user_id == user_id)) or 0
    if kept >= MOST:
        raise Refused("view.too_many", most=MOST)
    session.add(SavedView(user_id=user_id, page=page, name=called, query=query))


def remove(session: Session, user_id: int, view_id: int) -> SavedView | None:
    """Forget one's own view, and tell which it was; None when there is none."""
    mine = select(SavedView).where(SavedView.id == view_id, SavedView.user_id == user_id)
    found = session.scalar(mine)
    if found is not None:
        session.execute(delete(SavedView).where(SavedView.id == view_id))
        session.expunge(found)
    return found
