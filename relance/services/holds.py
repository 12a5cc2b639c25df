"""What a person decides about invoices: pause, dispute, promise, exclusion, program, a new start (RULES 2, 5.5)."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from relance.domain.book import Choose, ProgramChoice
from relance.domain.reasons import ReasonCode
from relance.services.refusal import Refused
from relance.services.withdraw import withdraw_waiting, withdraw_waiting_of
from relance.storage.chunks import chunks
from relance.storage.models import Hold, Invoice, Program


class HoldKind(StrEnum):
    """What holds reminders back until it is closed or its day has come."""

    PAUSE = "pause"
    DISPUTE = "dispute"
    PROMISE = "promise"


# Kept beside the holds so that who did it, and when, can be read: they hold nothing back themselves.
EXCLUSION, RESTART = "exclusion", "restart"
FURTHEST = timedelta(days=3660)
_REASONS = {
    HoldKind.PAUSE: ReasonCode.PAUSED,
    HoldKind.DISPUTE: ReasonCode.DISPUTED,
    HoldKind.PROMISE: ReasonCode.PROMISED,
}


def open_hold(
    session: Session, invoice_id: int, kind: HoldKind, *, until: date | None, note: str, by: str, now: datetime
) -> None:
    """Open a hold on an invoice, in the place of one of its kind. `now` is the firm's local time. Raises Refused."""
    open_holds(session, [invoice_id], kind, until=until, note=note, by=by, now=now)


def open_holds(
    session: Session,
    invoice_ids: Collection[int],
    kind: HoldKind,
    *,
    until: date | None,
    note: str,
    by: str,
    now: datetime,
) -> None:
    """The same for many invoices; where the very same hold is open, it stays as it is."""
    _check(kind, until, now.date())
    same = set()
    for one in _open(session, invoice_ids, kind.value):
        if (one.until, one.note) == (until, note):
            same.add(one.invoice_id)
        else:
            one.closed_at, one.closed_by = now, by
    new = [key for key in invoice_ids if key not in same]
    _note(session, new, kind.value, by, now, until=until, note=note)
    withdraw_waiting_of(session, new, _REASONS[kind].value, by_hand_too=False)


def _check(kind: HoldKind, until: date | None, today: date) -> None:
    if until is None:
        if kind is HoldKind.PROMISE:
            raise Refused("hold.no_date")
        return
    earliest = today + timedelta(days=1) if kind is HoldKind.PAUSE else today
    if not earliest <= until <= today + FURTHEST:
        raise Refused("hold.date", first=earliest)


def _open(session: Session, invoice_ids: Collection[int], kind: str) -> list[Hold]:
    open_ones = select(Hold).where(Hold.kind == kind, Hold.closed_at.is_(None)).order_by(Hold.id)
    return [
        one
        for some in chunks(sorted(invoice_ids))
        for one in session.scalars(open_ones.where(Hold.invoice_id.in_(some)))
    ]


def _invoices(session: Session, invoice_ids: Collection[int]) -> list[Invoice]:
    return [
        one
        for some in chunks(sorted(invoice_ids))
        for one in session.scalars(select(Invoice).where(Invoice.id.in_(some)).order_by(Invoice.id))
    ]


def _note(
    session: Session,
    invoice_ids: Collection[int],
    kind: str,
    by: str,
    now: datetime,
    *,
    until: date | None = None,
    note: str = "",
    over: bool = False,
) -> None:
    """Keep that it was done; `over`: it holds nothing from now on."""
    told = {"kind": kind, "until": until, "note": note, "opened_at": now, "opened_by": by}
    told |= {"closed_at": now if over else None, "closed_by": by if over else ""}
    if invoice_ids:
        session.execute(insert(Hold), [{"invoice_id": key, **told} for key in invoice_ids])


def close_hold(session: Session, invoice_id: int, hold_id: int, *, by: str, now: datetime) -> bool:
    """End a hold of an invoice; False when it has ended already."""
    closed = session.execute(
        update(Hold)
        .where(Hold.id == hold_id, Hold.invoice_id == invoice_id, Hold.closed_at.is_(None), Hold.kind.in_(HoldKind))
        .values(closed_at=now, closed_by=by)
        .returning(Hold.id)
        .execution_options(synchronize_session=False)
    )
    return closed.first() is not None


def exclude(session: Session, invoice_id: int, *, note: str, by: str, now: datetime) -> None:
    """Never remind of this invoice automatically."""
    exclude_all(session, [invoice_id], note=note, by=by, now=now)


def exclude_all(session: Session, invoice_ids: Collection[int], *, note: str, by: str, now: datetime) -> None:
    """Never remind of these invoices automatically."""
    changed = [one for one in _invoices(session, invoice_ids) if not one.excluded]
    ids = [one.id for one in changed]
    for invoice in changed:
        invoice.excluded = True
    _note(session, ids, EXCLUSION, by, now, note=note)
    withdraw_waiting_of(session, ids, ReasonCode.EXCLUDED.value, by_hand_too=False)


def include(session: Session, invoice_id: int, *, by: str, now: datetime) -> None:
    """Remind of it again as its program says."""
    session.get_one(Invoice, invoice_id).excluded = False
    for one in _open(session, [invoice_id], EXCLUSION):
        one.closed_at, one.closed_by = now, by


def restart(session: Session, invoice_id: int, *, cycle: int, by: str, now: datetime) -> bool:
    """Start the program again from its first step; the history stays. `cycle` is the one the person saw."""
    invoice = session.get_one(Invoice, invoice_id)
    if invoice.cycle != cycle:
        return False
    invoice.cycle, invoice.failed_step = cycle + 1, None
    _note(session, [invoice_id], RESTART, by, now, over=True)
    withdraw_waiting(session, invoice_id, ReasonCode.SUPERSEDED.value, by_hand_too=False)
    return True


def choose_program(session: Session, invoice_id: int, choice: ProgramChoice) -> None:
    """The invoice's own choice of program (RULES 1.4). Raises Refused for a program that is gone."""
    choose_program_of(session, [invoice_id], choice)


def choose_program_of(session: Session, invoice_ids: Collection[int], choice: ProgramChoice) -> None:
    """The same choice for many invoices."""
    named = None if isinstance(choice, Choose) else int(choice)
    if named is not None and session.get(Program, named) is None:
        raise Refused("hold.no_program")
    word = choice if isinstance(choice, Choose) else Choose.INHERIT
    changed = [one for one in _invoices(session, invoice_ids) if (one.program_choice, one.program_id) != (word, named)]
    for invoice in changed:
        invoice.program_choice, invoice.program_id = word, named
    code = ReasonCode.CUSTOMER if word is Choose.NEVER else ReasonCode.SUPERSEDED
    withdraw_waiting_of(session, [one.id for one in changed], code.value, by_hand_too=False)
