"""Rows to MessageFacts: a few queries for a whole batch of messages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName, Postage
from relance.domain.status import MessageState
from relance.services.message_facts import Claim, MessageFacts, OwnText, StepFacts
from relance.services.message_parties import debtors, numbers, parties, people
from relance.services.message_queries import chunked, grouped
from relance.storage.bad_addresses import key as key_of
from relance.storage.bad_addresses import unusable
from relance.storage.models import Firm, Invoice, Message, Payment, Reminder, Step
from relance.storage.recipients import mobiles_of


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is on its way, or only asked about: whose, which step, which invoices."""

    uid: str
    customer_id: int
    program_id: int
    step: int  # its position in the program
    level: int
    channel: ChannelName
    language: str
    invoice_ids: tuple[int, ...]
    own: OwnText | None = None
    postage: Postage | None = None
    tracking: str = ""
    by_person: bool = False


def drafts(session: Session, message_ids: Collection[int]) -> dict[int, Draft]:
    """The messages of some ids, each with the invoices of its live reminders."""
    ids = list(message_ids)
    invoices = grouped(
        chunked(
            session, select(Reminder.message_id, Reminder.invoice_id).where(Reminder.live), Reminder.message_id, ids
        )
    )
    query = select(
        Message.id,
        Message.uid,
        Message.customer_id,
        Message.program_id,
        Message.step,
        Message.level,
        type_coerce(Message.channel, String),
        Message.language,
        Message.own_subject,
        Message.own_text,
        Message.postage,
        Message.tracking,
        Message.decided_by,
    )
    found, rows = {}, list(chunked(session, query, Message.id, ids))
    claimed = _claimed_then(session, [row.id for row in rows if row.own_subject or row.own_text])
    for key, uid, customer, program, step, level, channel, language, subject, text, postage, number, by in rows:
        own = OwnText(subject or "", text or "", claimed.get(key, {})) if subject or text else None
        theirs = tuple(invoices.get(key, ()))
        chosen = Postage(postage) if postage in set(Postage) else None
        found[key] = Draft(
            uid, customer, program, step, level, ChannelName(channel), language, theirs, own, chosen, number, bool(by)
        )
    return found


def _claimed_then(session: Session, ids: Collection[int]) -> dict[int, dict[int, int]]:
    """What each invoice of a message owed when a person wrote its text; one that had left it by then owes nothing."""
    query = select(Reminder.message_id, Reminder.invoice_id, Reminder.amount).where(Reminder.amount != 0)
    found: dict[int, dict[int, int]] = {}
    for message, invoice, amount in chunked(session, query, Reminder.message_id, ids):
        found.setdefault(message, {})[invoice] = amount
    return found


def facts_of(session: Session, firm: Firm, asked: Sequence[Draft], today: date) -> list[MessageFacts | None]:
    """The facts of each draft, in order; None for one whose step is no longer in its program."""
    steps = _steps(session, {draft.program_id for draft in asked})
    customers = {draft.customer_id for draft in asked}
    known = debtors(session, firm, customers)
    contacts = parties(session, customers)
    invoices = {invoice for draft in asked for invoice in draft.invoice_ids}
    closed = unusable(session, firm, today)
    claims = _claims(session, firm, invoices, today, closed)
    earlier = _earlier(session, invoices)
    found: list[MessageFacts | None] = []
    for draft in asked:
        step = steps.get((draft.program_id, draft.step))
        debtor, theirs = known[draft.customer_id], contacts.get(draft.customer_id, ())
        phones = numbers(theirs, debtor, draft.level) if draft.channel is ChannelName.SMS else ()
        facts = step and MessageFacts(
            uid=draft.uid,
            customer=debtor.name,
            kind=debtor.kind,
            channel=draft.channel,
            language=draft.language,
            step=_step_facts(step, draft),
            claims=tuple(sorted((claims[key] for key in draft.invoice_ids), key=_oldest_first)),
            people=tuple(people(theirs, draft.level, closed)),
            earlier=tuple(sorted({day for key in draft.invoice_ids for day in earlier.get(key, ())})),
            numbers=phones,
            mobiles=tuple(one for one in mobiles_of(phones, debtor.country) if one not in closed),
            address=debtor.address,
            postage=draft.postage,
            tracking=draft.tracking,
            by_person=draft.by_person,
            own=draft.own,
        )
        found.append(facts)
    return found


def _oldest_first(claim: Claim) -> tuple[date, str]:
    return claim.due_date or date.max, claim.number


def _step_facts(step: Any, draft: Draft) -> StepFacts:
    return StepFacts(draft.level, step.offset, step.deadline_days, (step.templates or {}).get(draft.channel.value))


def _steps(session: Session, programs: Collection[int]) -> dict[tuple[int, int], Any]:
    query = select(Step.program_id, Step.position, Step.offset, Step.deadline_days, Step.templates)
    return {(row.program_id, row.position): row for row in chunked(session, query, Step.program_id, programs)}


def _claims(
    session: Session, firm: Firm, ids: Collection[int], today: date, closed: frozenset[str]
) -> dict[int, Claim]:
    arrived = _arrived(session, firm, ids, today)
    query = select(
        Invoice.id,
        Invoice.number,
        Invoice.issue_date,
        Invoice.due_date,
        Invoice.currency,
        Invoice.total,
        Invoice.total - Invoice.paid - Invoice.credited,
        Invoice.pdf_name,
        Invoice.emails,
    )
    found = {}
    for key, number, issued, due, currency, total, balance, pdf, emails in chunked(session, query, Invoice.id, ids):
        left = balance - arrived.get(key, 0)
        usable = tuple(one for one in emails or () if key_of(one) not in closed)
        lost = bool(emails) and not usable
        found[key] = Claim(key, number, issued, due, currency, total, left, pdf, usable, lost)
    return found


def _arrived(session: Session, firm: Firm, ids: Collection[int], today: date) -> dict[int, int]:
    """Payments that the sums kept on invoices don't hold yet, though their day has come (RULES 2.1)."""
    if firm.balances_on is None or firm.balances_on >= today:
        return {}
    query = (
        select(Payment.invoice_id, func.sum(Payment.amount))
        .where(Payment.paid_on > firm.balances_on, Payment.paid_on <= today)
        .group_by(Payment.invoice_id)
    )
    return {key: int(amount) for key, amount in chunked(session, query, Payment.invoice_id, ids)}


def _earlier(session: Session, invoices: Collection[int]) -> dict[int, list[date]]:
    """The days of relances (levels 1 to 3) that certainly left or were marked; one of unknown fate isn't claimed."""
    certain: ColumnElement[bool] = or_(Message.id.is_(None), Message.state == MessageState.SENT)
    query = (
        select(Reminder.invoice_id, Reminder.day)
        .outerjoin(Message, Reminder.message_id == Message.id)
        .where(Reminder.done, Reminder.level >= 1, Reminder.kind != ReminderKind.SUPERSEDED, certain)
    )
    return grouped(chunked(session, query, Reminder.invoice_id, invoices))
