"""One invoice in a situation, decided on a day: by the plan, and checked against the oracle on the way."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from relance.domain.book import Book, Credit, Customer, Invoice, PastReminder, Policy
from relance.domain.plan import Decision, Outcome, plan
from relance.domain.program import Program
from relance.domain.reasons import ReasonCode
from relance.domain.schedule import StepRef
from tests.builders import a_book, a_customer, a_policy, a_program, a_reminder, an_invoice, local
from tests.domain.oracle import Verdict, judge

FINISHED = Verdict(Outcome.NONE, (ReasonCode.FINISHED,))


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides over one invoice, but the moment."""

    invoice: Invoice = field(default_factory=an_invoice)
    past: tuple[PastReminder, ...] = ()
    program: Program = field(default_factory=a_program)
    others: tuple[Program, ...] = ()
    customer: Customer = field(default_factory=a_customer)
    policy: Policy = field(default_factory=a_policy)
    credits: tuple[Credit, ...] = ()

    @property
    def book(self) -> Book:
        return a_book(self.invoice, customers=[self.customer], past=self.past, credits=self.credits)


def due_on(due: date, program: str | Program, *past: PastReminder, **policy: Any) -> Situation:
    """An invoice due on a day, under a program, with these reminders; the rest changes the policy."""
    program = a_program(program) if isinstance(program, str) else program
    return Situation(an_invoice(due=due), past, program, policy=a_policy(**policy))


def decide(situation: Situation, when: date | datetime) -> Decision:
    """The plan's decision at a moment, or at 10:00 of a day. The oracle has to agree."""
    now = when if isinstance(when, datetime) else local(when)
    programs = {program.id: program for program in (situation.program, *situation.others)}
    book = situation.book
    (decision,) = plan(book, programs, situation.policy, now).decisions
    assert shape(decision) == judge(book, programs, situation.policy, now)[decision.invoice]
    return decision


def shape(decision: Decision) -> Verdict:
    """A decision without its facts, as the oracle gives it."""
    ref = decision.step
    step = (ref.position, ref.level, ref.occurrence) if ref else None
    return Verdict(decision.outcome, codes(decision), step, decision.next_on)


def codes(decision: Decision) -> tuple[ReasonCode, ...]:
    return tuple(reason.code for reason in decision.reasons)


def what(situation: Situation, when: date | datetime) -> Verdict:
    """What is decided, without the facts of its reasons."""
    return shape(decide(situation, when))


def sends(step: int, level: int, occurrence: int = 1) -> Verdict:
    return Verdict(Outcome.SEND, (), (step, level, occurrence))


def supersedes(step: int, level: int, occurrence: int = 1) -> Verdict:
    return Verdict(Outcome.SUPERSEDED, (ReasonCode.SUPERSEDED,), (step, level, occurrence))


def waits(until: date | None) -> Verdict:
    return Verdict(Outcome.WAIT, (ReasonCode.WAIT,), None, until)


def too_soon(until: date) -> Verdict:
    return Verdict(Outcome.WAIT, (ReasonCode.TOO_SOON,), None, until)


def left_alone(*reasons: ReasonCode, until: date | None = None) -> Verdict:
    return Verdict(Outcome.NONE, reasons, None, until)


def follow(situation: Situation, days: Iterable[date]) -> list[tuple[date, StepRef]]:
    """The sends of an untouched invoice when the machine runs at 10:00 of these days."""
    sent = []
    for day in days:
        decision = decide(situation, day)
        if decision.outcome is Outcome.SEND and decision.step is not None:
            sent.append((day, decision.step))
            situation = replace(situation, past=(*situation.past, recorded(situation, decision, day)))
    return sent


def recorded(situation: Situation, decision: Decision, day: date) -> PastReminder:
    """The reminder that a send of 10:00 leaves behind."""
    ref = decision.step
    assert ref is not None and decision.program is not None
    programs = {program.id: program for program in (situation.program, *situation.others)}
    given = programs[decision.program].steps[ref.position - 1].deadline_days
    return a_reminder(
        ref.position,
        day,
        level=ref.level,
        program=decision.program,
        occurrence=ref.occurrence,
        cycle=situation.invoice.cycle,
        deadline=day + timedelta(days=given) if given else None,
    )


def every_day(first: date, number: int) -> list[date]:
    return [first + timedelta(days=count) for count in range(number)]
