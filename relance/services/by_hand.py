"""The situation of invoices for a person who means to remind: the step offered, what speaks against (RULES 3.12)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.book import Book, Choose, Customer, Invoice, InvoiceId, ReminderKind, balance
from relance.domain.delivery import ChannelName
from relance.domain.eligibility import Account, account_of, covered_currencies, reasons_against, resolve_program
from relance.domain.program import Program
from relance.domain.reach import reachable
from relance.domain.reasons import Reason, stops_by_hand
from relance.domain.schedule import Course, StepRef, chosen, course_of, offered
from relance.services.delivery.outbox import recipients
from relance.services.refusal import Refused
from relance.storage import book as books
from relance.storage import models
from relance.storage.chunks import chunks
from relance.storage.models import Firm
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
    """The situation of one invoice for a person, at a moment of the firm's local time."""
    return situations(session, firm, [invoice_id], now)[invoice_id]


def situations(session: Session, firm: Firm, invoice_ids: Collection[int], now: datetime) -> dict[int, ByHand]:
    """The situation of each invoice, in the order asked for; an id that no invoice has is left out."""
    wanted = set(invoice_ids)
    policy, programs = books.policy(session, firm), load_programs(session)
    found = books.load(session, firm, today=now.date(), customers=_customers_of(session, wanted))
    covered = covered_currencies(found, now.date())
    accounts = {
        key: account_of(customer, policy, programs, now.date(), covered.get(key, frozenset()))
        for key, customer in found.customers.items()
    }
    made = {
        invoice.id: _situation(found, invoice, accounts[invoice.customer], now)
        for invoice in found.invoices
        if invoice.id in wanted
    }
    return {key: made[key] for key in map(InvoiceId, invoice_ids) if key in made}


def _customers_of(session: Session, invoices: Collection[int]) -> set[int]:
    ordered, found = sorted(invoices), set[int]()
    for part in chunks(ordered):
        some = models.Invoice.id.in_(part)
        found.update(session.scalars(select(models.Invoice.customer_id).where(some)))
    return found


def _situation(found: Book, invoice: Invoice, account: Account, now: datetime) -> ByHand:
    policy, today = account.policy, now.date()
    program = resolve_program(invoice, account) or _any_program(invoice, account)
    course = None
    if program is not None and invoice.due_date is not None:
        past = found.reminders.get(invoice.id, ())
        course = course_of(program, invoice.due_date, past, policy, invoice.cycle)
    against = reasons_against(invoice, balance(invoice, today), account)
    step = offered(course, today) if course else None
    return ByHand(invoice, account.customer, program, course, against, step, _reminded_today(found, invoice, now))


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


def channels_of(situation: ByHand, ref: StepRef, wanted: ChannelName | None = None) -> tuple[ChannelName, ...]:
    """The channels of a step through which the customer can be reached, e-mail standing in where none is.

    `wanted`: the one that a person picked instead, if it reaches anybody.
    """
    if situation.program is None:
        return ()
    if wanted is not None:
        return (wanted,) if recipients(situation.invoice, situation.customer, wanted, ref.level) else ()
    ready, _ = reachable(situation.invoice, situation.customer, situation.program.steps[ref.position - 1])
    if not ready and recipients(situation.invoice, situation.customer, ChannelName.EMAIL, ref.level):
        return (ChannelName.EMAIL,)
    return ready
