"""The moves of a message between its states: conditional updates, fenced by owner and attempt (RELIABILITY 3.2).

They work on a connection, below the session: this is what every message pays for.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from relance.domain.book import ReminderKind
from relance.domain.status import CLAIMABLE, COUNTS_AS_SENT, LIVE, MessageState, may_move
from relance.storage.models import Invoice, Message, Reminder
from relance.storage.ways import Way, leaves_by


@dataclass(frozen=True, slots=True)
class Claim:
    """A message claimed by an owner, for one attempt: the fence of every later move."""

    message: int
    owner: str
    attempt: int


def change_mark(on: Connection) -> int | None:
    """A number that changes when another connection commits; None where the database has none."""
    if on.dialect.name != "sqlite":
        return None
    return int(on.exec_driver_sql("PRAGMA data_version").scalar_one())


def claim(
    on: Connection,
    owner: str,
    now: datetime,
    lease_until: datetime,
    limit: int,
    way: Way,
    only: Collection[int] | None = None,
    *,
    asked_for: bool = False,
) -> list[Claim]:
    """Claim messages that are due, by one conditional update: nobody else has these.

    `asked_for`: those only that a person sent or let go.
    """
    due = select(Message.id).where(Message.state.in_(CLAIMABLE), Message.next_at <= now, leaves_by(way))
    if only is not None:
        due = due.where(Message.id.in_(only))
    if asked_for:
        due = due.where(or_(Message.kind == ReminderKind.MANUAL, Message.decided_by != ""))
    taken = (
        update(Message)
        .where(Message.id.in_(due.order_by(Message.next_at, Message.id).limit(limit)), Message.state.in_(CLAIMABLE))
        .values(state=MessageState.CLAIMED, owner=owner, lease_until=lease_until, attempt=Message.attempt + 1)
        .returning(Message.id, Message.attempt)
    )
    return sorted((Claim(key, owner, attempt) for key, attempt in on.execute(taken)), key=lambda one: one.message)


# Statements that every message pays for are built once: building one costs more than carrying it out.
@lru_cache(maxsize=64)
def _move(names: tuple[str, ...]) -> ReturningUpdate[Any]:
    return (
        update(Message)
        .where(
            Message.id == bindparam("the_message"),
            Message.state == bindparam("before"),
            Message.owner == bindparam("the_owner"),
            Message.attempt == bindparam("the_attempt"),
        )
        .values({name: bindparam(f"new_{name}") for name in names})
        .returning(Message.id)
    )


def move(on: Connection, claim: Claim, before: MessageState, after: MessageState, **values: Any) -> bool:
    """Move a claimed message on, if it still is this owner's; False when somebody else took it over."""
    if not may_move(before, after):
        raise ValueError(f"from {before} to {after}")
    if after is not MessageState.TRANSMITTING:
        values.setdefault("lease_until", None)
    values["state"] = after
    fence = {"the_message": claim.message, "the_owner": claim.owner, "the_attempt": claim.attempt, "before": before}
    news = {f"new_{name}": value for name, value in values.items()}
    moved = on.execute(_move(tuple(sorted(values))), {**fence, **news}).first()
    if moved is None:
        return False
    if after not in LIVE and after not in COUNTS_AS_SENT:
        _release(on, claim.message)
    elif before is MessageState.TRANSMITTING and after in LIVE:
        undo_done(on, claim.message)
    return True


def live_invoices(on: Connection, messages: Collection[int]) -> dict[int, list[int]]:
    """The invoices that messages still carry."""
    found: dict[int, list[int]] = {}
    query = select(Reminder.message_id, Reminder.invoice_id).where(Reminder.message_id.in_(messages), Reminder.live)
    for message, invoice in on.execute(query):
        found.setdefault(message or 0, []).append(invoice)
    return found


def _release(on: Connection, message: int) -> None:
    """The steps of a message that will not leave are free again."""
    undo_done(on, message)
    on.execute(update(Reminder).where(Reminder.message_id == message, Reminder.live).values(live=False))


_DONE = (
    update(Reminder)
    .where(Reminder.message_id == bindparam("message"), Reminder.live)
    .values(done=True, day=bindparam("the_day"), at=bindparam("the_moment"), deadline=bindparam("the_deadline"))
)
_REACHED = (
    update(Invoice)
    .where(
        Invoice.id.in_(select(Reminder.invoice_id).where(Reminder.message_id == bindparam("message"), Reminder.live))
    )
    .values(
        last_reminder_on=bindparam("the_day"),
        level=case((Invoice.level > bindparam("the_level"), Invoice.level), else_=bindparam("the_level")),
        failed_step=None,
        unreachable_on=None,
    )
)


def mark_done(on: Connection, message: int, day: date, at: datetime, deadline: date | None, level: int) -> None:
    """The steps of a message that is being handed over count as done from now on (RULES 3.1, 4.6)."""
    facts = {"message": message, "the_day": day}
    on.execute(_DONE, {**facts, "the_moment": at, "the_deadline": deadline})
    on.execute(_REACHED, {**facts, "the_level": level})


def undo_done(on: Connection, message: int) -> None:
    """The steps of a message that was refused after all are not done."""
    touched = list(
        on.scalars(
            update(Reminder)
            .where(Reminder.message_id == message, Reminder.done)
            .values(done=False)
            .returning(Reminder.invoice_id)
        )
    )
    for invoice in touched:
        refresh_level(on, invoice)


def refresh_level(on: Connection, invoice: int) -> None:
    """Keep on the invoice the level reached and the day of the last reminder, as its reminders have them."""
    spaced = (Reminder.invoice_id == invoice, Reminder.done, Reminder.channel != "")
    level, day = on.execute(select(func.max(Reminder.level), func.max(Reminder.day)).where(*spaced)).one()
    on.execute(update(Invoice).where(Invoice.id == invoice).values(level=level, last_reminder_on=day))


def withdraw_reminders(on: Connection, out: Collection[tuple[int, str]]) -> None:
    """Take reminders out of a message that hasn't left, each with its reason (RULES 4.5)."""
    for key, code in out:
        on.execute(update(Reminder).where(Reminder.id == key).values(live=False, done=False, withdrawn_code=code))
