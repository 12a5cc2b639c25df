"""What happened in the last days, day by day: messages that left, messages refused, payments that came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.storage.models import Invoice, Message, Payment, User


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the firm; payments are minor units by currency."""

    on: date
    sent: dict[ChannelName, int]
    refused: int
    payments: int
    received: dict[str, int]

    @property
    def empty(self) -> bool:
        """Whether nothing happened."""
        return not (self.sent or self.refused or self.payments)


def activity(session: Session, starts: Sequence[tuple[date, datetime]]) -> list[Day]:
    """The days of which the beginnings are given, oldest first; each ends where the next begins."""
    days = [day for day, _moment in starts]
    sent: dict[date, dict[ChannelName, int]] = {day: {} for day in days}
    for number, channel, count in _messages(session, MessageState.SENT, Message.sent_at, starts):
        sent[days[number]][channel] = count
    refused = dict.fromkeys(days, 0)
    for number, _channel, count in _messages(session, MessageState.FAILED, Message.created_at, starts):
        refused[days[number]] += count
    counts, received = _payments(session, days)
    return [Day(day, sent[day], refused[day], counts.get(day, 0), received[day]) for day in days]


def _messages(
    session: Session, state: MessageState, at: InstrumentedAttribute[Any], starts: Sequence[tuple[date, datetime]]
) -> Sequence[Any]:
    """The number of the day, the channel, how many."""
    number = case(*((at >= moment, place) for place, (_day, moment) in reversed(list(enumerate(starts)))))
    query = select(number, Message.channel, func.count()).where(Message.state == state, at >= starts[0][1])
    return session.execute(query.group_by(number, Message.channel)).all()


def _payments(session: Session, days: Sequence[date]) -> tuple[dict[date, int], dict[date, dict[str, int]]]:
    counts: dict[date, int] = {}
    received: dict[date, dict[str, int]] = {day: {} for day in days}
    query = (
        select(Payment.paid_on, Payment.currency, func.count(), func.sum(Payment.amount))
        .where(Payment.paid_on >= days[0], Payment.paid_on <= days[-1])
        .group_by(Payment.paid_on, Payment.currency)
    )
    for day, currency, count, amount in session.execute(query):
        counts[day] = counts.get(day, 0) + count
        received[day][currency] = int(amount)
    return counts, received


def next_due(session: Session, today: date) -> date | None:
    """The next day on which something is due."""
    still_open = Invoice.chased, Invoice.balance > 0, Invoice.due_date >= today
    return session.scalar(select(func.min(Invoice.due_date)).where(*still_open))


def first_account(session: Session) -> datetime | None:
    """Since when somebody works here."""
    return session.scalar(select(User.created_at).order_by(User.id).limit(1))
