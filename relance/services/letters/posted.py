"""A person's word on letters that were printed: they were posted, they weren't after all, they aren't sent at all."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.domain.delivery import REGISTERED, ChannelName, Postage
from relance.domain.reasons import ReasonCode
from relance.domain.status import TO_PRINT, MessageState
from relance.services.letters.printing import TO_BE_PRINTED, look_again
from relance.services.refusal import Refused
from relance.storage import transitions
from relance.storage.models import Firm, Message, Reminder, Step

NOON = time(12)  # of a day that is over: nobody says at which hour it was
LONGEST_NUMBER, LONGEST_NOTE = 40, 1000
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./-]*")


@dataclass(frozen=True, slots=True)
class Posting:
    """When letters were posted, under which registered numbers (by letter), and what a person adds."""

    day: date
    by: str
    now: datetime  # the firm's local time
    numbers: Mapping[int, str] = field(default_factory=dict)
    note: str = ""


def mark_posted(session: Session, firm: Firm, ids: Collection[int], posting: Posting) -> list[int]:
    """The letters that were posted: their steps count as done from that day; the ids of those marked now.

    Raises Refused where the day, a number or the note can't be; nothing is written then. A second click does nothing.
    """
    numbers = {key: registered_number(text) for key, text in posting.numbers.items()}
    check_day(posting.day, posting.now)
    if len(posting.note) > LONGEST_NOTE:
        raise Refused("letter.note_too_long", longest=LONGEST_NOTE)
    letters = session.scalars(select(Message).where(Message.id.in_(list(ids)), *TO_BE_PRINTED)).all()
    zone = ZoneInfo(firm.timezone)
    for letter in letters:
        made_on = letter.created_at.astimezone(zone).date()
        if posting.day < made_on:
            raise Refused("letter.before_it_was_made", day=posting.day, made_on=made_on)
    for letter in letters:
        _mark(session, letter, posting, numbers.get(letter.id, ""), zone)
    return [letter.id for letter in letters]


def _mark(session: Session, letter: Message, posting: Posting, number: str, zone: ZoneInfo) -> None:
    moment = moment_of(posting.day, posting.now, zone)
    letter.state, letter.code, letter.detail = MessageState.SENT, None, ""
    letter.sent_at, letter.printed_at = moment, letter.printed_at or posting.now
    letter.next_at = posting.now  # the moment it was marked: it can be undone on that day
    letter.decided_by, letter.note = letter.decided_by or posting.by, posting.note.strip() or letter.note
    if number:
        _give_number(letter, number)
    session.flush()
    on = session.connection()
    transitions.mark_done(on, letter.id, posting.day, moment, _deadline(session, letter, zone), letter.level)
    for invoice in transitions.live_invoices(on, [letter.id]).get(letter.id, ()):
        transitions.refresh_level(on, invoice)  # something else may have left after that day


def _deadline(session: Session, letter: Message, zone: ZoneInfo) -> date | None:
    """The day that the letter names: kept when it was printed, else counted from the day it was written."""
    kept = session.scalar(select(func.max(Reminder.deadline)).where(Reminder.message_id == letter.id, Reminder.live))
    if kept is not None or letter.dated_at is None:
        return kept
    its_own = (Step.program_id == letter.program_id, Step.position == letter.step)
    days = session.scalar(select(Step.deadline_days).where(*its_own))
    return letter.dated_at.astimezone(zone).date() + timedelta(days=days) if days else None


def moment_of(day: date, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment to keep of something that a person did on a day."""
    return now if day == now.date() else datetime.combine(day, NOON, zone)


def check_day(day: date, now: datetime) -> None:
    """Raises Refused for a day to come."""
    if day > now.date():
        raise Refused("letter.day_to_come", day=day)


def may_undo(letter: Message, now: datetime) -> bool:
    """Whether a letter was marked as posted by a person, today. `now` is the firm's local time."""
    printed_here = letter.printed_at is not None and not letter.provider_id
    marked = letter.state is MessageState.SENT and letter.channel is ChannelName.LETTER and printed_here
    return marked and letter.next_at.astimezone(now.tzinfo).date() == now.date()


def undo(session: Session, ids: Collection[int], now: datetime) -> int:
    """Letters marked as posted by mistake, today, wait again to be posted; how many."""
    letters = [one for one in session.scalars(select(Message).where(Message.id.in_(list(ids)))) if may_undo(one, now)]
    for letter in letters:
        letter.state, letter.code, letter.sent_at = MessageState.HELD, TO_PRINT, None
        session.flush()
        transitions.undo_done(session.connection(), letter.id)
    return len(letters)


def doubts(session: Session, firm: Firm, ids: Collection[int], now: datetime) -> dict[int, ReasonCode]:
    """What has happened since that would keep letters from leaving: the reason of each that should not be posted.

    Of a letter about several invoices, one that was paid meanwhile is enough: the letter still names it.
    """
    letters = session.scalars(select(Message).where(Message.id.in_(list(ids)), *TO_BE_PRINTED)).all()
    return {letter.id: verdict.out[0][1] for letter, verdict in look_again(session, firm, letters, now) if verdict.out}


def registered_number(text: str) -> str:
    """A registered letter's number as it is kept; empty for none. Raises Refused for what can't be one."""
    number = " ".join(text.split())
    if number and (len(number) > LONGEST_NUMBER or _NUMBER.fullmatch(number) is None):
        raise Refused("letter.bad_number", number=number[:LONGEST_NUMBER], longest=LONGEST_NUMBER)
    return number


def number_letter(session: Session, message_id: int, text: str) -> None:
    """Give a letter its registered number before it is printed: it stands on the letter. An empty one takes it away.

    Raises Refused: a bad number, or a letter that doesn't wait to be printed any more.
    """
    number = registered_number(text)
    letter = session.scalars(select(Message).where(Message.id == message_id, *TO_BE_PRINTED)).one_or_none()
    if letter is None:
        raise Refused("letter.not_waiting")
    if number == letter.tracking:
        return
    if number:
        _give_number(letter, number)
    else:
        letter.tracking, letter.postage = "", ""
    if letter.printed_at is not None:
        letter.printed_at = None  # what is on paper doesn't bear it


def _give_number(letter: Message, number: str) -> None:
    letter.tracking = number
    if letter.postage not in REGISTERED:
        letter.postage = Postage.REGISTERED_RECEIPT.value
