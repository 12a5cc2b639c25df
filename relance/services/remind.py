"""By hand: the step a person picks, for one invoice or many (RULES 3.12)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName, Postage
from relance.domain.program import Program
from relance.domain.schedule import StepRef
from relance.domain.status import LEAVING
from relance.services.by_hand import ByHand, channels_of, pick, situations
from relance.services.delivery.outbox import Origin, Send, enqueue, on_their_way
from relance.services.messages.readers import Reader, readers, text_of
from relance.services.refusal import Refused
from relance.services.withdraw import withdraw_waiting_of
from relance.storage.chunks import chunks
from relance.storage.models import Firm, Message, Reminder

SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for; without a step or a channel, those that the program offers."""

    by: str
    now: datetime  # the firm's local time
    position: int | None = None
    channel: ChannelName | None = None
    positions: Mapping[int, int] = field(default_factory=dict)  # the step of some invoices, where it isn't `position`
    postage: Postage | None = None  # of formal notices by letter
    language: str = ""  # instead of the customer's, where the text has it
    leaves_at: datetime | None = None  # not before; empty: at once
    dispatch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """An invoice that may be reminded of now."""

    situation: ByHand
    program: Program
    step: StepRef
    channels: tuple[ChannelName, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What may leave, and why the rest may not, by invoice."""

    ready: tuple[Ready, ...]
    refused: Mapping[int, Refused]


def weigh(session: Session, firm: Firm, invoice_ids: Collection[int], asked: Asked) -> Weighed:
    """Which of some invoices a person may remind of now, each with its step and channels. Writes nothing.

    Refused: reasons 1 to 8 of RULES 2, a second reminder on one day (3.5), one that is leaving, nobody to send to.
    """
    found = situations(session, firm, invoice_ids, asked.now)
    moving = _moving(session, found, asked.now)
    ready: list[Ready] = []
    refused: dict[int, Refused] = {}
    for key, situation in found.items():
        try:
            ready.append(_ready(situation, asked, moving.get(key)))
        except Refused as refusal:
            refused[key] = refusal
    return Weighed(tuple(ready), refused)


def _ready(situation: ByHand, asked: Asked, moving: Refused | None) -> Ready:
    number = situation.invoice.number
    if situation.stopped:
        raise Refused("remind.stopped", number=number, reason=situation.reasons[0].code.value)
    if moving is not None:
        raise moving
    if situation.reminded_today is not None:
        raise Refused("remind.already_today", number=number, at=situation.reminded_today)
    step = pick(situation, asked.positions.get(situation.invoice.id, asked.position))
    program = situation.program
    channels = channels_of(situation, step, asked.channel)
    if program is None or not channels:
        raise Refused("remind.no_recipient", number=number, customer=situation.customer.name)
    return Ready(situation, program, step, channels)


def _moving(session: Session, found: Mapping[int, ByHand], now: datetime) -> dict[int, Refused]:
    """The invoices that a person asked to remind of today, or whose reminder is leaving at this moment."""
    query = (
        select(Reminder.invoice_id, Reminder.kind, Reminder.at)
        .join(Message)
        .where(
            Reminder.live,
            or_(Message.state.in_(LEAVING), (Reminder.kind == ReminderKind.MANUAL) & (Reminder.day == now.date())),
        )
        .order_by(Reminder.id)
    )
    moving: dict[int, Refused] = {}
    ids = list(found)
    for part in chunks(ids):
        for key, kind, at in session.execute(query.where(Reminder.invoice_id.in_(part))):
            number = found[key].invoice.number
            if kind is ReminderKind.MANUAL:
                moving[key] = Refused("remind.already_today", number=number, at=at)
            else:
                moving[key] = Refused("remind.on_its_way", number=number)
    return moving


def queue(session: Session, firm: Firm, ready: Iterable[Ready], asked: Asked) -> list[int]:
    """Queue the reminders of what was weighed in this transaction; the ids of the messages, grouped (RULES 4.4).

    What the machine had waiting for those invoices alone is withdrawn: it would be a second one.
    """
    ready = list(ready)
    invoices = [one.situation.invoice.id for one in ready]
    withdraw_waiting_of(session, invoices, SUPERSEDED, by_hand_too=True)
    busy = on_their_way(session, [*invoices])
    free = (one for one in ready if one.situation.invoice.id not in busy)
    sends = sends_of(session, firm, free, asked.language)
    origin = Origin(
        ReminderKind.MANUAL,
        asked.now,
        by=asked.by,
        leaves_at=asked.leaves_at,
        dispatch_id=asked.dispatch_id,
        postage=asked.postage,
    )
    return enqueue(session, sends, origin)


def sends_of(session: Session, firm: Firm, ready: Iterable[Ready], language: str = "") -> list[Send]:
    """What leaves for some invoices: one send for each channel, in the language its text has.

    `language`: the one that a person picked instead of the customers' own.
    """
    ready = list(ready)
    known: dict[tuple[int, int, ChannelName, str, Reader], str] = {}
    read_by = readers(session, {one.situation.customer.id for one in ready})
    sends = []
    for one in ready:
        reader = read_by[one.situation.customer.id]
        found, asked = one.situation, language or one.situation.customer.language or firm.language
        for channel in one.channels:
            key = (one.program.id, one.step.position, channel, asked, reader)
            if key not in known:
                step = one.program.steps[one.step.position - 1]
                known[key] = text_of(session, step, channel, asked, firm.language, reader).language
            sends.append(Send(found.invoice, found.customer, one.program, one.step, channel, known[key]))
    return sends


def remind(session: Session, firm: Firm, invoice_id: int, asked: Asked) -> list[int]:
    """Queue a reminder of one invoice; the ids of its messages. Raises Refused as `weigh` has it."""
    weighed = weigh(session, firm, [invoice_id], asked)
    for refusal in weighed.refused.values():
        raise refusal
    messages = queue(session, firm, weighed.ready, asked)
    if not messages:  # a process has claimed it: it may be leaving right now
        raise Refused("remind.on_its_way", number=weighed.ready[0].situation.invoice.number)
    return messages
