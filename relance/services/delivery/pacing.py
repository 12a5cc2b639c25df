"""How many messages an account may send now: its limits by the minute, the hour and the day, all of them rolling."""

import threading
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.status import COUNTS_AS_SENT
from relance.services.delivery.channel_accounts import Account
from relance.storage.models import LetterAccount, MailAccount, Message
from relance.storage.ways import Way, leaves_by

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON = timedelta(seconds=0.01)  # a window's edge has passed, not just been reached

# Messages on the first days of an account that nobody has seen send yet: twice as many each day.
SLOW_START = (50, 100, 200, 400, 800, 1_600)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most messages in any such stretch of time; 0 is no limit."""

    per_minute: int = 0
    per_hour: int = 0
    per_day: int = 0

    @property
    def windows(self) -> tuple[tuple[timedelta, int], ...]:
        """The stretches that have a limit, the shortest first."""
        all_three = ((MINUTE, self.per_minute), (HOUR, self.per_hour), (DAY, self.per_day))
        return tuple((stretch, limit) for stretch, limit in all_three if limit > 0)


def slow_start_limit(days_since_first_send: int) -> int:
    """Messages a day for an account that first sent so many days ago; 0, no limit, once it is known."""
    day = max(0, days_since_first_send)
    return SLOW_START[day] if day < len(SLOW_START) else 0


def slowed(limits: Limits, days_since_first_send: int) -> Limits:
    """The limits of a new account: the stricter of its own and the slow start's."""
    daily = [limit for limit in (limits.per_day, slow_start_limit(days_since_first_send)) if limit]
    return replace(limits, per_day=min(daily, default=0))


class Allowance:
    """What may leave under these limits after what has left already. Shared by the threads of one delivery."""

    def __init__(self, now: Callable[[], datetime], limits: Limits, sent: Iterable[datetime] = ()) -> None:
        self._now = now
        self._windows = limits.windows
        self._sent = sorted(sent)
        self._lock = threading.Lock()

    def take(self, wanted: int) -> int:
        """Reserve up to so many sends; how many may leave now."""
        with self._lock:
            if not self._windows:
                return max(0, wanted)
            now = self._now()
            room = max(0, min(wanted, *(limit - self._within(stretch, now) for stretch, limit in self._windows)))
            for _ in range(room):
                insort(self._sent, now)
            return room

    def give_back(self, unused: int) -> None:
        """Return what was reserved and not used."""
        with self._lock:
            if unused > 0:
                del self._sent[-unused:]

    def seconds_to_room(self) -> float | None:
        """How long until something may leave again; None past a minute: a later delivery sends it."""
        with self._lock:
            now = self._now()
            waits = [self._wait(stretch, limit, now) for stretch, limit in self._windows]
            longest = max(waits, default=timedelta())
            return None if longest > MINUTE + SOON else longest.total_seconds()

    def _wait(self, stretch: timedelta, limit: int, now: datetime) -> timedelta:
        """Until fewer than `limit` have left within the stretch."""
        if self._within(stretch, now) < limit:
            return timedelta()
        return self._sent[-limit] + stretch - now + SOON

    def _within(self, stretch: timedelta, now: datetime) -> int:
        return len(self._sent) - bisect_right(self._sent, now - stretch)


def limits_of(account: Account, now: datetime) -> Limits:
    """The account's own limits; a new e-mail account that asks for it starts slowly."""
    if isinstance(account, LetterAccount):
        return Limits()
    if not isinstance(account, MailAccount):
        return Limits(account.per_minute, 0, account.per_day)
    limits = Limits(account.per_minute, account.per_hour, account.per_day)
    if not account.slow_start:
        return limits
    first = account.first_sent_on
    return slowed(limits, (now.date() - first).days if first is not None else 0)


def allowance(session: Session, account: Account, way: Way, now: Callable[[], datetime]) -> Allowance:
    """What the account may still send, after what it sent before."""
    moment = now()
    limits = limits_of(account, moment)
    if not limits.windows:
        return Allowance(now, limits)
    longest, most = limits.windows[-1][0], max(limit for _, limit in limits.windows)
    sent = (
        select(Message.sent_at)
        .where(leaves_by(way), Message.state.in_(COUNTS_AS_SENT), Message.sent_at > moment - longest)
        .order_by(Message.sent_at.desc())
        .limit(most)
    )
    return Allowance(now, limits, [at for at in session.scalars(sent) if at is not None])
