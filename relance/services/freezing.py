"""The content of a message, frozen on its row before it leaves, and as a channel takes it (RULES 4.7)."""

from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from relance.domain import delivery
from relance.services.attachments import keep_and_read
from relance.services.message_facts import Composed
from relance.storage.models import Message


def freeze(message: Message, content: Composed, now: datetime) -> None:
    """Store the content on the row. The date is that of the first attempt."""
    message.subject, message.body, message.body_html = content.subject, content.text, content.html
    message.recipients, message.cc, message.bcc = list(content.to), list(content.cc), list(content.bcc)
    message.sender, message.reply_to, message.language = content.sender, content.reply_to, content.language
    message.attachments = [dict(one) for one in content.attachments]
    message.dated_at = message.dated_at or now
    message.parts, message.postage = content.parts, content.postage or ""


def as_sent(message: Message, content: Composed, data_dir: Path, zone: ZoneInfo) -> delivery.Message:
    """What the channel hands over: the frozen row, with its files."""
    dated = (("Date", format_datetime(message.dated_at.astimezone(zone))),) if message.dated_at else ()
    return delivery.Message(
        uid=message.uid,
        to=content.to,
        cc=content.cc,
        bcc=content.bcc,
        subject=content.subject,
        text=content.text,
        html=content.html or None,
        sender=content.sender,
        reply_to=content.reply_to or None,
        language=content.language,
        attachments=keep_and_read(data_dir, message.attachments),
        headers=dated,
        address=content.address,
        sender_address=content.sender_address,
        postage=content.postage,
    )
