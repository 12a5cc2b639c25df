"""The lanes of one delivery: each way out has its own pace, and one that is shut stops no other."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import CLAIMABLE
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import account_of, read_accounts
from relance.services.delivery.outcomes import hold_waiting, hold_way
from relance.services.delivery.outlets import Outlet, OutletsOf
from relance.services.delivery.pacing import Allowance, allowance
from relance.services.sms_hours import opens_at
from relance.storage.models import MailAccount, Message
from relance.storage.ways import FIRM_ACCOUNT, Way, counted_by_way

# Messages claimed at once: many when alone; few beside other connections, so that all end together.
BATCH_ALONE, BATCH_BESIDE = 100, 5
MOST_CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Lane:
    """What may leave by one way now, and why it may not."""

    way: Way
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
            hold_waiting(session, self.way)
        elif self.outlet is None:
            hold_way(session, self.way, f"{self.way.channel}.not_set_up")


def open_lanes(
    session: Session,
    settings: Settings,
    outlets_of: OutletsOf,
    now: Callable[[], datetime],
    only: Collection[int] | None,
) -> list[Lane]:
    """A lane for each way that has something to send. None while sending is locked."""
    firm = the_firm(session)
    if firm.sending_lock is not None:
        return []
    accounts, moment = read_accounts(session), now()
    outlets = outlets_of(settings, accounts)
    found = []
    for way, due in _waiting(session, only).items():
        account, connections, theirs = account_of(session, way), 1, outlets
        if isinstance(account, MailAccount):
            connections = account.connections
            theirs = outlets if way.mail_account == FIRM_ACCOUNT else outlets_of(settings, accounts.through(account))
        found.append(
            Lane(
                way=way,
                outlet=theirs.get(way.channel),
                held=account.held_code is not None,
                paused_until=account.paused_until,
                opens_at=opens_at(firm, accounts.sms, moment) if way.channel is ChannelName.SMS else None,
                connections=max(1, min(connections, due, MOST_CONNECTIONS)),
                allowed=allowance(session, account, way, now),
            )
        )
    return found


def _waiting(session: Session, only: Collection[int] | None) -> dict[Way, int]:
    """How many messages wait for each way, due or not: those of a shut one are all shown as held."""
    which = Message.state.in_(CLAIMABLE)
    return counted_by_way(session, which if only is None else and_(which, Message.id.in_(only)))
