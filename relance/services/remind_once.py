"""The button that reminds a customer: a second click, or a second person, sends nothing more (RULES 3.5, 4.6)."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.status import MessageState
from relance.services.refusal import Refused
from relance.services.remind import remind
from relance.storage.models import Firm, Invoice, Message, Reminder

LEAVING = (MessageState.CLAIMED, MessageState.TRANSMITTING)


def remind_once(
    session: Session, firm: Firm, invoice_id: int, now: datetime, *, by: str, position: int | None = None
) -> list[int]:
    """Queue a reminder by hand; the ids of its messages. `now` is the firm's local time.

    Raises Refused as `remind` does, and for one that was asked for today already or is leaving at this moment.
    """
    invoice = session.get_one(Invoice, invoice_id)
    query = (
        select(Reminder.kind, Reminder.at)
        .join(Message)
        .where(
            Reminder.invoice_id == invoice_id,
            Reminder.live,
            or_(Message.state.in_(LEAVING), (Reminder.kind == ReminderKind.MANUAL) & (Reminder.day == now.date())),
        )
        .order_by(Reminder.id.desc())
    )
    for kind, at in session.execute(query):
        if kind is ReminderKind.MANUAL:
            raise Refused("remind.already_today", number=invoice.number, at=at)
        raise Refused("remind.on_its_way", number=invoice.number)
    return remind(session, firm, invoice_id, now, by=by, position=position)[0]
