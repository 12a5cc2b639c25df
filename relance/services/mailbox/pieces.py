"""An incoming mail, understood, as the news it is for this firm: of which message, of which customer (RULES 4.7).

Anybody can write anything in a mail. A report is believed about the recipients of the very message that it names, by
an identifier that nobody else can know; what a person writes begins a pause and nothing more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance import workdays
from relance.domain.delivery import ChannelName
from relance.importers.mail_news import News as Incoming
from relance.importers.mail_news import NewsCode, NewsKind, Recipient
from relance.services.mailbox.news import Heard, Piece
from relance.services.mailbox.senders import Senders
from relance.storage.bad_addresses import key, own
from relance.storage.models import Firm, MailAccount, Message, News

# An address with one of these may live again: it is left alone for a while, once.
MAY_PASS = frozenset((NewsCode.MAILBOX_FULL, NewsCode.DISABLED, NewsCode.EXPIRED))
LEFT_ALONE = 3  # working days
TWICE_WITHIN = timedelta(days=30)
OLDEST = timedelta(days=400)
# Of several reports about one of our addresses, forwarded to several people: who got it outweighs who didn't.
_KINDEST_FIRST = (NewsKind.DELIVERED, NewsKind.DELAY, NewsKind.BOUNCE_SOFT, NewsKind.BOUNCE_HARD)
_REPORTS = frozenset(_KINDEST_FIRST)
_FAILURES = frozenset((NewsKind.BOUNCE_SOFT, NewsKind.BOUNCE_HARD))


@dataclass(frozen=True, slots=True)
class Desk:
    """What is known while a batch of mails is looked through."""

    session: Session
    senders: Senders
    ours: frozenset[str]  # addresses of the firm itself
    now: datetime
    today: date
    is_working_day: Callable[[date], bool]

    def after_a_while(self) -> date:
        """The day from which an address may be tried again."""
        day, left = self.today, LEFT_ALONE
        while left:
            day += timedelta(days=1)
            left -= self.is_working_day(day)
        return day


def open_desk(session: Session, firm: Firm, now: datetime) -> Desk:
    """For a firm at a moment."""
    copies = [address for copied in session.scalars(select(MailAccount.bcc)) for address in copied]
    return Desk(
        session,
        Senders(session, now),
        own(session, firm) | {key(address) for address in copies},
        now,
        now.astimezone(ZoneInfo(firm.timezone)).date(),
        workdays.working_days(firm.country, firm.region),
    )


def named_message(session: Session, incoming: Incoming) -> Message | None:
    """The message that a mail names, by the surest of its identifiers."""
    found = {
        one.uid: one
        for one in session.scalars(
            select(Message).where(Message.uid.in_(incoming.uids), Message.channel == ChannelName.EMAIL)
        )
    }
    return next((found[uid] for uid in incoming.uids if uid in found), None)


def pieces_of(desk: Desk, incoming: Incoming, message: Message | None, digest: str) -> list[Piece]:
    """What is to be noted of a mail; nothing, where it is no business of ours. `digest`: of the mail, whole."""
    source = f"mail:{incoming.message_id or digest}"
    if incoming.kind in _REPORTS:
        return list(_reports(desk, incoming, message, source))
    if incoming.kind is NewsKind.REPLY:
        return list(_words(desk, incoming, message, source, Heard.REPLIED))
    if incoming.kind is NewsKind.COMPLAINT and incoming.code is NewsCode.COMPLAINT and message is not None:
        return list(_words(desk, incoming, message, source, Heard.COMPLAINT))
    if incoming.kind is NewsKind.AUTO_REPLY:
        answered = message.id if message else _answered(desk, incoming)
        return [_piece(desk, incoming, source, Heard.AUTO_REPLY, message=answered)] if answered is not None else []
    return []


def _answered(desk: Desk, incoming: Incoming) -> int | None:
    found = desk.senders.written_to(incoming.sender)
    return found.message if found else None


def _words(desk: Desk, incoming: Incoming, message: Message | None, source: str, heard: Heard) -> Iterator[Piece]:
    if message is not None:
        yield _piece(desk, incoming, source, heard, message=message.id)
        return
    sender = desk.senders.find(incoming.sender)
    if sender is not None:
        yield _piece(desk, incoming, source, heard, message=sender.message, customer=sender.customer)


def _reports(desk: Desk, incoming: Incoming, message: Message | None, source: str) -> Iterator[Piece]:
    if message is None:
        yield from _hearsay(desk, incoming, source)
        return
    by_address: dict[str, list[Recipient]] = {}
    for one in incoming.recipients:
        by_address.setdefault(_meant(desk, message, one), []).append(one)
    for address, reports in by_address.items():
        fate = min(reports, key=lambda one: _KINDEST_FIRST.index(one.kind))
        yield _fate(desk, incoming, message, address, fate, source)


def _meant(desk: Desk, message: Message, one: Recipient) -> str:
    """The address as we wrote it. Where it was forwarded and we wrote to one alone, that one; else none."""
    wrote = {key(address): address for address in (*message.recipients, *message.cc, *message.bcc)}
    for named in (one.original, one.address):
        if key(named) in wrote:
            return "" if key(named) in desk.ours else wrote[key(named)]
    return next(iter(wrote.values())) if len(wrote) == 1 else ""


def _fate(desk: Desk, incoming: Incoming, message: Message, address: str, fate: Recipient, source: str) -> Piece:
    heard, until = Heard.DELIVERED, None
    if fate.kind is NewsKind.DELAY:
        heard = Heard.DELAYED
    elif fate.kind in _FAILURES:
        # About whom it is can't be told: a person looks, no address is marked.
        heard = Heard.BOUNCED if address and fate.kind is NewsKind.BOUNCE_HARD else Heard.REFUSED
        if address and fate.code in MAY_PASS and not _refused_lately(desk, address, message):
            until = desk.after_a_while()
    return _piece(
        desk,
        incoming,
        f"{source}:{key(address or fate.address)}",
        heard,
        message=message.id,
        about=address or fate.address,
        text=fate.diagnostic,
        code=fate.code,
        until=until,
    )


def _refused_lately(desk: Desk, address: str, message: Message) -> bool:
    """Whether another message came back from there not long ago: leaving it alone didn't help."""
    before = select(News.id).where(
        News.address == key(address),
        News.kind == Heard.REFUSED.value,
        News.code.in_([code.value for code in MAY_PASS]),
        News.heard_at >= desk.now - TWICE_WITHIN,
        News.message_id != message.id,
    )
    return desk.session.scalar(before.limit(1)) is not None


def _hearsay(desk: Desk, incoming: Incoming, source: str) -> Iterator[Piece]:
    """A failure that names no message of ours, but somebody we wrote to lately: noted, and nothing follows from it."""
    told: set[str] = set()
    for one in incoming.recipients:
        address = key(one.original or one.address)
        sender = desk.senders.written_to(address) if one.kind in _FAILURES else None
        if sender is not None and address not in told:
            told.add(address)
            yield _piece(
                desk,
                incoming,
                f"{source}:{address}",
                Heard.REFUSED,
                customer=sender.customer,
                about=address,
                text=one.diagnostic,
                code=one.code,
            )


def _piece(
    desk: Desk,
    incoming: Incoming,
    source: str,
    heard: Heard,
    *,
    message: int | None = None,
    customer: int | None = None,
    about: str | None = None,
    text: str = "",
    code: NewsCode | None = None,
    until: date | None = None,
) -> Piece:
    said = incoming.date
    believable = said is not None and desk.now - OLDEST <= said <= desk.now
    return Piece(
        source=source,
        kind=heard,
        at=said if said is not None and believable else desk.now,
        heard_at=desk.now,
        message_id=message,
        customer_id=customer,
        address=incoming.sender if about is None else about,
        subject=incoming.subject,
        text=text or incoming.text,
        code=(incoming.code if code is None else code).value,
        leave_alone_until=until,
    )
