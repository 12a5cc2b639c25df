"""What a simulation must know of the outbox."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.storage.models import Reminder

# invoice, cycle, program, step, occurrence
StepKey = tuple[int, int, int, int, int]


def steps_on_their_way(session: Session) -> set[StepKey]:
    """The steps that have a message which hasn't left: a run makes no second one (RULES 4.6)."""
    query = select(Reminder.invoice_id, Reminder.cycle, Reminder.program_id, Reminder.step, Reminder.occurrence).where(
        Reminder.live, Reminder.done.is_(False)
    )
    return {(invoice, cycle, program, step, time) for invoice, cycle, program, step, time in session.execute(query)}
