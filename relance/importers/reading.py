"""What comes out of a file beside its candidates: columns, problems, questions, and the refusal of the whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from relance.importers.fields import Field

Fact = str | int | tuple[str, ...]
Facts = Mapping[str, Fact]
C = TypeVar("C")


class DateOrder(StrEnum):
    """The order of the parts of a date written in digits."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


class ProblemCode(StrEnum):
    """What is wrong with a cell or a row."""

    # The row as a whole.
    EXTRA_CELLS = "extra_cells"
    NUMBER_MISSING = "number_missing"
    CUSTOMER_MISSING = "customer_missing"
    AMOUNT_MISSING = "amount_missing"
    PAYMENT_DATE_MISSING = "payment_date_missing"
    AMOUNTS_DISAGREE = "amounts_disagree"
    STATUS_DISAGREES = "status_disagrees"
    PARTIAL_WITHOUT_AMOUNT = "partial_without_amount"
    CURRENCY_DISAGREES = "currency_disagrees"
    DUE_BEFORE_ISSUE = "due_before_issue"
    DUPLICATE_NUMBER = "duplicate_number"
    # One cell.
    AMOUNT_UNREADABLE = "amount_unreadable"
    AMOUNT_AMBIGUOUS = "amount_ambiguous"
    AMOUNT_TOO_LARGE = "amount_too_large"
    AMOUNT_ZERO = "amount_zero"
    CURRENCY_UNKNOWN = "currency_unknown"
    DATE_UNREADABLE = "date_unreadable"
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_UNLIKELY = "date_unlikely"
    KIND_UNKNOWN = "kind_unknown"
    STATUS_UNKNOWN = "status_unknown"
    FLAG_UNKNOWN = "flag_unknown"
    EMAIL_INVALID = "email_invalid"
    EMAIL_NOT_ASCII = "email_not_ascii"
    TEXT_TOO_LONG = "text_too_long"
    CELL_ERROR = "cell_error"
    # Notices: they stop nothing.
    COUNTRY_UNKNOWN = "country_unknown"
    LANGUAGE_UNKNOWN = "language_unknown"
    TOTAL_ROW_SKIPPED = "total_row_skipped"
    DECIMAL_MARK_ASSUMED = "decimal_mark_assumed"
    REPEATED_ROW = "repeated_row"


class QuestionCode(StrEnum):
    """What only a person can tell."""

    DATE_ORDER = "date_order"
    DATE_ORDER_CONFLICT = "date_order_conflict"
    TWO_COLUMNS = "two_columns"
    TWO_MEANINGS = "two_meanings"
    NO_NUMBER_COLUMN = "no_number_column"
    NO_CUSTOMER_COLUMN = "no_customer_column"
    NO_AMOUNT_COLUMN = "no_amount_column"
    NO_PAYMENT_DATE_COLUMN = "no_payment_date_column"
    LOOKS_LIKE_PAYMENTS = "looks_like_payments"  # read as invoices; mapping the column named says that it is one
    LOOKS_LIKE_INVOICES = "looks_like_invoices"  # read as payments; mapping the column named says that it is one


class UnreadableCode(StrEnum):
    """Why a whole file is refused."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    ZIP = "zip"
    SPREADSHEET_OLD = "spreadsheet_old"
    SPREADSHEET_ENCRYPTED = "spreadsheet_encrypted"
    SPREADSHEET_ODS = "spreadsheet_ods"
    SPREADSHEET_DAMAGED = "spreadsheet_damaged"
    SPREADSHEET_BOMB = "spreadsheet_bomb"
    PDF = "pdf"
    IMAGE = "image"
    MARKUP = "markup"
    BINARY = "binary"
    NUL_BYTES = "nul_bytes"
    WRONG_ENCODING = "wrong_encoding"
    WRONG_SEPARATOR = "wrong_separator"
    BROKEN_QUOTES = "broken_quotes"
    NO_HEADING_ROW = "no_heading_row"
    NO_ROWS = "no_rows"


class Unreadable(Exception):
    """A file refused as a whole: nothing in it may be used."""

    def __init__(self, code: UnreadableCode, **facts: Fact) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts: Facts = facts


class BadValue(Exception):
    """A cell that can't be what its column says."""

    def __init__(self, code: ProblemCode, **facts: Fact) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts: Facts = facts


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one row, numbered as a spreadsheet shows it; `column` is "" for the row as a whole."""

    row: int
    column: str
    code: ProblemCode
    value: str = ""
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Something only a person can tell; the facts name the columns, and the answers that would do."""

    code: QuestionCode
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it was understood. A heading that comes twice has " (2)" behind it, so that each can be mapped."""

    heading: str
    example: str
    example_row: int  # 0 when the column is empty
    field: Field | None
    candidates: tuple[Field, ...]
    date_order: DateOrder | None = None


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user has already answered. A mapping to None leaves the column out; headings match loosely."""

    mapping: Mapping[str, Field | None] = field(default_factory=dict)
    date_order: DateOrder | None = None
    encoding: str | None = None
    separator: str | None = None
    default_currency: str = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[C]):
    """A file as it was understood. With a question there is no candidate.

    `problems` are rows that can't be used; `notices` stop nothing. `row_count` counts the rows that aren't blank,
    repeated headings or totals. `encoding` and `separator` are "" for a workbook, `sheet` for anything else.
    `signature` is the same for two files with the same headings. `unused_mapping` are headings of the options that the
    file doesn't have.
    """

    candidates: tuple[C, ...]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]
    questions: tuple[Question, ...]
    columns: tuple[Column, ...]
    encoding: str
    separator: str
    sheet: str
    heading_row: int
    row_count: int
    date_order: DateOrder | None
    date_order_assumed: bool
    french_headings: bool
    signature: str
    unused_mapping: tuple[str, ...]
