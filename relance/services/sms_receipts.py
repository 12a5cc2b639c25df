"""What the SMS provider says of text messages after they left: brought by it, or asked for (RELIABILITY 3.6)."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.delivery import ChannelName, DeliveryFailed
from relance.domain.status import LEAVING, MessageState
from relance.services.database import the_firm
from relance.services.delivery.account_values import receipts_address, sms_account
from relance.services.mailbox import answers
from relance.services.mailbox.news import Heard, Piece, note
from relance.services.secrets import secret_of
from relance.storage import db
from relance.storage.models import Message, News, SmsAccount

if TYPE_CHECKING:
    from relance.channels.sms.receipts import DeliveryReport

ASK_EVERY = timedelta(hours=6)
ASK_ABOUT = timedelta(hours=48)  # later than that, a network tries no more
MOST_ASKED_ABOUT = 1_000
MOST_PARTS = 100  # references kept of one message
_LEFT = (MessageState.SENT, MessageState.UNKNOWN)


def knows(account: SmsAccount, key: str) -> bool:
    """Whether a receipt came to the unguessable address."""
    return bool(account.callback_key) and hmac.compare_digest(key.encode(), account.callback_key.encode())


def is_genuine(settings: Settings, account: SmsAccount, params: Mapping[str, str]) -> bool:
    """Whether a receipt is signed, where a secret is kept for that."""
    if not account.signature_file:
        return True
    from relance.channels.sms.receipts import SignatureMethod, is_signed

    secret = secret_of(settings, "", account.signature_file)
    return any(is_signed(params, secret, method) for method in SignatureMethod)


def receive(engine: Engine, params: Mapping[str, str], now: datetime) -> bool:
    """Note a receipt that was brought; False when it must be brought again: its message is just being handed over."""
    from relance.channels.sms.receipts import read_receipt

    report = read_receipt(params)
    if report is None:
        return True
    with db.writing(engine) as session:
        message = _message_of(session, report)
        if message is not None and message.state in LEAVING:
            return False
        if message is not None:
            hear(session, message, report, now)
    return True


def hear(session: Session, message: Message, report: "DeliveryReport", now: datetime) -> None:
    """What one report says of a message that left, or may have; hearing it again changes nothing."""
    if message.state not in _LEFT or not _belongs(message, report.provider_id):
        return
    if message.state is MessageState.UNKNOWN:  # the network has it: it left
        answers.it_left(session, message.id, by=message.decided_by)
        session.refresh(message, ["state", "sent_at", "code", "decided_by"])
    if message.price is None and report.price is not None:
        message.price, message.price_currency = report.price * max(1, message.parts), "EUR"
    session.flush()
    kind, address = _kind(report), _address(message, report)
    if kind is None or (report.code and _arrived_in_part(session, message, address)):
        return
    piece = Piece(
        source=f"sms:{report.provider_id}:{report.status.value}",
        kind=kind,
        at=report.at or now,
        heard_at=now,
        message_id=message.id,
        address=address,
        code=report.code,
    )
    note(session, piece)


def _belongs(message: Message, provider_id: str) -> bool:
    """Whether a reference is one of the message's parts; one that is new to us is kept with the others."""
    known = [one for one in message.provider_id.split(",") if one]
    if provider_id in known:
        return True
    message.provider_id = ",".join([*known, provider_id][:MOST_PARTS])
    return len(known) < MOST_PARTS


def _kind(report: "DeliveryReport") -> Heard | None:
    from relance.channels.sms.receipts import DeliveryStatus

    if report.code:
        return Heard.BOUNCED if report.dead_number else Heard.REFUSED
    return {DeliveryStatus.DELIVERED: Heard.DELIVERED, DeliveryStatus.BUFFERED: Heard.DELAYED}.get(report.status)


def _address(message: Message, report: "DeliveryReport") -> str:
    """The number it is about, one of the message's own: nothing is said of any other."""
    if len(message.recipients) == 1:
        return str(message.recipients[0])
    return report.number if report.number in message.recipients else ""


def _arrived_in_part(session: Session, message: Message, address: str) -> bool:
    """Whether another part of a long text reached that number: the customer was told."""
    told = select(News.id).where(
        News.message_id == message.id, News.kind == Heard.DELIVERED.value, News.address == address
    )
    return session.scalar(told.limit(1)) is not None


def _message_of(session: Session, report: "DeliveryReport") -> Message | None:
    """By our own reference; by the provider's where a network lost ours."""
    query = select(Message).where(Message.channel == ChannelName.SMS)
    if report.uid:
        return session.scalar(query.where(Message.uid == report.uid))
    like = query.where(Message.provider_id.contains(report.provider_id, autoescape=True)).limit(20)
    return next((one for one in session.scalars(like) if report.provider_id in one.provider_id.split(",")), None)


def ask_due(engine: Engine, settings: Settings, now: datetime) -> int:
    """Ask the provider about messages without news, if this firm wants it and it is time; how many reports came.

    The moment is kept first: questions cost money, one too few is better than one each minute.
    """
    with db.reading(engine) as session:
        account = session.get_one(SmsAccount, 1)
        if the_firm(session).examples or not _may_ask(settings, account, now) or not _without_news(session, now):
            return 0
    with db.writing(engine) as session:
        account = session.get_one(SmsAccount, 1)
        if not _may_ask(settings, account, now):
            return 0
        account.receipts_asked_at = now
        about, ours = _without_news(session, now), sms_account(settings, account)
    from relance.channels.sms.receipts import ask_for_receipts

    try:
        reports = ask_for_receipts(ours, about)
    except DeliveryFailed:
        return 0
    with db.writing(engine) as session:
        for report in reports:
            message = _message_of(session, report)
            if message is not None:
                hear(session, message, report, now)
    return len(reports)


def _may_ask(settings: Settings, account: SmsAccount, now: datetime) -> bool:
    brought = receipts_address(settings, account.callback_key)
    wanted = account.provider and account.ask_receipts and not brought and not settings.demo
    return bool(wanted) and (account.receipts_asked_at is None or account.receipts_asked_at <= now - ASK_EVERY)


def _without_news(session: Session, now: datetime) -> list[str]:
    """The provider's references of messages that it took lately and of which nothing final is known."""
    query = (
        select(Message.provider_id)
        .where(
            Message.channel == ChannelName.SMS,
            Message.state == MessageState.SENT,
            Message.sent_at > now - ASK_ABOUT,
            Message.news.in_(("", Heard.DELAYED.value)),
            Message.provider_id != "",
        )
        .order_by(Message.sent_at.desc())
        .limit(MOST_ASKED_ABOUT)
    )
    return [one for several in session.scalars(query) for one in several.split(",")]
