"""Typed rows of a file of payments to candidates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from relance.importers.amounts import Money
from relance.importers.candidates import PaymentCandidate
from relance.importers.cells import TypedRow
from relance.importers.fields import Field
from relance.importers.reading import BadValue, Problem, ProblemCode
from relance.importers.row_checks import CUSTOMER, is_blank, row_currency, row_problem
from relance.importers.understanding import Understood


@dataclass(frozen=True, slots=True)
class JudgedPayments:
    """The good rows and the bad ones."""

    candidates: tuple[PaymentCandidate, ...]
    problems: tuple[Problem, ...]


def judge_payments(file: Understood, default_currency: str) -> JudgedPayments:
    """Every row to a candidate or to its problems. Two like rows are two payments: only the service knows better."""
    good: list[PaymentCandidate] = []
    problems: list[Problem] = []
    for row in file.rows():
        found = [*row.problems, *_missing(file, row)]
        if not found:
            try:
                good.append(_candidate(file, row, default_currency))
            except BadValue as bad:
                found.append(row_problem(file, row, bad.code, (Field.CURRENCY, Field.AMOUNT), bad.facts))
        problems.extend(found)
    return JudgedPayments(tuple(good), tuple(problems))


def _missing(file: Understood, row: TypedRow) -> Iterator[Problem]:
    """A payment needs an invoice or a customer, a day, and an amount that isn't zero."""
    if is_blank(row, (Field.NUMBER, *CUSTOMER)):
        yield row_problem(file, row, ProblemCode.NUMBER_MISSING, (Field.NUMBER, *CUSTOMER))
    if Field.AMOUNT not in row.unreadable:
        money = row.get(Field.AMOUNT, Money)
        if money is None:
            yield row_problem(file, row, ProblemCode.AMOUNT_MISSING, (Field.AMOUNT,))
        elif not money.amount:
            yield row_problem(file, row, ProblemCode.AMOUNT_ZERO, (Field.AMOUNT,))
    if Field.PAYMENT_DATE not in row.unreadable and row.get(Field.PAYMENT_DATE, date) is None:
        yield row_problem(file, row, ProblemCode.PAYMENT_DATE_MISSING, (Field.PAYMENT_DATE,))


def _candidate(file: Understood, row: TypedRow, default_currency: str) -> PaymentCandidate:
    money, day = row.get(Field.AMOUNT, Money), row.get(Field.PAYMENT_DATE, date)
    if money is None or day is None:
        raise BadValue(ProblemCode.AMOUNT_MISSING)
    return PaymentCandidate(
        row=row.number,
        number=row.text(Field.NUMBER),
        customer_code=row.text(Field.CUSTOMER_CODE),
        customer_name=row.text(Field.CUSTOMER_NAME),
        amount=money.amount,
        currency=row_currency(row, file, (Field.AMOUNT,), default_currency),
        payment_date=day,
        reference=row.text(Field.REFERENCE),
        present=file.present,
    )
