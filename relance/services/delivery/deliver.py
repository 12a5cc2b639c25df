"""Delivers what is queued and due: claims, looks again, composes, hands over, stores the outcome (DESIGN 9 to 14)."""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update

from relance import clock
from relance.config import Settings
from relance.domain.status import LEAVING, MessageState
from relance.services.delivery import owners
from relance.services.delivery.lanes import Lane, open_lanes
from relance.services.delivery.outlets import OutletsOf, build_outlets
from relance.services.delivery.owners import Owner
from relance.services.delivery.transmit import Carrier
from relance.services.same_machine import watch
from relance.storage import db
from relance.storage.models import Message

LEASE = timedelta(minutes=30)


@dataclass(slots=True)
class Delivery:
    """What one delivery did: the new state of each message it touched."""

    states: dict[int, MessageState] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def note(self, message: int, state: MessageState) -> None:
        """Called from several threads."""
        with self.lock:
            self.states[message] = state

    def count(self, state: MessageState) -> int:
        """How many messages ended in a state."""
        return sum(1 for one in self.states.values() if one is state)


def deliver_due(
    engine: Engine,
    settings: Settings,
    *,
    outlets_of: OutletsOf = build_outlets,
    now: Callable[[], datetime] = clock.utc_now,
    only: Collection[int] | None = None,
    progress: Callable[[int], None] = lambda count: None,
    wait: Callable[[float], None] | None = None,
    despite_pause: bool = False,
) -> Delivery:
    """Deliver all that is queued and due, or only some messages; ends when nothing more may leave now.

    `wait` is called with seconds when the account's pace asks for it; without it, what exceeds the pace stays queued.
    `despite_pause`: a person asks now: the pause after a failed connection doesn't count, a refused login still does.
    """
    if watch(engine, settings, now()) is not None:
        return Delivery()
    delivery = Delivery(dict.fromkeys(sweep(engine, settings, now()), MessageState.UNKNOWN))
    with db.reading(engine) as session:
        lanes = open_lanes(session, settings, outlets_of, now, only)
        session.expunge_all()
    if any(lane.is_shut for lane in lanes):
        with db.writing(engine) as session:
            for lane in lanes:
                lane.show_held(session)
    usable = [lane for lane in lanes if lane.is_open(now(), despite_pause=despite_pause)]
    if usable:
        with Owner(settings.data_dir) as owner:
            shared = (engine, settings, now, owner.name, delivery, only, progress, wait)
            _in_threads([_Work(lane, *shared).drain for lane in usable for _ in range(lane.connections)])
    return delivery


def _in_threads(calls: list[Callable[[], None]]) -> None:
    """Run calls side by side; the first error is raised once all have ended."""
    if len(calls) == 1:
        calls[0]()
        return
    errors: list[BaseException] = []

    def guarded(call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:  # raised again below
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@dataclass(slots=True)
class _Work:
    """One thread's work: its own database connection and its own channel."""

    lane: Lane
    engine: Engine
    settings: Settings
    now: Callable[[], datetime]
    owner: str
    delivery: Delivery
    only: Collection[int] | None
    progress: Callable[[int], None]
    wait: Callable[[float], None] | None

    def drain(self) -> None:
        assert self.lane.outlet is not None
        channel = self.lane.outlet()
        carrier = Carrier(self.engine, self.settings, self.lane.way, channel, self.now, self.delivery.note)
        try:
            while self._batch(carrier):
                pass
        finally:
            channel.close()
            carrier.close()

    def _batch(self, carrier: Carrier) -> bool:
        allowed = self.lane.allowed
        room = allowed.take(self.lane.batch)
        if room == 0:
            return self._wait_for_room()
        items = carrier.claim(self.owner, self.now() + LEASE, room, self.only)
        allowed.give_back(room - len(items.ready))
        for item in items.ready:
            if not carrier.carry(item):
                carrier.put_back(items.ready[items.ready.index(item) + 1 :])
                return False
            self.progress(1)
        return items.claimed > 0

    def _wait_for_room(self) -> bool:
        seconds = self.lane.allowed.seconds_to_room()
        if self.wait is None or seconds is None:
            return False
        self.wait(seconds)
        return True


def sweep(engine: Engine, settings: Settings, now: datetime) -> list[int]:
    """Put right what a dead process left: claimed goes back to the queue, transmitting becomes unknown (RULES 4.6).

    The ids of those whose fate is unknown from now on.
    """
    with db.reading(engine) as session:
        rows = session.execute(select(Message.owner, Message.lease_until).where(Message.state.in_(LEAVING)).distinct())
        dead = {owner for owner, lease in rows if owner and _gone(settings, owner, lease, now)}
    if not dead:
        return []
    unknown: list[int] = []
    with db.writing(engine) as session:
        theirs = Message.owner.in_(dead)
        for before, after, extra in (
            (MessageState.CLAIMED, MessageState.QUEUED, {"attempt": Message.attempt - 1}),
            (MessageState.TRANSMITTING, MessageState.UNKNOWN, {"code": "delivery.interrupted"}),
        ):
            moved = session.scalars(
                update(Message)
                .where(theirs, Message.state == before)
                .values(state=after, lease_until=None, **extra)
                .returning(Message.id)
                .execution_options(synchronize_session=False)
            ).all()
            unknown.extend(moved if after is MessageState.UNKNOWN else ())
    return unknown


def _gone(settings: Settings, owner: str, lease: datetime | None, now: datetime) -> bool:
    return (lease is not None and lease < now) or owners.is_dead(settings.data_dir, owner)
