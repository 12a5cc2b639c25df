"""The lanes of one delivery: each channel leaves at its own pace, and one that is shut stops no other."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import CLAIMABLE
from relance.services.channel_accounts import read_accounts
from relance.services.database import the_firm
from relance.services.outcomes import hold_channel, hold_waiting
from relance.services.outlets import Outlet, OutletsOf
from relance.services.pacing import Allowance, allowance
from relance.services.sms_hours import opens_at
from relance.storage.models import MailAccount, Message

# Messages claimed at once: many when alone; few beside other connections, so that all end together.
BATCH_ALONE, BATCH_BESIDE = 100, 5
MOST_CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Lane:
    """What one channel may send now, and why it may not."""

    channel: ChannelName
    outlet: Outlet | None  # None: this firm hasn't set the channel up
    held: bool  # a person must look at the account
    paused_until: datetime | None
    opens_at: datetime | None  # it is outside the hours of this channel
    connections: int
    allowed: Allowance

    @property
    def batch(self) -> int:
        """How many messages to claim at once."""
        return BATCH_ALONE if self.connections == 1 else BATCH_BESIDE

    @property
    def is_shut(self) -> bool:
        """Whether what waits must be shown as held."""
        return self.held or self.outlet is None

    def is_open(self, now: datetime, *, despite_pause: bool) -> bool:
        """Whether anything may leave at this moment."""
        resting = self.paused_until is not None and self.paused_until > now and not despite_pause
        return not self.is_shut and not resting and self.opens_at is None

    def show_held(self, session: Session) -> None:
        """Mark what waits, with the reason."""
        if self.held:
            hold_waiting(session, self.channel)
        elif self.outlet is None:
            hold_channel(session, self.channel, f"{self.channel}.not_set_up")


def open_lanes(
    session: Session,
    settings: Settings,
    outlets_of: OutletsOf,
    now: Callable[[], datetime],
    only: Collection[int] | None,
) -> list[Lane]:
    """A lane for each channel that has something to send. None while sending is locked."""
    firm = the_firm(session)
    if firm.sending_lock is not None:
        return []
    accounts, moment = read_accounts(session), now()
    outlets = outlets_of(settings, accounts)
    found = []
    for channel, due in _waiting(session, only).items():
        account = accounts.of(channel)
        connections = account.connections if isinstance(account, MailAccount) else 1
        found.append(
            Lane(
                channel=channel,
                outlet=outlets.get(channel),
                held=account.held_code is not None,
                paused_until=account.paused_until,
                opens_at=opens_at(firm, accounts.sms, moment) if channel is ChannelName.SMS else None,
                connections=max(1, min(connections, due, MOST_CONNECTIONS)),
                allowed=allowance(session, account, channel, now),
            )
        )
    return found


def _waiting(session: Session, only: Collection[int] | None) -> dict[ChannelName, int]:
    """How many messages wait for each channel, due or not: those of a shut one are all shown as held."""
    query = select(Message.channel, func.count()).where(Message.state.in_(CLAIMABLE)).group_by(Message.channel)
    if only is not None:
        query = query.where(Message.id.in_(only))
    return dict(session.execute(query.order_by(Message.channel)).all())
