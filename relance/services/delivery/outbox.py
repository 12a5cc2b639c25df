"""Decisions to messages: grouping, and rows that the database itself keeps unique (RULES 4.4, 4.6)."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from relance.domain.book import Customer, Invoice, ReminderKind, balance
from relance.domain.delivery import ChannelName, Postage
from relance.domain.program import Grouping, Program
from relance.domain.reach import emails_at, has_own_emails, mobiles_at
from relance.domain.schedule import StepRef
from relance.domain.status import MessageState
from relance.services.senders.lookup import senders_of
from relance.storage.chunks import chunks
from relance.storage.models import Message, Reminder

FORMAL_NOTICE = 3  # the level of the mise en demeure


@dataclass(frozen=True, slots=True)
class Send:
    """One step of one invoice, through one channel, that is to leave."""

    invoice: Invoice
    customer: Customer
    program: Program
    step: StepRef
    channel: ChannelName
    language: str

    @property
    def live_key(self) -> tuple[int, int, int, int, int, str]:
        """What may stand but once among the live reminders (RULES 4.6)."""
        return (self.invoice.id, *self.place, self.channel)

    @property
    def place(self) -> tuple[int, int, int, int]:
        """The step, as reminders name it: cycle, program, position, occurrence."""
        return (self.invoice.cycle, self.program.id, self.step.position, self.step.occurrence)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who or what makes messages, when, and in which state they start."""

    kind: ReminderKind
    now: datetime  # in the firm's zone
    state: MessageState = MessageState.QUEUED
    by: str = ""
    run_id: int | None = None
    dispatch_id: int | None = None
    leaves_at: datetime | None = None  # not before; empty: at once
    postage: Postage | None = None  # of formal notices by letter, where a person chose it


def recipients(invoice: Invoice, customer: Customer, channel: ChannelName, level: int) -> tuple[str, ...]:
    """Who a message of an invoice goes to at a level (RULES 4.2); the customer stands for a letter's address."""
    if channel is ChannelName.EMAIL:
        return emails_at(invoice, customer, level)
    if channel is ChannelName.SMS:
        return mobiles_at(customer, level)
    return (customer.code,) if customer.has_address else ()


def circle(invoice: Invoice, customer: Customer, channel: ChannelName, level: int) -> tuple[tuple[str, ...], bool]:
    """What invoices of one message have in common (RULES 4.4): an invoice's own addresses go without the copies."""
    own = channel is ChannelName.EMAIL and has_own_emails(invoice)
    return recipients(invoice, customer, channel, level), own


def grouped(sends: Iterable[Send]) -> list[list[Send]]:
    """The messages that sends make: by customer, recipients, channel, step, currency and language (RULES 4.4)."""
    groups: dict[tuple[object, ...], list[Send]] = {}
    for send in sends:
        key: tuple[object, ...] = (
            send.customer.id,
            circle(send.invoice, send.customer, send.channel, send.step.level),
            send.channel,
            send.program.id,
            send.step,
            send.invoice.currency,
            send.language,
        )
        if send.program.grouping is Grouping.INVOICE:
            key = (*key, send.invoice.id)
        groups.setdefault(key, []).append(send)
    return list(groups.values())


def enqueue(session: Session, sends: list[Send], origin: Origin, new_uid: Callable[[], str] | None = None) -> list[int]:
    """Store messages for sends that have none on its way or sent yet; the ids of the new ones.

    While another step of an invoice is on its way, the machine adds none: they would be two on one day (RULES 3.5).
    """
    new_uid = new_uid or (lambda: str(uuid.uuid4()))
    invoices: list[int] = [send.invoice.id for send in sends]
    taken = _live_keys(session, invoices)
    busy = on_their_way(session, invoices) if origin.kind is ReminderKind.AUTO else {}
    free = (send for send in sends if send.live_key not in taken)
    groups = grouped(send for send in free if busy.get(send.invoice.id, send.place) == send.place)
    if not groups:
        return []
    senders = senders_of(session, {group[0].customer.id for group in groups})
    rows = [_message(group, origin, new_uid(), senders.get(group[0].customer.id)) for group in groups]
    ids = list(session.scalars(insert(Message).returning(Message.id, sort_by_parameter_order=True), rows))
    reminders = [_reminder(send, message, origin) for group, message in zip(groups, ids, strict=True) for send in group]
    session.execute(insert(Reminder), reminders)
    return ids


def on_their_way(session: Session, invoices: list[int]) -> dict[int, tuple[int, int, int, int]]:
    """The place of the step of each invoice that is in the outbox, neither withdrawn nor handed over yet."""
    place = (Reminder.cycle, Reminder.program_id, Reminder.step, Reminder.occurrence)
    query = select(Reminder.invoice_id, *place).where(Reminder.live, Reminder.done.is_(False))
    found: dict[int, tuple[int, int, int, int]] = {}
    for part in chunks(invoices):
        some = query.where(Reminder.invoice_id.in_(part))
        found.update((row[0], (row[1], row[2], row[3], row[4])) for row in session.execute(some))
    return found


def _live_keys(session: Session, invoices: list[int]) -> set[tuple[int, int, int, int, int, str]]:
    query = select(
        Reminder.invoice_id,
        Reminder.cycle,
        Reminder.program_id,
        Reminder.step,
        Reminder.occurrence,
        Reminder.channel,
    ).where(Reminder.live)
    found: set[tuple[int, int, int, int, int, str]] = set()
    for part in chunks(invoices):
        some = query.where(Reminder.invoice_id.in_(part))
        found.update((*row,) for row in session.execute(some))
    return found


def is_notice_by_letter(send: Send) -> bool:
    """Whether it is a formal notice on paper: the one kind of letter that is posted as a person chooses."""
    return send.channel is ChannelName.LETTER and send.step.level == FORMAL_NOTICE


def _message(group: list[Send], origin: Origin, uid: str, sender: int | None) -> dict[str, object]:
    first = group[0]
    return {
        "uid": uid,
        "kind": origin.kind,
        "channel": first.channel,
        "state": origin.state,
        "customer_id": first.customer.id,
        "program_id": first.program.id,
        "step": first.step.position,
        "occurrence": first.step.occurrence,
        "level": first.step.level,
        "language": first.language,
        "sender_id": sender,
        "run_id": origin.run_id,
        "decided_by": origin.by,
        "created_at": origin.now,
        "next_at": origin.leaves_at or origin.now,
        "dispatch_id": origin.dispatch_id,
        "postage": origin.postage.value if origin.postage and is_notice_by_letter(first) else "",
        "recipients": list(recipients(first.invoice, first.customer, first.channel, first.step.level)),
    }


def _reminder(send: Send, message: int, origin: Origin) -> dict[str, object]:
    return {
        "invoice_id": send.invoice.id,
        "message_id": message,
        "program_id": send.program.id,
        "cycle": send.invoice.cycle,
        "step": send.step.position,
        "occurrence": send.step.occurrence,
        "level": send.step.level,
        "channel": send.channel,
        "kind": origin.kind,
        "live": True,
        "done": False,
        "day": origin.now.date(),
        "at": origin.now,
        "amount": balance(send.invoice, origin.now.date()),
        "by": origin.by,
    }
