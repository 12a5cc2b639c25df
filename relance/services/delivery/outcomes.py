"""What a failure does to a message and to the account it went through (RELIABILITY 3.3)."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, not_, or_, select, update
from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName, DeliveryFailed, Fate, Refusal
from relance.domain.status import CLAIMABLE, LATE_DISPATCH, TO_PRINT, UNUSUAL_VOLUME, MessageState
from relance.services import bad_addresses
from relance.services.delivery.channel_accounts import account_of
from relance.storage.bad_addresses import key
from relance.storage.models import Invoice, MailAccount, Message, Reminder
from relance.storage.transitions import Claim, move
from relance.storage.ways import FIRM_ACCOUNT, Way, leaves_by, way_of

ACCOUNT_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60))
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 120))
LATER_RETRIES = timedelta(hours=4)
GIVE_UP = timedelta(days=5)
JITTER = 0.2
RECIPIENT_REFUSED = "smtp.recipient_refused"

# Held for a reason of its own, which setting the account right doesn't settle.
HELD_FOR_A_PERSON = ("compose.%", TO_PRINT, LATE_DISPATCH, UNUSUAL_VOLUME)


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed attempt, and the state it was in when it failed."""

    claim: Claim
    before: MessageState  # claimed or transmitting
    error: DeliveryFailed
    way: Way | None = None  # that it was tried by, where its sender may have another by now


def retry_after(attempt: int, spread: float) -> timedelta:
    """The time to wait after an attempt, counted from 1; `spread` between -1 and 1 is the luck of the draw."""
    wait = RETRIES[attempt - 1] if attempt <= len(RETRIES) else LATER_RETRIES
    return wait * (1 + JITTER * spread)


def record(session: Session, failure: Failure, now: datetime) -> MessageState:
    """Store what became of a message that did not certainly leave; its new state."""
    message = session.get_one(Message, failure.claim.message)
    error, facts = failure.error, {"code": failure.error.code, "detail": failure.error.detail[:2000]}
    state, values = _state_after(message, failure, now)
    if not move(session.connection(), failure.claim, failure.before, state, **values, **facts):
        return MessageState(session.scalar(select(Message.state).where(Message.id == message.id)) or state)
    way = failure.way or way_of(session, message.id)
    if error.fate is Fate.REQUEUE:
        pause_account(session, way, now)
    elif error.fate is Fate.HOLD:
        hold_account(session, way, error)
    elif error.fate is Fate.FAIL:
        _flag(session, message, error, now)
    return state


def _state_after(message: Message, failure: Failure, now: datetime) -> tuple[MessageState, dict[str, object]]:
    fate, attempt = failure.error.fate, failure.claim.attempt
    if fate is Fate.REQUEUE and failure.before is MessageState.CLAIMED:
        return MessageState.QUEUED, {"owner": None, "attempt": attempt - 1}
    if fate is Fate.HOLD:
        return MessageState.HELD, {"owner": None}
    if fate is Fate.ASK:
        return MessageState.HELD, {"owner": None, "attempt": attempt - 1}
    if fate in (Fate.DEFER, Fate.REQUEUE):
        if fate is Fate.DEFER and now - message.created_at >= GIVE_UP:
            return MessageState.FAILED, {}
        spread = random.uniform(-1, 1)  # only keeps retries apart
        return MessageState.DEFERRED, {"owner": None, "next_at": now + retry_after(attempt, spread)}
    return {Fate.FAIL: MessageState.FAILED, Fate.UNKNOWN: MessageState.UNKNOWN}[fate], {}


def pause_account(session: Session, way: Way, now: datetime) -> None:
    """The account is at fault: nothing leaves for a while, longer each time in a row."""
    account = account_of(session, way)
    if account.paused_until is None or account.paused_until <= now:
        pause = ACCOUNT_PAUSES[min(account.pauses, len(ACCOUNT_PAUSES) - 1)]
        account.paused_until, account.pauses = now + pause, account.pauses + 1


def hold_account(session: Session, way: Way, error: DeliveryFailed) -> None:
    """The account is refused: all that waits for it is held until a person looks."""
    account = account_of(session, way)
    account.held_code, account.held_detail = error.code, error.detail[:2000]
    hold_waiting(session, way)


def hold_waiting(session: Session, way: Way) -> bool:
    """While an account is held, whatever waits for it is shown as held; whether it is."""
    account = account_of(session, way)
    if account.held_code is None:
        return False
    hold_way(session, way, account.held_code, account.held_detail)
    return True


def hold_way(session: Session, way: Way, code: str, detail: str = "") -> None:
    """What waits for a way out is shown as held, with its reason, not left in the queue in silence."""
    session.execute(
        update(Message)
        .where(Message.state.in_(CLAIMABLE), leaves_by(way))
        .values(state=MessageState.HELD, code=code, detail=detail)
        .execution_options(synchronize_session=False)
    )


def account_is_well(session: Session, way: Way, today: date) -> None:
    """A message left: the pauses start over. An e-mail account keeps the day of its first."""
    account = account_of(session, way)
    account.pauses, account.paused_until = 0, None
    if isinstance(account, MailAccount) and account.first_sent_on is None:
        account.first_sent_on = today


def release_account(
    session: Session, channel: ChannelName = ChannelName.EMAIL, mail_account: int = FIRM_ACCOUNT
) -> int:
    """A person has seen to the account: what was held for it goes back to the queue. How many messages."""
    way = Way(channel, mail_account)
    account = account_of(session, way)
    account.held_code, account.held_detail, account.paused_until, account.pauses = None, "", None, 0
    return release_messages(session, leaves_by(way))


def release_messages(session: Session, which: ColumnElement[bool]) -> int:
    """What was held for an account, among some messages, goes back to the queue. How many."""
    a_persons = or_(*(Message.code.like(code) for code in HELD_FOR_A_PERSON))
    held = session.execute(
        update(Message)
        .where(and_(Message.state == MessageState.HELD, which, or_(Message.code.is_(None), not_(a_persons))))
        .values(state=MessageState.QUEUED, code=None, detail="")
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(held.all())


def _flag(session: Session, message: Message, error: DeliveryFailed, now: datetime) -> None:
    """Refused for good: what is said to be dead is marked; unless that explains it all, a person must look."""
    dead = {key(address) for address in error.bad_addresses}
    for address in sorted(dead):
        bad_addresses.mark(session, address, code=error.code, detail=error.detail, message_id=message.id, now=now)
    if dead and all(key(address) in dead for address in message.recipients):
        return  # the next attempt goes to others, or nowhere
    theirs = select(Reminder.invoice_id).where(Reminder.message_id == message.id)
    for invoice in session.scalars(select(Invoice).where(Invoice.id.in_(theirs))):
        invoice.failed_step = message.step


def note_refused(session: Session, message_id: int, refusals: Iterable[Refusal], now: datetime) -> None:
    """Mark the dead among the recipients that a server refused while it took the message for the others."""
    for one in refusals:
        if one.dead:
            ours = one.text.partition(" ")[0]  # the SMS channel names its reason in our words
            code, said = ours if ours.startswith("sms.") else RECIPIENT_REFUSED, f"{one.code} {one.text}".strip()
            bad_addresses.mark(session, one.address, code=code, detail=said, message_id=message_id, now=now)


def clear_failures(session: Session, customer: int) -> None:
    """A person mended something about a customer: what found no way out may be tried again."""
    session.execute(
        update(Invoice)
        .where(Invoice.customer_id == customer, stuck())
        .values(failed_step=None, unreachable_on=None)
        .execution_options(synchronize_session=False)
    )


def stuck() -> ColumnElement[bool]:
    """Invoices with a step that was refused for good, or that reached nobody."""
    return or_(Invoice.failed_step.is_not(None), Invoice.unreachable_on.is_not(None))
