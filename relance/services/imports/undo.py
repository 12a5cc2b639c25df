"""Takes an import back: what it created goes, what it changed returns, unless something was built on it since."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from relance import clock
from relance.domain.status import LEAVING, MessageState
from relance.services import balances
from relance.services.database import the_firm
from relance.services.imports.memory import APPLIED
from relance.services.imports.record import plain, update_rows
from relance.services.refusal import Refused
from relance.storage.chunks import chunks
from relance.storage.models import (
    Base,
    Contact,
    CreditApplication,
    Customer,
    CustomerGroup,
    Hold,
    ImportBatch,
    Invoice,
    Message,
    Note,
    Payment,
    Reminder,
)

UNDONE = "undone"
_NAMED = 10
_TABLES: dict[str, type[Base]] = {"invoices": Invoice, "customers": Customer, "holds": Hold, "payments": Payment}
_TRIED = (MessageState.SENT, MessageState.DEFERRED, MessageState.FAILED, MessageState.UNKNOWN)


def undo(session: Session, batch: ImportBatch, *, now: datetime) -> None:
    """Take an import back; a second call changes nothing.

    Raises Refused when a reminder of one of its invoices left since, when a later import touched the same invoices, or
    when something was entered on an invoice that it created.
    """
    if batch.state == UNDONE:
        return
    if batch.state != APPLIED or batch.applied_at is None:
        raise Refused("import.not_applied", batch=batch.id)
    notes = batch.undo
    touched: list[int] = notes["touched"]
    created = notes["created"].get("invoices", [])
    _refuse_if_sent(session, touched, batch.applied_at)
    _refuse_if_newer(session, batch, set(touched))
    _refuse_if_used(session, batch, created)
    today = clock.local_day(now, the_firm(session).timezone)
    balances.advance(session, today)
    session.flush()
    _take_away(session, batch, created)
    for name, table in _TABLES.items():
        _restore(session, table, notes["changed"].get(name, {}))
    _follow_customers(session, notes["changed"].get("invoices", {}))
    _restore_contacts(session, notes["contacts"])
    _drop_unused(session, notes["created"])
    balances.refresh(session, set(touched) - set(created), today)
    _restore_freshness(session, notes["fresh"])
    batch.state, batch.undone_at = UNDONE, now
    session.flush()
    session.expire_all()


def _numbers(session: Session, ids: Collection[int]) -> str:
    found = session.scalars(select(Invoice.number).where(Invoice.id.in_(sorted(ids)[:_NAMED])).order_by(Invoice.number))
    return ", ".join(found) + (", …" if len(ids) > _NAMED else "")


def _refuse_if_sent(session: Session, touched: Collection[int], since: datetime) -> None:
    left = or_(
        and_(Reminder.done, Reminder.at >= since),
        Message.state.in_(LEAVING),
        and_(Message.state.in_(_TRIED), or_(Message.created_at >= since, Message.sent_at >= since)),
    )
    query = select(Reminder.invoice_id).outerjoin(Message, Reminder.message_id == Message.id).where(left)
    sent = {key for part in chunks(touched) for key in session.scalars(query.where(Reminder.invoice_id.in_(part)))}
    if sent:
        raise Refused("import.sent_since", numbers=_numbers(session, sent), count=len(sent))


def _refuse_if_newer(session: Session, batch: ImportBatch, touched: set[int]) -> None:
    later = select(ImportBatch.filename, ImportBatch.undo).where(
        ImportBatch.state == APPLIED, ImportBatch.id != batch.id, ImportBatch.applied_at >= batch.applied_at
    )
    for filename, notes in session.execute(later.order_by(ImportBatch.applied_at.desc())):
        both = touched.intersection(notes.get("touched", ()))
        if both:
            raise Refused("import.newer", filename=filename, numbers=_numbers(session, both), count=len(both))


def _refuse_if_used(session: Session, batch: ImportBatch, created: Collection[int]) -> None:
    """Payments, credits and holds that people or other files put on the invoices that would go."""
    own_holds: list[int] = batch.undo["created"].get("holds", [])
    used: set[int] = set()
    for part in chunks(created):
        foreign = or_(Payment.batch_id.is_(None), Payment.batch_id != batch.id)
        used.update(
            key
            for key in session.scalars(select(Payment.invoice_id).where(Payment.invoice_id.in_(part), foreign))
            if key
        )
        applied = or_(CreditApplication.batch_id.is_(None), CreditApplication.batch_id != batch.id)
        for column in (CreditApplication.invoice_id, CreditApplication.credit_note_id):
            used.update(session.scalars(select(column).where(column.in_(part), applied)))
        for hold, invoice in session.execute(select(Hold.id, Hold.invoice_id).where(Hold.invoice_id.in_(part))):
            if hold not in own_holds and invoice is not None:
                used.add(invoice)
    if used:
        raise Refused("import.used_since", numbers=_numbers(session, used), count=len(used))


def _take_away(session: Session, batch: ImportBatch, created: Collection[int]) -> None:
    session.execute(delete(CreditApplication).where(CreditApplication.batch_id == batch.id))
    session.execute(delete(Payment).where(Payment.batch_id == batch.id))
    _delete(session, Hold, batch.undo["created"].get("holds", []))
    _withdraw(session, created)
    _keep_notes(session, created)
    _delete(session, Invoice, created)


def _delete(session: Session, table: type[Base], ids: Collection[int]) -> None:
    for part in chunks(ids):
        session.execute(delete(table).where(table.__table__.c.id.in_(part)))


def _keep_notes(session: Session, created: Collection[int]) -> None:
    """What people wrote about an invoice that goes stays with its customer."""
    for part in chunks(created):
        kept = update(Note).where(Note.invoice_id.in_(part)).values(invoice_id=None)
        session.execute(kept.execution_options(synchronize_session=False))


def _withdraw(session: Session, created: Collection[int]) -> None:
    """Reminders that never left go with their invoice, and messages that are left with none."""
    messages: set[int] = set()
    for part in chunks(created):
        mine = Reminder.invoice_id.in_(part)
        messages.update(key for key in session.scalars(select(Reminder.message_id).where(mine)) if key is not None)
        session.execute(delete(Reminder).where(mine))
    for part in chunks(messages):
        empty = ~exists().where(Reminder.message_id == Message.id)
        session.execute(delete(Message).where(Message.id.in_(part), empty))


def _restore(session: Session, table: type[Base], changes: Mapping[str, Mapping[str, list[Any]]]) -> None:
    """Old values come back where the import's own still stand: what a person changed since is left."""
    columns = table.__table__.c
    back: dict[int, dict[str, Any]] = {}
    for part in chunks([int(key) for key in changes]):
        for row in session.execute(select(*columns).where(columns.id.in_(part))).mappings():
            kept = changes[str(row["id"])]
            back[row["id"]] = {
                column: _typed(table, column, before)
                for column, (before, after) in kept.items()
                if plain(row[column]) == after
            }
    update_rows(session.connection(), table, back)


def _typed(table: type[Base], column: str, value: Any) -> Any:
    kind = table.__table__.c[column].type.python_type
    if isinstance(value, str) and kind in (date, datetime):
        return kind.fromisoformat(value)
    return value


def _follow_customers(session: Session, changes: Mapping[str, Mapping[str, list[Any]]]) -> None:
    """Payments go back with their invoice to the customer that it had."""
    for part in chunks([int(key) for key, kept in changes.items() if "customer_id" in kept]):
        owner = select(Invoice.customer_id).where(Invoice.id == Payment.invoice_id).scalar_subquery()
        session.execute(
            update(Payment)
            .where(Payment.invoice_id.in_(part))
            .values(customer_id=owner)
            .execution_options(synchronize_session=False)
        )


def _restore_contacts(session: Session, contacts: Mapping[str, Mapping[str, Any]]) -> None:
    for key, kept in contacts.items():
        customer = int(key)
        origin = session.scalar(select(Customer.email_origin).where(Customer.id == customer))
        if origin != "import":
            continue
        mine = (Contact.customer_id == customer, Contact.use == "to")
        session.execute(delete(Contact).where(*mine, Contact.email.in_(kept["added"])))
        there = set(session.scalars(select(Contact.email).where(*mine)))
        blank = {"customer_id": customer, "name": "", "phone": "", "language": None, "role": "", "use": "to"}
        rows = [
            {**blank, "use_by_level": {}, "email": one["email"], "reminders": one["reminders"]}
            for one in kept["removed"]
            if one["email"] not in there
        ]
        if rows:
            session.execute(insert(Contact), rows)


def _drop_unused(session: Session, created: Mapping[str, list[int]]) -> None:
    """Customers and groups that the import made and nothing else uses."""
    customers = _unused(
        session,
        created.get("customers", []),
        (Invoice.customer_id, Payment.customer_id, Message.customer_id, Hold.customer_id, Note.customer_id),
    )
    for part in chunks(customers):
        session.execute(delete(Contact).where(Contact.customer_id.in_(part)))
    _delete(session, Customer, customers)
    _delete(session, CustomerGroup, _unused(session, created.get("groups", []), (Customer.group_id,)))


def _unused(session: Session, ids: Collection[int], users: Iterable[Any]) -> list[int]:
    used: set[int] = set()
    for column in users:
        for part in chunks(ids):
            used.update(session.scalars(select(column).where(column.in_(part))))
    return [key for key in ids if key not in used]


def _restore_freshness(session: Session, fresh: list[str | None]) -> None:
    firm = the_firm(session)
    before, after = fresh
    if after and firm.data_fresh_at == datetime.fromisoformat(after):
        firm.data_fresh_at = datetime.fromisoformat(before) if before else None
