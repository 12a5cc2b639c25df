"""The database as a request sees it: one reading session per request, one short transaction per change.

Pages read with `reading()` and change things with `with writing() as session: services...`, which holds the write lock
and commits at its end.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.services.database import the_firm
from relance.services.delivery.outlets import OutletsOf
from relance.storage import db
from relance.storage.models import Firm


@dataclass(frozen=True, slots=True)
class Wiring:
    """What create_app put together, for the pages."""

    settings: Settings
    engine: Engine
    clock: Callable[[], datetime]
    outlets_of: OutletsOf
    ring: Callable[[], object]  # wakes the worker: something was queued
    ring_in: Callable[[float], object]  # the same, in so many seconds


class RequestSessions(SQLAlchemy):
    """Flask-SQLAlchemy for the scope of its sessions only: the engine, with its pragmas and its BEGIN, is ours."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        made: Wiring = app.extensions["relance"]
        return made.engine


_sessions = RequestSessions(session_options={"autoflush": False})


def register(app: Flask, made: Wiring) -> None:
    """Give the app its engine and its sessions."""
    app.extensions["relance"] = made
    app.config["SQLALCHEMY_DATABASE_URI"] = made.engine.url.render_as_string(hide_password=False)
    _sessions.init_app(app)


def wiring() -> Wiring:
    """What this app was made with."""
    made: Wiring = current_app.extensions["relance"]
    return made


def reading() -> Session:
    """This request's session; it sees one state of the database and is rolled back at the end."""
    return _sessions.session()


@contextmanager
def writing() -> Iterator[Session]:
    """A session in one transaction that holds the write lock; committed at the end, or rolled back."""
    with db.writing(wiring().engine) as session:
        yield session


def now() -> datetime:
    """The moment of this request, in UTC: the same for all that it does."""
    if "now" not in g:
        g.now = wiring().clock()
    moment: datetime = g.now
    return moment


def firm() -> Firm:
    """The firm's row, to read."""
    if "firm" not in g:
        g.firm = the_firm(reading())
    row: Firm = g.firm
    return row


def local_now() -> datetime:
    """The moment of this request in the firm's zone; its date is the firm's day."""
    return now().astimezone(ZoneInfo(firm().timezone))
