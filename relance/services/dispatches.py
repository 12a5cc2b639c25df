"""A send confirmed on a page: it waits two minutes in the queue, can be called back, and can be followed to its end.

The daily run and the command line don't pass here: they send at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from relance.domain.status import CLAIMABLE, LATE_DISPATCH, MessageState
from relance.services.refusal import Refused
from relance.services.remind import Asked, queue, weigh
from relance.services.withdraw import withdraw_message
from relance.storage.models import Dispatch, Firm, Message

UNDO = timedelta(minutes=2)
# A send that Relance could not carry out in this time, because it was not running, is asked about again.
TOO_LATE = timedelta(minutes=30)
REMIND, APPROVE = "remind", "approve"
STILL_TO_LEAVE = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.TRANSMITTING, MessageState.DEFERRED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a send is."""

    dispatch: Dispatch
    states: Mapping[MessageState, int]

    @property
    def total(self) -> int:
        """How many messages it has."""
        return sum(self.states.values())

    @property
    def left(self) -> int:
        """How many are still to leave."""
        return sum(self.states.get(state, 0) for state in STILL_TO_LEAVE)

    @property
    def done(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.left == 0

    def can_be_called_back(self, now: datetime) -> bool:
        """Whether its two minutes still run."""
        return self.dispatch.cancelled_at is None and now < self.dispatch.leaves_at and self.left > 0


def find(session: Session, token: str) -> Dispatch | None:
    """The send that a confirmation page made already, if it did: a second click makes no second one."""
    return session.scalar(select(Dispatch).where(Dispatch.token == token))


def remind_all(session: Session, firm: Firm, invoice_ids: Collection[int], asked: Asked, *, token: str) -> int:
    """Queue the reminders of some invoices, to leave in two minutes; the id of the send.

    Raises Refused (the first reason) when nothing of it can leave; what can't is kept with the send, with why.
    """
    known = find(session, token)
    if known is not None:
        return known.id
    weighed = weigh(session, firm, invoice_ids, asked)
    if not weighed.ready:
        raise next(iter(weighed.refused.values()), Refused("dispatch.nothing"))
    made = _begin(session, REMIND, asked.by, asked.now, token)
    made.skipped = [_skipped(key, refusal) for key, refusal in weighed.refused.items()]
    messages = queue(session, firm, weighed.ready, replace(asked, leaves_at=made.leaves_at, dispatch_id=made.id))
    if not messages:
        raise Refused("remind.on_its_way", number=weighed.ready[0].situation.invoice.number)
    return made.id


def approve_all(session: Session, message_ids: Collection[int], *, by: str, now: datetime, token: str) -> int:
    """Let messages that wait for a person's word go, in two minutes; the id of the send.

    Raises Refused when none of them waits any more.
    """
    known = find(session, token)
    if known is not None:
        return known.id
    made = _begin(session, APPROVE, by, now, token)
    moved = session.execute(
        update(Message)
        .where(Message.id.in_(list(message_ids)), Message.state == MessageState.APPROVAL)
        .values(
            state=MessageState.QUEUED,
            decided_by=by,
            created_at=now,  # how long it is tried counts from the day it was let go
            next_at=made.leaves_at,
            dispatch_id=made.id,
            owner=None,
            lease_until=None,
        )
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not moved:
        raise Refused("approval.none_waits")
    return made.id


def _begin(session: Session, kind: str, by: str, now: datetime, token: str) -> Dispatch:
    made = Dispatch(token=token, kind=kind, made_at=now, made_by=by, leaves_at=now + UNDO)
    session.add(made)
    session.flush()
    return made


def _skipped(invoice: int, refusal: Refused) -> dict[str, Any]:
    facts = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in refusal.facts.items()}
    return {"invoice": invoice, "code": refusal.code, "facts": facts}


def progress(session: Session, dispatch_id: int) -> Progress | None:
    """How far a send is; None when there is no such send."""
    dispatch = session.get(Dispatch, dispatch_id)
    if dispatch is None:
        return None
    counted = session.execute(
        select(Message.state, func.count()).where(Message.dispatch_id == dispatch_id).group_by(Message.state)
    )
    return Progress(dispatch, dict(counted.tuples()))


def call_back(session: Session, dispatch_id: int, *, now: datetime) -> int:
    """Take back what hasn't left: a reminder is withdrawn, an approval waits again. How many messages."""
    dispatch = session.get_one(Dispatch, dispatch_id)
    waiting = session.scalars(
        select(Message.id).where(Message.dispatch_id == dispatch_id, Message.state.in_((*CLAIMABLE, MessageState.HELD)))
    ).all()
    if dispatch.kind == APPROVE:
        taken = _back_to_approval(session, waiting)
    else:
        taken = sum(withdraw_message(session, key) for key in waiting)
    if taken:
        dispatch.cancelled_at = now
    return taken


def _back_to_approval(session: Session, messages: Collection[int]) -> int:
    moved = session.execute(
        update(Message)
        .where(Message.id.in_(messages), Message.state.in_((*CLAIMABLE, MessageState.HELD)))
        .values(state=MessageState.APPROVAL, decided_by="", dispatch_id=None, owner=None, code=None, detail="")
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())


def hold_late(session: Session, now: datetime) -> int:
    """At start: a send that a person asked for more than half an hour ago, and that didn't begin, is asked about again.

    Much may have happened since. How many messages.
    """
    late = select(Dispatch.id).where(Dispatch.leaves_at < now - TOO_LATE, Dispatch.cancelled_at.is_(None))
    held = session.execute(
        update(Message)
        .where(Message.dispatch_id.in_(late), Message.state == MessageState.QUEUED, Message.attempt == 0)
        .values(state=MessageState.HELD, code=LATE_DISPATCH, detail="")
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(held.all())


def go_on(session: Session, dispatch_id: int, *, by: str, now: datetime) -> int:
    """A person says that a late send may leave after all, two minutes from now. How many messages."""
    session.get_one(Dispatch, dispatch_id).leaves_at = now + UNDO
    moved = session.execute(
        update(Message)
        .where(Message.dispatch_id == dispatch_id, Message.state == MessageState.HELD, Message.code == LATE_DISPATCH)
        .values(state=MessageState.QUEUED, code=None, next_at=now + UNDO, created_at=now, decided_by=by)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())
