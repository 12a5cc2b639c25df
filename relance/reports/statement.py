"""A customer's account: its documents and payments in order with a running balance, one account for each currency.

Amounts are minor units; what a customer owes is positive. Documents: what asks for money, and credit notes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relance.reports.aging import BUCKETS, bucket_of


class Entry(StrEnum):
    """What a line of an account is."""

    INVOICE = "invoice"
    DEPOSIT = "deposit_invoice"
    RECEIPT = "receipt"
    OTHER = "document"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or a credit note; `total` is as written on it, of a credit note too."""

    id: int
    number: str
    entry: Entry
    on: date
    due: date | None
    currency: str
    total: int

    @property
    def sign(self) -> int:
        """Whether it makes the customer owe more or less."""
        return -1 if self.entry is Entry.CREDIT_NOTE else 1


@dataclass(frozen=True, slots=True)
class Money:
    """A payment; negative when it was taken back. Without a document it settles none yet."""

    document: int | None
    on: date
    currency: str
    amount: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """A part of a credit note that settles an invoice."""

    credit_note: int
    invoice: int
    amount: int


@dataclass(frozen=True, slots=True)
class Line:
    """One movement, and what is owed after it."""

    on: date
    entry: Entry
    reference: str
    due: date | None
    amount: int  # positive: the customer owes more
    balance: int


@dataclass(frozen=True, slots=True)
class Account:
    """One currency. `aged` has a part for each of aging.BUCKETS; `credit` settles nothing yet.

    The closing balance is the sum of the aged parts, less the credit.
    """

    currency: str
    opening: int
    lines: tuple[Line, ...]
    closing: int
    aged: tuple[int, ...]
    credit: int


def accounts(
    documents: Sequence[Document], money: Iterable[Money], applied: Iterable[Applied], first: date | None, last: date
) -> list[Account]:
    """The accounts from a day (None: the beginning) until another, both included, by currency."""
    by_id = {one.id: one for one in documents}
    known = [one for one in documents if one.on <= last]
    paid = [one for one in money if one.on <= last]
    settled = list(applied)
    found = []
    for currency in sorted({one.currency for one in known} | {one.currency for one in paid}):
        theirs = [one for one in known if one.currency == currency]
        received = [one for one in paid if one.currency == currency]
        found.append(_account(currency, theirs, received, settled, by_id, first or date.min, last))
    return found


def _account(
    currency: str,
    documents: Sequence[Document],
    money: Sequence[Money],
    applied: Sequence[Applied],
    by_id: dict[int, Document],
    first: date,
    last: date,
) -> Account:
    moves = [(one.on, one.entry, one.number, one.due, one.sign * one.total) for one in documents]
    moves += [_received(one, by_id) for one in money]
    moves.sort(key=lambda move: (move[0], move[1] in (Entry.PAYMENT, Entry.REFUND), move[2]))
    opening = balance = sum(move[4] for move in moves if move[0] < first)
    lines = []
    for on, entry, reference, due, amount in moves:
        if on >= first:
            balance += amount
            lines.append(Line(on, entry, reference, due, amount, balance))
    aged, credit = _aged(documents, money, applied, by_id, last)
    return Account(currency, opening, tuple(lines), balance, aged, credit)


def _received(one: Money, by_id: dict[int, Document]) -> tuple[date, Entry, str, date | None, int]:
    """A payment as a movement: what is paid on a credit note is money given back."""
    of = by_id.get(one.document) if one.document is not None else None
    amount = -one.amount * (of.sign if of else 1)
    number = of.number if of else ""
    told = number in one.reference  # none is in every text
    reference = one.reference or number if told or not one.reference else f"{one.reference} ({number})"
    return one.on, Entry.PAYMENT if amount <= 0 else Entry.REFUND, reference, None, amount


def _aged(
    documents: Sequence[Document],
    money: Sequence[Money],
    applied: Sequence[Applied],
    by_id: dict[int, Document],
    last: date,
) -> tuple[tuple[int, ...], int]:
    left = {one.id: one.total for one in documents}
    credit = 0
    for payment in money:
        if payment.document in left:
            left[payment.document] -= payment.amount
        else:
            of = by_id.get(payment.document) if payment.document is not None else None
            credit += payment.amount * (of.sign if of else 1)
    for one in applied:
        if one.invoice in left and one.credit_note in left:
            left[one.invoice] -= one.amount
            left[one.credit_note] -= one.amount
    parts = [0] * len(BUCKETS)
    for document in documents:
        if document.sign < 0 or left[document.id] < 0:
            credit += -document.sign * left[document.id]
        else:
            parts[BUCKETS.index(bucket_of(document.due, last))] += left[document.id]
    return tuple(parts), credit
