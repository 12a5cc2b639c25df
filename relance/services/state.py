"""How automatic sending stands right now: on or off, when it sends next, whether the data are fresh enough."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from relance.services.same_machine import SendingLock
from relance.services.simulate import LONG_ABSENCE, is_stale, next_run
from relance.storage.models import Firm
from relance.storage.queries.corrections import count
from relance.storage.queries.state import Waiting, waiting


@dataclass(frozen=True, slots=True)
class State:
    """The state of automatic sending; days and moments are the firm's."""

    now: datetime
    enabled: bool
    next_run: datetime | None  # None while sending is off, or held back
    fresh_on: date | None  # payments are known until this day
    stale: bool
    absent: bool  # the last run is so old that the next one waits for a person (RULES 5.6)
    waiting: Waiting
    to_correct: int  # customers with an address that doesn't work
    lock: SendingLock | None = None  # nothing leaves before an owner confirms
    examples: bool = False  # the data are made up


def state(session: Session, firm: Firm, now: datetime) -> State:
    """The state at a moment (aware)."""
    local = now.astimezone(ZoneInfo(firm.timezone))
    seen, stale = waiting(session), is_stale(firm, local)
    absent = seen.last_run is not None and local.date() - seen.last_run > LONG_ABSENCE
    lock = SendingLock(firm.sending_lock) if firm.sending_lock else None
    held_back = not firm.enabled or stale or absent or lock is not None
    return State(
        now=local,
        enabled=firm.enabled,
        next_run=None if held_back else next_run(session, firm, local, seen.last_run),
        fresh_on=firm.data_fresh_at.astimezone(local.tzinfo).date() if firm.data_fresh_at else None,
        stale=stale,
        absent=absent,
        waiting=seen,
        to_correct=count(session, firm, local.date()),
        lock=lock,
        examples=firm.examples,
    )
