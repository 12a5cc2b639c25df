"""Takes out of the outbox what waits for an invoice and may not leave any more (RULES 4.1, 4.5)."""

from collections.abc import Collection

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.status import TO_PRINT, MessageState
from relance.storage.chunks import chunks
from relance.storage.models import Message, Reminder

# What a process has claimed is looked at again before it is handed over.
WAITING = (MessageState.APPROVAL, MessageState.QUEUED, MessageState.DEFERRED, MessageState.HELD)
BY_HAND = "by_hand"  # a person took it back


def withdraw_waiting(session: Session, invoice_id: int, code: str, *, by_hand_too: bool) -> None:
    """Withdraw the reminders of an invoice that wait; a message that has none left is withdrawn with them.

    `by_hand_too`: those that a person asked for as well, which only reasons 1 to 8 of RULES 2 stop.
    """
    withdraw_waiting_of(session, [invoice_id], code, by_hand_too=by_hand_too)


def withdraw_waiting_of(session: Session, invoice_ids: Collection[int], code: str, *, by_hand_too: bool) -> None:
    """The same for many invoices at once."""
    on_paper = Message.code.is_not_distinct_from(TO_PRINT) & Message.printed_at.is_not(None)  # a person's alone
    waits = Message.state.in_(WAITING), ~on_paper
    theirs = select(Reminder.id, Reminder.message_id).join(Message).where(Reminder.live, *waits)
    if not by_hand_too:
        theirs = theirs.where(Message.kind != ReminderKind.MANUAL)
    found: dict[int, int | None] = {}
    for some in chunks(sorted(invoice_ids)):
        found.update((key, message) for key, message in session.execute(theirs.where(Reminder.invoice_id.in_(some))))
    for some in chunks(sorted(found)):
        session.execute(_taken_out(code).where(Reminder.id.in_(some)))
    carried = select(Reminder.id).where(Reminder.message_id == Message.id, Reminder.live).exists()
    for some in chunks(sorted({message for message in found.values() if message is not None})):
        session.execute(_withdrawn(code).where(Message.id.in_(some), ~carried))


def withdraw_message(session: Session, message_id: int) -> bool:
    """A person takes back a message before it leaves; False when it is too late, or was done."""
    return withdraw_messages(session, [message_id]) == 1


def withdraw_messages(session: Session, message_ids: Collection[int]) -> int:
    """A person takes back some messages; how many of them had not left."""
    moved: list[int] = []
    for some in chunks(sorted(message_ids)):
        moved.extend(session.scalars(_withdrawn(BY_HAND).where(Message.id.in_(some)).returning(Message.id)))
    for some in chunks(sorted(moved)):
        session.execute(_taken_out(BY_HAND).where(Reminder.message_id.in_(some), Reminder.live))
    return len(moved)


def _taken_out(code: str) -> Update:
    return (
        update(Reminder)
        .values(live=False, done=False, withdrawn_code=code)
        .execution_options(synchronize_session=False)
    )


def _withdrawn(code: str) -> Update:
    return (
        update(Message)
        .where(Message.state.in_(WAITING))
        .values(state=MessageState.WITHDRAWN, code=code, owner=None)
        .execution_options(synchronize_session=False)
    )
