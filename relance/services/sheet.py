"""All that an invoice's page says about its reminders: today's decision, the program, the steps and their days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy.orm import Session

from relance.domain.book import Choose, Customer, Invoice, Policy, balance
from relance.domain.plan import Decision
from relance.domain.program import Program, ProgramId, Step
from relance.domain.progress import day_done
from relance.domain.schedule import Course, is_stale, planned_date, steps_left
from relance.services.by_hand import ByHand, by_hand
from relance.services.invoice_files import describe
from relance.services.messages.facts import AttachedFile, Claim
from relance.services.simulate import Simulation, simulate
from relance.storage import models
from relance.storage.models import Firm


class Source(StrEnum):
    """Where an invoice's program comes from (RULES 1.4)."""

    INVOICE = "invoice"
    CUSTOMER = "customer"
    GROUP = "group"
    GENERAL = "general"
    NONE = "none"


class Stage(StrEnum):
    """Where a step stands for an invoice."""

    DONE = "done"
    DROPPED = "dropped"  # a courtesy step whose time has passed (RULES 3.4)
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of the program, with its day: when it was done, else when it is planned."""

    position: int
    level: int
    offset: int
    stage: Stage
    on: date | None
    from_previous: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """One invoice on one day."""

    row: models.Invoice
    today: date
    situation: ByHand
    decision: Decision
    simulation: Simulation
    program: Program | None  # the one that the machine follows; None for never
    source: Source
    steps: tuple[PlannedStep, ...]

    @property
    def invoice(self) -> Invoice:
        """As the decision saw it."""
        return self.situation.invoice

    @property
    def customer(self) -> Customer:
        """Whose it is."""
        return self.situation.customer

    @property
    def balance(self) -> int:
        """What is left to pay today."""
        return balance(self.invoice, self.today)

    @property
    def days_late(self) -> int:
        """Days past the due date; 0 when it isn't late or nothing is left to pay."""
        due = self.invoice.due_date
        return max(0, (self.today - due).days) if due is not None and self.balance > 0 else 0


def sheet(session: Session, firm: Firm, invoice_id: int, now: datetime) -> Sheet | None:
    """The sheet of an invoice at a moment of the firm's local time; None when there is no such invoice."""
    row = session.get(models.Invoice, invoice_id)
    if row is None:
        return None
    found = simulate(session, firm, now, customers=(row.customer_id,))
    decision = next(one for one in found.plan.decisions if one.invoice == invoice_id)
    situation = by_hand(session, firm, invoice_id, now)
    source, program = program_of(situation.invoice, situation.customer, found.policy, found.programs)
    return Sheet(
        row=row,
        today=now.date(),
        situation=situation,
        decision=decision,
        simulation=found,
        program=program,
        source=source,
        steps=tuple(_steps(situation, now.date())),
    )


def program_of(
    invoice: Invoice, customer: Customer, policy: Policy, programs: Mapping[ProgramId, Program]
) -> tuple[Source, Program | None]:
    """The first choice that isn't to inherit, and who made it."""
    choices = (
        (Source.INVOICE, invoice.program),
        (Source.CUSTOMER, customer.program),
        (Source.GROUP, customer.group_program),
        (Source.GENERAL, policy.general_program),
    )
    for source, choice in choices:
        if choice is None or choice is Choose.INHERIT:
            continue
        return source, None if isinstance(choice, Choose) else programs.get(choice)
    return Source.NONE, None


def _steps(situation: ByHand, today: date) -> list[PlannedStep]:
    course = situation.course
    if course is None:
        return []
    left = {one.ref.position: one for one in steps_left(course, today)}
    first = min(left, default=0)
    found = []
    for position, step in enumerate(course.program.steps, 1):
        stage = _stage(course, position, step, today)
        on = day_done(course.so_far, position) if stage is Stage.DONE else planned_date(course, position)
        if position in left:  # a repeat of the last step stands among those left, too
            stage, on = Stage.NEXT if position == first else Stage.LATER, left[position].on
        from_previous = position in left and left[position].from_previous
        times = left[position].ref.occurrence if position in left else 1
        found.append(PlannedStep(position, step.level, step.offset, stage, on, from_previous, times))
    return found


def _stage(course: Course, position: int, step: Step, today: date) -> Stage:
    if position <= course.so_far.done:
        return Stage.DONE
    dropped = is_stale(step, planned_date(course, position), course.due, today)
    return Stage.DROPPED if dropped else Stage.LATER


def pdf_of(row: models.Invoice, folder: Path) -> AttachedFile | None:
    """The invoice's file, if it is there and can be sent."""
    claim = Claim(
        row.id, row.number, row.issue_date, row.due_date, row.currency, row.total, row.balance, pdf_name=row.pdf_name
    )
    return describe(folder, claim)
