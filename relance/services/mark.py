"""Marks invoices as reminded of by other means: a call, a letter of one's own (RULES 3.1, 3.7, 3.11).

A mark is a message without a text: it stands in the history with its day, its note and its number.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind, balance
from relance.domain.delivery import ChannelName, Postage
from relance.domain.program import Program
from relance.domain.schedule import StepRef
from relance.domain.status import LEAVING, TO_PRINT, MessageState
from relance.services.by_hand import ByHand, pick, situations
from relance.services.letters.posted import LONGEST_NOTE, moment_of, registered_number
from relance.services.refusal import Refused
from relance.services.withdraw import BY_HAND, WAITING, withdraw_waiting_of
from relance.storage import transitions
from relance.storage.chunks import chunks
from relance.storage.models import Firm, Invoice, Message, Reminder

LONGEST_AGO = timedelta(days=30)
SUPERSEDED = "superseded"
# A letter that waits to be posted: what became of it is said of the letter itself.
ON_PAPER = and_(Message.state == MessageState.HELD, Message.code == TO_PRINT, Message.printed_at.is_not(None))


class Means(StrEnum):
    """How a person reminded; kept as the reminder's channel. A program has the first three alone (RULES 1.1)."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Marking:
    """What a person says was done. Without a position, the step that is offered for each invoice."""

    by: str
    now: datetime  # the firm's local time
    day: date
    means: Means
    position: int | None = None
    number: str = ""  # of a registered letter
    note: str = ""


@dataclass(frozen=True, slots=True)
class Markable:
    """An invoice that can be marked, with its step."""

    situation: ByHand
    program: Program
    step: StepRef


@dataclass(frozen=True, slots=True)
class WeighedMarks:
    """What would be marked, and why the rest can't be, by invoice."""

    ready: tuple[Markable, ...]
    refused: Mapping[int, Refused]
    waiting: int = 0  # messages that wait for these invoices: they would be withdrawn

    @property
    def customers(self) -> int:
        """How many people."""
        return len({one.situation.customer.id for one in self.ready})


def weigh_marks(session: Session, firm: Firm, invoice_ids: Collection[int], marking: Marking) -> WeighedMarks:
    """Which of some invoices can be marked. Writes nothing; raises Refused where the day, number or note can't be.

    Refused for one invoice: reasons 1 to 8 of RULES 2, a reminder on that very day (3.5), one that is leaving.
    """
    _check(marking)
    found = situations(session, firm, invoice_ids, marking.now)
    days, leaving = _days(session, found, marking.day), _carrying(session, found, Message.state.in_(LEAVING))
    printed = _carrying(session, found, ON_PAPER)
    ready: list[Markable] = []
    refused: dict[int, Refused] = {}
    for key, situation in found.items():
        try:
            if key in printed:
                raise Refused("mark.printed", number=situation.invoice.number)
            ready.append(_markable(situation, marking, reminded=key in days, leaving=key in leaving))
        except Refused as refusal:
            refused[key] = refusal
    waiting = _carrying(session, [one.situation.invoice.id for one in ready], Message.state.in_(WAITING))
    return WeighedMarks(tuple(ready), refused, len(set(waiting.values())))


def _check(marking: Marking) -> None:
    today = marking.now.date()
    if not today - LONGEST_AGO <= marking.day <= today:
        raise Refused("mark.day", day=marking.day, first=today - LONGEST_AGO, last=today)
    if len(marking.note) > LONGEST_NOTE:
        raise Refused("letter.note_too_long", longest=LONGEST_NOTE)
    registered_number(marking.number)


def _markable(situation: ByHand, marking: Marking, *, reminded: bool, leaving: bool) -> Markable:
    number = situation.invoice.number
    if situation.stopped:
        raise Refused("remind.stopped", number=number, reason=situation.reasons[0].code.value)
    if leaving:
        raise Refused("remind.on_its_way", number=number)
    if reminded:
        raise Refused("mark.that_day", number=number, day=marking.day)
    step = pick(situation, marking.position)
    assert situation.program is not None
    return Markable(situation, situation.program, step)


def mark(session: Session, firm: Firm, invoice_ids: Collection[int], marking: Marking) -> list[int]:
    """Mark the invoices that can be; the ids of the marks, one for each customer and step.

    What waited for these invoices is withdrawn: it would be a second reminder. Raises Refused when none can be marked.
    """
    weighed = weigh_marks(session, firm, invoice_ids, marking)
    if not weighed.ready:
        raise next(iter(weighed.refused.values()), Refused("mark.nothing"))
    withdraw_waiting_of(session, [one.situation.invoice.id for one in weighed.ready], SUPERSEDED, by_hand_too=True)
    return [_write(session, firm, group, marking) for group in _grouped(weighed.ready)]


def _grouped(ready: Iterable[Markable]) -> list[list[Markable]]:
    groups: dict[tuple[object, ...], list[Markable]] = {}
    for one in ready:
        groups.setdefault((one.situation.customer.id, one.program.id, one.step), []).append(one)
    return list(groups.values())


def _write(session: Session, firm: Firm, group: list[Markable], marking: Marking) -> int:
    first = group[0]
    moment = moment_of(marking.day, marking.now, ZoneInfo(firm.timezone))
    message = Message(
        uid=str(uuid.uuid4()),
        kind=ReminderKind.MARKED,
        channel=_channel(first, marking.means),
        state=MessageState.SENT,
        customer_id=first.situation.customer.id,
        program_id=first.program.id,
        step=first.step.position,
        occurrence=first.step.occurrence,
        level=first.step.level,
        language=first.situation.customer.language or firm.language,
        decided_by=marking.by,
        created_at=marking.now,
        next_at=marking.now,
        sent_at=moment,
        tracking=registered_number(marking.number),
        postage=Postage.REGISTERED_RECEIPT.value if marking.number.strip() else "",
        note=marking.note.strip(),
    )
    session.add(message)
    session.flush()
    session.add_all(_reminder(one, message, marking, moment) for one in group)
    session.flush()
    _reached(session, [one.situation.invoice.id for one in group])
    return message.id


def _channel(one: Markable, means: Means) -> ChannelName:
    """A call has no channel of its own: it stands in for the step's."""
    if means is Means.CALL:
        return one.program.steps[one.step.position - 1].channels[0]
    return ChannelName(means.value)


def _reminder(one: Markable, message: Message, marking: Marking, moment: datetime) -> Reminder:
    invoice = one.situation.invoice
    return Reminder(
        invoice_id=invoice.id,
        message_id=message.id,
        program_id=one.program.id,
        cycle=invoice.cycle,
        step=one.step.position,
        occurrence=one.step.occurrence,
        level=one.step.level,
        channel=marking.means.value,
        kind=ReminderKind.MARKED,
        live=True,
        done=True,
        day=marking.day,
        at=moment,
        amount=balance(invoice, marking.now.date()),
        by=marking.by,
    )


def _reached(session: Session, invoices: Collection[int]) -> None:
    for invoice in invoices:
        transitions.refresh_level(session.connection(), invoice)
    session.execute(
        update(Invoice)
        .where(Invoice.id.in_(list(invoices)))
        .values(failed_step=None, unreachable_on=None)
        .execution_options(synchronize_session=False)
    )


def may_unmark(message: Message, now: datetime) -> bool:
    """Whether a mark was made today and can be taken back. `now` is the firm's local time."""
    is_mark = message.kind is ReminderKind.MARKED and message.state is MessageState.SENT
    return is_mark and message.created_at.astimezone(now.tzinfo).date() == now.date()


def unmark(session: Session, message_ids: Collection[int], now: datetime) -> int:
    """Take marks of today back: their steps aren't done after all; how many. They stay in the history."""
    marks = session.scalars(select(Message).where(Message.id.in_(list(message_ids)))).all()
    undone = [one for one in marks if may_unmark(one, now)]
    for message in undone:
        message.state, message.code = MessageState.WITHDRAWN, BY_HAND
        session.flush()
        release_steps(session, message.id)
    return len(undone)


def release_steps(session: Session, message_id: int) -> None:
    """The steps of a message that a person takes back are not done, and free again."""
    on = session.connection()
    transitions.undo_done(on, message_id)
    live = session.scalars(select(Reminder.id).where(Reminder.message_id == message_id, Reminder.live)).all()
    transitions.withdraw_reminders(on, [(key, BY_HAND) for key in live])


def _days(session: Session, invoices: Iterable[int], day: date) -> set[int]:
    """The invoices that were reminded of on a day."""
    query = select(Reminder.invoice_id).where(
        Reminder.done, Reminder.day == day, Reminder.kind != ReminderKind.SUPERSEDED
    )
    ordered, found = sorted(invoices), set[int]()
    for part in chunks(ordered):
        found.update(session.scalars(query.where(Reminder.invoice_id.in_(part))))
    return found


def _carrying(session: Session, invoices: Iterable[int], what: ColumnElement[bool]) -> dict[int, int]:
    """A message of that kind, by invoice."""
    query = select(Reminder.invoice_id, func.max(Message.id)).join(Message).where(Reminder.live)
    query = query.where(what).group_by(Reminder.invoice_id)
    ordered, found = sorted(invoices), dict[int, int]()
    for part in chunks(ordered):
        some = query.where(Reminder.invoice_id.in_(part))
        found.update((invoice, message) for invoice, message in session.execute(some))
    return found
