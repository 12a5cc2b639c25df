"""Read models of the reports about reminders: what each level brought, and how many left by each channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal, select, union_all
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.status import COUNTS_AS_SENT
from relance.storage.days import DaysBetween
from relance.storage.models import Invoice, Message, Payment, Reminder


@dataclass(frozen=True, slots=True)
class Effect:
    """What the reminders of a level brought. An invoice reminded of on a day counts once, whatever the channels.

    `ripe` are those whose days to be paid in are over; `paid` of these had their invoice settled within them, as the
    last reminder before that.
    """

    level: int
    sent: int
    ripe: int
    paid: int

    @property
    def share(self) -> float | None:
        """Paid of those whose days are over, from 0 to 1."""
        return self.paid / self.ripe if self.ripe else None


@dataclass(frozen=True, slots=True)
class Sent:
    """How many messages left by a channel in a period."""

    period: int  # its place among those asked for
    channel: str
    messages: int


def effects(session: Session, since: date, today: date, within: int) -> list[Effect]:
    """By level, of the reminders after `since`; `within` so many days after the day of the reminder."""
    each = select(func.max(Reminder.level).label("level"), Reminder.day).where(_real(), Reminder.day > since)
    once = each.where(Reminder.day <= today).group_by(Reminder.invoice_id, Reminder.day).subquery()
    over = func.sum(case((once.c.day <= today - timedelta(days=within), 1), else_=0))
    counted = session.execute(select(once.c.level, func.count(), over).group_by(once.c.level).order_by(once.c.level))
    paid = _paid(session, since, today, within)
    return [Effect(level, sent, int(ripe or 0), paid.get(level, 0)) for level, sent, ripe in counted]


def _real() -> ColumnElement[bool]:
    """It was sent, or marked; a step that was only cancelled reminded nobody."""
    return and_(Reminder.done, Reminder.kind != ReminderKind.SUPERSEDED)


def _paid(session: Session, since: date, today: date, within: int) -> dict[int, int]:
    """By level, the reminders that were the last before their invoice was settled, within so many days."""
    asks = func.coalesce(Invoice.chased, false())  # plain, it would be taken for a reason to read every invoice first
    settled = (
        select(Payment.invoice_id, func.max(Payment.paid_on).label("day"))
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .where(asks, Invoice.balance <= 0, Payment.paid_on > since, Payment.paid_on <= today)
        .group_by(Payment.invoice_id)
        .subquery()
    )
    last = (
        select(settled.c.invoice_id, settled.c.day, func.max(Reminder.day).label("reminded"))
        .join(Reminder, Reminder.invoice_id == settled.c.invoice_id)
        .where(_real(), Reminder.day > since, Reminder.day < settled.c.day)
        .group_by(settled.c.invoice_id, settled.c.day)
        .subquery()
    )
    level = (
        select(func.max(Reminder.level).label("level"))
        .join(last, and_(Reminder.invoice_id == last.c.invoice_id, Reminder.day == last.c.reminded))
        .where(_real(), last.c.reminded <= today - timedelta(days=within))
        .where(DaysBetween(last.c.day, last.c.reminded) <= within)
        .group_by(last.c.invoice_id)
        .subquery()
    )
    return dict(session.execute(select(level.c.level, func.count()).group_by(level.c.level)).all())


def sent(session: Session, moments: Sequence[datetime]) -> list[Sent]:
    """How many messages left by each channel between each two moments. A telephone call is a channel of its own."""
    call = select(Reminder.id).where(Reminder.message_id == Message.id, Reminder.channel == "call").exists()
    channel: Any = case(
        (and_(Message.kind == ReminderKind.MARKED, call), literal("call")), else_=func.coalesce(Message.channel, "")
    )
    left = Message.state.in_(COUNTS_AS_SENT)
    parts = [
        # As a plain condition the state would lead away from the index of the moments.
        select(literal(place).label("period"), channel.label("channel"), func.sum(case((left, 1), else_=0)))
        .where(Message.sent_at >= first, Message.sent_at < last)
        .group_by(channel)
        for place, (first, last) in enumerate(zip(moments, moments[1:], strict=False))
    ]
    return [Sent(*row) for row in session.execute(union_all(*parts)) if row[2]]
