"""What a column can hold, and what a file lists."""

from enum import StrEnum


class FileKind(StrEnum):
    """What each row of a file is."""

    INVOICES = "invoices"
    PAYMENTS = "payments"


class Field(StrEnum):
    """The meaning of a column. The words are those of the command line's `--map`."""

    NUMBER = "number"
    KIND = "kind"
    STATUS = "status"
    CUSTOMER_CODE = "customer_code"
    CUSTOMER_NAME = "customer_name"
    EMAILS = "emails"
    PHONE = "phone"
    LANGUAGE = "language"
    ADDRESS_1 = "address_1"
    ADDRESS_2 = "address_2"
    ADDRESS_3 = "address_3"
    POSTCODE = "postcode"
    CITY = "city"
    COUNTRY = "country"
    CUSTOMER_KIND = "customer_kind"
    GROUP = "group"
    PROGRAM = "program"
    ISSUE_DATE = "issue_date"
    DUE_DATE = "due_date"
    TOTAL = "total"
    PAID = "paid"
    BALANCE = "balance"
    CURRENCY = "currency"
    EXCLUDED = "excluded"
    DISPUTED = "disputed"
    PROMISE_DATE = "promise_date"
    PAUSED_UNTIL = "paused_until"
    SETTLED_ON = "settled_on"  # the day of full payment
    REFERENCE = "reference"
    PDF_NAME = "pdf_name"
    PAYMENT_DATE = "payment_date"
    AMOUNT = "amount"


PAYMENT_FIELDS = frozenset(
    (
        Field.NUMBER,
        Field.CUSTOMER_CODE,
        Field.CUSTOMER_NAME,
        Field.AMOUNT,
        Field.CURRENCY,
        Field.PAYMENT_DATE,
        Field.REFERENCE,
    )
)
INVOICE_FIELDS = frozenset(Field) - {Field.PAYMENT_DATE, Field.AMOUNT}

FIELDS_OF = {FileKind.INVOICES: INVOICE_FIELDS, FileKind.PAYMENTS: PAYMENT_FIELDS}

AMOUNT_FIELDS = frozenset((Field.TOTAL, Field.PAID, Field.BALANCE, Field.AMOUNT))
DATE_FIELDS = frozenset(
    (
        Field.ISSUE_DATE,
        Field.DUE_DATE,
        Field.PROMISE_DATE,
        Field.PAUSED_UNTIL,
        Field.SETTLED_ON,
        Field.PAYMENT_DATE,
    )
)
