"""Opens the sending again after a restore or a move: what the journal knows is told to the database first."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.reasons import ReasonCode
from relance.domain.status import LIVE, RESTORED, MessageState
from relance.services.database import the_firm
from relance.services.delivery import journal
from relance.services.delivery.journal_lines import Carried, Ended, Entry, HandedOver
from relance.services.same_machine import (
    SendingLock,
    found_here,
    known_messages,
    left_unknown,
    lineage,
    stamp_here,
    stamp_of,
)
from relance.services.senders.lookup import senders_of
from relance.storage import transitions
from relance.storage.chunks import chunks
from relance.storage.models import Firm, Invoice, Message, Program, Reminder

# What waits here and may leave; APPROVAL waits for a person in any case.
WAITING = LIVE - {MessageState.APPROVAL, MessageState.TRANSMITTING}
# The other side refused these for certain, each in an attempt that was handed over.
REFUSED = frozenset((MessageState.DEFERRED, MessageState.FAILED, MessageState.HELD, MessageState.QUEUED))


@dataclass(frozen=True, slots=True)
class Left:
    """A message that was handed over, as the journal has it."""

    handed_over: HandedOver
    sent_at: datetime | None  # None: no answer is known


@dataclass(frozen=True, slots=True)
class Reopening:
    """What stands before a person who is to open the sending again."""

    lock: SendingLock | None
    locked_at: datetime | None
    enabled: bool  # automatic sending
    left: Mapping[int, Left]  # messages that wait here though they were handed over: they become sent or unknown
    missing: tuple[Left, ...]  # handed over, and not in this database: they are added to its history
    untold: tuple[Left, ...]  # the same, of invoices or programs that this database doesn't have: only shown here
    waiting: tuple[int, ...]  # messages that wait and that the journal doesn't know to have left
    complete: bool  # the journal is this database's own and whole: what waits has certainly not left from here


def situation(session: Session, settings: Settings) -> Reopening:
    """What the journal and the database say of each other; nothing is written. Raises OSError."""
    firm = the_firm(session)
    entries, damaged = journal.read(settings.data_dir)
    ours, complete = _whose(firm, settings)
    behind = _behind(session, settings, entries) if ours else {}
    here = _ids(session, behind)
    absent = [one for uid, one in behind.items() if uid not in here]
    missing = [one for one in absent if _can_be_told(session, one)]
    return Reopening(
        lock=SendingLock(firm.sending_lock) if firm.sending_lock else None,
        locked_at=firm.locked_at,
        enabled=firm.enabled,
        left={here[uid]: one for uid, one in behind.items() if uid in here},
        missing=tuple(missing),
        untold=tuple(one for one in absent if one not in missing),
        waiting=tuple(_waiting(session, set(here.values()))),
        complete=complete and not damaged,
    )


def reopen(session: Session, settings: Settings, *, by: str, now: datetime, waiting_may_leave: bool) -> Reopening:
    """A person confirms: tell the database what left, clear the lock, and stamp the data as living here.

    `waiting_may_leave`: the person says that nothing was sent from elsewhere; else what waits becomes unknown, one by
    one. Returns the situation that was settled. Raises OSError when the journal's folder can't be written.
    """
    found, firm = situation(session, settings), the_firm(session)
    zone = ZoneInfo(firm.timezone)
    for message, left in found.left.items():
        _now_left(session, message, left, zone)
    for left in found.missing:
        _add(session, left, firm.language, zone, by)
    _interrupted(session)
    if waiting_may_leave:
        _release(session)
    else:
        _in_doubt(session, found.waiting, zone)
    _count_attempts(session, settings)
    firm.sending_lock, firm.locked_at = None, None
    session.flush()
    journal.settle(settings.data_dir, {one.handed_over.uid for one in found.untold})
    firm.machine = str(stamp_here(settings.data_dir))
    return found


def _whose(firm: Firm, settings: Settings) -> tuple[bool, bool]:
    """Whether the journal here is that of this database, and whether it has all that this database ever sent."""
    kept, here = stamp_of(firm.machine), found_here(settings.data_dir)
    if kept is None or here is None:
        return True, False
    ours = kept.database in lineage(settings.data_dir)
    return ours, ours and here.born == kept.born and firm.sending_lock != SendingLock.COPIED


def _behind(session: Session, settings: Settings, entries: Collection[Entry]) -> dict[str, Left]:
    """The last handing over of each message that this database doesn't know of, unless it was refused."""
    known = known_messages(session, {entry.uid for entry in entries})
    unknown = left_unknown(entries, known) - journal.settled(settings.data_dir)
    open_: dict[str, HandedOver] = {}
    found: dict[str, Left] = {}
    for entry in entries:
        if entry.uid not in unknown:
            continue
        if isinstance(entry, HandedOver):
            open_[entry.uid] = entry
            found.setdefault(entry.uid, Left(entry, None))
        elif entry.uid in open_:
            _close(found, open_[entry.uid], entry)
    return found


def _close(found: dict[str, Left], handed_over: HandedOver, ended: Ended) -> None:
    before = found.get(ended.uid)
    if ended.state is MessageState.SENT:
        found[ended.uid] = Left(handed_over, ended.at)
    elif ended.state in REFUSED and before is not None and before.handed_over is handed_over:
        del found[ended.uid]


def _ids(session: Session, uids: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    wanted = sorted(uids)
    for part in chunks(wanted):
        query = select(Message.uid, Message.id).where(Message.uid.in_(part))
        found.update((uid, key) for uid, key in session.execute(query))
    return found


def _waiting(session: Session, left: set[int]) -> list[int]:
    query = select(Message.id).where(Message.state.in_(WAITING)).order_by(Message.id)
    return [key for key in session.scalars(query) if key not in left]


def _now_left(session: Session, message: int, left: Left, zone: ZoneInfo) -> None:
    row = session.get_one(Message, message)
    row.state, row.sent_at = state_of(left), left.sent_at
    row.attempt, row.owner, row.lease_until = left.handed_over.attempt, None, None
    row.code, row.detail = (None if left.sent_at else RESTORED), ""
    session.flush()
    _revive(session, message, left.handed_over.carried)
    at = left.handed_over.at
    transitions.mark_done(session.connection(), message, at.astimezone(zone).date(), at, None, row.level)


def _revive(session: Session, message: int, carried: Collection[Carried]) -> None:
    """What was taken out of the message here had left with it all the same."""
    left = {one.invoice: one for one in carried}
    query = select(Reminder, Invoice.number).join(Invoice, Invoice.id == Reminder.invoice_id)
    for row, number in session.execute(query.where(Reminder.message_id == message, Reminder.live.is_(False))).all():
        if number in left and _make_room(session, row.invoice_id, left[number], row.channel):
            row.live, row.withdrawn_code = True, None
    session.flush()


def state_of(left: Left) -> MessageState:
    """What a message that was handed over is from now on."""
    return MessageState.SENT if left.sent_at else MessageState.UNKNOWN


def _can_be_told(session: Session, left: Left) -> bool:
    carried = left.handed_over.carried
    return (
        bool(carried)
        and left.handed_over.channel in list(ChannelName)
        and session.get(Program, carried[0].program) is not None
        and all(one.program == carried[0].program for one in carried)
        and bool(_invoices(session, carried))
    )


def _invoices(session: Session, carried: Iterable[Carried]) -> dict[str, Invoice]:
    numbers = [one.invoice for one in carried]
    rows = session.scalars(select(Invoice).where(Invoice.number.in_(numbers)))
    return {row.number: row for row in rows}


def _add(session: Session, left: Left, language: str, zone: ZoneInfo, by: str) -> None:
    """A message of which nothing is known but that it left, when, and for which steps."""
    told, first = left.handed_over, left.handed_over.carried[0]
    invoices, level = _invoices(session, told.carried), max(one.level for one in told.carried)
    customer = next(iter(invoices.values())).customer_id
    row = Message(
        uid=told.uid,
        kind=ReminderKind.AUTO,
        channel=ChannelName(told.channel),
        state=state_of(left),
        customer_id=customer,
        program_id=first.program,
        step=first.step,
        occurrence=first.occurrence,
        level=level,
        language=language,
        sender_id=senders_of(session, [customer]).get(customer),
        created_at=told.at,
        next_at=told.at,
        attempt=told.attempt,
        sent_at=left.sent_at,
        code=None if left.sent_at else RESTORED,
    )
    session.add(row)
    session.flush()
    day = told.at.astimezone(zone).date()
    added = {
        "message_id": row.id,
        "channel": row.channel,
        "kind": ReminderKind.AUTO,
        "at": told.at,
        "day": day,
        "by": by,
    }
    steps = [(invoices[one.invoice].id, one) for one in told.carried if one.invoice in invoices]
    reminders = [_reminder(key, one, added) for key, one in steps if _make_room(session, key, one, row.channel)]
    if reminders:
        session.execute(insert(Reminder), reminders)
        transitions.mark_done(session.connection(), row.id, day, told.at, None, level)


def _reminder(invoice: int, carried: Carried, added: Mapping[str, object]) -> dict[str, object]:
    return {
        **added,
        "invoice_id": invoice,
        "program_id": carried.program,
        "cycle": carried.cycle,
        "step": carried.step,
        "occurrence": carried.occurrence,
        "level": carried.level,
        "live": True,
        "done": False,
    }


def _make_room(session: Session, invoice: int, carried: Carried, channel: str) -> bool:
    """Take the same step out of a message that waits; False where it is done here already."""
    same = select(Reminder).where(
        Reminder.invoice_id == invoice,
        Reminder.cycle == carried.cycle,
        Reminder.program_id == carried.program,
        Reminder.step == carried.step,
        Reminder.occurrence == carried.occurrence,
        Reminder.channel == channel,
        Reminder.live,
    )
    other = session.scalars(same).first()
    if other is None:
        return True
    if other.done or other.message_id is None:
        return False
    key, message = other.id, other.message_id
    session.expire(other)
    transitions.withdraw_reminders(session.connection(), [(key, ReasonCode.UNKNOWN.value)])
    if not transitions.live_invoices(session.connection(), [message]):
        gone = {"state": MessageState.WITHDRAWN, "code": ReasonCode.UNKNOWN.value, "owner": None}
        session.execute(update(Message).where(Message.id == message).values(**gone))
    return True


def _interrupted(session: Session) -> None:
    """What was being handed over when these data were copied may have left."""
    gone = {"state": MessageState.UNKNOWN, "code": RESTORED, "lease_until": None}
    session.execute(update(Message).where(Message.state == MessageState.TRANSMITTING).values(**gone))


def _count_attempts(session: Session, settings: Settings) -> None:
    """Attempts that were refused and that this database had forgotten: it is not behind because of them any more."""
    tried: dict[str, int] = {}
    for entry in journal.read(settings.data_dir)[0]:
        if isinstance(entry, HandedOver):
            tried[entry.uid] = max(entry.attempt, tried.get(entry.uid, 0))
    known = known_messages(session, tried)
    behind = [{"the_uid": uid, "the_attempt": tried[uid]} for uid, row in known.items() if row[1] < tried[uid]]
    if behind:
        forgotten = update(Message).where(Message.uid == bindparam("the_uid")).values(attempt=bindparam("the_attempt"))
        session.connection().execute(forgotten, behind)


def _in_doubt(session: Session, messages: Collection[int], zone: ZoneInfo) -> None:
    for key in messages:
        row = session.get_one(Message, key)
        if row.state in WAITING:
            at = row.next_at
            row.state, row.code, row.detail = MessageState.UNKNOWN, RESTORED, ""
            row.owner, row.lease_until = None, None
            session.flush()
            transitions.mark_done(session.connection(), key, at.astimezone(zone).date(), at, None, row.level)


def _release(session: Session) -> None:
    """What was held for the restore goes back to the queue, and so does what a process of before had claimed."""
    free = {"state": MessageState.QUEUED, "code": None, "detail": "", "owner": None, "lease_until": None}
    held = (Message.state == MessageState.HELD, Message.code == RESTORED)
    session.execute(update(Message).where(*held).values(**free))
    claimed = Message.state == MessageState.CLAIMED
    session.execute(update(Message).where(claimed).values(**free, attempt=Message.attempt - 1))
