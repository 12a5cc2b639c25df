"""The pause that a customer's words begin, and its end (RULES 2.13)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from relance.domain.reasons import ReasonCode
from relance.services.mailbox.undelivered import UNDELIVERED
from relance.services.withdraw import withdraw_waiting_of
from relance.storage.book import BY_REPLY
from relance.storage.models import Hold, Invoice, News, Reminder

_OWED = Invoice.chased & (Invoice.balance > 0)


def mark_of(news_id: int) -> str:
    """What a hold notes of the news that began it."""
    return f"news:{news_id}"


def pause_for(session: Session, row: News) -> None:
    """A customer wrote: nothing automatic leaves for what it is about until a person says what follows."""
    invoices = _about(session, row)
    if invoices:
        session.add_all(_pause(row, invoice=one) for one in invoices)
    elif row.customer_id is not None and row.message_id is None:
        session.add(_pause(row, customer=row.customer_id))
        invoices = _open_ones(session, Invoice.customer_id == row.customer_id)
    session.flush()
    withdraw_waiting_of(session, invoices, ReasonCode.PAUSED.value, by_hand_too=False)


def _pause(row: News, *, invoice: int | None = None, customer: int | None = None) -> Hold:
    return Hold(
        invoice_id=invoice,
        customer_id=customer,
        kind="pause",
        origin=BY_REPLY,
        note=mark_of(row.id),
        opened_at=row.at,
    )


def _about(session: Session, row: News) -> list[int]:
    """The open invoices that the answered message named when it left."""
    if row.message_id is None:
        return []
    named = select(Reminder.invoice_id).where(
        Reminder.message_id == row.message_id, or_(Reminder.live, Reminder.withdrawn_code == UNDELIVERED)
    )
    return _open_ones(session, Invoice.id.in_(named))


def _open_ones(session: Session, which: ColumnElement[bool]) -> list[int]:
    return list(session.scalars(select(Invoice.id).where(which, _OWED).order_by(Invoice.id)))


def end_pauses(session: Session, news_ids: Collection[int], *, by: str, now: datetime) -> None:
    """What waited because of these goes on."""
    session.execute(
        update(Hold)
        .where(Hold.origin == BY_REPLY, Hold.note.in_([mark_of(one) for one in news_ids]), Hold.closed_at.is_(None))
        .values(closed_at=now, closed_by=by)
        .execution_options(synchronize_session=False)
    )


def settled_by_payment(session: Session) -> list[int]:
    """The news whose every paused invoice is paid, cancelled or credited since."""
    running = session.scalars(select(Hold).where(Hold.origin == BY_REPLY, Hold.closed_at.is_(None))).all()
    if not running:
        return []
    still = set(session.scalars(select(Invoice.id).where(Invoice.id.in_(_invoices(running)), _OWED)))
    owing = set(session.scalars(select(Invoice.customer_id).where(Invoice.customer_id.in_(_customers(running)), _OWED)))
    waiting = {one.note for one in running if one.invoice_id in still or one.customer_id in owing}
    notes = {one.note for one in running} - waiting
    return sorted(int(note.partition(":")[2]) for note in notes)


def _invoices(holds: Collection[Hold]) -> list[int]:
    return [one.invoice_id for one in holds if one.invoice_id is not None]


def _customers(holds: Collection[Hold]) -> list[int]:
    return [one.customer_id for one in holds if one.customer_id is not None]
