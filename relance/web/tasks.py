"""What waits for a person, as lines with their number and the page where each is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from flask import current_app, url_for

from relance.services import glance
from relance.storage.queries import corrections, replies
from relance.storage.queries import to_do as queries
from relance.storage.queries.to_do import ToDo
from relance.web import selection, visitors
from relance.web.access import may
from relance.web.database import firm, local_now, reading, wiring
from relance.web.labels import to_do as labels
from relance.web.labels.to_do import Task
from relance.web.language import language


@dataclass(frozen=True, slots=True)
class Line:
    """A task, its number, and the page where it is done; empty where that isn't for this person."""

    text: str
    count: int
    address: str


def counts(found: ToDo) -> dict[str, int]:
    """How many there are of each task, by its name in the labels."""
    session, today = reading(), local_now().date()
    look = {
        "manual": glance.by_hand(wiring().engine, local_now()),
        "corrections": corrections.count(session, firm(), today),
        "returned": replies.count_unlisted(session),
        "refused": queries.refused_since(session, _start()),
    }
    return {**{name: getattr(found, name) for name in (*labels.WAITING, "held")}, **look}


def _start() -> datetime:
    zone = ZoneInfo(firm().timezone)
    return datetime.combine(local_now().date(), time(), zone).astimezone(UTC)


def lines(names: Iterable[str], known: Mapping[str, int]) -> list[Line]:
    """The tasks of these names that there are."""
    every = labels.WAITING | labels.LOOK
    return [
        Line(labels.said(every[name], known[name], language()), known[name], _address(every[name]))
        for name in names
        if known[name]
    ]


def _address(task: Task) -> str:
    known = task.endpoint in current_app.view_functions and may(visitors.visitor(), task.endpoint)
    query = f"?{selection.query(dict(task.query))}" if task.query else ""
    return url_for(task.endpoint) + query if known else ""
