"""What a row's amounts and status say together: total, paid and balance that agree, or what is wrong between them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.domain.documents import DocumentKind
from relance.importers.candidates import CandidateStatus
from relance.importers.fields import Field
from relance.importers.reading import BadValue, ProblemCode

_ROUNDING = Decimal("0.01")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What the cells of a row say, None where they are empty."""

    total: Decimal | None = None
    paid: Decimal | None = None
    balance: Decimal | None = None
    kind: DocumentKind | None = None
    status: CandidateStatus | None = None
    settled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """Amounts that agree, positive for a credit note; `derived` are those that no cell states."""

    kind: DocumentKind | None
    total: Decimal
    paid: Decimal | None
    balance: Decimal | None
    derived: frozenset[Field]


def settle(stated: Stated) -> Settled:
    """Make total, paid and balance agree. Raises BadValue when they, or the status, contradict each other.

    The balance is the truth: one below total - paid is a credit or a discount. One above it is a contradiction.
    """
    total, derived = _total(stated)
    if stated.kind is DocumentKind.CREDIT_NOTE or total < 0:
        return _credit_note(stated, total, derived)
    return _agree(stated, total, derived)


def _total(stated: Stated) -> tuple[Decimal, frozenset[Field]]:
    if stated.total is not None:
        return stated.total, frozenset()
    if stated.balance is None:
        raise BadValue(ProblemCode.AMOUNT_MISSING)
    return stated.balance + (stated.paid or _ZERO), frozenset((Field.TOTAL,))


def _credit_note(stated: Stated, total: Decimal, derived: frozenset[Field]) -> Settled:
    positive = Stated(
        kind=DocumentKind.CREDIT_NOTE,
        paid=_absolute(stated.paid),
        balance=_absolute(stated.balance),
        status=stated.status,
        settled_on=stated.settled_on,
    )
    return _agree(positive, abs(total), derived)


def _absolute(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else abs(amount)


def _agree(stated: Stated, total: Decimal, derived: frozenset[Field]) -> Settled:
    paid = _paid(stated, total)
    if stated.status is CandidateStatus.PAID and paid is not None and total - paid > _ROUNDING:
        raise BadValue(ProblemCode.STATUS_DISAGREES, balance=str(total - paid))
    if stated.status is CandidateStatus.PARTIAL and stated.paid is None and stated.balance is None:
        raise BadValue(ProblemCode.PARTIAL_WITHOUT_AMOUNT)
    if paid != stated.paid:
        derived |= {Field.PAID}
    balance = None if paid is None else total - paid
    if balance != stated.balance:
        derived |= {Field.BALANCE}
    return Settled(stated.kind, total, paid, balance, derived)


def _paid(stated: Stated, total: Decimal) -> Decimal | None:
    if stated.balance is not None:
        if stated.balance - (total - (stated.paid or _ZERO)) > _ROUNDING:
            raise BadValue(
                ProblemCode.AMOUNTS_DISAGREE,
                total=str(total),
                paid=str(stated.paid or _ZERO),
                balance=str(stated.balance),
            )
        return total - stated.balance
    if stated.paid is not None:
        return stated.paid
    if stated.status is CandidateStatus.PAID or stated.settled_on is not None:
        return total
    return None
