"""Disputes, promises and pauses that a file opens, changes or closes."""

from datetime import date

from relance.importers.fields import Field
from relance.services.imports.drafts import Draft, HoldMove
from relance.services.imports.known import KnownHold

IMPORT = "import"
_DATED = (("promise", Field.PROMISE_DATE), ("pause", Field.PAUSED_UNTIL))
FIELDS = frozenset((Field.DISPUTED, Field.PROMISE_DATE, Field.PAUSED_UNTIL))


def move_holds(draft: Draft) -> None:
    """Note what the row does to the holds of its invoice."""
    known = draft.known.holds if draft.known else []
    disputed = draft.candidate.disputed
    if disputed is not None:
        draft.holds.extend(_dispute([hold for hold in known if hold.kind == "dispute"], disputed=disputed))
    for kind, field in _DATED:
        if field in draft.candidate.present:
            until: date | None = getattr(draft.candidate, field.value)
            draft.holds.extend(_dated(kind, [hold for hold in known if hold.kind == kind], until))


def _dispute(known: list[KnownHold], *, disputed: bool) -> list[HoldMove]:
    still = [hold for hold in known if hold.closed_at is None]
    if disputed:
        return [] if still else [HoldMove("dispute")]
    return [HoldMove("dispute", hold.id, hold.until, close=True) for hold in still]


def _dated(kind: str, known: list[KnownHold], until: date | None) -> list[HoldMove]:
    """A date opens or moves the import's own hold; an empty cell closes that one alone, never a person's."""
    ours = [hold for hold in known if hold.origin == IMPORT]
    still = [hold for hold in ours if hold.closed_at is None]
    if until is None:
        return [HoldMove(kind, hold.id, hold.until, close=True) for hold in still]
    if still:
        return [HoldMove(kind, still[-1].id, until)] if still[-1].until != until else []
    # A person who closed it knew this date: the same date again is no news.
    told = bool(ours) and ours[-1].until == until and ours[-1].closed_by != IMPORT
    same = any(hold.until == until and hold.closed_at is None for hold in known)
    return [] if told or same else [HoldMove(kind, None, until)]
