"""What the bar at the top of every page is told by the rows."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, not_, select
from sqlalchemy.orm import Session

from relance.domain.status import TO_PRINT, MessageState
from relance.storage.models import DailyRun, MailAccount, Message

WATCHED = (MessageState.APPROVAL, MessageState.UNKNOWN, MessageState.HELD)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a person should look at, and the day of the last run."""

    last_run: date | None
    approvals: int
    unknown: int
    held: int
    mail_held_code: str | None


def waiting(session: Session) -> Waiting:
    """Read it: two small queries."""
    mail = select(MailAccount.held_code).where(MailAccount.id == 1).scalar_subquery()
    last_run, held_code = session.execute(select(select(func.max(DailyRun.local_date)).scalar_subquery(), mail)).one()
    to_print = Message.code.is_not_distinct_from(TO_PRINT)  # ready, and nothing is wrong with them
    watched = Message.state.in_(WATCHED), not_(to_print)
    counted = select(Message.state, func.count()).where(*watched).group_by(Message.state)
    counts: dict[MessageState, int] = dict(session.execute(counted).all())
    return Waiting(
        last_run=last_run,
        approvals=counts.get(MessageState.APPROVAL, 0),
        unknown=counts.get(MessageState.UNKNOWN, 0),
        held=counts.get(MessageState.HELD, 0),
        mail_held_code=held_code,
    )
