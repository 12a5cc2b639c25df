"""A send confirmed on a page: it waits two minutes in the queue, can be called back, and can be followed to its end.

The daily run and the command line don't pass here: they send at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.domain.status import CLAIMABLE, LATE_DISPATCH, UNUSUAL_VOLUME, MessageState
from relance.services.refusal import Refused
from relance.services.remind import Asked, Ready, queue, weigh
from relance.services.withdraw import withdraw_messages
from relance.storage.chunks import chunks
from relance.storage.models import Dispatch, Firm, Message

UNDO = timedelta(minutes=2)
# A send that Relance could not carry out in this time, because it was not running, is asked about again.
TOO_LATE = timedelta(minutes=30)
REMIND, APPROVE = "remind", "approve"
VOLUME = "volume"  # of a run that was held back, being far bigger than usual
STILL_TO_LEAVE = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.TRANSMITTING, MessageState.DEFERRED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a send is."""

    dispatch: Dispatch
    states: Mapping[MessageState, int]
    late: int = 0  # messages that Relance was not there to send, and asks about again

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

    @property
    def waiting(self) -> int:
        """How many nobody has begun to hand over: they can still be called back."""
        return sum(self.states.get(state, 0) for state in CLAIMABLE) + self.late

    @property
    def can_be_called_back(self) -> bool:
        """Whether there is anything left to take back."""
        return self.waiting > 0

    def has_begun(self, now: datetime) -> bool:
        """Whether its two minutes are over."""
        return now >= self.dispatch.leaves_at


def find(session: Session, token: str) -> Dispatch | None:
    """The send that a confirmation page made already, if it did: a second click makes no second one."""
    return session.scalar(select(Dispatch).where(Dispatch.token == token))


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person confirmed: the channels of each invoice, and what is left out with why."""

    channels: Mapping[int, tuple[ChannelName, ...]]
    left_out: Sequence[tuple[int, Refused, ChannelName | None]] = ()  # the one channel, or all of them


def remind_all(session: Session, firm: Firm, confirmed: Confirmed, asked: Asked, *, token: str) -> int:
    """Queue the reminders of some invoices, to leave in two minutes; the id of the send.

    Everything is weighed again in this transaction, and nothing leaves that wasn't confirmed. Raises Refused (the first
    reason) when nothing of it can leave; what can't is kept with the send, with why.
    """
    known = find(session, token)
    if known is not None:
        return known.id
    weighed = weigh(session, firm, confirmed.channels, asked)
    ready = [_as_confirmed(one, confirmed) for one in weighed.ready]
    ready = [one for one in ready if one.channels]
    refused = [*((key, refusal, None) for key, refusal in weighed.refused.items()), *confirmed.left_out]
    if not ready:
        raise next((refusal for _, refusal, _ in refused), Refused("dispatch.nothing"))
    made = begin(session, REMIND, asked.by, asked.now, token)
    made.skipped = [_skipped(*one) for one in refused]
    messages = queue(session, firm, ready, replace(asked, leaves_at=made.leaves_at, dispatch_id=made.id))
    if not messages:
        raise Refused("remind.on_its_way", number=ready[0].situation.invoice.number)
    return made.id


def _as_confirmed(one: Ready, confirmed: Confirmed) -> Ready:
    allowed = confirmed.channels[one.situation.invoice.id]
    return replace(one, channels=tuple(channel for channel in one.channels if channel in allowed))


def approve_all(
    session: Session,
    message_ids: Collection[int],
    *,
    by: str,
    now: datetime,
    token: str,
    left_out: Sequence[tuple[int, Refused, ChannelName | None]] = (),
) -> int:
    """Let messages that wait for a person's word go, in two minutes; the id of the send.

    Raises Refused when none of them waits any more. `left_out` is kept with the send, with why.
    """
    known = find(session, token)
    if known is not None:
        return known.id
    made = begin(session, APPROVE, by, now, token)
    made.skipped = [_skipped(*one) for one in left_out]
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


def begin(session: Session, kind: str, by: str, now: datetime, token: str) -> Dispatch:
    """A send that a person confirmed: what carries its id leaves in two minutes."""
    made = Dispatch(token=token, kind=kind, made_at=now, made_by=by, leaves_at=now + UNDO)
    session.add(made)
    session.flush()
    return made


def _skipped(invoice: int, refusal: Refused, channel: ChannelName | None) -> dict[str, Any]:
    facts = {key: value.isoformat() if isinstance(value, date) else value for key, value in refusal.facts.items()}
    return {"invoice": invoice, "code": refusal.code, "facts": facts, "channel": channel}


def progress(session: Session, dispatch_id: int) -> Progress | None:
    """How far a send is; None when there is no such send."""
    dispatch = session.get(Dispatch, dispatch_id)
    if dispatch is None:
        return None
    counted = session.execute(
        select(Message.state, func.count()).where(Message.dispatch_id == dispatch_id).group_by(Message.state)
    )
    late = select(func.count()).select_from(Message).where(Message.dispatch_id == dispatch_id, _is_late())
    states: dict[MessageState, int] = dict(counted.all())
    return Progress(dispatch, states, session.scalar(late) or 0)


def _is_late() -> ColumnElement[bool]:
    return (Message.state == MessageState.HELD) & (Message.code == LATE_DISPATCH)


def _not_begun() -> ColumnElement[bool]:
    return Message.state.in_(CLAIMABLE) | _is_late()


def call_back(session: Session, dispatch_id: int, *, now: datetime) -> int:
    """Take back what hasn't begun to leave: a reminder is withdrawn, the rest waits again. How many messages."""
    dispatch = session.get_one(Dispatch, dispatch_id)
    waiting = session.scalars(select(Message.id).where(Message.dispatch_id == dispatch_id, _not_begun())).all()
    if dispatch.kind == APPROVE:
        taken = _back_to(session, waiting, MessageState.APPROVAL)
    elif dispatch.kind == VOLUME:
        taken = _back_to(session, waiting, MessageState.HELD, UNUSUAL_VOLUME)
    else:
        taken = withdraw_messages(session, waiting)
    if taken:
        dispatch.cancelled_at = now
    return taken


def _back_to(session: Session, messages: Collection[int], state: MessageState, code: str | None = None) -> int:
    back = (
        update(Message)
        .where(_not_begun())
        .values(state=state, decided_by="", dispatch_id=None, owner=None, code=code, detail="")
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return sum(len(session.execute(back.where(Message.id.in_(some))).all()) for some in chunks(sorted(messages)))


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
        .where(Message.dispatch_id == dispatch_id, _is_late())
        .values(state=MessageState.QUEUED, code=None, next_at=now + UNDO, created_at=now, decided_by=by)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())
