"""plan(book, programs, policy, now): what happens to every invoice, and why. The heart of the program."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from relance.domain.book import Book, Customer, CustomerId, Invoice, InvoiceId, Policy, balance
from relance.domain.delivery import ChannelName
from relance.domain.eligibility import Account, account_of, covered_currencies, reasons_against, resolve_program
from relance.domain.program import Mode, Program, ProgramId
from relance.domain.reach import reachable
from relance.domain.reasons import Reason, ReasonCode
from relance.domain.schedule import Dates, StepRef, Turn, course_of, dates_from_due, next_step


class Outcome(StrEnum):
    """What the run does with an invoice."""

    SEND = "send"
    APPROVAL = "approval"
    MANUAL = "manual"
    WAIT = "wait"
    SUPERSEDED = "superseded"
    NONE = "none"


class Decision(NamedTuple):
    """What happens to one invoice. `reasons` is never empty unless it is sent; the first is the headline."""

    invoice: InvoiceId
    outcome: Outcome
    step: StepRef | None = None
    reasons: tuple[Reason, ...] = ()
    next_on: date | None = None
    program: ProgramId | None = None
    channels: tuple[ChannelName, ...] = ()  # those that have a recipient, or the step's fallback
    mute: tuple[ChannelName, ...] = ()  # those of the step that have none (RULES 4.2)


@dataclass(frozen=True, slots=True)
class Plan:
    """A decision for every invoice of the book, in its order."""

    at: datetime
    decisions: tuple[Decision, ...]


_BY_TURN = {Turn.WAIT: Outcome.WAIT, Turn.SUPERSEDED: Outcome.SUPERSEDED, Turn.FINISHED: Outcome.NONE}
_BY_MODE = {
    Mode.AUTO: (Outcome.SEND, ()),
    Mode.APPROVAL: (Outcome.APPROVAL, (Reason(ReasonCode.APPROVAL),)),
    Mode.MANUAL: (Outcome.MANUAL, (Reason(ReasonCode.MANUAL),)),
}


def plan(book: Book, programs: Mapping[ProgramId, Program], policy: Policy, now: datetime) -> Plan:
    """Decide for every invoice at a moment given in the firm's local time (RULES 2, 3 and 4.1 to 4.3). Pure."""
    today = now.date()
    covered = covered_currencies(book, today)
    nothing: frozenset[str] = frozenset()
    accounts: dict[CustomerId, Account] = {}
    dates: dict[tuple[ProgramId, date], Dates] = {}  # many invoices share a due date
    decisions = []
    for invoice in book.invoices:
        account = accounts.get(invoice.customer)
        if account is None:
            customer = book.customers[invoice.customer]
            account = account_of(customer, policy, programs, today, covered.get(customer.id, nothing))
            accounts[invoice.customer] = account
        decisions.append(_decide(invoice, account, book, now, dates))
    return Plan(now, tuple(decisions))


def _decide(
    invoice: Invoice, account: Account, book: Book, now: datetime, dates: dict[tuple[ProgramId, date], Dates]
) -> Decision:
    program, due = resolve_program(invoice, account), invoice.due_date
    against = reasons_against(invoice, balance(invoice, account.today), account)
    if against or program is None or due is None:
        key = program.id if program else None
        return Decision(invoice.id, Outcome.NONE, reasons=against, next_on=_over_on(against), program=key)
    planned = dates.get((program.id, due))
    if planned is None:
        planned = dates[program.id, due] = dates_from_due(program, due, account.policy)
    past = book.reminders.get(invoice.id, ())
    found = next_step(course_of(program, due, past, account.policy, invoice.cycle, planned), now)
    if found.turn is Turn.UP and found.step is not None:
        return _up(invoice, account.customer, program, found.step)
    outcome = _BY_TURN.get(found.turn, Outcome.NONE)
    reasons = (found.reason,) if found.reason else ()
    return Decision(invoice.id, outcome, found.step, reasons, found.next_on, program.id)


_PASSING = frozenset((ReasonCode.PROMISED, ReasonCode.PAUSED))


def _over_on(against: tuple[Reason, ...]) -> date | None:
    """The day when the last of the reasons is over, if each ends by itself."""
    ends = [reason.facts.get("until") for reason in against if reason.code in _PASSING]
    days = [end for end in ends if isinstance(end, date)]
    return max(days) if days and len(days) == len(against) else None


def _up(invoice: Invoice, customer: Customer, program: Program, ref: StepRef) -> Decision:
    step = program.steps[ref.position - 1]
    ready, mute = reachable(invoice, customer, step)
    if not ready:
        reason = Reason(ReasonCode.NO_RECIPIENT, {"channels": mute})
        return Decision(invoice.id, Outcome.NONE, ref, (reason,), program=program.id, mute=mute)
    if invoice.failed_step == ref.position:
        return Decision(invoice.id, Outcome.NONE, ref, (Reason(ReasonCode.FAILED),), program=program.id)
    outcome, reasons = _BY_MODE[step.mode]
    return Decision(invoice.id, outcome, ref, reasons, program=program.id, channels=ready, mute=mute)
