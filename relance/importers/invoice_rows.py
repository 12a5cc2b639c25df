"""Typed rows of a file of invoices to candidates: what is missing, what contradicts itself, what comes twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from relance.domain.documents import CustomerKind, DocumentKind
from relance.importers.amounts import Money
from relance.importers.candidates import CandidateStatus, InvoiceCandidate
from relance.importers.cells import TypedRow
from relance.importers.fields import Field
from relance.importers.reading import BadValue, Problem, ProblemCode
from relance.importers.row_checks import CUSTOMER, is_blank, row_currency, row_problem
from relance.importers.settlement import Settled, Stated, settle
from relance.importers.understanding import Understood

_AMOUNTS = (Field.TOTAL, Field.PAID, Field.BALANCE)
# Where to point for what a row as a whole says wrong.
_POINT_AT: dict[ProblemCode, tuple[Field, ...]] = {
    ProblemCode.AMOUNT_MISSING: (Field.TOTAL, Field.BALANCE),
    ProblemCode.AMOUNTS_DISAGREE: (Field.BALANCE,),
    ProblemCode.STATUS_DISAGREES: (Field.STATUS,),
    ProblemCode.PARTIAL_WITHOUT_AMOUNT: (Field.STATUS,),
    ProblemCode.CURRENCY_DISAGREES: (Field.CURRENCY, Field.TOTAL, Field.BALANCE),
    ProblemCode.DUE_BEFORE_ISSUE: (Field.DUE_DATE,),
}


@dataclass(frozen=True, slots=True)
class JudgedInvoices:
    """The good rows, the bad ones, and what is worth saying of the good."""

    candidates: tuple[InvoiceCandidate, ...]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]


def judge_invoices(file: Understood, default_currency: str) -> JudgedInvoices:
    """Every row to a candidate or to its problems, in the order of the file."""
    good: list[InvoiceCandidate] = []
    problems: list[Problem] = []
    for row in file.rows():
        found = [*row.problems, *_missing(file, row)]
        if not found:
            try:
                good.append(_candidate(file, row, default_currency))
            except BadValue as bad:
                found.append(row_problem(file, row, bad.code, _POINT_AT.get(bad.code, ()), bad.facts))
        problems.extend(found)
    same, clashing = _doubles(good)
    heading = file.heading(Field.NUMBER)
    problems.extend(
        Problem(one.row, heading, ProblemCode.DUPLICATE_NUMBER, one.number, {"rows": _rows(clashing[one.number])})
        for one in good
        if one.number in clashing
    )
    kept = tuple(one for one in good if one.number not in clashing and one.row not in same)
    notices = (
        Problem(one.row, heading, ProblemCode.REPEATED_ROW, one.number, {"first": same[one.row]})
        for one in good
        if one.row in same
    )
    return JudgedInvoices(kept, tuple(sorted(problems, key=lambda problem: problem.row)), tuple(notices))


def _missing(file: Understood, row: TypedRow) -> Iterator[Problem]:
    if is_blank(row, (Field.NUMBER,)):
        yield row_problem(file, row, ProblemCode.NUMBER_MISSING, (Field.NUMBER,))
    if is_blank(row, CUSTOMER):
        yield row_problem(file, row, ProblemCode.CUSTOMER_MISSING, (Field.CUSTOMER_NAME, Field.CUSTOMER_CODE))


def _candidate(file: Understood, row: TypedRow, default_currency: str) -> InvoiceCandidate:
    status, disputed = row.status()
    amounts = settle(_stated(row, status))
    issued, due = _dates(row, amounts)
    told = row.get(Field.DISPUTED, bool)
    return InvoiceCandidate(
        row=row.number,
        number=row.text(Field.NUMBER),
        customer_code=row.text(Field.CUSTOMER_CODE),
        customer_name=row.text(Field.CUSTOMER_NAME),
        kind=amounts.kind,
        status=status,
        emails=row.get(Field.EMAILS, tuple) or (),
        phone=row.text(Field.PHONE),
        language=row.get(Field.LANGUAGE, str),
        address_1=row.text(Field.ADDRESS_1),
        address_2=row.text(Field.ADDRESS_2),
        address_3=row.text(Field.ADDRESS_3),
        postcode=row.text(Field.POSTCODE),
        city=row.text(Field.CITY),
        country=row.get(Field.COUNTRY, str),
        customer_kind=row.get(Field.CUSTOMER_KIND, CustomerKind),
        group=row.text(Field.GROUP),
        program=row.text(Field.PROGRAM),
        issue_date=issued,
        due_date=due,
        total=amounts.total,
        paid=amounts.paid,
        balance=amounts.balance,
        currency=row_currency(row, file, _AMOUNTS, default_currency),
        excluded=row.get(Field.EXCLUDED, bool),
        disputed=True if disputed else told,
        promise_date=row.get(Field.PROMISE_DATE, date),
        paused_until=row.get(Field.PAUSED_UNTIL, date),
        settled_on=row.get(Field.SETTLED_ON, date),
        reference=row.text(Field.REFERENCE),
        pdf_name=row.text(Field.PDF_NAME),
        present=file.present,
        derived=_derived(amounts, disputed=disputed and not told),
    )


def _dates(row: TypedRow, amounts: Settled) -> tuple[date | None, date | None]:
    issued, due = row.get(Field.ISSUE_DATE, date), row.get(Field.DUE_DATE, date)
    if issued and due and due < issued and amounts.kind is not DocumentKind.CREDIT_NOTE:
        raise BadValue(ProblemCode.DUE_BEFORE_ISSUE, issue_date=issued.isoformat(), due_date=due.isoformat())
    return issued, due


def _stated(row: TypedRow, status: CandidateStatus | None) -> Stated:
    total, paid, balance = (money.amount if (money := row.get(field, Money)) else None for field in _AMOUNTS)
    kind = row.get(Field.KIND, DocumentKind)
    settled = row.get(Field.SETTLED_ON, date)
    return Stated(total=total, paid=paid, balance=balance, kind=kind, status=status, settled_on=settled)


def _derived(amounts: Settled, *, disputed: bool) -> frozenset[Field]:
    return amounts.derived | {Field.DISPUTED} if disputed else amounts.derived


def _doubles(good: Sequence[InvoiceCandidate]) -> tuple[dict[int, int], dict[str, list[int]]]:
    """Rows that repeat an earlier one word for word, and the rows of each number that comes with different contents."""
    by_number: dict[str, list[InvoiceCandidate]] = {}
    for one in good:
        by_number.setdefault(one.number, []).append(one)
    same: dict[int, int] = {}
    clashing: dict[str, list[int]] = {}
    for number, ones in by_number.items():
        if len(ones) == 1:
            continue
        if all(replace(one, row=ones[0].row) == ones[0] for one in ones[1:]):
            same.update((one.row, ones[0].row) for one in ones[1:])
        else:
            clashing[number] = [one.row for one in ones]
    return same, clashing


def _rows(rows: Sequence[int]) -> tuple[str, ...]:
    return tuple(str(row) for row in rows)
