"""A run that would send far more than is usual waits for a person's word (RELIABILITY 3.4, last line).

A list imported with wrong due dates, or with another firm's customers, shows itself first by its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from relance.domain.status import COUNTS_AS_SENT, UNUSUAL_VOLUME, MessageState
from relance.services.dispatches import VOLUME, begin, find
from relance.services.refusal import Refused
from relance.storage.models import DailyRun, Firm, Message, Reminder

TIMES = 3
FEW = 20  # fewer messages than this are never too many
KNOWN_RUNS = 10  # before that, nobody can say what is usual
PAST = timedelta(days=62)  # so that the busy days of last month are in it


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What waits: messages, invoices, what they claim in minor units by currency, and what a usual day sends."""

    messages: int
    invoices: int
    customers: int
    amounts: dict[str, int]
    usual: int


def unusual(volumes: Sequence[int], today: int) -> bool:
    """Whether a run is far bigger than those before it: `volumes` are the messages of each past run that sent any.

    More than three times their mean, and more than the biggest of them: where many invoices fall due on one day of each
    month, that day is usual too.
    """
    if today < FEW or len(volumes) < KNOWN_RUNS:
        return False
    return today > TIMES * usual_day(volumes) and today > max(volumes)


def usual_day(volumes: Sequence[int]) -> float:
    """The messages of a usual day: the mean of the runs that sent any."""
    return sum(volumes) / len(volumes) if volumes else 0.0


def past_volumes(session: Session, firm: Firm, day: date) -> list[int]:
    """How many messages left by each run before a day; runs that sent none don't count.

    They count from the last activation on: what was to leave was shown then, and confirmed.
    """
    if firm.activated_at is None:
        return []
    counted = (
        select(func.count(Message.id))
        .join(DailyRun, DailyRun.id == Message.run_id)
        .where(
            DailyRun.local_date >= day - PAST,
            DailyRun.local_date < day,
            DailyRun.started_at >= firm.activated_at,
            Message.state.in_(COUNTS_AS_SENT),
        )
        .group_by(DailyRun.id)
    )
    return list(session.scalars(counted))


def hold_unusual(session: Session, firm: Firm, run: DailyRun) -> int:
    """Hold the messages of a run back if they are far more than usual; how many are held."""
    if run.sends < FEW or not unusual(past_volumes(session, firm, run.local_date), run.sends):
        return 0
    held = session.execute(
        update(Message)
        .where(Message.run_id == run.id, Message.state == MessageState.QUEUED)
        .values(state=MessageState.HELD, code=UNUSUAL_VOLUME, detail="")
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(held.all())


def is_held() -> ColumnElement[bool]:
    """The messages that wait for this word."""
    return (Message.state == MessageState.HELD) & (Message.code == UNUSUAL_VOLUME)


def count(session: Session) -> int:
    """How many messages wait for it."""
    return session.scalar(select(func.count()).select_from(Message).where(is_held())) or 0


def held_back(session: Session, firm: Firm, day: date) -> HeldBack | None:
    """What waits for a word, if anything does."""
    from relance.storage.models import Invoice

    messages, customers = session.execute(
        select(func.count(), func.count(Message.customer_id.distinct())).where(is_held())
    ).one()
    if not messages:
        return None
    # An invoice that goes through two channels is claimed once.
    theirs = select(Reminder.invoice_id).join(Message, Message.id == Reminder.message_id)
    invoices = theirs.where(is_held(), Reminder.live).distinct()
    sums = select(Invoice.currency, func.count(), func.sum(Invoice.balance)).where(Invoice.id.in_(invoices))
    rows = session.execute(sums.group_by(Invoice.currency).order_by(Invoice.currency)).all()
    return HeldBack(
        messages=messages,
        invoices=sum(number for _, number, _ in rows),
        customers=customers,
        amounts={currency: amount for currency, _, amount in rows},
        usual=round(usual_day(past_volumes(session, firm, day))),
    )


def let_go(session: Session) -> int:
    """A person says on the command line that it is right: everything goes at once. How many messages."""
    return _release(session)


def confirm(session: Session, *, by: str, now: datetime, token: str) -> int:
    """A person says on a page that it is right: everything goes in two minutes. The id of the send.

    Raises Refused when nothing waits any more.
    """
    known = find(session, token)
    if known is not None:
        return known.id
    made = begin(session, VOLUME, by, now, token)
    if not _release(session, decided_by=by, dispatch_id=made.id, created_at=now, next_at=made.leaves_at):
        raise Refused("unusual.none_waits")
    return made.id


def _release(session: Session, **values: object) -> int:
    moved = session.execute(
        update(Message)
        .where(is_held())
        .values(state=MessageState.QUEUED, code=None, **values)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())
