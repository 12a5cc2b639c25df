"""The kinds of document a firm issues, and of customer it issues them to."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """What an imported accounting document is."""

    INVOICE = "invoice"
    DEPOSIT = "deposit"
    FINAL = "final"
    RECEIPT = "receipt"
    OTHER = "other"
    CREDIT_NOTE = "credit_note"
    QUOTE = "quote"
    ORDER = "order"
    DELIVERY_NOTE = "delivery_note"
    INTERVENTION = "intervention"
    PROFORMA = "proforma"


# RULES 2.1 kind: the documents that ask for money.
CHASED = frozenset(
    (DocumentKind.INVOICE, DocumentKind.DEPOSIT, DocumentKind.FINAL, DocumentKind.RECEIPT, DocumentKind.OTHER)
)


class CustomerKind(StrEnum):
    """Who owes: it decides which charges may be named (LEGAL 1-4). Unknown counts as a consumer."""

    COMPANY = "company"
    CONSUMER = "consumer"
    PUBLIC = "public"
    UNKNOWN = "unknown"
