"""A simulation as a person reads it: what leaves, what waits for a word, what to mend, customer by customer."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from relance.domain.book import Customer, CustomerId, Invoice, InvoiceId, balance
from relance.domain.plan import Decision, Outcome
from relance.domain.program import Step
from relance.domain.reasons import ReasonCode
from relance.services.delivery.outbox import grouped, recipients
from relance.services.run import sends
from relance.services.simulate import Simulation
from relance.storage.queries.simulation import steps_on_their_way


class Section(StrEnum):
    """What becomes of an invoice, in the order a reader wants to know it."""

    SEND = "send"
    APPROVAL = "approval"
    MANUAL = "manual"
    FIX = "fix"
    ASIDE = "aside"
    WAIT = "wait"


# The step is up, and something must be mended before it can leave.
TO_FIX = frozenset((ReasonCode.NO_RECIPIENT, ReasonCode.FAILED, ReasonCode.UNKNOWN))
_BY_OUTCOME = {
    Outcome.SEND: Section.SEND,
    Outcome.APPROVAL: Section.APPROVAL,
    Outcome.MANUAL: Section.MANUAL,
    Outcome.WAIT: Section.WAIT,
}
_NO_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Total:
    """How many invoices, and what they owe: minor units by currency."""

    count: int
    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice of a forecast."""

    invoice: Invoice
    customer: Customer
    decision: Decision
    section: Section
    balance: int
    step: Step | None
    recipients: tuple[str, ...]
    fell_back: bool  # the template isn't in the customer's language (RULES 4.3)
    on_its_way: bool  # its message was made already: none is made again (RULES 4.6)


@dataclass(frozen=True, slots=True)
class Forecast:
    """A simulation without what is settled; `decisions` go customer by customer, then level by level."""

    simulation: Simulation
    decisions: tuple[tuple[Section, Decision], ...]
    totals: Mapping[Section, Total]
    messages: int  # how many leave: a customer's invoices may share one (RULES 4.4)
    invoices: Mapping[InvoiceId, Invoice]
    on_their_way: frozenset[InvoiceId]

    def leaving(self) -> list[Decision]:
        """What a run would send that has no message yet."""
        return [
            one for section, one in self.decisions if section is Section.SEND and one.invoice not in self.on_their_way
        ]

    def of(self, section: Section | None) -> list[tuple[Section, Decision]]:
        """The decisions of a section; of all but those that only wait, without one."""
        if section is not None:
            return [one for one in self.decisions if one[0] is section]
        return [one for one in self.decisions if one[0] is not Section.WAIT]


def forecast(session: Session, found: Simulation) -> Forecast:
    """Sort a simulation's decisions for a reader."""
    invoices = found.invoices()
    kept = [
        (section_of(decision), decision)
        for decision in found.plan.decisions
        if not _is_settled(found, decision, invoices[decision.invoice])
    ]
    kept.sort(key=lambda one: _place(found, one[1], invoices[one[1].invoice]))
    waiting = _waiting(session, kept, invoices)
    return Forecast(
        simulation=found,
        decisions=tuple(kept),
        totals=_totals(found, kept, invoices),
        messages=len(grouped(send for send in sends(found, Outcome.SEND) if send.invoice.id not in waiting)),
        invoices=invoices,
        on_their_way=waiting,
    )


def section_of(decision: Decision) -> Section:
    """Where a decision stands."""
    if decision.outcome is Outcome.NONE and decision.reasons and decision.reasons[0].code in TO_FIX:
        return Section.FIX
    return _BY_OUTCOME.get(decision.outcome, Section.ASIDE)


def _is_settled(found: Simulation, decision: Decision, invoice: Invoice) -> bool:
    return decision.outcome is Outcome.NONE and balance(invoice, found.day) <= 0


def _place(found: Simulation, decision: Decision, invoice: Invoice) -> tuple[object, ...]:
    customer = found.book.customers[invoice.customer]
    level = decision.step.level if decision.step else _NO_LEVEL
    return (customer.name.casefold(), customer.id, level, invoice.due_date or date.max, invoice.number)


def _waiting(
    session: Session, kept: Iterable[tuple[Section, Decision]], invoices: Mapping[InvoiceId, Invoice]
) -> frozenset[InvoiceId]:
    """The invoices whose step has its message already: queued, held, or waiting for approval."""
    known = steps_on_their_way(session)
    return frozenset(
        one.invoice
        for section, one in kept
        if section in (Section.SEND, Section.APPROVAL) and one.step is not None and one.program is not None
        if (one.invoice, invoices[one.invoice].cycle, one.program, one.step.position, one.step.occurrence) in known
    )


def _totals(
    found: Simulation, kept: Iterable[tuple[Section, Decision]], invoices: Mapping[InvoiceId, Invoice]
) -> dict[Section, Total]:
    counts: Counter[Section] = Counter()
    amounts: dict[Section, Counter[str]] = {section: Counter() for section in Section}
    for section, decision in kept:
        invoice = invoices[decision.invoice]
        counts[section] += 1
        amounts[section][invoice.currency] += balance(invoice, found.day)
    return {section: Total(counts[section], dict(amounts[section])) for section in Section}


def rows(shown: Forecast, some: Iterable[tuple[Section, Decision]]) -> list[Row]:
    """The rows of some of the decisions."""
    return [_row(shown, section, decision) for section, decision in some]


def _row(shown: Forecast, section: Section, decision: Decision) -> Row:
    found, invoice = shown.simulation, shown.invoices[decision.invoice]
    customer = found.book.customers[invoice.customer]
    step = None
    if decision.step is not None and decision.program is not None:
        step = found.programs[decision.program].steps[decision.step.position - 1]
    return Row(
        invoice=invoice,
        customer=customer,
        decision=decision,
        section=section,
        balance=balance(invoice, found.day),
        step=step,
        recipients=_recipients(invoice, customer, decision),
        fell_back=bool(decision.channels) and found.language_of(decision)[1],
        on_its_way=invoice.id in shown.on_their_way,
    )


def _recipients(invoice: Invoice, customer: Customer, decision: Decision) -> tuple[str, ...]:
    if decision.step is None:
        return ()
    level = decision.step.level
    return tuple(one for channel in decision.channels for one in recipients(invoice, customer, channel, level))


@dataclass(frozen=True, slots=True)
class Group:
    """One customer's rows that follow each other on a page."""

    customer: Customer
    rows: tuple[Row, ...]


def by_customer(some: Iterable[Row]) -> list[Group]:
    """Rows, already in order, under their customers."""
    groups: dict[CustomerId, list[Row]] = {}
    for row in some:
        groups.setdefault(row.customer.id, []).append(row)
    return [Group(ones[0].customer, tuple(ones)) for ones in groups.values()]


@dataclass(frozen=True, slots=True)
class Later:
    """How many invoices wait for the same day; None where the day isn't known."""

    on: date | None
    count: int


def waits(shown: Forecast) -> list[Later]:
    """What only waits, by the day it is looked at again."""
    days: Counter[date | None] = Counter(one.next_on for section, one in shown.decisions if section is Section.WAIT)
    return [Later(day, days[day]) for day in sorted(days, key=lambda one: one or date.max)]
