"""Reads the firm's mailbox: bounces, replies and automatic answers to its reminders (RULES 4.7).

No transaction is open while the server is spoken to; how far the mailbox was read is kept together with the news that
came of it, so that a mail is neither lost nor noted twice, whenever the program stops.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.status import LEAVING
from relance.services.database import the_firm
from relance.services.delivery.account_values import inbox_account
from relance.services.mailbox import answers
from relance.services.mailbox.news import note
from relance.services.mailbox.pieces import Desk, named_message, open_desk, pieces_of
from relance.storage import db
from relance.storage.bad_addresses import own
from relance.storage.models import Firm, InboxAccount, MailAccount, Message

if TYPE_CHECKING:
    from relance.channels.inbox import Batch, InboxFailed, InboxTimeouts, Place
    from relance.channels.inbox import InboxAccount as Inbox
    from relance.importers.mail_news import News as Incoming

EVERY = timedelta(minutes=5)
FIRST_READING = timedelta(days=30)
OTHER_ZONES = timedelta(days=1)  # the server's day may be another
MOST_BATCHES = 50  # at one time; what is left comes at the next
REFUSED = "inbox.auth_refused"  # never tried again without a person: insisting locks accounts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading found."""

    mails: int = 0
    noted: int = 0  # pieces of news
    more: bool = False  # whether there is more to read now

    def plus(self, other: "Reading") -> "Reading":
        """Both together."""
        return Reading(self.mails + other.mails, self.noted + other.noted, other.more)


@dataclass(frozen=True, slots=True)
class _Visit:
    """All that is needed once the database is left."""

    account: "Inbox"
    place: "Place | None"
    first_day: date
    ours: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Read:
    """One mail of a batch."""

    uid: int
    incoming: "Incoming"
    digest: str


def may_read(settings: Settings, firm: Firm, inbox: InboxAccount, mail: MailAccount) -> bool:
    """Whether the mailbox is read by itself.

    Not after a refused sign-in, its own or that of the account it shares; nor by a copy of the data folder, which
    would take mails away from the original.
    """
    shared_and_held = not inbox.username and mail.held_code is not None
    wanted = inbox.active and inbox.host and not (settings.demo or firm.examples) and firm.sending_lock is None
    return bool(wanted) and inbox.failed_code != REFUSED and not shared_and_held


def read_mail(
    engine: Engine,
    settings: Settings,
    now: datetime,
    *,
    most_batches: int = MOST_BATCHES,
    timeouts: "InboxTimeouts | None" = None,
) -> Reading:
    """Read what is new. Raises InboxFailed; what was read before that stays noted."""
    found = Reading(more=True)
    for _ in range(most_batches):
        if not found.more:
            break
        found = found.plus(_read_batch(engine, settings, now, timeouts))
    return found


def note_failure(engine: Engine, error: "InboxFailed") -> None:
    """Keep why the mailbox can't be read, for the screens; sending doesn't mind."""
    with db.writing(engine) as session:
        inbox = session.get_one(InboxAccount, 1)
        inbox.failed_code, inbox.failed_detail = error.code, error.detail


def _read_batch(engine: Engine, settings: Settings, now: datetime, timeouts: "InboxTimeouts | None") -> Reading:
    from relance.channels.inbox import file_away, read_new

    with db.reading(engine) as session:
        visit = _prepare(session, settings, now, timeouts)
    batch = read_new(visit.account, visit.place, first_day=visit.first_day)
    mails = _understood(batch, visit.ours)
    with db.writing(engine) as session:
        if not _same(session, settings, visit):
            return Reading()  # another process was quicker, or the account was changed
        reading, recognised, place = _note_all(session, mails, batch, now)
        _keep_place(session.get_one(InboxAccount, 1), place, now)
    if visit.account.done_folder and recognised:
        file_away(visit.account, recognised, batch.place)
    return reading


def _prepare(session: Session, settings: Settings, now: datetime, timeouts: "InboxTimeouts | None") -> _Visit:
    firm, inbox, mail = the_firm(session), session.get_one(InboxAccount, 1), session.get_one(MailAccount, 1)
    account = inbox_account(settings, inbox, mail)
    first = now.astimezone(ZoneInfo(firm.timezone)).date() - FIRST_READING
    return _Visit(
        account if timeouts is None else replace(account, timeouts=timeouts),
        _place(inbox),
        max(first, mail.first_sent_on - OTHER_ZONES) if mail.first_sent_on else first,
        own(session, firm),
    )


def _place(inbox: InboxAccount) -> "Place | None":
    from relance.channels.inbox import Place

    return None if inbox.uid_validity is None else Place(inbox.uid_validity, inbox.last_uid)


def _understood(batch: "Batch", ours: frozenset[str]) -> list[_Read]:
    from relance.importers.mail_news import read_news

    return [
        _Read(one.uid, read_news(one.raw, own_addresses=ours), hashlib.sha256(one.raw).hexdigest())
        for one in batch.mails
    ]


def _same(session: Session, settings: Settings, visit: _Visit) -> bool:
    inbox = session.get_one(InboxAccount, 1)
    account = inbox_account(settings, inbox, session.get_one(MailAccount, 1))
    here, there = ((one.host, one.port, one.username, one.folder) for one in (account, visit.account))
    return here == there and _place(inbox) == visit.place


def _note_all(
    session: Session, mails: Sequence[_Read], batch: "Batch", now: datetime
) -> tuple[Reading, list[int], "Place"]:
    """What came of it, the mails that were recognised, and how far it was read."""
    desk = open_desk(session, the_firm(session), now)
    recognised: list[int] = []
    noted = 0
    for number, one in enumerate(mails):
        count = _note(desk, one)
        if count is None:  # its message is just being handed over: read again next time, from here
            return Reading(number, noted), recognised, replace(batch.place, last_uid=one.uid - 1)
        noted += count
        if count:
            recognised.append(one.uid)
    return Reading(len(mails), noted, batch.more), recognised, batch.place


def _note(desk: Desk, one: _Read) -> int | None:
    """How many pieces of news it brought; None while its message is on its way.

    A mail that can't be noted is left behind: the others are read all the same.
    """
    try:
        with desk.session.begin_nested():
            message = named_message(desk.session, one.incoming)
            if message is not None and message.state in LEAVING:
                return None
            pieces = pieces_of(desk, one.incoming, message, one.digest)
            if pieces and message is not None:
                _it_left(desk.session, message)
            for piece in pieces:
                note(desk.session, piece)
            return len(pieces)
    except (SQLAlchemyError, ValueError):
        log.exception("mail %s of the mailbox could not be noted", one.uid)
        return 0


def _it_left(session: Session, message: Message) -> None:
    """Whoever answers a message of unknown fate, or sends it back, has it."""
    if answers.it_left(session, message.id, by=message.decided_by):
        session.refresh(message)


def _keep_place(inbox: InboxAccount, place: "Place", now: datetime) -> None:
    inbox.uid_validity, inbox.last_uid, inbox.checked_at = place.uidvalidity, place.last_uid, now
    inbox.failed_code, inbox.failed_detail = None, ""
