"""What a person decides about one invoice: pause, dispute, promise, exclusion, program, a new start (RULES 2, 5.5)."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relance.domain.book import Choose, ProgramChoice
from relance.domain.reasons import ReasonCode
from relance.services.refusal import Refused
from relance.services.withdraw import withdraw_waiting
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
    _check(kind, until, now.date())
    before = _open(session, invoice_id, kind.value)
    if any((one.until, one.note) == (until, note) for one in before):
        return
    for one in before:
        one.closed_at, one.closed_by = now, by
    _note(session, invoice_id, kind.value, by, now, until=until, note=note)
    withdraw_waiting(session, invoice_id, _REASONS[kind].value, by_hand_too=False)


def _check(kind: HoldKind, until: date | None, today: date) -> None:
    if until is None:
        if kind is HoldKind.PROMISE:
            raise Refused("hold.no_date")
        return
    earliest = today + timedelta(days=1) if kind is HoldKind.PAUSE else today
    if not earliest <= until <= today + FURTHEST:
        raise Refused("hold.date", first=earliest)


def _open(session: Session, invoice_id: int, kind: str) -> list[Hold]:
    query = select(Hold).where(Hold.invoice_id == invoice_id, Hold.kind == kind, Hold.closed_at.is_(None))
    return list(session.scalars(query.order_by(Hold.id)))


def _note(
    session: Session, invoice_id: int, kind: str, by: str, now: datetime, *, until: date | None = None, note: str = ""
) -> Hold:
    hold = Hold(invoice_id=invoice_id, kind=kind, until=until, note=note, opened_at=now, opened_by=by)
    session.add(hold)
    return hold


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
    invoice = session.get_one(Invoice, invoice_id)
    if not invoice.excluded:
        invoice.excluded = True
        _note(session, invoice_id, EXCLUSION, by, now, note=note)
        withdraw_waiting(session, invoice_id, ReasonCode.EXCLUDED.value, by_hand_too=False)


def include(session: Session, invoice_id: int, *, by: str, now: datetime) -> None:
    """Remind of it again as its program says."""
    session.get_one(Invoice, invoice_id).excluded = False
    for one in _open(session, invoice_id, EXCLUSION):
        one.closed_at, one.closed_by = now, by


def restart(session: Session, invoice_id: int, *, cycle: int, by: str, now: datetime) -> bool:
    """Start the program again from its first step; the history stays. `cycle` is the one the person saw."""
    invoice = session.get_one(Invoice, invoice_id)
    if invoice.cycle != cycle:
        return False
    invoice.cycle, invoice.failed_step = cycle + 1, None
    done = _note(session, invoice_id, RESTART, by, now)
    done.closed_at, done.closed_by = now, by
    withdraw_waiting(session, invoice_id, ReasonCode.SUPERSEDED.value, by_hand_too=False)
    return True


def choose_program(session: Session, invoice_id: int, choice: ProgramChoice) -> None:
    """The invoice's own choice of program (RULES 1.4). Raises Refused for a program that is gone."""
    invoice = session.get_one(Invoice, invoice_id)
    named = None if isinstance(choice, Choose) else int(choice)
    if named is not None and session.get(Program, named) is None:
        raise Refused("hold.no_program")
    word = choice if isinstance(choice, Choose) else Choose.INHERIT
    if (invoice.program_choice, invoice.program_id) != (word, named):
        invoice.program_choice, invoice.program_id = word, named
        code = ReasonCode.CUSTOMER if word is Choose.NEVER else ReasonCode.SUPERSEDED
        withdraw_waiting(session, invoice_id, code.value, by_hand_too=False)
