"""Compares a file of payments with those already known, and writes what is new."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from relance.domain.money import to_minor
from relance.importers.candidates import PaymentCandidate
from relance.importers.fields import Field
from relance.importers.reading import Reading
from relance.services.imports.known import name_key
from relance.services.imports.outcome import (
    Change,
    MatchCode,
    RowPreview,
    RowProblem,
    RowState,
    from_reader,
    reader_notices,
)
from relance.services.imports.payment_targets import Fault, Target, Targets
from relance.services.imports.record import update_rows
from relance.services.imports.writer import DEDUCED, Writer
from relance.storage.chunks import chunks
from relance.storage.models import Firm, Payment

FILE = "file"
ENTERED = "entered"


@dataclass(slots=True)
class KnownPayment:
    """A payment as it stands."""

    id: int
    invoice_id: int | None
    customer_id: int
    amount: int
    currency: str
    paid_on: date
    reference: str
    origin: str
    taken: bool = False  # a row of the file is this one


@dataclass(slots=True)
class PaymentPlan:
    """What a file of payments adds, and which deduced payments it explains (by their ids)."""

    added: list[dict[str, Any]] = field(default_factory=list)
    explained: dict[int, dict[str, Any]] = field(default_factory=dict)
    before: dict[int, KnownPayment] = field(default_factory=dict)
    rows: list[RowPreview] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    notices: list[RowProblem] = field(default_factory=list)


def plan_payments(session: Session, reading: Reading[PaymentCandidate]) -> PaymentPlan:
    """Every row beside the payments that are known. Writes nothing."""
    plan = PaymentPlan()
    plan.problems.extend(from_reader(problem) for problem in reading.problems)
    plan.notices.extend(reader_notices(reading))
    columns = {column.field: column.heading for column in reading.columns if column.field}
    default = session.get_one(Firm, 1).currency
    targets = Targets(session, reading.candidates)
    matched: list[tuple[PaymentCandidate, Target]] = []
    for candidate in reading.candidates:
        try:
            matched.append((candidate, targets.of(candidate, default)))
        except Fault as fault:
            column = columns.get(fault.at, "")
            plan.problems.append(RowProblem(candidate.row, column, fault.code, fault.value, fault.facts))
    known = _known_payments(session, {target.customer for _, target in matched})
    pool = _Pool(known)
    for candidate, target in matched:
        _notice_customer(plan, candidate, target, columns)
        _place(plan, pool, candidate, target)
    plan.problems.sort(key=lambda problem: problem.row)
    return plan


def _known_payments(session: Session, customers: set[int]) -> list[KnownPayment]:
    columns = select(
        Payment.id,
        Payment.invoice_id,
        Payment.customer_id,
        Payment.amount,
        Payment.currency,
        Payment.paid_on,
        Payment.reference,
        Payment.origin,
    ).order_by(Payment.id)
    found: list[KnownPayment] = []
    for part in chunks(customers):
        found.extend(KnownPayment(*row) for row in session.execute(columns.where(Payment.customer_id.in_(part))))
    return found


class _Pool:
    """The payments that rows can turn out to be, each for one row at most."""

    def __init__(self, known: Sequence[KnownPayment]) -> None:
        self._by_amount: dict[tuple[int | None, int, int, str], list[KnownPayment]] = {}
        for one in known:
            self._by_amount.setdefault((one.invoice_id, one.customer_id, one.amount, one.currency), []).append(one)
        _set_aside_cancelled(known)

    def take(self, candidate: PaymentCandidate, target: Target, amount: int) -> KnownPayment | None:
        """The payment that a row repeats: from a file, word for word; entered by hand, the same day; else deduced."""
        likely = self._by_amount.get((target.invoice, target.customer, amount, target.currency), [])
        free = [one for one in likely if not one.taken]
        same_day = [one for one in free if one.paid_on == candidate.payment_date]
        found = next((one for one in same_day if one.origin == FILE and one.reference == candidate.reference), None)
        by_hand = (one for one in same_day if one.origin == ENTERED and _agree(one.reference, candidate.reference))
        # A list can only have told of what was paid until its own day: a later payment is another one.
        deduced = (
            one
            for one in free
            if one.origin == DEDUCED and one.invoice_id is not None and candidate.payment_date <= one.paid_on
        )
        found = found or next(by_hand, None) or next(deduced, None)
        if found is not None:
            found.taken = True
        return found


def _set_aside_cancelled(known: Sequence[KnownPayment]) -> None:
    """A payment that a list told of and a later list took back explains nothing any more."""
    standing: dict[int, list[KnownPayment]] = {}
    for one in known:
        if one.origin != DEDUCED or one.invoice_id is None:
            continue
        before = standing.setdefault(one.invoice_id, [])
        if one.amount > 0:
            before.append(one)
            continue
        taken_back = -one.amount
        while before and taken_back > 0:
            cancelled = before.pop()
            cancelled.taken = True
            taken_back -= cancelled.amount


def _agree(one: str, other: str) -> bool:
    return not one or not other or name_key(one) == name_key(other)


def _notice_customer(
    plan: PaymentPlan, candidate: PaymentCandidate, target: Target, columns: Mapping[Field, str]
) -> None:
    """The number rules; a row that names another customer beside it is worth a look."""
    code = candidate.customer_code
    if candidate.number and code and code != target.customer_code:
        column, facts = (
            columns.get(Field.CUSTOMER_CODE, ""),
            {"number": candidate.number, "customer": target.customer_name},
        )
        plan.notices.append(RowProblem(candidate.row, column, MatchCode.CUSTOMER_DIFFERS, code, facts))


def _place(plan: PaymentPlan, pool: _Pool, candidate: PaymentCandidate, target: Target) -> None:
    amount = to_minor(candidate.amount, target.currency)
    known = pool.take(candidate, target, amount)
    state = RowState.NEW
    changes: tuple[Change, ...] = ()
    if known is None:
        plan.added.append(
            {
                "invoice_id": target.invoice,
                "customer_id": target.customer,
                "amount": amount,
                "currency": target.currency,
                "paid_on": candidate.payment_date,
                "reference": candidate.reference,
            }
        )
    elif known.origin == DEDUCED:
        state = RowState.CHANGED
        values = {"paid_on": candidate.payment_date, "reference": candidate.reference, "origin": FILE}
        plan.explained[known.id], plan.before[known.id] = values, known
        changes = (Change("paid_on", known.paid_on, candidate.payment_date),)
    else:
        state = RowState.IDENTICAL
        if known.origin == ENTERED:
            plan.notices.append(RowProblem(candidate.row, "", MatchCode.ENTERED_BY_HAND, candidate.number))
    plan.rows.append(RowPreview(candidate.row, candidate.number, target.customer_name, state, changes))


def write_payments(writer: Writer, plan: PaymentPlan) -> None:
    """Everything of the plan."""
    common = {"origin": FILE, "batch_id": writer.batch, "created_at": writer.now, "created_by": writer.by}
    if plan.added:
        writer.connection.execute(insert(Payment), [{**row, **common} for row in plan.added])
    update_rows(writer.connection, Payment, plan.explained)
    invoices = Counter(row["invoice_id"] for row in plan.added)
    for key, values in plan.explained.items():
        known = plan.before[key]
        invoices[known.invoice_id] += 1
        writer.record.changes("payments", key, {column: getattr(known, column) for column in values}, values)
    writer.refreshed.update(key for key in invoices if key is not None)
    writer.record.touched.update(writer.refreshed)
