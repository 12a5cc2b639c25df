"""Compares a file of invoices with what is known: everything that an import would write, without writing it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.domain.book import DocumentStatus
from relance.domain.documents import CustomerKind, DocumentKind
from relance.importers.candidates import InvoiceCandidate
from relance.importers.fields import Field
from relance.importers.reading import Reading
from relance.services.imports import holds, known, memory, settlement
from relance.services.imports.drafts import Draft, UnknownProgram, make_draft
from relance.services.imports.known import Known, KnownInvoice
from relance.services.imports.outcome import (
    Change,
    MatchCode,
    Missing,
    RowPreview,
    RowProblem,
    RowState,
    from_reader,
    reader_notices,
)
from relance.services.imports.parties import Ambiguous, Parties, Party, address_key
from relance.storage.bad_addresses import key, own
from relance.storage.models import Customer, Firm, Invoice, Payment


@dataclass(slots=True)
class InvoicePlan:
    """All that a file of invoices changes."""

    known: Known
    drafts: dict[str, Draft] = field(default_factory=dict)
    parties: list[Party] = field(default_factory=list)
    applications: list[settlement.Application] = field(default_factory=list)
    absent: tuple[Missing, ...] = ()
    rows: list[RowPreview] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    notices: list[RowProblem] = field(default_factory=list)
    before: memory.Memory = field(default_factory=memory.Memory)
    of_unknown_kind: int = 0  # new customers of which the file doesn't say what they are, in no column

    def said_before(self, draft: Draft) -> int | None:
        """What the last file said was settled of an invoice."""
        return self.before.stated.get(draft.known.id) if draft.known else None


def plan_invoices(
    session: Session, reading: Reading[InvoiceCandidate], kind: CustomerKind | None = None
) -> InvoicePlan:
    """Every row beside what is known of it. Writes nothing. `kind`: a person's word on what the new customers are."""
    columns = {column.field: column.heading for column in reading.columns if column.field}
    candidates, firms = _without_own(session, reading.candidates, columns.get(Field.EMAILS, ""))
    numbers = {one.number for one in candidates}
    notes = {one.reference for one in candidates if one.kind is DocumentKind.CREDIT_NOTE and one.reference}
    plan = InvoicePlan(known.load(session, numbers | notes))
    plan.before = memory.recall(session, {one.id for one in plan.known.invoices.values() if one.number in numbers})
    plan.problems.extend(from_reader(problem) for problem in reading.problems)
    plan.notices.extend((*reader_notices(reading), *firms))
    default = session.get_one(Firm, 1).currency
    parties = Parties(plan.known, candidates)
    for candidate in candidates:
        _draft(plan, parties, candidate, columns, default)
    plan.parties = list({id(draft.party): draft.party for draft in plan.drafts.values()}.values())
    if Field.CUSTOMER_KIND not in columns:
        _kinds(plan, kind)
    for party in plan.parties:
        party.settle(plan.known)
    _settle(session, plan)
    for draft in plan.drafts.values():
        _own_emails(plan, draft, columns.get(Field.EMAILS, ""))
        plan.rows.append(_row(draft))
    plan.problems.sort(key=lambda problem: problem.row)
    return plan


def _kinds(plan: InvoicePlan, told: CustomerKind | None) -> None:
    new = [party for party in plan.parties if party.known is None]
    plan.of_unknown_kind = len(new)
    if told not in (None, CustomerKind.UNKNOWN):
        for party in new:
            party.stated["kind"] = told


def _without_own(
    session: Session, candidates: Collection[InvoiceCandidate], column: str
) -> tuple[list[InvoiceCandidate], list[RowProblem]]:
    """The rows without the firm's own addresses, and a notice for each that had one: a row is worth more than that."""
    firms = own(session, session.get_one(Firm, 1))
    kept: list[InvoiceCandidate] = []
    notices: list[RowProblem] = []
    for candidate in candidates:
        if candidate.emails and not firms.isdisjoint(map(key, candidate.emails)):
            mine = [one for one in candidate.emails if key(one) in firms]
            facts = {"number": candidate.number}
            notices.append(RowProblem(candidate.row, column, MatchCode.EMAIL_OWN, ", ".join(mine), facts))
            candidate = replace(candidate, emails=tuple(one for one in candidate.emails if one not in mine))
        kept.append(candidate)
    return kept, notices


def _draft(
    plan: InvoicePlan, parties: Parties, candidate: InvoiceCandidate, columns: dict[Field, str], default: str
) -> None:
    invoice = plan.known.invoices.get(candidate.number)
    try:
        party = parties.of(candidate, invoice.customer_id if invoice else None)
        draft = make_draft(candidate, invoice, party, plan.known.programs, default)
    except Ambiguous:
        column = columns.get(Field.CUSTOMER_NAME, "")
        problem = RowProblem(candidate.row, column, MatchCode.CUSTOMER_AMBIGUOUS, candidate.customer_name)
        plan.problems.append(problem)
        return
    except UnknownProgram:
        column, facts = columns.get(Field.PROGRAM, ""), {"programs": ", ".join(plan.known.program_names)}
        plan.problems.append(RowProblem(candidate.row, column, MatchCode.UNKNOWN_PROGRAM, candidate.program, facts))
        return
    conflict = _conflict(plan, draft, columns)
    if conflict is not None:
        plan.problems.append(conflict)
        plan.rows.append(RowPreview(candidate.row, candidate.number, party.name, RowState.CONFLICT))
        return
    party.hear(candidate)
    plan.drafts[candidate.number] = draft


def _conflict(plan: InvoicePlan, draft: Draft, columns: dict[Field, str]) -> RowProblem | None:
    """A change that what was already received or sent forbids."""
    invoice, candidate = draft.known, draft.candidate
    if invoice is None:
        return None
    if "currency" in draft.values and (invoice.received or invoice.credited):
        facts = {"number": invoice.number, "known": invoice.currency}
        column = columns.get(Field.CURRENCY, "")
        return RowProblem(candidate.row, column, MatchCode.CURRENCY_CONFLICT, draft.currency, facts)
    if draft.party.known is None or draft.party.known.id != invoice.customer_id:
        owner = plan.known.customers[invoice.customer_id]
        if invoice.reminded or invoice.credited:
            field_ = Field.CUSTOMER_CODE if candidate.customer_code else Field.CUSTOMER_NAME
            value = candidate.customer_code or candidate.customer_name
            facts = {"number": invoice.number, "known": owner.name, "code": owner.code}
            return RowProblem(candidate.row, columns.get(field_, ""), MatchCode.CUSTOMER_CONFLICT, value, facts)
        draft.values["customer"] = draft.party.code
        draft.changes.append(Change("customer", owner.code, draft.party.code))
    return None


def _settle(session: Session, plan: InvoicePlan) -> None:
    """Amounts received: credit notes first, since what is left was paid."""
    for draft in plan.drafts.values():
        settlement.read_stated(draft, plan.said_before(draft))
    waiting = _waiting_notes(session, [draft.number for draft in plan.drafts.values() if draft.known is None])
    plan.known.invoices.update(waiting)
    plan.applications = settlement.apply_credit_notes(plan.drafts, plan.known.invoices, waiting.values())
    for draft in plan.drafts.values():
        settlement.deduce_payment(draft, plan.said_before(draft))
        if draft.candidate.present & holds.FIELDS or draft.candidate.disputed is not None:
            holds.move_holds(draft)


def _waiting_notes(session: Session, numbers: Collection[str]) -> dict[str, KnownInvoice]:
    """Credit notes with something left whose reference is one of some new numbers."""
    if not numbers:
        return {}
    free = select(Invoice.number, Invoice.reference).where(
        Invoice.kind == DocumentKind.CREDIT_NOTE,
        Invoice.status == DocumentStatus.ISSUED,
        Invoice.balance > 0,
        Invoice.reference != "",
    )
    wanted = set(numbers)
    found = [number for number, reference in session.execute(free) if reference in wanted]
    return known.load_invoices(session, found)


def _own_emails(plan: InvoicePlan, draft: Draft, column: str) -> None:
    """A row whose addresses aren't its customer's gives them to its invoice; what a person put there stays."""
    candidate, party = draft.candidate, draft.party
    if not candidate.emails:
        return
    usual = address_key(candidate.emails) in party.usual
    wanted = [] if usual else list(candidate.emails)
    now = draft.known.emails if draft.known else []
    by_hand = bool(now) and draft.known is not None and plan.before.own_emails.get(draft.known.id) != now
    if address_key(wanted) != address_key(now) and not by_hand:
        draft.own_emails = wanted
        draft.changes.append(Change("emails", list(now), wanted))
    told = address_key(candidate.emails)
    theirs = list(party.known.addresses) if party.known else []
    if (by_hand and told != address_key(now)) or (party.kept and usual and told != address_key(theirs)):
        party.kept = False
        facts = {"kept": ", ".join(now or theirs), "customer": party.name}
        value = ", ".join(candidate.emails)
        plan.notices.append(RowProblem(candidate.row, column, MatchCode.EMAIL_KEPT, value, facts))


def _row(draft: Draft) -> RowPreview:
    candidate, party = draft.candidate, draft.party
    if draft.known is None:
        return RowPreview(candidate.row, draft.number, party.name, RowState.NEW)
    changes = list(draft.changes)
    if draft.payment:
        changes.append(Change("received", draft.known.received, draft.known.received + draft.payment))
    if draft.credit:
        changes.append(Change("credited", draft.known.credited, draft.known.credited + draft.credit))
    changes.extend(Change(hold.kind, None, "closed" if hold.close else hold.until) for hold in draft.holds)
    before = party.known
    for column in party.brings(candidate):
        after = party.to if column == "emails" else party.group if column == "group" else party.changes[column]
        changes.append(Change(f"customer.{column}", getattr(before, column, None), after))
    state = RowState.CHANGED if changes else RowState.IDENTICAL
    return RowPreview(candidate.row, draft.number, party.name, state, tuple(changes))


def find_absent(session: Session, listed: Iterable[str]) -> tuple[Missing, ...]:
    """The open invoices that aren't listed, with what is left of them once announced payments are counted."""
    firm = session.get_one(Firm, 1)
    announced = (
        select(func.coalesce(func.sum(Payment.amount), 0))
        .where(Payment.invoice_id == Invoice.id, Payment.paid_on > (firm.balances_on or date.max))
        .scalar_subquery()
    )
    left = Invoice.balance - announced
    query = (
        select(Invoice.id, Invoice.number, Customer.name, left, Invoice.currency, Invoice.customer_id, Invoice.total)
        .join(Customer, Invoice.customer_id == Customer.id)
        .where(Invoice.chased, Invoice.balance > 0)
        .order_by(Invoice.number)
    )
    known_here = set(listed)
    rows = (Missing(*row) for row in session.execute(query))
    return tuple(one for one in rows if one.number not in known_here and one.balance > 0)
