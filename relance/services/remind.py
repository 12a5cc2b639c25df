"""By hand: one invoice, the step a person picks, at once (RULES 3.12); or a test that changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relance.domain import delivery
from relance.domain.book import Book, Choose, Customer, Invoice, ReminderKind, balance
from relance.domain.delivery import ChannelName
from relance.domain.eligibility import Account, account_of, covered_currencies, reasons_against, resolve_program
from relance.domain.plan import reachable
from relance.domain.program import Program
from relance.domain.reasons import Reason, stops_by_hand
from relance.domain.schedule import Course, StepRef, chosen, course_of, offered
from relance.domain.status import MessageState
from relance.services import compose, texts
from relance.services.attachments import keep_and_read
from relance.services.outbox import Origin, Send, enqueue, on_their_way, recipients
from relance.services.refusal import Refused
from relance.storage import book as books
from relance.storage import models
from relance.storage.models import Firm, MailAccount, Message, Reminder
from relance.storage.programs import load_programs


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person may do with an invoice now."""

    invoice: Invoice
    customer: Customer
    program: Program | None
    course: Course | None
    reasons: tuple[Reason, ...]  # RULES 2, all that apply
    step: StepRef | None  # the one offered
    reminded_today: datetime | None

    @property
    def stopped(self) -> bool:
        """Whether a reason of RULES 2 (1 to 8) stops a person too."""
        return stops_by_hand(self.reasons)


def find_invoice(session: Session, number: str) -> models.Invoice:
    """The invoice of a number, exactly or but for case; raises Refused."""
    found = session.scalar(select(models.Invoice).where(models.Invoice.number == number.strip()))
    if found is None:
        near = models.Invoice.number.ilike(number.strip(), escape="\\")
        candidates = session.scalars(select(models.Invoice).where(near).limit(2)).all()
        found = candidates[0] if len(candidates) == 1 else None
    if found is None:
        raise Refused("remind.unknown_invoice", number=number)
    return found


def by_hand(session: Session, firm: Firm, invoice_id: int, now: datetime) -> ByHand:
    """The situation of an invoice for a person, at a moment of the firm's local time."""
    row = session.get_one(models.Invoice, invoice_id)
    found = books.load(session, firm, customers=(row.customer_id,))
    invoice = next(one for one in found.invoices if one.id == invoice_id)
    policy, programs = books.policy(session, firm), load_programs(session)
    customer, today = found.customers[invoice.customer], now.date()
    covered = covered_currencies(found, today).get(customer.id, frozenset())
    account = account_of(customer, policy, programs, today, covered)
    program = resolve_program(invoice, account) or _any_program(invoice, account)
    course = None
    if program is not None and invoice.due_date is not None:
        past = found.reminders.get(invoice.id, ())
        course = course_of(program, invoice.due_date, past, policy, invoice.cycle)
    against = reasons_against(invoice, balance(invoice, today), account)
    step = offered(course, today) if course else None
    return ByHand(invoice, customer, program, course, against, step, _reminded_today(found, invoice, now))


def _any_program(invoice: Invoice, account: Account) -> Program | None:
    """Never automatically isn't never: by hand, the steps are those of the general program."""
    general = account.policy.general_program
    named = [choice for choice in (invoice.program, account.customer.program) if not isinstance(choice, Choose)]
    for choice in (*named, general):
        if choice is not None and choice in account.programs:
            return account.programs[choice]
    return None


def _reminded_today(found: Book, invoice: Invoice, now: datetime) -> datetime | None:
    moments = [
        one.at
        for one in found.reminders.get(invoice.id, ())
        if one.day == now.date() and one.kind is not ReminderKind.SUPERSEDED
    ]
    return max(moments, default=None)


def pick(situation: ByHand, position: int | None) -> StepRef:
    """The step to send, the one offered when none is named; raises Refused when the program has no such step."""
    if situation.course is None or situation.step is None:
        raise Refused("remind.no_program", number=situation.invoice.number)
    if position is None:
        return situation.step
    steps = situation.course.program.steps
    if not 1 <= position <= len(steps):
        raise Refused("remind.unknown_step", step=position, steps=len(steps), program=situation.course.program.name)
    return chosen(situation.course, position)


def channels_of(situation: ByHand, ref: StepRef) -> tuple[ChannelName, ...]:
    """The channels of a step through which the customer can be reached, e-mail standing in where none is."""
    if situation.program is None:
        return ()
    ready, _ = reachable(situation.invoice, situation.customer, situation.program.steps[ref.position - 1])
    if not ready and recipients(situation.invoice, situation.customer, ChannelName.EMAIL):
        return (ChannelName.EMAIL,)
    return ready


def remind(
    session: Session, firm: Firm, invoice_id: int, now: datetime, *, by: str, position: int | None = None
) -> tuple[list[int], ByHand]:
    """Queue a reminder by hand; the ids of its messages. What the machine had waiting for that invoice is withdrawn.

    Raises Refused for reasons 1 to 8 of RULES 2, a second reminder on one day (3.5), or nobody to send to.
    """
    situation = by_hand(session, firm, invoice_id, now)
    if situation.stopped:
        raise Refused("remind.stopped", number=situation.invoice.number, reason=situation.reasons[0].code.value)
    if situation.reminded_today is not None:
        raise Refused("remind.already_today", number=situation.invoice.number, at=situation.reminded_today)
    ref, program = pick(situation, position), situation.program
    channels = channels_of(situation, ref)
    if program is None or not channels:
        raise Refused("remind.no_recipient", number=situation.invoice.number, customer=situation.customer.name)
    _withdraw_waiting(session, invoice_id)
    if on_their_way(session, [invoice_id]):  # a process has claimed it: it may be leaving right now
        raise Refused("remind.on_its_way", number=situation.invoice.number)
    sends = [
        Send(
            situation.invoice,
            situation.customer,
            program,
            ref,
            channel,
            _language(session, firm, situation, ref, channel),
        )
        for channel in channels
    ]
    messages = enqueue(session, sends, Origin(ReminderKind.MANUAL, now, by=by))
    if not messages:
        raise Refused("remind.on_its_way", number=situation.invoice.number)
    return messages, situation


def _withdraw_waiting(session: Session, invoice_id: int) -> None:
    """A person sends now: what waited for approval, or was held, for this invoice alone would be a second one."""
    waiting = (MessageState.APPROVAL, MessageState.QUEUED, MessageState.DEFERRED, MessageState.HELD)
    theirs = (
        select(Reminder.id, Reminder.message_id)
        .join(Message)
        .where(Reminder.invoice_id == invoice_id, Reminder.live, Message.state.in_(waiting))
    )
    for key, message in session.execute(theirs).all():
        session.execute(update(Reminder).where(Reminder.id == key).values(live=False, withdrawn_code="superseded"))
        others = session.scalar(select(Reminder.id).where(Reminder.message_id == message, Reminder.live).limit(1))
        if others is None:
            session.execute(
                update(Message)
                .where(Message.id == message)
                .values(state=MessageState.WITHDRAWN, code="superseded", owner=None)
            )


def _language(session: Session, firm: Firm, situation: ByHand, ref: StepRef, channel: ChannelName) -> str:
    assert situation.program is not None
    step = situation.program.steps[ref.position - 1]
    asked = situation.customer.language or firm.language
    name = step.template_for(channel)
    return texts.find(session, name, channel, asked, firm.language, level=step.level, offset=step.offset).language


def test_message(
    session: Session,
    firm: Firm,
    invoice_id: int,
    now: datetime,
    *,
    to: str,
    data_dir: Path,
    position: int | None = None,
) -> delivery.Message:
    """The reminder as it would be, addressed to oneself and marked as a test; nothing is written."""
    situation = by_hand(session, firm, invoice_id, now)
    ref = pick(situation, position)
    account = session.get_one(MailAccount, 1)
    content = compose.compose_test(session, situation, ref, ChannelName.EMAIL, firm, account, now.date(), to, data_dir)
    return delivery.Message(
        uid=content.uid,
        to=content.to,
        subject=content.subject,
        text=content.text,
        html=content.html or None,
        sender=content.sender,
        language=content.language,
        attachments=keep_and_read(data_dir, content.attachments),
    )
