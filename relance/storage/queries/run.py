"""A day's run: what it made, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.domain.status import MessageState
from relance.storage.models import DailyRun, Message, Reminder


@dataclass(frozen=True, slots=True)
class RunDone:
    """How many messages a run made to leave, how many for a person's approval, and the state that each is in now."""

    id: int
    at: datetime
    to_leave: int
    invoices: int
    states: Mapping[MessageState, int]

    @property
    def made(self) -> int:
        """All its messages."""
        return sum(self.states.values())

    @property
    def for_approval(self) -> int:
        """Those that were made to wait for a person's word."""
        return max(0, self.made - self.to_leave)


def run_of(session: Session, day: date) -> RunDone | None:
    """The run of a local date; None while there is none."""
    run = session.execute(select(DailyRun.id, DailyRun.started_at, DailyRun.sends).where(DailyRun.local_date == day))
    found = run.one_or_none()
    if found is None:
        return None
    theirs = Message.run_id == found.id
    states = session.execute(select(Message.state, func.count()).where(theirs).group_by(Message.state)).all()
    about = select(func.count(Reminder.invoice_id.distinct())).join(Message, Reminder.message_id == Message.id)
    return RunDone(found.id, found.started_at, found.sends, session.scalar(about.where(theirs)) or 0, dict(states))
