"""Mails that come back to the made-up firm: a report that an address is dead, an answer, an absence."""

from datetime import datetime
from email.utils import format_datetime

from relance.services.examples.words import words
from relance.storage.models import Message


def bounce(message: Message, ours: str, now: datetime) -> bytes:
    """A delivery report (RFC 3464)."""
    address = message.recipients[0]
    return _mail(
        _head("MAILER-DAEMON@smtp.bonnet.example", ours, "Undelivered Mail Returned to Sender", now),
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain; charset=utf-8",
        "",
        f"<{address}>: host mx.{address.partition('@')[2]} said: 550 5.1.1 User unknown",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; smtp.bonnet.example",
        "",
        f"Final-Recipient: rfc822; {address}",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"X-Relance-Id: {message.uid}",
        f"Message-ID: {message.provider_id}",
        "--b--",
    )


def answer(message: Message, ours: str, now: datetime) -> bytes:
    """A customer's words."""
    return _mail(
        _head(message.recipients[0], ours, f"Re: {message.subject}", now),
        f"In-Reply-To: {message.provider_id}",
        "Content-Type: text/plain; charset=utf-8",
        "",
        words()["answer"],
    )


def absence(message: Message, ours: str, now: datetime) -> bytes:
    """An automatic answer."""
    return _mail(
        _head(message.recipients[0], ours, words()["absence_subject"], now),
        f"In-Reply-To: {message.provider_id}",
        "Auto-Submitted: auto-replied",
        "Content-Type: text/plain; charset=utf-8",
        "",
        words()["absence"],
    )


ALL = (answer, bounce, absence)


def _head(sender: str, ours: str, subject: str, now: datetime) -> str:
    return f"From: {sender}\nTo: {ours}\nSubject: {subject}\nDate: {format_datetime(now)}\nMIME-Version: 1.0"


def _mail(*lines: str) -> bytes:
    return "\n".join((*lines, "")).encode()
