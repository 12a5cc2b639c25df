"""The last look before a message leaves: its reminders are decided again from fresh rows (RULES 4.5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain import reasons
from relance.domain.book import Book, Invoice, InvoiceId, ReminderKind, balance
from relance.domain.eligibility import account_of, reasons_against
from relance.domain.plan import Decision, Outcome
from relance.domain.program import ProgramId
from relance.domain.reasons import ReasonCode
from relance.domain.status import TO_PRINT, MessageState
from relance.services.delivery.outbox import circle
from relance.services.simulate import Simulation, look
from relance.storage.models import Firm, Message, Reminder


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is left of a message: the reminders that stay, those taken out with why, or the day to look again."""

    keep: tuple[int, ...] = ()
    out: tuple[tuple[int, ReasonCode], ...] = ()
    not_before: date | None = None


def recheck(session: Session, firm: Firm, messages: Iterable[Message], moment: datetime) -> dict[int, Verdict]:
    """A verdict for each message, by id, at a moment of the firm's local time."""
    messages = list(messages)
    found = look(session, firm, moment, customers={message.customer_id for message in messages})
    decisions = {decision.invoice: decision for decision in found.plan.decisions}
    ids = [message.id for message in messages]
    rows = session.scalars(select(Reminder).where(Reminder.message_id.in_(ids), Reminder.live).order_by(Reminder.id))
    by_message: dict[int, list[Reminder]] = {}
    for row in rows:
        by_message.setdefault(row.message_id or 0, []).append(row)
    return {message.id: _verdict(message, by_message.get(message.id, []), decisions, found) for message in messages}


def _verdict(
    message: Message, reminders: list[Reminder], decisions: Mapping[InvoiceId, Decision], found: Simulation
) -> Verdict:
    invoices = found.invoices()
    keep: list[int] = []
    out: list[tuple[int, ReasonCode]] = []
    for reminder in reminders:
        invoice = invoices[InvoiceId(reminder.invoice_id)]
        decision = decisions[invoice.id]
        against = _against(message, reminder, invoice, decision, found)
        if against is None or (against is ReasonCode.WAIT and _is_day_off(found) and _is_to_print(message)):
            keep.append(reminder.id)  # nobody posts it today, and it may be printed
        elif against is ReasonCode.WAIT and _is_day_off(found):
            return Verdict(not_before=decision.next_on)
        else:
            out.append((reminder.id, against))
    return _same_recipients(message, reminders, keep, out, found.book)


def _against(
    message: Message, reminder: Reminder, invoice: Invoice, decision: Decision, found: Simulation
) -> ReasonCode | None:
    """Why a reminder may not leave any more; None when it may."""
    if _is_to_print(message) and _overtaken(message, reminder, invoice, decision):
        return ReasonCode.SUPERSEDED
    if message.kind is ReminderKind.MANUAL:
        return _against_by_hand(reminder, invoice, found)
    step = decision.step
    same = (
        step is not None
        and decision.program == reminder.program_id
        and invoice.cycle == reminder.cycle
        and (step.position, step.occurrence) == (reminder.step, reminder.occurrence)
    )
    if same and decision.outcome in _still_meant(message):
        return None if message.channel in decision.channels else ReasonCode.NO_RECIPIENT
    headline = decision.reasons[0].code if decision.reasons else ReasonCode.SUPERSEDED
    if _left_by_another_channel(reminder, invoice, found.book) and headline not in RULES_2:
        return ReasonCode.SUPERSEDED if _stands_in(message, reminder, found) else None
    if headline is ReasonCode.FAILED and _is_to_print(message):
        return None  # it failed by another channel: that is what the letter is for
    return headline


def _stands_in(message: Message, reminder: Reminder, found: Simulation) -> bool:
    """Whether it goes by its step's fallback: another channel that left makes it needless (RULES 4.2)."""
    program = found.programs.get(ProgramId(reminder.program_id))
    steps = program.steps[reminder.step - 1 : reminder.step] if program else ()
    return any(message.channel is step.fallback for step in steps)


def _is_to_print(message: Message) -> bool:
    return message.state is MessageState.HELD and message.code == TO_PRINT


def _overtaken(message: Message, reminder: Reminder, invoice: Invoice, decision: Decision) -> bool:
    """A letter waits for days: whether another step is up meanwhile. One that a person asked for yields to later ones.

    It was done through another channel, else it would still be up itself (RULES 3.5).
    """
    if invoice.cycle != reminder.cycle:
        return True
    if decision.step is None or decision.outcome not in (Outcome.SEND, Outcome.APPROVAL, Outcome.MANUAL):
        return False
    if message.kind is ReminderKind.MANUAL:
        same = decision.program == reminder.program_id
        return same and (decision.step.position, decision.step.occurrence) > (reminder.step, reminder.occurrence)
    up = (decision.program, decision.step.position, decision.step.occurrence)
    return up != (reminder.program_id, reminder.step, reminder.occurrence)


def _still_meant(message: Message) -> tuple[Outcome, ...]:
    """The outcomes a message was made for: a step that came to want approval, or no longer does, starts anew."""
    if message.state is MessageState.APPROVAL:
        return (Outcome.APPROVAL,)
    return (Outcome.SEND, Outcome.APPROVAL) if message.decided_by else (Outcome.SEND,)


RULES_2 = frozenset(tuple(ReasonCode)[: tuple(ReasonCode).index(ReasonCode.TOO_SOON)])


def _against_by_hand(reminder: Reminder, invoice: Invoice, found: Simulation) -> ReasonCode | None:
    """A person is stopped by the reasons 1 to 8 of RULES 2, and by a reminder that left today (3.5)."""
    today = found.day
    if not _left_by_another_channel(reminder, invoice, found.book) and _reminded_on(today, invoice, found.book):
        return ReasonCode.TOO_SOON
    account = account_of(found.book.customers[invoice.customer], found.policy, found.programs, today)
    against = reasons_against(invoice, balance(invoice, today), account)
    return against[0].code if reasons.stops_by_hand(against) else None


def _reminded_on(day: date, invoice: Invoice, book: Book) -> bool:
    past = book.reminders.get(invoice.id, ())
    return any(one.day == day and one.kind is not ReminderKind.SUPERSEDED for one in past)


def _left_by_another_channel(reminder: Reminder, invoice: Invoice, book: Book) -> bool:
    key = (reminder.program_id, reminder.cycle, reminder.step, reminder.occurrence)
    past = book.reminders.get(invoice.id, ())
    return any((one.program, one.cycle, one.step, one.occurrence) == key for one in past)


def _is_day_off(found: Simulation) -> bool:
    return found.policy.working_days_only and not found.policy.is_working_day(found.day)


def _same_recipients(
    message: Message, reminders: list[Reminder], keep: list[int], out: list[tuple[int, ReasonCode]], book: Book
) -> Verdict:
    """A group stays a group only while its invoices go to the same people (RULES 4.4)."""
    invoices = {invoice.id: invoice for invoice in book.invoices}
    first: tuple[tuple[str, ...], bool] | None = None
    staying: list[int] = []
    for reminder in reminders:
        if reminder.id not in keep:
            continue
        invoice = invoices[InvoiceId(reminder.invoice_id)]
        people = circle(invoice, book.customers[invoice.customer], message.channel, message.level)
        first = first or people
        if not people[0] or people != first:
            out.append((reminder.id, ReasonCode.NO_RECIPIENT))
        else:
            staying.append(reminder.id)
    return Verdict(tuple(staying), tuple(out))
