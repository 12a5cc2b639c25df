"""Read models of one customer's page: its invoices, what was sent to it, how it pays."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from relance.domain.book import Choose, DocumentStatus, ReminderKind
from relance.domain.documents import DocumentKind
from relance.domain.status import MessageState
from relance.storage.models import CustomerGroup, Hold, Invoice, Message, Payment, Program, Reminder, Sender
from relance.storage.queries.invoices import days_late

_SETTLED_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One of its documents; amounts in minor units."""

    id: int
    number: str
    kind: DocumentKind
    status: DocumentStatus
    issue_date: date | None
    due_date: date | None
    total: int
    balance: int
    currency: str
    level: int | None
    last_reminder_on: date | None
    chased: bool

    @property
    def open(self) -> bool:
        """Whether money is still expected."""
        return self.chased and self.balance > 0

    def days_late(self, today: date) -> int:
        """Days past the due date; 0 for what isn't late."""
        return days_late(self.due_date, today) if self.open else 0


@dataclass(slots=True)
class Sent:
    """Something that went to it, was to go, or was marked: `message` is None without a message."""

    at: datetime
    level: int
    step: int
    kind: ReminderKind
    state: MessageState | None
    channel: str
    by: str  # a person's e-mail; empty: the program
    message: int | None = None
    recipients: list[str] = field(default_factory=list)
    invoices: list[str] = field(default_factory=list)


def count_invoices(session: Session, customer: int) -> int:
    """How many documents it has."""
    return session.scalar(select(func.count()).select_from(Invoice).where(Invoice.customer_id == customer)) or 0


def invoices(session: Session, customer: int, *, limit: int, offset: int) -> list[InvoiceLine]:
    """A page of its documents: those with something left to pay first, the oldest due date first."""
    is_open = and_(Invoice.chased, Invoice.balance > 0)
    query = select(*_LINE).where(Invoice.customer_id == customer)
    query = query.order_by(is_open.desc(), Invoice.due_date, Invoice.id).limit(limit).offset(offset)
    return [InvoiceLine(*row) for row in session.execute(query)]


_LINE: Sequence[InstrumentedAttribute[Any]] = (
    Invoice.id,
    Invoice.number,
    Invoice.kind,
    Invoice.status,
    Invoice.issue_date,
    Invoice.due_date,
    Invoice.total,
    Invoice.balance,
    Invoice.currency,
    Invoice.level,
    Invoice.last_reminder_on,
    Invoice.chased,
)


def count_sent(session: Session, customer: int) -> int:
    """How many entries `sent` has in all."""
    messages = select(func.count()).select_from(Message).where(Message.customer_id == customer)
    alone = select(func.count()).select_from(Reminder).join(Invoice, Reminder.invoice_id == Invoice.id)
    alone = alone.where(Invoice.customer_id == customer, Reminder.message_id.is_(None))
    return int(session.execute(select(messages.scalar_subquery() + alone.scalar_subquery())).scalar_one())


def sent(session: Session, customer: int, *, most: int) -> list[Sent]:
    """The newest of what went to it, was to go, was marked as sent or was replaced."""
    found = [*_messages(session, customer, most), *_without_message(session, customer, most)]
    found.sort(key=lambda one: one.at, reverse=True)
    return found[:most]


def _messages(session: Session, customer: int, most: int) -> list[Sent]:
    moment = func.coalesce(Message.sent_at, Message.created_at)
    query = select(
        Message.id,
        Message.sent_at,
        Message.created_at,
        Message.level,
        Message.step,
        Message.kind,
        Message.state,
        Message.channel,
        Message.decided_by,
        Message.recipients,
    ).where(Message.customer_id == customer)
    found = {
        row.id: Sent(
            at=row.sent_at or row.created_at,
            level=row.level,
            step=row.step,
            kind=row.kind,
            state=row.state,
            channel=row.channel.value,
            by=row.decided_by,
            message=row.id,
            recipients=row.recipients,
        )
        for row in session.execute(query.order_by(moment.desc(), Message.id.desc()).limit(most))
    }
    numbers = select(Reminder.message_id, Invoice.number).join(Invoice, Reminder.invoice_id == Invoice.id)
    for message, number in session.execute(numbers.where(Reminder.message_id.in_(found)).order_by(Invoice.number)):
        if message is not None and number not in found[message].invoices:
            found[message].invoices.append(number)
    return list(found.values())


def _without_message(session: Session, customer: int, most: int) -> list[Sent]:
    columns = (Reminder.at, Reminder.level, Reminder.step, Reminder.kind, Reminder.channel, Reminder.by)
    query = select(*columns, Invoice.number).join(Invoice, Reminder.invoice_id == Invoice.id)
    query = query.where(Invoice.customer_id == customer, Reminder.message_id.is_(None))
    return [
        Sent(row.at, row.level, row.step, row.kind, None, row.channel, row.by, invoices=[row.number])
        for row in session.execute(query.order_by(Reminder.at.desc()).limit(most))
    ]


def free_credit(session: Session, customer: int, today: date) -> dict[str, int]:
    """By currency, its payments and credit notes that settle no invoice yet; minor units."""
    payments = (
        select(Payment.currency, func.sum(Payment.amount))
        .where(Payment.customer_id == customer, Payment.invoice_id.is_(None), Payment.paid_on <= today)
        .group_by(Payment.currency)
    )
    notes = (
        select(Invoice.currency, func.sum(Invoice.balance))
        .where(
            Invoice.customer_id == customer,
            Invoice.kind == DocumentKind.CREDIT_NOTE,
            Invoice.status == DocumentStatus.ISSUED,
        )
        .group_by(Invoice.currency)
    )
    found: dict[str, int] = {}
    for currency, amount in (*session.execute(payments), *session.execute(notes)):
        found[currency] = found.get(currency, 0) + int(amount)
    return {currency: amount for currency, amount in sorted(found.items()) if amount > 0}


@dataclass(frozen=True, slots=True)
class Habits:
    """How it pays: over its newest settled invoices, the days between due date and last payment."""

    invoices: int
    late: int  # those paid after their due date
    days: int  # on average; negative: before the due date

    @property
    def percent_late(self) -> int:
        """The share that was paid late."""
        return round(100 * self.late / self.invoices)


def habits(session: Session, customer: int) -> Habits | None:
    """How it pays; None where nothing is settled yet."""
    settled = (
        select(Invoice.due_date, func.max(Payment.paid_on))
        .join(Payment, Payment.invoice_id == Invoice.id)
        .where(Invoice.customer_id == customer, Invoice.chased, Invoice.balance <= 0, Invoice.due_date.is_not(None))
        .group_by(Invoice.id)
        .order_by(Invoice.due_date.desc())
        .limit(_SETTLED_LOOKED_AT)
    )
    days = [(paid - due).days for due, paid in session.execute(settled) if due is not None]
    return Habits(len(days), sum(one > 0 for one in days), round(sum(days) / len(days))) if days else None


@dataclass(frozen=True, slots=True)
class Held:
    """An open invoice that a dispute, a promise or a pause holds back."""

    invoice: int
    number: str
    kind: str
    until: date | None
    note: str
    balance: int
    currency: str


def held(session: Session, customer: int, *, most: int) -> list[Held]:
    """Its open invoices that are disputed, promised or paused, the newest hold first."""
    columns = (Invoice.id, Invoice.number, Hold.kind, Hold.until, Hold.note, Invoice.balance, Invoice.currency)
    query = select(*columns).join(Hold, Hold.invoice_id == Invoice.id).order_by(Hold.id.desc()).limit(most)
    kinds = ("dispute", "promise", "pause")
    query = query.where(Hold.closed_at.is_(None), Hold.kind.in_(kinds), Invoice.chased, Invoice.balance > 0)
    return [Held(*row) for row in session.execute(query.where(Invoice.customer_id == customer))]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a customer's form can choose from, and what "as its group" comes to."""

    programs: dict[int, str]  # those that everybody may be on
    groups: dict[int, str]
    senders: dict[int, str]
    general: str  # the name of the general program, "" when there is none


def choices(session: Session) -> Choices:
    """All programs, groups and senders by their names."""
    programs = select(Program.id, Program.name, Program.general).where(~Program.own).order_by(Program.name)
    found = session.execute(programs).all()
    return Choices(
        programs={key: name for key, name, _ in found},
        groups=_names(session, CustomerGroup),
        senders=_names(session, Sender),
        general=next((name for _, name, general in found if general), ""),
    )


def _names(session: Session, kind: type[CustomerGroup] | type[Sender]) -> dict[int, str]:
    return dict(session.execute(select(kind.id, kind.name).order_by(kind.name)).all())


def inherited(group: CustomerGroup | None, found: Choices) -> str | None:
    """The program that a customer without its own has; None for never, "" for none."""
    if group is not None and group.program_id is not None:
        return found.programs.get(group.program_id, "")
    if group is not None and group.program_choice is Choose.NEVER:
        return None
    return found.general
