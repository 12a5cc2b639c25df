"""One good row beside the invoice that it is about: which columns it states, and which of them differ."""

from dataclasses import dataclass, field
from typing import Any

from relance.domain.book import Choose, DocumentStatus
from relance.domain.documents import DocumentKind
from relance.domain.money import to_minor
from relance.importers.candidates import CandidateStatus, InvoiceCandidate
from relance.importers.fields import Field
from relance.services.imports.known import KnownInvoice, name_key
from relance.services.imports.outcome import Change
from relance.services.imports.parties import Party

_STATUSES = {
    CandidateStatus.DRAFT: DocumentStatus.DRAFT,
    CandidateStatus.OPEN: DocumentStatus.ISSUED,
    CandidateStatus.PARTIAL: DocumentStatus.ISSUED,
    CandidateStatus.PAID: DocumentStatus.ISSUED,
    CandidateStatus.CANCELLED: DocumentStatus.CANCELLED,
    CandidateStatus.CREDITED: DocumentStatus.CREDITED,
}
NEVER = frozenset(("never", "jamais"))


class UnknownProgram(Exception):
    """A program that has no such name."""


@dataclass(slots=True)
class HoldMove:
    """A hold to open (`hold_id` None), to change, or to close."""

    kind: str
    hold_id: int | None = None
    until: Any = None
    close: bool = False


@dataclass(slots=True)
class Draft:
    """What becomes of one invoice. `values` are the columns that are new; amounts in minor units."""

    candidate: InvoiceCandidate
    known: KnownInvoice | None
    party: Party
    currency: str
    total: int
    values: dict[str, Any]
    stated: int | None = None  # settled, by the file's word; None when it says nothing
    payment: int = 0
    credit: int = 0  # newly applied, from or to it
    holds: list[HoldMove] = field(default_factory=list)
    own_emails: list[str] | None = None
    changes: list[Change] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Its number."""
        return self.candidate.number

    @property
    def kind(self) -> DocumentKind:
        """Its kind once imported."""
        kind: DocumentKind = self.values.get("kind") or (self.known.kind if self.known else DocumentKind.INVOICE)
        return kind

    @property
    def status(self) -> DocumentStatus:
        """Its status once imported."""
        found: DocumentStatus = self.values.get("status") or (
            self.known.status if self.known else DocumentStatus.ISSUED
        )
        return found

    @property
    def reference(self) -> str:
        """Its reference once imported."""
        return str(self.values.get("reference") or (self.known.reference if self.known else ""))

    @property
    def touched(self) -> bool:
        """Whether anything about the invoice itself is written."""
        return bool(self.values or self.payment or self.credit or self.holds or self.own_emails is not None)


def make_draft(
    candidate: InvoiceCandidate, known: KnownInvoice | None, party: Party, programs: dict[str, int], default: str
) -> Draft:
    """Compare a row with its invoice. Raises UnknownProgram. `default` is the firm's currency."""
    currency = candidate.currency or (known.currency if known else default)
    stated = _stated(candidate, programs)
    stated["currency"] = currency
    stated["total"] = _total(candidate, known, currency)
    if known is not None:
        stated = {column: value for column, value in stated.items() if getattr(known, column) != value}
    draft = Draft(candidate, known, party, currency, _total(candidate, known, currency), stated)
    if known is not None:
        draft.changes.extend(Change(column, getattr(known, column), value) for column, value in stated.items())
    return draft


def _stated(candidate: InvoiceCandidate, programs: dict[str, int]) -> dict[str, Any]:
    """The columns that the row fills; an empty cell never erases."""
    texts = {"reference": candidate.reference, "pdf_name": candidate.pdf_name}
    values: dict[str, Any] = {column: text for column, text in texts.items() if text}
    if candidate.kind is not None:
        values["kind"] = candidate.kind
    if candidate.status is not None:
        values["status"] = _STATUSES[candidate.status]
    if candidate.issue_date is not None:
        values["issue_date"] = candidate.issue_date
    if candidate.due_date is not None:
        values["due_date"] = candidate.due_date
    if candidate.excluded is not None:
        values["excluded"] = candidate.excluded
    if candidate.program:
        values["program_choice"], values["program_id"] = _program(candidate.program, programs)
    return values


def _program(name: str, programs: dict[str, int]) -> tuple[Choose, int | None]:
    key = name_key(name)
    if key in programs:
        return Choose.INHERIT, programs[key]
    if key in NEVER:
        return Choose.NEVER, None
    raise UnknownProgram(name)


def _total(candidate: InvoiceCandidate, known: KnownInvoice | None, currency: str) -> int:
    """The row's total; one worked out from a balance alone says nothing of a known invoice's total."""
    from_balance = Field.TOTAL in candidate.derived and Field.PAID in candidate.derived | _unstated(candidate)
    if known is not None and from_balance:
        return known.total
    return to_minor(candidate.total, currency)


def _unstated(candidate: InvoiceCandidate) -> frozenset[Field]:
    return frozenset((Field.PAID,)) if candidate.paid is None else frozenset()
