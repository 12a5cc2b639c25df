"""What waits for a person's word: a payment, a dispute or any reason of RULES 2 takes it out (RULES 4.1)."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relance.domain.status import MessageState
from relance.services.recheck import recheck
from relance.storage import transitions
from relance.storage.models import Firm, Message


def anything_waits(session: Session) -> bool:
    """Whether a message waits for a person's word."""
    return session.scalar(select(Message.id).where(Message.state == MessageState.APPROVAL).limit(1)) is not None


def take_out(session: Session, firm: Firm, local: datetime) -> int:
    """Withdraw what may not leave any more; how many messages. `local` is the firm's time."""
    waiting = session.scalars(select(Message).where(Message.state == MessageState.APPROVAL)).all()
    if not waiting:
        return 0
    gone = 0
    for key, verdict in recheck(session, firm, waiting, local).items():
        transitions.withdraw_reminders(session.connection(), [(one, code.value) for one, code in verdict.out])
        if verdict.keep or verdict.not_before is not None:
            continue
        gone += 1
        code = verdict.out[0][1].value if verdict.out else None
        session.execute(
            update(Message).where(Message.id == key).values(state=MessageState.WITHDRAWN, code=code, owner=None)
        )
    return gone
