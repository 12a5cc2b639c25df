"""The ways out: a channel, and of e-mail the account; each has its own pace, and one that is shut stops no other."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.storage.models import Message, Sender

FIRM_ACCOUNT = 1  # of the e-mail accounts: the firm's own


@dataclass(frozen=True, slots=True)
class Way:
    """Through what a message leaves. Only e-mail has several accounts."""

    channel: ChannelName
    mail_account: int = FIRM_ACCOUNT


def leaves_by(way: Way) -> ColumnElement[bool]:
    """Which messages leave this way: their sender's own account, else the firm's."""
    on_channel = Message.channel == way.channel
    if way.channel is not ChannelName.EMAIL:
        return on_channel
    if way.mail_account != FIRM_ACCOUNT:
        theirs = select(Sender.id).where(Sender.mail_account_id == way.mail_account)
        return and_(on_channel, Message.sender_id.in_(theirs))
    elsewhere = select(Sender.id).where(Sender.mail_account_id != FIRM_ACCOUNT)
    return and_(on_channel, or_(Message.sender_id.is_(None), Message.sender_id.not_in(elsewhere)))


def counted_by_way(session: Session, which: ColumnElement[bool]) -> dict[Way, int]:
    """How many messages of some kind leave each way."""
    account = func.coalesce(Sender.mail_account_id, FIRM_ACCOUNT)
    query = select(Message.channel, account, func.count()).outerjoin(Sender, Message.sender_id == Sender.id)
    found: dict[Way, int] = {}
    for channel, key, count in session.execute(
        query.where(which).group_by(Message.channel, account).order_by(Message.channel, account)
    ):
        way = Way(channel, key if channel is ChannelName.EMAIL else FIRM_ACCOUNT)
        found[way] = found.get(way, 0) + count
    return found


def way_of(session: Session, message_id: int) -> Way:
    """The way that a message leaves, as its sender is set up now."""
    query = select(Message.channel, Sender.mail_account_id).outerjoin(Sender, Message.sender_id == Sender.id)
    channel, account = session.execute(query.where(Message.id == message_id)).one()
    return Way(channel, account or FIRM_ACCOUNT) if channel is ChannelName.EMAIL else Way(channel)
