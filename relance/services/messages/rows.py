"""Rows to MessageFacts: a few queries for a whole batch of messages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.charges import Charges
from relance.domain.delivery import ChannelName, Postage
from relance.domain.status import MessageState
from relance.services.charges import charges_of
from relance.services.messages.facts import Claim, MessageFacts, OwnText, StepFacts
from relance.services.messages.parties import Debtor, Party, debtors, numbers, parties, people
from relance.services.messages.queries import chunked, grouped
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
    sender_id: int | None = None  # in whose name; none: the firm itself
    as_step: StepFacts | None = None  # instead of a program's: for a look at a text


def drafts(session: Session, message_ids: Collection[int]) -> dict[int, Draft]:
    """The messages of some ids, each with the invoices of its live reminders."""
    ids = list(message_ids)
    invoices = grouped(
        chunked(
            session, select(Reminder.message_id, Reminder.invoice_id).where(Reminder.live), Reminder.message_id, ids
        )
    )
    rows = list(chunked(session, select(*_COLUMNS), Message.id, ids))
    claimed = _claimed_then(session, [row.id for row in rows if row.own_subject or row.own_text])
    return {row.id: _draft(row, tuple(invoices.get(row.id, ())), claimed.get(row.id, {})) for row in rows}


_COLUMNS = (
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
    Message.sender_id,
)


def _draft(row: Any, invoices: tuple[int, ...], claimed: dict[int, int]) -> Draft:
    _, uid, customer, program, step, level, channel, language, subject, text, postage, number, by, sender = row
    return Draft(
        uid=uid,
        customer_id=customer,
        program_id=program,
        step=step,
        level=level,
        channel=ChannelName(channel),
        language=language,
        invoice_ids=invoices,
        own=OwnText(subject or "", text or "", claimed) if subject or text else None,
        postage=Postage(postage) if postage in set(Postage) else None,
        tracking=number,
        by_person=bool(by),
        sender_id=sender,
    )


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
    known, contacts = debtors(session, firm, customers), parties(session, customers)
    invoices = {invoice for draft in asked for invoice in draft.invoice_ids}
    closed = unusable(session, firm, today)
    charged = {one for draft in asked if known[draft.customer_id].owes_charges for one in draft.invoice_ids}
    claims = _claims(session, firm, invoices, today, closed, charges_of(session, firm, charged, today))
    earlier = _earlier(session, invoices)
    found: list[MessageFacts | None] = []
    for draft in asked:
        step = draft.as_step or _step_facts(steps.get((draft.program_id, draft.step)), draft)
        debtor, theirs = known[draft.customer_id], contacts.get(draft.customer_id, ())
        owed = tuple(sorted((claims[key] for key in draft.invoice_ids), key=_oldest_first))
        days = tuple(sorted({day for key in draft.invoice_ids for day in earlier.get(key, ())}))
        found.append(_facts(draft, step, debtor, theirs, owed, days, closed) if step else None)
    return found


def _facts(
    draft: Draft,
    step: StepFacts,
    debtor: Debtor,
    theirs: Sequence[Party],
    claims: tuple[Claim, ...],
    earlier: tuple[date, ...],
    closed: frozenset[str],
) -> MessageFacts:
    phones = numbers(theirs, debtor, draft.level) if draft.channel is ChannelName.SMS else ()
    return MessageFacts(
        uid=draft.uid,
        customer=debtor.name,
        kind=debtor.kind,
        channel=draft.channel,
        language=draft.language,
        step=step,
        claims=claims,
        tone=debtor.tone,
        charged=debtor.charged,
        people=tuple(people(theirs, draft.level, closed)),
        earlier=earlier,
        numbers=phones,
        mobiles=tuple(one for one in mobiles_of(phones, debtor.country) if one not in closed),
        address=debtor.address,
        postage=draft.postage,
        tracking=draft.tracking,
        by_person=draft.by_person,
        own=draft.own,
    )


def _oldest_first(claim: Claim) -> tuple[date, str]:
    return claim.due_date or date.max, claim.number


def _step_facts(step: Any, draft: Draft) -> StepFacts | None:
    if step is None:
        return None
    return StepFacts(draft.level, step.offset, step.deadline_days, (step.templates or {}).get(draft.channel.value))


def _steps(session: Session, programs: Collection[int]) -> dict[tuple[int, int], Any]:
    query = select(Step.program_id, Step.position, Step.offset, Step.deadline_days, Step.templates)
    return {(row.program_id, row.position): row for row in chunked(session, query, Step.program_id, programs)}


def _claims(
    session: Session,
    firm: Firm,
    ids: Collection[int],
    today: date,
    closed: frozenset[str],
    carried: Mapping[int, Charges],
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
        Invoice.reference,
    )
    found = {}
    for row in chunked(session, query, Invoice.id, ids):
        key, number, issued, due, currency, total, balance, pdf, emails, order = row
        left = balance - arrived.get(key, 0)
        usable = tuple(one for one in emails or () if key_of(one) not in closed)
        lost = bool(emails) and not usable
        charges = carried.get(key)
        found[key] = Claim(key, number, issued, due, currency, total, left, pdf, usable, lost, order, charges)
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
