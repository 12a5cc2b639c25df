"""A person's word on a message of unknown fate: it left, send it again (RULES 4.6). A second click does nothing."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from relance.domain.status import MessageState
from relance.storage.models import Message, Reminder
from relance.storage.transitions import undo_done


def it_left(session: Session, message_id: int, *, by: str, told: Mapping[str, Any] = MappingProxyType({})) -> bool:
    """A message of unknown fate did leave, when it was handed over. `told`: what the other side says of it."""
    handed_over = select(func.min(Reminder.at)).where(Reminder.message_id == message_id).scalar_subquery()
    sent = {**told, "sent_at": handed_over, "code": None, "decided_by": by}
    return _move(session, message_id, MessageState.UNKNOWN, MessageState.SENT, **sent)


def send_again(session: Session, message_id: int, *, by: str, now: datetime) -> bool:
    """A message of unknown fate did not leave: its steps aren't done, and it goes back to the queue."""
    fresh = {**_from_now_on(by, now), "code": None, "detail": ""}
    if not _move(session, message_id, MessageState.UNKNOWN, MessageState.QUEUED, **fresh):
        return False
    undo_done(session.connection(), message_id)
    return True


def _from_now_on(by: str, now: datetime) -> dict[str, Any]:
    # How long a message is tried counts from the day it was let go, not from the day it was proposed.
    return {"created_at": now, "next_at": now, "decided_by": by, "owner": None, "lease_until": None}


def _move(session: Session, message_id: int, before: MessageState, after: MessageState, **values: Any) -> bool:
    moved = session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state == before)
        .values(state=after, **values)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return moved.first() is not None
