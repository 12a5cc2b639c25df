"""What a good row says, typed, before anything is matched with what is already known."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from relance.domain.documents import CustomerKind, DocumentKind
from relance.importers.fields import Field


class CandidateStatus(StrEnum):
    """Where the invoicing software says that the document stands."""

    DRAFT = "draft"
    OPEN = "open"
    PARTIAL = "partial"
    PAID = "paid"
    CANCELLED = "cancelled"
    CREDITED = "credited"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceCandidate:
    """One document of a file of invoices; amounts in major units, None or "" where the file says nothing.

    `present` are the fields that have a column: it tells an empty cell from a missing column. `derived` are the fields
    that no cell states: a total worked out from the balance, a payment deduced from a balance, a status or a day of
    payment, a dispute that the status tells. A credit note's amounts are positive.
    """

    row: int
    number: str
    customer_code: str = ""
    customer_name: str = ""
    kind: DocumentKind | None = None
    status: CandidateStatus | None = None
    emails: tuple[str, ...] = ()
    phone: str = ""
    language: str | None = None
    address_1: str = ""
    address_2: str = ""
    address_3: str = ""
    postcode: str = ""
    city: str = ""
    country: str | None = None
    customer_kind: CustomerKind | None = None
    group: str = ""
    program: str = ""
    issue_date: date | None = None
    due_date: date | None = None
    total: Decimal
    paid: Decimal | None = None
    balance: Decimal | None = None
    currency: str
    excluded: bool | None = None
    disputed: bool | None = None
    promise_date: date | None = None
    paused_until: date | None = None
    settled_on: date | None = None
    reference: str = ""
    pdf_name: str = ""
    present: frozenset[Field] = frozenset()
    derived: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCandidate:
    """One payment of a file of payments; a negative amount is money given or taken back.

    Without an invoice number it is the customer's unapplied payment.
    """

    row: int
    number: str = ""
    customer_code: str = ""
    customer_name: str = ""
    amount: Decimal
    currency: str
    payment_date: date
    reference: str = ""
    present: frozenset[Field] = frozenset()
