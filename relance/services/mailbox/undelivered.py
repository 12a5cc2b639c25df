"""A message that reached nobody: its step isn't done, and its level doesn't count as reached (RULES 4.7)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.delivery import REGISTERED, ChannelName
from relance.domain.status import MessageState
from relance.storage import transitions
from relance.storage.bad_addresses import bad, key, postal_key
from relance.storage.models import Invoice, Message, News, Reminder
from relance.storage.queries.corrections import NOT_DELIVERED

UNDELIVERED = "bounced"  # why a reminder no longer counts
RETURNED = "post.returned"  # a registered letter counts though nobody fetched it (LEGAL 6)


def look_again(session: Session, message: Message, today: date) -> None:
    """Take a message back if it was sent and nobody got it."""
    if message.state is MessageState.SENT and _nobody_got(session, message):
        take_back(session, message, today)


def _nobody_got(session: Session, message: Message) -> bool:
    """Whether every recipient refused it at once or sent it back since. People in copy are not whom it was for."""
    heard = select(News.address, News.code).where(News.message_id == message.id, News.kind.in_(NOT_DELIVERED))
    told = session.execute(heard).all()
    if message.channel is ChannelName.LETTER:  # a letter goes to one place alone
        return any(code != RETURNED or message.postage not in REGISTERED for _, code in told)
    gone = {key(address) for address, _ in told}
    gone |= {key(str(one["address"])) for one in message.refused}
    meant = _meant(message)
    return bool(meant) and meant <= gone


def _meant(message: Message) -> set[str]:
    """Whom it was for, as their addresses are marked."""
    if message.channel is ChannelName.LETTER:
        return {postal_key(message.customer_id)}
    return {key(address) for address in message.recipients}


def take_back(session: Session, message: Message, today: date) -> None:
    """A message that reached nobody: its step isn't done, unless another message of it, or a later one, arrived.

    Where an address is left that may be used today, a person must look before the same is tried again: the
    program would write to it each day, and it would come back each day.
    """
    session.flush()
    on = session.connection()
    rows = session.scalars(select(Reminder).where(Reminder.message_id == message.id, Reminder.live)).all()
    alive = not _meant(message) <= bad(session, today)
    for row in rows:
        others = _others(session, row)
        if any(one.message is None or not _nobody_got(session, one.message) for one in others):
            continue
        out = [row.id, *(one.id for one in others), *_made_by(session, row)]
        transitions.withdraw_reminders(on, [(one, UNDELIVERED) for one in out])
        if alive:
            session.execute(update(Invoice).where(Invoice.id == row.invoice_id).values(failed_step=row.step))
        transitions.refresh_level(on, row.invoice_id)
    session.expire_all()


def _others(session: Session, row: Reminder) -> Sequence[Reminder]:
    """The reminders of the invoice that were sent after this one, and those of the same step by another channel."""
    beside = and_(
        Reminder.program_id == row.program_id,
        Reminder.cycle == row.cycle,
        Reminder.step == row.step,
        Reminder.occurrence == row.occurrence,
    )
    others = select(Reminder).where(
        Reminder.invoice_id == row.invoice_id,
        Reminder.id != row.id,
        Reminder.done,
        Reminder.live,
        Reminder.kind != ReminderKind.SUPERSEDED,
    )
    return session.scalars(others.where(or_(Reminder.at >= row.at, beside))).all()


def _made_by(session: Session, row: Reminder) -> list[int]:
    """The steps that this reminder, sent by hand, cancelled (RULES 3.7): nothing was sent in their place after all."""
    if row.kind is not ReminderKind.MANUAL:
        return []
    replaced = select(Reminder.id).where(
        Reminder.invoice_id == row.invoice_id,
        Reminder.kind == ReminderKind.SUPERSEDED,
        Reminder.done,
        Reminder.at >= row.at,
    )
    return list(session.scalars(replaced))
