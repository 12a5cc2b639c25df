"""Follows the letters that the postal partner has: asked now and then until one is delivered, returned or lost."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, and_, or_, select
from sqlalchemy.orm import Session

from relance.channels.post.reading import Tracking, TrackingStatus
from relance.config import Settings
from relance.domain.delivery import ChannelName, DeliveryFailed, Fate
from relance.domain.status import MessageState
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.letters.partner import FILE, asking
from relance.services.mailbox.news import Heard, Piece, note
from relance.services.mailbox.undelivered import RETURNED
from relance.services.secrets import secret_of
from relance.storage import db
from relance.storage.bad_addresses import postal_key
from relance.storage.models import Message, News

EVERY = timedelta(hours=6)
AT_ONCE = 20
PATIENCE = timedelta(minutes=1)
FOR = timedelta(days=60)  # a registered letter waits fifteen days at the counter, then travels back
ENDED = "ended"  # the `decision` of a letter that isn't asked about any more
LONGEST_EVENT = 300

WRONG_ADDRESS, ERROR, CANCELLED = "post.wrong_address", "post.error", "post.cancelled"


def source_of(provider_id: str) -> str:
    """How the news of a letter's way are named."""
    return f"post:{provider_id}"


def follow(engine: Engine, settings: Settings, now: Callable[[], datetime]) -> int:
    """Ask about the letters that are due; how many were asked about. Never raises for what the partner answers.

    A partner that answers slowly is left alone after a minute: deliveries wait behind this.
    """
    if settings.demo:
        return 0
    with db.reading(engine) as session:
        accounts = read_accounts(session)
        account = accounts.letter
        has_key = not accounts.examples and bool(secret_of(settings, account.api_key_env, account.api_key_file))
        due = _due(session, now()) if has_key else []
    if not due:
        return 0
    return _ask_all(engine, settings, due, now)


def _due(session: Session, now: datetime) -> list[tuple[int, str]]:
    """Letters on their way whose partner wasn't asked for a while; those never asked about first."""
    query = (
        select(Message.id, Message.provider_id)
        .outerjoin(News, and_(News.message_id == Message.id, News.kind == Heard.TRACKING.value))
        .where(
            Message.channel == ChannelName.LETTER,
            Message.state == MessageState.SENT,
            Message.provider_id != "",
            Message.provider_id.not_like(f"%{FILE}"),
            Message.test_mode.is_(False),
            Message.sent_at > now - FOR,
            or_(News.id.is_(None), and_(News.heard_at <= now - EVERY, News.decision != ENDED)),
        )
        .order_by(News.heard_at, Message.id)
        .limit(AT_ONCE)
    )
    return [(key, provider_id) for key, provider_id in session.execute(query)]


def _ask_all(engine: Engine, settings: Settings, due: Iterable[tuple[int, str]], now: Callable[[], datetime]) -> int:
    asked, until = 0, now() + PATIENCE
    try:
        with asking(engine, settings) as client:
            for message, provider_id in due:
                if now() > until:
                    break
                try:
                    told = client.tracking(provider_id)
                except DeliveryFailed as failed:
                    if failed.fate is not Fate.FAIL:
                        break  # it can't be asked now: at the next tick
                    told = None
                asked += 1
                with db.writing(engine) as session:
                    store(session, message, told, now())
    except DeliveryFailed:
        pass
    return asked


def ask_about(engine: Engine, settings: Settings, message_id: int, now: datetime) -> bool:
    """Ask about one letter now, because a person wants to know; False for one the partner hasn't got.

    Raises DeliveryFailed where it can't be asked.
    """
    with db.reading(engine) as session:
        message = session.get(Message, message_id)
        provider_id = message.provider_id if message and message.channel is ChannelName.LETTER else ""
    if not provider_id:
        return False
    with asking(engine, settings) as client:
        told = client.tracking(provider_id)
    with db.writing(engine) as session:
        store(session, message_id, told, now)
    return True


def store(session: Session, message_id: int, told: Tracking | None, now: datetime) -> None:
    """Keep what the partner said; None: it doesn't know the letter any more."""
    message = session.get_one(Message, message_id)
    row = _row(session, message, now)
    row.heard_at = now
    if told is None:
        row.code, row.decision = "post.letter_not_found", ENDED
        return
    row.code, row.text = _code(told), _text(told)
    row.at = max((event.date for event in told.events if event.date), default=row.at)
    message.price = told.price if told.price is not None else message.price
    message.tracking = told.tracking_number[:40] or message.tracking
    session.flush()
    _conclude(session, message, row, told, now)


def _row(session: Session, message: Message, now: datetime) -> News:
    source = source_of(message.provider_id)
    row = session.scalars(select(News).where(News.source == source)).one_or_none()
    if row is None:
        row = News(
            source=source,
            kind=Heard.TRACKING.value,
            message_id=message.id,
            customer_id=message.customer_id,
            at=now,
            heard_at=now,
            handled_at=now,
        )
        session.add(row)
    return row


def _code(told: Tracking) -> str:
    if told.cancelled:
        return CANCELLED
    if told.wrong_address:
        return WRONG_ADDRESS
    if told.error:
        return ERROR
    return told.status.value if told.status else ""


def _text(told: Tracking) -> str:
    """Lines of the way it took, `date|status|words`, and of the proofs, `proof|kind|address`."""
    events = (
        f"{event.date.astimezone(UTC).isoformat() if event.date else ''}|{event.status.value}|"
        f"{event.message[:LONGEST_EVENT]}"
        for event in told.events
    )
    return "\n".join((*events, *(f"proof|{proof.kind.value}|{proof.url}" for proof in told.proofs)))


def _conclude(session: Session, message: Message, row: News, told: Tracking, now: datetime) -> None:
    """The end of its way: delivered, returned, or not carried at all."""
    if row.code in (WRONG_ADDRESS, TrackingStatus.RETURNED.value):
        code = RETURNED if row.code == TrackingStatus.RETURNED else WRONG_ADDRESS
        address = postal_key(message.customer_id)
        _note(session, message, Heard.BOUNCED, now, code=code, address=address)
    elif row.code == TrackingStatus.DELIVERED:
        _note(session, message, Heard.DELIVERED, now)
    elif row.code in (ERROR, CANCELLED):
        _note(session, message, Heard.REFUSED, now, code=row.code)
    else:
        return
    waits_for_proof = row.code == TrackingStatus.DELIVERED and message.postage == "lrar" and not told.proofs
    row.decision = "" if waits_for_proof else ENDED


def _note(session: Session, message: Message, kind: Heard, now: datetime, *, code: str = "", address: str = "") -> None:
    source = f"{source_of(message.provider_id)}:{kind.value}"
    note(session, Piece(source, kind, now, now, message_id=message.id, code=code, address=address))
