"""The closed list of reason codes; the sentences are made at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ReasonCode(StrEnum):
    """Why an invoice isn't reminded of today, or not by the machine alone."""

    # RULES 2, in order of precedence
    KIND = "kind"
    DRAFT = "draft"
    CANCELLED = "cancelled"
    CREDITED = "credited"
    PAID = "paid"
    SMALL = "small"
    NO_DUE_DATE = "no_due_date"
    INSOLVENCY = "insolvency"
    NET_CREDIT = "net_credit"
    EXCLUDED = "excluded"
    DISPUTED = "disputed"
    PROMISED = "promised"
    PAUSED = "paused"
    CUSTOMER = "customer"
    INACTIVE = "inactive"
    PREDATES = "predates"
    # RULES 3
    TOO_SOON = "too_soon"  # 3.6
    SUPERSEDED = "superseded"  # 3.7
    WAIT = "wait"  # 3.8, 3.10
    FINISHED = "finished"  # 3.1, 3.9
    # RULES 4
    APPROVAL = "approval"  # 4.1
    MANUAL = "manual"  # 4.1
    NO_RECIPIENT = "no_recipient"  # 4.2
    UNKNOWN = "unknown"  # 4.6
    # 5.4 and the outcome table: the step was tried, refused for good, and waits for a person
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and what a sentence about it needs: dates, amounts, names."""

    code: ReasonCode
    facts: Mapping[str, object] = field(default_factory=dict, hash=False)


# RULES 2: these stop a reminder by hand too; of the others the user is told and may go on.
STOPS_BY_HAND = frozenset(
    (
        ReasonCode.KIND,
        ReasonCode.DRAFT,
        ReasonCode.CANCELLED,
        ReasonCode.CREDITED,
        ReasonCode.PAID,
        ReasonCode.SMALL,
        ReasonCode.NO_DUE_DATE,
        ReasonCode.INSOLVENCY,
    )
)


def stops_by_hand(reasons: tuple[Reason, ...]) -> bool:
    """Whether a person may not send either (RULES 2, reasons 1 to 8)."""
    return any(reason.code in STOPS_BY_HAND for reason in reasons)
