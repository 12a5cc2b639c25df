"""The steps that one customer has for itself: a program that stands on its page alone (RULES 1.4)."""

from enum import Enum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from relance.domain.book import Choose
from relance.domain.program import from_offsets
from relance.services.settings.apply import set_program
from relance.services.settings.programs import ProgramSpec
from relance.services.settings.values import LONGEST_LINE
from relance.storage.models import Customer, CustomerGroup, Invoice, Message, Program, Reminder
from relance.storage.programs import to_domain

FIRST_STEPS = (-7, 0, 7, 14, 30)  # where there is no program to copy
_LONGEST_PART = LONGEST_LINE // 2 - 10


class Own(Enum):
    """The choice of a customer's own steps."""

    STEPS = "own"


def followed_own(session: Session, row: Customer) -> Program | None:
    """The program of its own that a customer follows now."""
    program = session.get(Program, row.program_id) if row.program_id is not None else None
    return program if program is not None and program.own else None


def take(session: Session, row: Customer) -> tuple[Program, bool]:
    """The customer's own program, and whether it was made just now: a copy of the one it followed.

    Where reminders were sent under an earlier own program, that one is taken up again.
    """
    known = followed_own(session, row) or _earlier(session, row.id)
    if known is not None:
        return known, False
    copied = _followed(session, row)
    spec = ProgramSpec(
        name=_free_name(session, row),
        steps=to_domain(copied).steps if copied else from_offsets(FIRST_STEPS),
        grouping=copied.grouping if copied else None,
        active=True,
    )
    program = Program(name=spec.name, general=False, own=True)
    session.add(program)
    set_program(program, spec)
    session.flush()
    return program, True


def leave(session: Session, program: Program) -> None:
    """Nobody follows an own program any more: it goes, unless reminders were sent under it."""
    used = (Customer, CustomerGroup, Invoice, Message, Reminder)
    if not any(session.scalar(select(kind.id).where(kind.program_id == program.id).limit(1)) for kind in used):
        session.delete(program)


def _earlier(session: Session, customer: int) -> Program | None:
    """The newest own program under which reminders of this customer were sent."""
    messages = select(Message.program_id).where(Message.customer_id == customer)
    reminders = select(Reminder.program_id).join(Invoice, Invoice.id == Reminder.invoice_id)
    sent: ColumnElement[bool] = Program.id.in_(messages) | Program.id.in_(
        reminders.where(Invoice.customer_id == customer)
    )
    return session.scalars(select(Program).where(Program.own, sent).order_by(Program.id.desc()).limit(1)).first()


def _followed(session: Session, row: Customer) -> Program | None:
    """The program that it has, or would have if it weren't left alone."""
    named = row.program_id
    if named is None and row.program_choice is not Choose.NEVER and row.group is not None:
        named = row.group.program_id
    if named is not None:
        return session.get(Program, named)
    return session.scalars(select(Program).where(Program.general).order_by(Program.id).limit(1)).first()


def _free_name(session: Session, row: Customer) -> str:
    """Its name and its code, which no other customer has; no longer than a program's name may be."""
    stem = name = f"{row.name[:_LONGEST_PART]} ({row.code[:_LONGEST_PART]})"
    number = 1
    while session.scalar(select(Program.id).where(Program.name == name)) is not None:
        number += 1
        name = f"{stem} {number}"
    return name
