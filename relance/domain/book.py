"""The Book: a frozen snapshot of all that the decision looks at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from relance.domain.documents import DocumentKind
from relance.domain.program import ProgramId

InvoiceId = NewType("InvoiceId", int)
CustomerId = NewType("CustomerId", int)


class DocumentStatus(StrEnum):
    """Where a document stands in the firm's own books; what is paid shows in the amounts."""

    DRAFT = "draft"
    ISSUED = "issued"
    CANCELLED = "cancelled"
    CREDITED = "credited"


class Choose(StrEnum):
    """A choice of program that isn't one (RULES 1.4)."""

    INHERIT = "inherit"
    NEVER = "never"


ProgramChoice = Choose | ProgramId


class Scope(StrEnum):
    """Which invoices that were already there are chased after activation (RULES 2, predates)."""

    NEW = "new"
    UPCOMING = "upcoming"
    ALL = "all"


class ReminderKind(StrEnum):
    """Who made a step done (RULES 3.1)."""

    AUTO = "auto"
    MANUAL = "manual"
    MARKED = "marked"
    SUPERSEDED = "superseded"


BY_HAND = frozenset((ReminderKind.MANUAL, ReminderKind.MARKED))


@dataclass(frozen=True, slots=True)
class Pause:
    """Until a day (that day it is over), or without end."""

    until: date | None = None
    replied_on: date | None = None  # begun by the customer's own words


@dataclass(frozen=True, slots=True)
class Announced:
    """A payment dated in the future: a promise until its day comes (RULES 2.1). Minor units."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Credit:
    """Money of a customer that settles no invoice yet. Minor units."""

    customer: CustomerId
    currency: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True)
class Circle:
    """Who takes part in a customer's messages of one level (RULES 4.2)."""

    emails: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    mobiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer and how it can be reached. Recipients are already checked: they are valid and alive."""

    id: CustomerId
    code: str
    name: str
    language: str | None = None
    program: ProgramChoice = Choose.INHERIT
    group_program: ProgramChoice = Choose.INHERIT
    insolvent: bool = False
    pause: Pause | None = None
    emails: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    mobiles: tuple[str, ...] = ()
    has_address: bool = False
    by_level: tuple[Circle, ...] = ()  # one for each level from 0, where somebody's part changes with the level


@dataclass(frozen=True, slots=True)
class Invoice:
    """Any imported accounting document. Amounts are minor units of its currency; days are the firm's."""

    id: InvoiceId
    customer: CustomerId
    number: str
    currency: str
    total: int
    due_date: date | None
    entered_at: datetime  # UTC, when Relance first knew of it
    kind: DocumentKind = DocumentKind.INVOICE
    status: DocumentStatus = DocumentStatus.ISSUED
    paid: int = 0
    credited: int = 0
    announced: tuple[Announced, ...] = ()
    excluded: bool = False
    disputed: bool = False
    promised_on: date | None = None
    pause: Pause | None = None
    program: ProgramChoice = Choose.INHERIT
    emails: tuple[str, ...] = ()  # its own
    emails_unusable: bool = False  # it has addresses of its own, and none of them may be used
    cycle: int = 1  # grows when a person restarts the program (RULES 5.5)
    failed_step: int | None = None  # refused for good, and nothing changed since


@dataclass(frozen=True, slots=True)
class PastReminder:
    """A step done for an invoice: sent (or of unknown fate), marked, or superseded (RULES 3.1, 3.11)."""

    program: ProgramId
    step: int  # position in its program, from 1
    occurrence: int  # from 1; above 1 a repeat
    level: int
    kind: ReminderKind
    day: date
    at: datetime  # UTC
    deadline: date | None = None  # the date by which the text asked to pay
    cycle: int = 1


@dataclass(frozen=True, slots=True)
class Book:
    """Everything the plan looks at, read once."""

    customers: Mapping[CustomerId, Customer]
    invoices: tuple[Invoice, ...]
    reminders: Mapping[InvoiceId, tuple[PastReminder, ...]] = field(default_factory=dict)
    credits: tuple[Credit, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """The firm's settings that the decision obeys."""

    is_working_day: Callable[[date], bool]
    language: str = "fr"
    enabled: bool = True
    activated_at: datetime | None = None  # UTC
    activated_on: date | None = None  # the same moment's day in the firm's zone
    scope: Scope = Scope.UPCOMING
    working_days_only: bool = True
    minimum_gap_days: int = 5
    manual_cancels: timedelta = timedelta(hours=20)
    threshold: Decimal | None = None  # major units
    promise_grace_days: int = 2
    general_program: ProgramId | None = None


def balance(invoice: Invoice, today: date) -> int:
    """What is left to pay: total − payments dated until today − credit notes applied. Minor units (RULES 2.1)."""
    arrived = sum(payment.amount for payment in invoice.announced if payment.on <= today) if invoice.announced else 0
    return invoice.total - invoice.paid - invoice.credited - arrived
