"""The content of a message, frozen on its row before it leaves, and as a channel takes it (RULES 4.7)."""

from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from relance.domain import delivery
from relance.services.messages.attachments import keep_and_read
from relance.services.messages.facts import Composed
from relance.storage.models import Message


def freeze(message: Message, content: Composed, now: datetime) -> None:
    """Store the content on the row. The date is that of the first attempt."""
    message.subject, message.body, message.body_html = content.subject, content.text, content.html
    message.recipients, message.cc, message.bcc = list(content.to), list(content.cc), list(content.bcc)
    message.sender, message.reply_to, message.language = content.sender, content.reply_to, content.language
    message.attachments = [dict(one) for one in content.attachments]
    message.dated_at = message.dated_at or now
    message.parts, message.postage = content.parts, content.postage or ""


def as_told(receipt: delivery.Receipt) -> dict[str, Any]:
    """What the other side said when it took a message, as the row keeps it; parts that it didn't count stay ours."""
    told = {
        "provider_id": receipt.provider_id,
        "detail": receipt.response[:2000],
        "price": receipt.price,
        "price_currency": receipt.currency,
        "tracking": receipt.tracking,
        "test_mode": receipt.test_mode,
    }
    return {**told, "parts": receipt.parts} if receipt.parts else told


def as_sent(content: Composed, data_dir: Path, dated: datetime | None = None) -> delivery.Message:
    """What a channel hands over, with its files. `dated`: its Date, in the firm's zone; empty: the moment it leaves."""
    return delivery.Message(
        uid=content.uid,
        to=content.to,
        cc=content.cc,
        bcc=content.bcc,
        subject=content.subject,
        text=content.text,
        html=content.html or None,
        sender=content.sender,
        reply_to=content.reply_to or None,
        language=content.language,
        attachments=keep_and_read(data_dir, content.attachments),
        headers=(("Date", format_datetime(dated)),) if dated else (),
        address=content.address,
        sender_address=content.sender_address,
        postage=content.postage,
    )
