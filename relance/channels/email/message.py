"""A Message as the exact bytes that leave: the same message and date always give the same bytes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from relance.channels.email.headers import address_header, check_text, text_header
from relance.channels.email.mailbox import Mailbox, parse_mailbox
from relance.domain.delivery import Attachment, DeliveryFailed, Fate, Message

# Bodies are plain ASCII on the wire, so that any server can carry them.
BODY_POLICY = SMTP.clone(cte_type="7bit")
MEDIA_TYPE = re.compile(r"(?!multipart/|message/)[\w.+-]+/[\w.+-]+", re.ASCII)
LANGUAGE = re.compile(r"[A-Za-z0-9-]{2,35}")
RESERVED = frozenset(
    ("from", "to", "cc", "bcc", "subject", "sender", "reply-to", "return-path")
    + ("message-id", "x-relance-id", "auto-submitted", "mime-version")
)
PRINTABLE = Charset("utf-8")
PRINTABLE.body_encoding = QP
UID = re.compile(r"[A-Za-z0-9._-]{1,200}")


@dataclass(frozen=True, slots=True)
class Mail:
    """What SMTP needs: the envelope and the content."""

    message_id: str
    sender: str
    to: tuple[str, ...]
    copies: tuple[str, ...]  # cc and bcc; nobody is named twice
    content: bytes

    @property
    def recipients(self) -> tuple[str, ...]:
        return self.to + self.copies


def build_mime(message: Message, *, date: datetime, default_sender: str = "") -> Mail:
    """The mail to send, or DeliveryFailed where the message can't be written down safely.

    `date` is aware. A Date among the message's own headers wins over it: that is how a later attempt stays identical.
    """
    if date.tzinfo is None:
        raise TypeError("the date of a mail needs its zone")
    try:
        return _build(message, date, default_sender)
    except ValueError as error:
        raise DeliveryFailed("email.unsafe_text", Fate.FAIL, str(error)) from error


def _build(message: Message, date: datetime, default_sender: str) -> Mail:
    sender = _ours(message.sender or default_sender, "email.sender_malformed")
    to, cc, bcc = (tuple(map(parse_mailbox, group)) for group in (message.to, message.cc, message.bcc))
    if not to:
        raise DeliveryFailed("email.no_recipient", Fate.FAIL)
    if not UID.fullmatch(message.uid):
        raise ValueError(f"uid {message.uid!r}")
    message_id = f"<{message.uid}@{sender.domain}>"
    lines = [address_header("From", (sender,)), address_header("To", to)]
    if cc:
        lines.append(address_header("Cc", cc))
    if message.reply_to:
        lines.append(address_header("Reply-To", (_ours(message.reply_to, "email.reply_to_malformed"),)))
    lines += [text_header(name, value) for name, value in _texts(message, message_id, date)]
    head = "".join(f"{line}\r\n" for line in lines).encode("ascii")
    named = _unique(to)
    copies = tuple(address for address in _unique((*to, *cc, *bcc)) if address not in named)
    return Mail(message_id, sender.address, named, copies, head + _body(message))


def _ours(text: str, code: str) -> Mailbox:
    """An address of the firm's own: where it is wrong, nothing else should leave either."""
    try:
        return parse_mailbox(text)
    except DeliveryFailed as error:
        raise DeliveryFailed(code, Fate.HOLD, error.detail) from error


def _unique(mailboxes: tuple[Mailbox, ...]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for mailbox in mailboxes:
        first.setdefault(mailbox.address.lower(), mailbox.address)
    return tuple(first.values())


def _texts(message: Message, message_id: str, date: datetime) -> Iterator[tuple[str, str]]:
    """The headers that are plain text, in order."""
    own = {name.title(): (name, value) for name, value in message.headers}
    refused = [name for name in own if name.lower() in RESERVED or name.startswith("Content-")]
    if refused:
        raise ValueError(f"header {refused[0]}")
    _, frozen_date = own.pop("Date", ("", ""))
    yield "Subject", message.subject
    yield "Date", frozen_date or format_datetime(date)
    yield "Message-ID", message_id
    yield "X-Relance-Id", message.uid
    yield "Auto-Submitted", "auto-generated"
    if LANGUAGE.fullmatch(message.language):
        yield "Content-Language", message.language
    yield from own.values()


def _body(message: Message) -> bytes:
    """The MIME headers and parts."""
    if message.html is not None and not message.attachments:
        return _two_texts(message.uid, message.text, message.html)
    body = EmailMessage(policy=BODY_POLICY)
    body.set_content(message.text, cte="quoted-printable")
    if message.html is not None:
        body.add_alternative(message.html, subtype="html", cte="quoted-printable")
    for attachment in message.attachments:
        _attach(body, attachment)
    for number, part in enumerate(part for part in body.walk() if part.is_multipart()):
        # "=_" can appear neither in quoted-printable nor in base64, so no part can contain its boundary.
        part.set_boundary(_boundary(number, message.uid))
    return body.as_bytes()


def _boundary(number: int, uid: str) -> str:
    return f"=_{sha256(f'{number} {uid}'.encode()).hexdigest()[:32]}"


def _two_texts(uid: str, text: str, html: str) -> bytes:
    """The usual reminder, put together here: the library's classes take longer than all the rest of a mail."""
    boundary = _boundary(0, uid)
    lines = [f'Content-Type: multipart/alternative; boundary="{boundary}"', "MIME-Version: 1.0", ""]
    for words, kind in ((text, "plain"), (html, "html")):
        head = f'Content-Type: text/{kind}; charset="utf-8"', "Content-Transfer-Encoding: quoted-printable"
        encoded = PRINTABLE.body_encode(words.removesuffix("\n"))
        lines += [f"--{boundary}", *head, "", *encoded.splitlines()]
    return "\r\n".join([*lines, f"--{boundary}--", ""]).encode("ascii")


def _attach(body: EmailMessage, attachment: Attachment) -> None:
    known = MEDIA_TYPE.fullmatch(attachment.media_type)
    main, _, sub = (attachment.media_type if known else "application/octet-stream").partition("/")
    check_text("file name", attachment.filename)
    body.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.filename)
