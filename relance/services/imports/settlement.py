"""What the rows say was received: credit notes applied to their invoices, and payments deduced from amounts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from relance.domain.book import DocumentStatus
from relance.domain.documents import CHASED, DocumentKind
from relance.domain.money import to_minor
from relance.importers.candidates import CandidateStatus
from relance.importers.fields import Field
from relance.services.imports.drafts import Draft
from relance.services.imports.known import KnownInvoice


@dataclass(frozen=True, slots=True)
class Application:
    """A part of a credit note that settles an invoice, both by their numbers; minor units."""

    note: str
    invoice: str
    amount: int


def balance_stated(draft: Draft) -> bool:
    """Whether a cell of the row gives the balance."""
    return draft.candidate.balance is not None and Field.BALANCE not in draft.candidate.derived


def read_stated(draft: Draft, before: int | None) -> None:
    """Note what the row says is settled: total − balance, or what was paid. `before` is the last file's word.

    A bare "unpaid" takes back a bare "paid", and says nothing otherwise.
    """
    candidate = draft.candidate
    if candidate.balance is not None and balance_stated(draft):
        draft.stated = draft.total - to_minor(candidate.balance, draft.currency)
    elif candidate.paid is not None:
        cell = Field.PAID not in candidate.derived
        draft.stated = to_minor(candidate.paid, draft.currency) if cell else draft.total
    elif (
        candidate.status is CandidateStatus.OPEN
        and before == draft.total
        and not candidate.present & {Field.PAID, Field.BALANCE}
    ):
        draft.stated = 0


def apply_credit_notes(
    drafts: Mapping[str, Draft], known: Mapping[str, KnownInvoice], waiting: Iterable[KnownInvoice]
) -> list[Application]:
    """Apply the notes that name an invoice of the same customer and currency, up to what that invoice owes.

    `waiting` are free notes already known; they count where their invoice comes with this file.
    """
    found: list[Application] = []
    for draft in drafts.values():
        if draft.kind is not DocumentKind.CREDIT_NOTE or draft.status is not DocumentStatus.ISSUED:
            continue
        target = drafts.get(draft.reference)
        news = draft.known is None or "reference" in draft.values or "total" in draft.values
        if news or (target is not None and target.known is None):
            credited, received = (draft.known.credited, draft.known.received) if draft.known else (0, 0)
            room = draft.total - credited - received
            amount = min(room, _room_for(draft, target, known.get(draft.reference)))
            _note(found, drafts, draft.number, draft.reference, amount)
    for note in waiting:
        target = drafts.get(note.reference)
        if note.number in drafts or target is None or target.known is not None:
            continue
        same = target.party.known is not None and target.party.known.id == note.customer_id
        if same and target.currency == note.currency and target.kind in CHASED:
            amount = min(note.total - note.credited - note.received, _owed(target))
            _note(found, drafts, note.number, note.reference, amount)
    return found


def _note(found: list[Application], drafts: Mapping[str, Draft], note: str, invoice: str, amount: int) -> None:
    if amount <= 0:
        return
    found.append(Application(note, invoice, amount))
    for number in (note, invoice):
        if number in drafts:
            drafts[number].credit += amount


def _room_for(note: Draft, target: Draft | None, known: KnownInvoice | None) -> int:
    """What the invoice named by a note could still be credited; 0 when it isn't the same customer's or currency."""
    if target is not None:
        same = target.party is note.party and target.currency == note.currency
        return _owed(target) if same and target.kind in CHASED and target is not note else 0
    if known is None or note.party.known is None or known.customer_id != note.party.known.id:
        return 0
    if known.currency != note.currency or known.kind not in CHASED:
        return 0
    return known.total - known.credited - known.received


def _owed(target: Draft) -> int:
    """Total less what was credited and received; where a cell says what was paid, that counts."""
    credited, received = (target.known.credited, target.known.received) if target.known else (0, 0)
    if target.stated is not None and not balance_stated(target) and Field.PAID not in target.candidate.derived:
        received = target.stated
    return target.total - credited - target.credit - received


def deduce_payment(draft: Draft, before: int | None) -> None:
    """The payment that makes the invoice agree with the file, if the file says anything new (RULES 5.5).

    A row that repeats what the last file said brings no news: payments entered meanwhile stand.
    """
    if draft.stated is None:
        return
    known = draft.known
    if known is not None and draft.stated == before and not draft.credit and "total" not in draft.values:
        return
    credited = draft.credit + (known.credited if known else 0)
    whole = balance_stated(draft) or Field.PAID in draft.candidate.derived
    # A balance already takes account of the credit notes, unless it leaves no room for them.
    wanted = draft.stated - credited if whole and draft.stated >= credited else draft.stated
    draft.payment = wanted - (known.received if known else 0)
