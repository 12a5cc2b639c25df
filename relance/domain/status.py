"""The states of a message, and the moves allowed between them."""

from enum import StrEnum


class MessageState(StrEnum):
    """Where a message is on its way out (RELIABILITY 3.2)."""

    APPROVAL = "approval"  # waits for a person's word (RULES 4.1)
    QUEUED = "queued"
    CLAIMED = "claimed"
    TRANSMITTING = "transmitting"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"
    HELD = "held"
    WITHDRAWN = "withdrawn"


_S = MessageState

MOVES: dict[MessageState, frozenset[MessageState]] = {
    _S.APPROVAL: frozenset((_S.QUEUED, _S.WITHDRAWN)),
    _S.QUEUED: frozenset((_S.CLAIMED, _S.HELD, _S.WITHDRAWN)),
    _S.CLAIMED: frozenset((_S.TRANSMITTING, _S.QUEUED, _S.DEFERRED, _S.FAILED, _S.HELD, _S.WITHDRAWN)),
    _S.TRANSMITTING: frozenset((_S.SENT, _S.DEFERRED, _S.FAILED, _S.UNKNOWN, _S.HELD)),
    _S.DEFERRED: frozenset((_S.CLAIMED, _S.HELD, _S.FAILED, _S.WITHDRAWN)),
    _S.HELD: frozenset((_S.APPROVAL, _S.QUEUED, _S.SENT, _S.WITHDRAWN)),  # sent: a letter that a person posted
    _S.UNKNOWN: frozenset((_S.SENT, _S.QUEUED, _S.WITHDRAWN)),
    # By a person alone: a letter marked by mistake, a mark taken back, a letter that its printer could still stop.
    _S.SENT: frozenset((_S.HELD, _S.WITHDRAWN)),
    _S.FAILED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}

# Still on their way: nobody may make a second message for the same step meanwhile (RULES 4.6).
LIVE = frozenset((_S.APPROVAL, _S.QUEUED, _S.CLAIMED, _S.TRANSMITTING, _S.DEFERRED, _S.HELD))

# Its step counts as done: it left, or may have (RULES 3.1, 4.6).
COUNTS_AS_SENT = frozenset((_S.SENT, _S.UNKNOWN, _S.TRANSMITTING))

# Why a message is held, where that is a person's matter and not the account's.
TO_PRINT = "letter.to_print"
LATE_DISPATCH = "dispatch.late"
UNUSUAL_VOLUME = "run.unusual_volume"
RESTORED = "backup.restored"

LEAVING = (MessageState.CLAIMED, MessageState.TRANSMITTING)  # a process has it in hand
CLAIMABLE = frozenset((_S.QUEUED, _S.DEFERRED))


def may_move(before: MessageState, after: MessageState) -> bool:
    """Whether a message may go from one state to another."""
    return after in MOVES[before]
