"""Rows to MessageFacts: a few queries for a whole batch of messages."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.documents import CustomerKind
from relance.domain.status import MessageState
from relance.services.message_facts import Claim, MessageFacts, Person, StepFacts
from relance.storage.models import Contact, Customer, Firm, Invoice, Message, Payment, Reminder, Step

_CHUNK = 500  # ids in one query


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


def drafts(session: Session, message_ids: Collection[int]) -> dict[int, Draft]:
    """The messages of some ids, each with the invoices of its live reminders."""
    ids = list(message_ids)
    invoices = _grouped(
        _chunked(
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
    )
    return {
        key: Draft(uid, customer, program, step, level, ChannelName(channel), language, tuple(invoices.get(key, ())))
        for key, uid, customer, program, step, level, channel, language in _chunked(session, query, Message.id, ids)
    }


def facts_of(session: Session, firm: Firm, asked: Sequence[Draft], today: date) -> list[MessageFacts | None]:
    """The facts of each draft, in order; None for one whose step is no longer in its program."""
    steps = _steps(session, {draft.program_id for draft in asked})
    customers = {draft.customer_id for draft in asked}
    known = _customers(session, customers)
    people = _people(session, customers)
    invoices = {invoice for draft in asked for invoice in draft.invoice_ids}
    claims = _claims(session, firm, invoices, today)
    earlier = _earlier(session, invoices)
    found: list[MessageFacts | None] = []
    for draft in asked:
        step = steps.get((draft.program_id, draft.step))
        name, kind = known[draft.customer_id]
        theirs = sorted((claims[key] for key in draft.invoice_ids), key=_oldest_first)
        facts = step and MessageFacts(
            uid=draft.uid,
            customer=name,
            kind=kind,
            channel=draft.channel,
            language=draft.language,
            step=_step_facts(step, draft),
            claims=tuple(theirs),
            people=tuple(people.get(draft.customer_id, ())),
            earlier=tuple(sorted({day for key in draft.invoice_ids for day in earlier.get(key, ())})),
        )
        found.append(facts)
    return found


def _oldest_first(claim: Claim) -> tuple[date, str]:
    return claim.due_date or date.max, claim.number


def _step_facts(step: Any, draft: Draft) -> StepFacts:
    return StepFacts(draft.level, step.offset, step.deadline_days, (step.templates or {}).get(draft.channel.value))


def _chunked(session: Session, query: Any, column: Any, ids: Iterable[int]) -> Iterator[Any]:
    """The rows of a query whose column is one of some ids."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield from session.execute(query.where(column.in_(ordered[start : start + _CHUNK])))


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return found


def _steps(session: Session, programs: Collection[int]) -> dict[tuple[int, int], Any]:
    query = select(Step.program_id, Step.position, Step.offset, Step.deadline_days, Step.templates)
    return {(row.program_id, row.position): row for row in _chunked(session, query, Step.program_id, programs)}


def _customers(session: Session, ids: Collection[int]) -> dict[int, tuple[str, CustomerKind]]:
    query = select(Customer.id, Customer.name, Customer.kind)
    return {key: (name, kind) for key, name, kind in _chunked(session, query, Customer.id, ids)}


def _people(session: Session, customers: Collection[int]) -> dict[int, list[Person]]:
    query = (
        select(Contact.customer_id, Contact.name, Contact.email, Contact.use)
        .where(Contact.reminders, Contact.dead.is_(False), Contact.email != "")
        .order_by(Contact.id)
    )
    rows = _chunked(session, query, Contact.customer_id, customers)
    return _grouped((customer, Person(name, email, use)) for customer, name, email, use in rows)


def _claims(session: Session, firm: Firm, ids: Collection[int], today: date) -> dict[int, Claim]:
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
    for key, number, issued, due, currency, total, balance, pdf, emails in _chunked(session, query, Invoice.id, ids):
        left = balance - arrived.get(key, 0)
        found[key] = Claim(key, number, issued, due, currency, total, left, pdf, tuple(emails or ()))
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
    return {key: int(amount) for key, amount in _chunked(session, query, Payment.invoice_id, ids)}


def _earlier(session: Session, invoices: Collection[int]) -> dict[int, list[date]]:
    """The days of relances (levels 1 to 3) that certainly left or were marked; one of unknown fate isn't claimed."""
    certain: ColumnElement[bool] = or_(Message.id.is_(None), Message.state == MessageState.SENT)
    query = (
        select(Reminder.invoice_id, Reminder.day)
        .outerjoin(Message, Reminder.message_id == Message.id)
        .where(Reminder.done, Reminder.level >= 1, Reminder.kind != ReminderKind.SUPERSEDED, certain)
    )
    return _grouped(_chunked(session, query, Reminder.invoice_id, invoices))
