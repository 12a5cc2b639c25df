"""The steps of invoices that messages carry, as the send journal names them."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, select

from relance.services.delivery.journal_lines import Carried
from relance.storage.models import Invoice, Reminder

_CARRIED = (
    select(
        Reminder.message_id,
        Invoice.number,
        Reminder.cycle,
        Reminder.program_id,
        Reminder.step,
        Reminder.occurrence,
        Reminder.level,
    )
    .join(Invoice, Invoice.id == Reminder.invoice_id)
    .where(Reminder.message_id.in_(bindparam("messages", expanding=True)), Reminder.live)
    .order_by(Reminder.id)
)


def carried_by(on: Connection, messages: Collection[int]) -> dict[int, tuple[Carried, ...]]:
    """What each message carries now, by its id; to be asked once for all that one claim took."""
    found: dict[int, list[Carried]] = {}
    for message, number, cycle, program, step, occurrence, level in on.execute(_CARRIED, {"messages": list(messages)}):
        found.setdefault(message or 0, []).append(Carried(number, cycle, program, step, occurrence, level))
    return {message: tuple(steps) for message, steps in found.items()}
