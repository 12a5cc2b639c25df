"""What is already known of the rows of a file, read once into plain values."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from relance.domain.book import Choose, DocumentStatus
from relance.domain.documents import CustomerKind, DocumentKind
from relance.storage.chunks import chunks
from relance.storage.models import Contact, Customer, CustomerGroup, Hold, Invoice, Payment, Program, Reminder


@dataclass(slots=True)
class KnownContact:
    """An address of a customer."""

    id: int
    email: str
    use: str
    reminders: bool


@dataclass(slots=True)
class KnownCustomer:
    """A customer as it stands; the names are those of its columns."""

    id: int
    code: str
    name: str
    kind: CustomerKind
    language: str | None
    group_id: int | None
    phone: str
    address_1: str
    address_2: str
    address_3: str
    postcode: str
    city: str
    country: str
    email_origin: str
    contacts: list[KnownContact] = field(default_factory=list)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where its reminders go."""
        return tuple(one.email for one in self.contacts if one.use == "to" and one.reminders and one.email)


@dataclass(slots=True)
class KnownInvoice:
    """An invoice as it stands; the names are those of its columns. `received` counts every payment, future or not."""

    id: int
    number: str
    kind: DocumentKind
    status: DocumentStatus
    customer_id: int
    issue_date: date | None
    due_date: date | None
    currency: str
    total: int
    credited: int
    excluded: bool
    reference: str
    pdf_name: str
    emails: list[str]
    program_choice: Choose
    program_id: int | None
    failed_step: int | None
    received: int = 0
    reminded: bool = False
    holds: list["KnownHold"] = field(default_factory=list)


@dataclass(slots=True)
class KnownHold:
    """A hold on an invoice, open or closed."""

    id: int
    invoice_id: int | None
    kind: str
    until: date | None
    origin: str
    closed_at: datetime | None
    closed_by: str


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that the rows of one file can meet."""

    customers: dict[int, KnownCustomer]
    invoices: dict[str, KnownInvoice]  # by number
    programs: dict[str, int]  # by name_key
    program_names: tuple[str, ...]
    groups: dict[str, int]  # by name_key


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """A name without case, accents, spaces and signs that nobody sees: how names are compared."""
    if name.isascii():
        return "".join(name.lower().split())
    letters = unicodedata.normalize("NFKD", name.casefold())
    seen = (char for char in letters if not unicodedata.combining(char) and unicodedata.category(char) != "Cf")
    return "".join("".join(seen).split())


def load(session: Session, numbers: Iterable[str]) -> Known:
    """All customers, groups and programs, and the invoices of some numbers."""
    programs = session.execute(select(Program.id, Program.name).where(~Program.own).order_by(Program.name)).all()
    return Known(
        customers=load_customers(session),
        invoices=load_invoices(session, set(numbers)),
        programs={name_key(name): key for key, name in programs},
        program_names=tuple(name for _, name in programs),
        groups={name_key(name): key for key, name in session.execute(select(CustomerGroup.id, CustomerGroup.name))},
    )


def load_customers(session: Session) -> dict[int, KnownCustomer]:
    """Every customer with its addresses."""
    table = Customer.__table__.c
    columns = [table[name] for name in KnownCustomer.__dataclass_fields__ if name != "contacts"]
    found = {row[0]: KnownCustomer(*row) for row in session.execute(select(*columns).order_by(table.id))}
    contacts = select(Contact.customer_id, Contact.id, Contact.email, Contact.use, Contact.reminders)
    contacts = contacts.order_by(Contact.id)
    for row in session.execute(contacts):
        found[row[0]].contacts.append(KnownContact(*row[1:]))
    return found


def load_invoices(session: Session, numbers: Collection[str]) -> dict[str, KnownInvoice]:
    """The invoices of some numbers, with their payments, reminders and holds."""
    table = Invoice.__table__.c
    names = [name for name in KnownInvoice.__dataclass_fields__ if name not in ("received", "reminded", "holds")]
    columns = [table[name] for name in names]
    found: dict[str, KnownInvoice] = {}
    for part in chunks(numbers):
        for row in session.execute(select(*columns).where(table.number.in_(part))):
            found[row[1]] = KnownInvoice(*row)
    _complete(session, {invoice.id: invoice for invoice in found.values()})
    return found


def _complete(session: Session, invoices: dict[int, KnownInvoice]) -> None:
    """Payments, reminders and holds of known invoices."""
    for part in chunks(invoices):
        sums = select(Payment.invoice_id, func.sum(Payment.amount)).where(Payment.invoice_id.in_(part))
        for invoice, amount in session.execute(sums.group_by(Payment.invoice_id)):
            if invoice is not None:
                invoices[invoice].received = int(amount)
        sent = select(Reminder.invoice_id).where(Reminder.invoice_id.in_(part), or_(Reminder.done, Reminder.live))
        for (reminded,) in session.execute(sent.distinct()):
            invoices[reminded].reminded = True
        holds = select(
            Hold.id, Hold.invoice_id, Hold.kind, Hold.until, Hold.origin, Hold.closed_at, Hold.closed_by
        ).where(Hold.invoice_id.in_(part))
        for row in session.execute(holds.order_by(Hold.id)):
            hold = KnownHold(*row)
            if hold.invoice_id is not None:
                invoices[hold.invoice_id].holds.append(hold)
