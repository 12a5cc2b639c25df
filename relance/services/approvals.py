"""What waits for a person: a payment, a dispute or any reason of RULES 2 takes it out (RULES 4.1).

So it does with letters that nobody has printed yet, and so does another step that is up: a letter that is forgotten
doesn't stop the program. What is on paper already is a person's: it is shown with the reason.
"""

from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from relance.domain.status import TO_PRINT, UNUSUAL_VOLUME, MessageState
from relance.services.recheck import recheck
from relance.storage import transitions
from relance.storage.models import Firm, Message

_UNPRINTED = and_(Message.state == MessageState.HELD, Message.code == TO_PRINT, Message.printed_at.is_(None))
_UNUSUAL = and_(Message.state == MessageState.HELD, Message.code == UNUSUAL_VOLUME)
_WAITS = or_(Message.state == MessageState.APPROVAL, _UNPRINTED, _UNUSUAL)


def anything_waits(session: Session) -> bool:
    """Whether a message waits for a person's word, or to be printed."""
    return session.scalar(select(Message.id).where(_WAITS).limit(1)) is not None


def take_out(session: Session, firm: Firm, local: datetime) -> int:
    """Withdraw what may not leave any more; how many messages. `local` is the firm's time."""
    waiting = session.scalars(select(Message).where(_WAITS)).all()
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
