"""Letters that the postal partner has: where they are, taking one back before it is printed, finding a lost one.

The partner is asked while no transaction is open. What it said is stored in one that is short.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.delivery import ChannelName, DeliveryFailed, Fate, Receipt
from relance.domain.status import MessageState
from relance.services.delivery import account_values as values
from relance.services.delivery.channel_accounts import Accounts, read_accounts
from relance.services.mailbox import answers
from relance.services.mark import release_steps
from relance.services.messages.freezing import as_told
from relance.services.refusal import Refused
from relance.services.withdraw import BY_HAND
from relance.storage import db
from relance.storage.models import Message

if TYPE_CHECKING:
    from relance.channels.post.client import PostClient


FILE = ".pdf"


@dataclass(frozen=True, slots=True)
class Found:
    """What the partner has of a letter whose fate is unknown."""

    receipt: Receipt | None


def partner(settings: Settings, accounts: Accounts) -> "PostClient":
    """The way to ask the partner. Raises DeliveryFailed where none is set up, and in a demonstration."""
    from relance.channels.post.client import PostClient

    if settings.demo or accounts.examples:
        raise DeliveryFailed("demo.sending_impossible", Fate.HOLD)
    made = values.post_account(settings, accounts.letter)
    if not made.api_key:
        raise DeliveryFailed("post.no_key", Fate.HOLD)
    return PostClient(made)


@contextmanager
def asking(engine: Engine, settings: Settings) -> Iterator["PostClient"]:
    """A client for some questions; closed at the end."""
    with db.reading(engine) as session:
        accounts = read_accounts(session)
        session.expunge_all()
    client = partner(settings, accounts)
    try:
        yield client
    finally:
        client.close()


def may_cancel(message: Message) -> bool:
    """Whether it makes sense to ask: the partner has it, and nothing was heard of its way yet."""
    return is_theirs(message) and message.state is MessageState.SENT and not message.news


def is_theirs(message: Message) -> bool:
    """Whether the partner has it; letters that were written to a folder have a file's name as their reference."""
    theirs = bool(message.provider_id) and not message.provider_id.endswith(FILE)
    return message.channel is ChannelName.LETTER and theirs


def cancel(engine: Engine, settings: Settings, message_id: int, *, by: str) -> None:
    """Take a letter back before it is printed: it is withdrawn, and its step isn't done.

    Raises DeliveryFailed (`post.too_late` once it is printed) or Refused; nothing is changed then.
    """
    with db.reading(engine) as session:
        message = session.get(Message, message_id)
        if message is None or not may_cancel(message):
            raise Refused("letter.not_with_partner")
        provider_id = message.provider_id
    with asking(engine, settings) as client:
        client.cancel(provider_id)
    with db.writing(engine) as session:
        withdraw_sent(session, message_id, by=by)


def withdraw_sent(session: Session, message_id: int, *, by: str) -> bool:
    """A letter that was handed over and will not be carried: a person says so. False when it was done already."""
    moved = session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state == MessageState.SENT, Message.channel == ChannelName.LETTER)
        .values(state=MessageState.WITHDRAWN, code=BY_HAND, decided_by=by)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    if moved.first() is None:
        return False
    release_steps(session, message_id)
    return True


def find(engine: Engine, settings: Settings, message_id: int, *, by: str) -> Found:
    """Look for a letter of unknown fate at the partner's; where it has it, it left. Raises DeliveryFailed, Refused."""
    with db.reading(engine) as session:
        message = session.get(Message, message_id)
        if message is None or message.channel is not ChannelName.LETTER or message.state is not MessageState.UNKNOWN:
            raise Refused("letter.not_unknown")
        uid = message.uid
    with asking(engine, settings) as client:
        receipt = _look_for(client, uid)
    if receipt is not None:
        with db.writing(engine) as session:
            answers.it_left(session, message_id, by=by, told=as_told(receipt))
    return Found(receipt)


def _look_for(client: "PostClient", uid: str) -> Receipt | None:
    from relance.channels.post.channel import FOUND
    from relance.channels.post.reading import as_receipt
    from relance.channels.post.register import PostRegister

    letter = PostRegister(client).find(uid)
    return as_receipt(letter, FOUND, client.account.mode) if letter is not None else None


def hand_over(session: Session, ids: list[int], *, by: str, now: datetime) -> int:
    """Letters that waited to be printed go the way that is set up now; how many. Those on paper stay a person's."""
    from relance.services.letters.printing import TO_BE_PRINTED

    moved = session.execute(
        update(Message)
        .where(Message.id.in_(ids), *TO_BE_PRINTED, Message.printed_at.is_(None))
        .values(state=MessageState.QUEUED, code=None, detail="", next_at=now, created_at=now, decided_by=by)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())
