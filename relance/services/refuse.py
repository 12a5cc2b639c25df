"""A person refuses messages that wait for a word, says why, and what follows for their invoices (RULES 2, 3.1, 4.1).

Without something that follows, the next run would propose the same step again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from relance.domain.status import TO_PRINT, MessageState
from relance.services import holds
from relance.services.bulk_acts import MOST
from relance.services.holds import HoldKind
from relance.services.mark import Marking, Means, mark
from relance.services.messages.queries import chunked
from relance.services.refusal import Refused
from relance.storage import transitions
from relance.storage.chunks import chunks
from relance.storage.models import Firm, Message, Reminder

REFUSED = "refused"
# Letters to print are a person's matter too: refusing one is deciding not to send it.
WAITS_FOR_A_WORD = or_(
    Message.state == MessageState.APPROVAL, and_(Message.state == MessageState.HELD, Message.code == TO_PRINT)
)
PAUSE_FOR = timedelta(days=7)  # what is proposed


class Sequel(StrEnum):
    """What follows for the invoices of a refused message."""

    PAUSE = "pause"  # until a day
    MARK = "mark"  # the customer was reminded in another way: the step counts as done (RULES 3.1)
    DISPUTE = "dispute"
    EXCLUDE = "exclude"
    AGAIN = "again"  # the next run proposes the step again


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a person refuses, and what follows; `until` ends a pause. `now` is the firm's local time."""

    reason: str
    sequel: Sequel
    by: str
    now: datetime
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """How many messages were refused, and on how many somebody had decided before."""

    refused: int
    gone: int


def refuse(session: Session, firm: Firm, message_ids: Collection[int], given: Refusal) -> Done:
    """Refuse those of some messages that still wait. Raises Refused when none does, or when something is lacking.

    Whatever else waits for the same invoices is withdrawn with it, unless the step is to be proposed again.
    """
    ids = set(message_ids)
    _check(ids, given)
    refused = _withdraw(session, ids, given)
    if not refused:
        raise Refused("approval.none_waits")
    theirs = select(Reminder).where(Reminder.live)
    reminders = [row[0] for row in chunked(session, theirs, Reminder.message_id, refused)]
    transitions.withdraw_reminders(session.connection(), [(one.id, REFUSED) for one in reminders])
    _follow(session, firm, reminders, given)
    return Done(len(refused), len(ids) - len(refused))


def _check(ids: Collection[int], given: Refusal) -> None:
    if not ids:
        raise Refused("approval.none_chosen")
    if len(ids) > MOST:
        raise Refused("approval.too_many", most=MOST)
    if not given.reason.strip():
        raise Refused("refuse.no_reason")
    if given.sequel is Sequel.PAUSE and given.until is None:
        raise Refused("refuse.no_day")


def _withdraw(session: Session, ids: Collection[int], given: Refusal) -> list[int]:
    """The conditional move: what somebody else let go or refused meanwhile isn't touched."""
    gone = {"state": MessageState.WITHDRAWN, "code": REFUSED, "decided_by": given.by, "owner": None}
    ordered, moved = sorted(ids), list[int]()
    for part in chunks(ordered):
        some = Message.id.in_(part)
        moved += session.scalars(
            update(Message)
            .where(some, WAITS_FOR_A_WORD)
            .values(**gone, note=given.reason.strip())
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        )
    return moved


def _follow(session: Session, firm: Firm, reminders: Sequence[Reminder], given: Refusal) -> None:
    invoices = sorted({one.invoice_id for one in reminders})
    note, by, now = given.reason.strip(), given.by, given.now
    match given.sequel:
        case Sequel.PAUSE:
            holds.open_holds(session, invoices, HoldKind.PAUSE, until=given.until, note=note, by=by, now=now)
        case Sequel.DISPUTE:
            holds.open_holds(session, invoices, HoldKind.DISPUTE, until=None, note=note, by=by, now=now)
        case Sequel.EXCLUDE:
            holds.exclude_all(session, invoices, note=note, by=by, now=now)
        case Sequel.MARK:
            _mark(session, firm, reminders, given)
        case Sequel.AGAIN:
            pass


def _mark(session: Session, firm: Firm, reminders: Sequence[Reminder], given: Refusal) -> None:
    steps: dict[int, set[int]] = {}
    for one in reminders:
        steps.setdefault(one.step, set()).add(one.invoice_id)
    for position, invoices in steps.items():
        day, note = given.now.date(), given.reason.strip()
        marking = Marking(given.by, given.now, day, Means.CALL, position=position, note=note)
        mark(session, firm, sorted(invoices), marking)
