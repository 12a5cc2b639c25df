"""What is heard of a message after it left, and what follows from it (RULES 4.7, RELIABILITY 3.3).

News never sends a message back to the queue. It marks addresses, takes back a level that reached nobody, and holds an
invoice until a person says what follows; nothing else.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relance import clock
from relance.services import bad_addresses
from relance.services.database import the_firm
from relance.services.mailbox.reply_pauses import end_pauses, pause_for
from relance.services.mailbox.undelivered import look_again
from relance.storage.bad_addresses import key
from relance.storage.models import Message, News

LONGEST_SOURCE = 120
LONGEST_LINE = 500
LONGEST_TEXT = 10_000


class Heard(StrEnum):
    """What was heard; the word is kept with the message."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"  # not delivered, and the address is dead
    REFUSED = "refused"  # not delivered, but the address lives
    DELAYED = "delayed"
    REPLIED = "replied"
    AUTO_REPLY = "auto_reply"
    COMPLAINT = "complaint"
    TRACKING = "tracking"  # where a letter is


class Decision(StrEnum):
    """What a person made follow; the word is kept with the news."""

    RESUME = "resume"
    PROMISE = "promise"
    DISPUTE = "dispute"
    PAUSE = "pause"
    EXCLUDE = "exclude"
    PAID = "paid"
    SEEN = "seen"
    CORRECTED = "corrected"  # the address, or the customer's other ones


# A person must look at these.
FOR_A_PERSON = frozenset((Heard.REPLIED, Heard.COMPLAINT, Heard.BOUNCED, Heard.REFUSED))
WORDS = frozenset((Heard.REPLIED, Heard.COMPLAINT))  # of a customer
# What stays shown on a message, the strongest last: a delivery that is announced after a reply changes nothing.
_SHOWN = (
    Heard.DELAYED,
    Heard.AUTO_REPLY,
    Heard.DELIVERED,
    Heard.REFUSED,
    Heard.BOUNCED,
    Heard.REPLIED,
    Heard.COMPLAINT,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of news. `source` tells it from every other: the same is never noted twice."""

    source: str
    kind: Heard
    at: datetime
    heard_at: datetime
    message_id: int | None = None
    customer_id: int | None = None
    address: str = ""  # whom it is about, or who wrote
    subject: str = ""
    text: str = ""
    code: str = ""
    leave_alone_until: date | None = None  # an address that may live again


def note(session: Session, piece: Piece) -> News | None:
    """Keep a piece of news and carry out what follows from it; None when it was noted before."""
    source = _short(_plain(piece.source))
    if session.scalar(select(News.id).where(News.source == source)) is not None:
        return None
    message = session.get(Message, piece.message_id) if piece.message_id is not None else None
    row = News(
        source=source,
        kind=piece.kind.value,
        message_id=message.id if message else None,
        customer_id=message.customer_id if message else piece.customer_id,
        at=piece.at,
        heard_at=piece.heard_at,
        address=key(_plain(piece.address))[:LONGEST_LINE],
        subject=_plain(piece.subject)[:LONGEST_LINE],
        text=_plain(piece.text)[:LONGEST_TEXT],
        code=piece.code,
        handled_at=None if piece.kind in FOR_A_PERSON else piece.heard_at,
    )
    session.add(row)
    session.flush()
    if message is not None:
        _show(message, piece.kind)
    _follow(session, row, piece, message)
    return row


def _plain(text: str) -> str:
    """What every database can keep: no halves of characters, no zero bytes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _short(source: str) -> str:
    """Some are longer than a key may be: their hash tells them apart as well."""
    return source if len(source) <= LONGEST_SOURCE else "sha256:" + hashlib.sha256(source.encode()).hexdigest()


def _show(message: Message, kind: Heard) -> None:
    known = Heard(message.news) if message.news in _SHOWN else None
    if kind in _SHOWN and (known is None or _SHOWN.index(kind) > _SHOWN.index(known)):
        message.news = kind.value


def _follow(session: Session, row: News, piece: Piece, message: Message | None) -> None:
    if piece.kind is Heard.BOUNCED or piece.kind is Heard.REFUSED:
        _mark(session, row, piece)
        if message is not None:
            look_again(session, message, clock.local_day(piece.heard_at, the_firm(session).timezone))
    elif piece.kind in WORDS:
        pause_for(session, row)


def _mark(session: Session, row: News, piece: Piece) -> None:
    """The address is dead, or left alone for a while; one that is refused for other reasons stays as it is."""
    dead = piece.kind is Heard.BOUNCED
    if row.address and (dead or piece.leave_alone_until is not None):
        bad_addresses.mark(
            session,
            row.address,
            code=row.code,
            detail=row.text,
            until=None if dead else piece.leave_alone_until,
            message_id=row.message_id,
            now=piece.heard_at,
        )


def handle(session: Session, news_ids: Collection[int], *, decision: str, by: str, now: datetime) -> int:
    """A person has seen to it: what waited because of it goes on. How many pieces of news; a second click does nothing.

    Whatever else the person decides (a pause until a day, a dispute, a promise) is done first, by its own service.
    """
    handled = session.execute(
        update(News)
        .where(News.id.in_(list(news_ids)), News.handled_at.is_(None))
        .values(handled_at=now, handled_by=by, decision=decision)
        .returning(News.id)
        .execution_options(synchronize_session=False)
    )
    seen = list(handled.scalars())
    end_pauses(session, seen, by=by, now=now)
    return len(seen)
