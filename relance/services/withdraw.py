"""Takes out of the outbox what waits for an invoice and may not leave any more (RULES 4.1, 4.5)."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.status import MessageState
from relance.storage.models import Message, Reminder
from relance.storage.transitions import withdraw_reminders

# What a process has claimed is looked at again before it is handed over.
WAITING = (MessageState.APPROVAL, MessageState.QUEUED, MessageState.DEFERRED, MessageState.HELD)
BY_HAND = "by_hand"  # a person took it back


def withdraw_waiting(session: Session, invoice_id: int, code: str, *, by_hand_too: bool) -> None:
    """Withdraw the reminders of an invoice that wait; a message that has none left is withdrawn with them.

    `by_hand_too`: those that a person asked for as well, which only reasons 1 to 8 of RULES 2 stop.
    """
    theirs = (
        select(Reminder.id, Reminder.message_id)
        .join(Message)
        .where(Reminder.invoice_id == invoice_id, Reminder.live, Message.state.in_(WAITING))
    )
    if not by_hand_too:
        theirs = theirs.where(Message.kind != ReminderKind.MANUAL)
    found = session.execute(theirs).all()
    withdraw_reminders(session.connection(), [(key, code) for key, _ in found])
    for message in {message for _, message in found if message is not None}:
        if session.scalar(select(Reminder.id).where(Reminder.message_id == message, Reminder.live).limit(1)) is None:
            _withdraw_message(session, message, code)


def withdraw_message(session: Session, message_id: int) -> bool:
    """A person takes back a message before it leaves; False when it is too late, or was done."""
    if not _withdraw_message(session, message_id, BY_HAND):
        return False
    live = session.scalars(select(Reminder.id).where(Reminder.message_id == message_id, Reminder.live)).all()
    withdraw_reminders(session.connection(), [(key, BY_HAND) for key in live])
    return True


def _withdraw_message(session: Session, message_id: int, code: str) -> bool:
    moved = session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state.in_(WAITING))
        .values(state=MessageState.WITHDRAWN, code=code, owner=None)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return moved.first() is not None
