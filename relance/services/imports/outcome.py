"""What an import would do and what it did: values for the wizard, the command line and the history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from relance.importers.fields import DATE_FIELDS
from relance.importers.reading import Problem, ProblemCode, Question
from relance.services.imports.options import AnyReading, ImportOptions


class RowState(StrEnum):
    """What a row brings to what is already known."""

    NEW = "new"
    CHANGED = "changed"
    IDENTICAL = "identical"
    CONFLICT = "conflict"


class MatchCode(StrEnum):
    """What is wrong with a good row once it meets what is already known."""

    UNKNOWN_PROGRAM = "unknown_program"
    CUSTOMER_AMBIGUOUS = "customer_ambiguous"
    CUSTOMER_UNKNOWN = "customer_unknown"
    CUSTOMER_CONFLICT = "customer_conflict"
    CURRENCY_CONFLICT = "currency_conflict"
    INVOICE_UNKNOWN = "invoice_unknown"
    INVOICE_AMBIGUOUS = "invoice_ambiguous"
    # Notices: they stop nothing.
    DATE_ORDER_ASSUMED = "date_order_assumed"
    EMAIL_KEPT = "email_kept"
    EMAIL_OWN = "email_own"  # the firm's own address is left out
    ENTERED_BY_HAND = "entered_by_hand"
    CUSTOMER_DIFFERS = "customer_differs"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Something wrong in one row, found by the reader of the file or by the comparison with what is known."""

    row: int
    column: str
    code: ProblemCode | MatchCode
    value: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


def from_reader(problem: Problem) -> RowProblem:
    """The reader's problem among ours."""
    return RowProblem(problem.row, problem.column, problem.code, problem.value, problem.facts)


def reader_notices(reading: AnyReading) -> list[RowProblem]:
    """What is worth saying of how the file was read."""
    notices = [from_reader(notice) for notice in reading.notices]
    if reading.date_order_assumed:
        columns = tuple(column.heading for column in reading.columns if column.field in DATE_FIELDS)
        facts = {"columns": ", ".join(columns)}
        notices.append(RowProblem(reading.heading_row, "", MatchCode.DATE_ORDER_ASSUMED, "", facts))
    return notices


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a row changes. `field` is a column of the invoice, or "customer." and one of the customer."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class RowPreview:
    """One good row: what it is about, and what would become of it."""

    row: int
    number: str
    customer: str
    state: RowState
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """An open invoice that a file which claims to be complete doesn't list; minor units."""

    invoice_id: int
    number: str
    customer: str
    balance: int
    currency: str
    customer_id: int
    total: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. With a question there are no rows.

    `options` are all the answers that the reading rests on, remembered ones too. `complete` is the claim that the file
    lists every open invoice; `absent` are those that it doesn't list.
    """

    reading: AnyReading
    options: ImportOptions
    complete: bool
    rows: tuple[RowPreview, ...]
    problems: tuple[RowProblem, ...]
    notices: tuple[RowProblem, ...]
    absent: tuple[Missing, ...] = ()
    of_unknown_kind: int = 0  # new customers of which no column says what they are

    @property
    def questions(self) -> tuple[Question, ...]:
        """What must be answered first."""
        return self.reading.questions

    @property
    def asks_kind(self) -> bool:
        """Whether only a person can tell what the new customers are, and none was asked yet."""
        return self.of_unknown_kind > 0 and self.options.customer_kind is None

    @property
    def missing(self) -> tuple[str, ...]:
        """The numbers that a complete list should have had."""
        return tuple(one.number for one in self.absent)

    def count(self, state: RowState) -> int:
        """How many rows are in a state."""
        return sum(1 for row in self.rows if row.state is state)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did (or, for a dry run, would do): counts of rows, and what was refused."""

    created: int
    updated: int
    unchanged: int
    missing: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    notices: tuple[RowProblem, ...] = ()
    batch: int | None = None


def result_of(preview: Preview, *, settled: tuple[str, ...] = (), batch: int | None = None) -> ImportResult:
    """The counts of a preview."""
    return ImportResult(
        created=preview.count(RowState.NEW),
        updated=preview.count(RowState.CHANGED),
        unchanged=preview.count(RowState.IDENTICAL),
        missing=preview.missing,
        settled=settled,
        problems=preview.problems,
        notices=preview.notices,
        batch=batch,
    )
