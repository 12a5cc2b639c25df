"""How many messages the account may send now: its limits by the minute and by the day."""

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.domain.status import COUNTS_AS_SENT
from relance.services.channel_accounts import Account
from relance.storage.models import LetterAccount, Message

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Allowance:
    """Shared by the threads of one delivery; no limit is 0."""

    def __init__(
        self, now: Callable[[], datetime], per_minute: int, per_day: int, recent: list[datetime], today: int
    ) -> None:
        self._now = now
        self._per_minute = per_minute
        self._left_today = per_day - today if per_day else None
        self._recent = deque(sorted(recent))
        self._lock = threading.Lock()

    def take(self, wanted: int) -> int:
        """Reserve up to so many sends; how many may leave now."""
        with self._lock:
            self._forget()
            room = wanted
            if self._per_minute:
                room = min(room, self._per_minute - len(self._recent))
            if self._left_today is not None:
                room = min(room, self._left_today)
                self._left_today -= max(0, room)
            room = max(0, room)
            self._recent.extend([self._now()] * (room if self._per_minute else 0))
            return room

    def give_back(self, unused: int) -> None:
        """Return what was reserved and not used."""
        with self._lock:
            if self._left_today is not None:
                self._left_today += unused
            for _ in range(min(unused, len(self._recent))):
                self._recent.pop()

    def seconds_to_room(self) -> float | None:
        """How long until something may leave again; None when not today."""
        with self._lock:
            if self._left_today is not None and self._left_today <= 0:
                return None
            if not self._recent:
                return 0.0
            return max(0.0, (self._recent[0] + MINUTE - self._now()).total_seconds()) + 0.01

    def _forget(self) -> None:
        horizon = self._now() - MINUTE
        while self._recent and self._recent[0] <= horizon:
            self._recent.popleft()


def allowance(session: Session, account: Account, channel: ChannelName, now: Callable[[], datetime]) -> Allowance:
    """What the account may still send, after what it sent in the last minute and the last day."""
    if isinstance(account, LetterAccount) or not (account.per_minute or account.per_day):
        return Allowance(now, 0, 0, [], 0)
    sent = select(Message.sent_at).where(
        Message.channel == channel, Message.state.in_(COUNTS_AS_SENT), Message.sent_at.is_not(None)
    )
    recent = session.scalars(sent.where(Message.sent_at > now() - MINUTE)).all()
    today = session.scalar(select(func.count()).select_from(sent.where(Message.sent_at > now() - DAY).subquery()))
    return Allowance(now, account.per_minute, account.per_day, [at for at in recent if at], today or 0)
