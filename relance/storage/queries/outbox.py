"""Read models of the outbox: what a command or a page says of messages."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from relance.domain.delivery import ChannelName
from relance.domain.status import TO_PRINT, UNUSUAL_VOLUME, MessageState
from relance.storage.chunks import chunks
from relance.storage.models import Customer, Invoice, LetterAccount, MailAccount, Message, SmsAccount

# What a person must know of: it did not leave, or nobody can tell.
TROUBLE = frozenset((MessageState.FAILED, MessageState.HELD, MessageState.UNKNOWN, MessageState.DEFERRED))


def summaries(session: Session, ids: Collection[int]) -> list[dict[str, object]]:
    """Messages as `run --json` prints them: id, invoices, channel, to, state."""
    return [
        {
            "id": message.uid,
            "invoices": numbers_of(session, message),
            "channel": message.channel.value,
            "to": message.recipients,
            "state": message.state.value,
        }
        for message in _messages(session, ids)
    ]


def numbers_of(session: Session, message: Message) -> list[str]:
    """The numbers of a message's invoices; of one that was withdrawn or failed, those it was made for."""
    kept = [one for one in message.reminders if one.withdrawn_code is None] or message.reminders
    query = select(Invoice.number).where(Invoice.id.in_([one.invoice_id for one in kept])).order_by(Invoice.number)
    return list(session.scalars(query))


def failures(session: Session, ids: Collection[int], *, queued_too: bool = False) -> list[dict[str, object]]:
    """What did not leave, or may not have: invoices, customer, recipients, state, code and the server's words.

    `queued_too`: what merely waits counts as well, for somebody who asked for it now.
    """
    waits = (MessageState.QUEUED, MessageState.WITHDRAWN) if queued_too else ()
    messages = [
        one
        for one in _messages(session, ids)
        if (one.state in TROUBLE or _requeued(one) or one.state in waits) and one.code not in (TO_PRINT, UNUSUAL_VOLUME)
    ]
    names = dict(
        session.execute(
            select(Customer.id, Customer.name).where(Customer.id.in_({one.customer_id for one in messages}))
        ).all()
    )
    return [
        {
            "invoices": numbers_of(session, message),
            "customer": names[message.customer_id],
            "to": message.recipients,
            "state": message.state.value,
            "code": message.code or "",
            "detail": message.detail,
        }
        for message in messages
    ]


def _requeued(message: Message) -> bool:
    return message.state is MessageState.QUEUED and bool(message.code)


def account_trouble(session: Session) -> str | None:
    """Why nothing leaves through an account, if so: the first in the order of the channels."""
    accounts = (MailAccount, SmsAccount, LetterAccount)
    held = (session.scalar(select(kind.held_code).where(kind.id == 1)) for kind in accounts)
    missing = select(Message.code).where(Message.state == MessageState.HELD, Message.code.like("%.not_set_up"))
    return next((code for code in held if code), None) or session.scalar(missing.order_by(Message.code).limit(1))


def held_through(session: Session, channel: ChannelName) -> int:
    """How many messages of a channel are held back."""
    query = select(func.count()).where(Message.state == MessageState.HELD, Message.channel == channel)
    return session.scalar(query) or 0


def _messages(session: Session, ids: Collection[int]) -> list[Message]:
    wanted = sorted(ids)
    found: list[Message] = []
    for part in chunks(wanted):
        query = select(Message).where(Message.id.in_(part)).order_by(Message.id)
        found.extend(session.scalars(query.options(selectinload(Message.reminders))))
    return found
