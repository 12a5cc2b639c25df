"""Programs as people change them: who uses one, what a change does to the invoices, taking one away."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relance.domain.book import Policy
from relance.domain.plan import Decision, Outcome, plan
from relance.domain.program import Program, ProgramId
from relance.services.refusal import Refused
from relance.services.simulate import look
from relance.storage import models
from relance.storage.models import Customer, CustomerGroup, Firm, Invoice, Message, Reminder
from relance.storage.queries.programs import uses_of

# An id no row has: a program that isn't stored yet.
UNSAVED = ProgramId(0)


@dataclass(frozen=True, slots=True)
class Effects:
    """What a change does at one moment: how many invoices change step or date, which more leave by themselves."""

    changed: int
    leaving: int


def effects(
    session: Session, firm: Firm, moment: datetime, now: datetime, changed: Program, *, general: bool
) -> Effects:
    """Decide for every invoice with the programs as they are, and with this one changed (local times)."""
    found = look(session, firm, moment, now=now, as_if=firm.scope)
    policy: Policy = replace(found.policy, general_program=changed.id) if general else found.policy
    after = plan(found.book, {**found.programs, changed.id: changed}, policy, moment)
    pairs = list(zip(found.plan.decisions, after.decisions, strict=True))
    return Effects(
        changed=sum(_place(before) != _place(then) for before, then in pairs),
        leaving=sum(then.outcome is Outcome.SEND and before.outcome is not Outcome.SEND for before, then in pairs),
    )


def _place(decision: Decision) -> tuple[object, ...]:
    headline = decision.reasons[0].code if decision.reasons else None
    return (decision.outcome, decision.step.level if decision.step else None, decision.next_on, headline)


class Removal(StrEnum):
    """What became of a program that was to go."""

    DELETED = "deleted"
    RETIRED = "retired"  # reminders were sent under it: it is switched off, and stays for the history


def remove(session: Session, program_id: int, replacement: int | None) -> Removal:
    """Take a program away; who used it goes to the replacement.

    Raises Refused for the general one, and where a replacement is needed and there is none.
    """
    row = session.get_one(models.Program, program_id)
    if row.general:
        raise Refused("program.general", name=row.name)
    used = uses_of(session)[program_id]
    if used.total:
        _hand_over(session, row, replacement)
    if _has_history(session, program_id):
        row.active = False
        return Removal.RETIRED
    session.delete(row)
    return Removal.DELETED


def _hand_over(session: Session, row: models.Program, replacement: int | None) -> None:
    other = session.get(models.Program, replacement) if replacement is not None else None
    if other is None or other is row or other.own:
        raise Refused("program.replacement", name=row.name)
    for kind in (Customer, CustomerGroup, Invoice):
        session.execute(
            update(kind)
            .where(kind.program_id == row.id)
            .values(program_id=other.id)
            .execution_options(synchronize_session=False)
        )


def _has_history(session: Session, program_id: int) -> bool:
    kinds = (Message, Reminder)
    return any(session.scalar(select(kind.id).where(kind.program_id == program_id).limit(1)) for kind in kinds)
