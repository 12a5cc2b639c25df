"""The values of delivery news."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NewsKind(StrEnum):
    """What a mail means for a reminder."""

    BOUNCE_HARD = "bounce_hard"  # not delivered, and never will be: the address is dead
    BOUNCE_SOFT = "bounce_soft"  # not delivered, but the address may live
    DELAY = "delay"  # still trying: changes nothing
    DELIVERED = "delivered"  # a delivery report that says so
    AUTO_REPLY = "auto_reply"  # a machine's answer: changes nothing
    COMPLAINT = "complaint"  # reported as unwanted
    REPLY = "reply"  # a person wrote
    OTHER = "other"  # not about us


class NewsCode(StrEnum):
    """Why, in our words; empty where the kind says it all."""

    NONE = ""
    USER_UNKNOWN = "bounce.user_unknown"
    DOMAIN_UNKNOWN = "bounce.domain_unknown"  # or one that takes no mail
    MOVED = "bounce.moved"
    DISABLED = "bounce.disabled"  # suspended or inactive: it may come back
    MAILBOX_FULL = "bounce.mailbox_full"
    TOO_BIG = "bounce.too_big"
    BLOCKED = "bounce.blocked"  # our server or address is not welcome
    SPAM = "bounce.spam"  # the content is not welcome
    POLICY = "bounce.policy"  # authentication, relaying, sender not accepted
    EXPIRED = "bounce.expired"  # tried for too long, no connection
    LOOP = "bounce.loop"
    OTHER = "bounce.other"
    READ_RECEIPT = "auto.read_receipt"
    ABSENCE = "auto.absence"
    ACKNOWLEDGEMENT = "auto.acknowledgement"
    CHALLENGE = "auto.challenge"  # held back until the sender proves to be a person
    GENERATED = "auto.generated"
    COMPLAINT = "complaint.unwanted"
    NOT_SPAM = "complaint.withdrawn"
    AUTHENTICATION_REPORT = "complaint.authentication"
    BULK = "other.bulk"
    OWN_COPY = "other.own_copy"  # our own mail, come to us as a copy


class Action(StrEnum):
    """What a delivery report says was done (RFC 3464 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class Recipient:
    """What became of one recipient."""

    address: str  # in lower case; empty where the report names none
    original: str  # as we wrote it, where the report says so
    action: Action
    kind: NewsKind  # BOUNCE_HARD, BOUNCE_SOFT, DELAY or DELIVERED
    code: NewsCode
    status: str = ""  # RFC 3463, such as 5.1.1
    diagnostic: str = ""  # the other side's words


@dataclass(frozen=True, slots=True)
class News:
    """One incoming mail, understood. Identifiers are without angle brackets."""

    kind: NewsKind
    code: NewsCode
    message_id: str  # of this mail
    sender: str  # its address, in lower case
    sender_name: str
    subject: str
    date: datetime | None  # aware, as the mail says
    text: str  # a person's new words, or the other side's reason
    recipients: tuple[Recipient, ...] = ()
    relance_ids: tuple[str, ...] = ()  # X-Relance-Id, in the returned or quoted message
    original_ids: tuple[str, ...] = ()  # Message-ID of the returned or quoted message
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[str, ...]:
        """Every identifier that may be our message's, the surest first, once each."""
        return tuple(dict.fromkeys((*self.original_ids, *self.in_reply_to, *reversed(self.references))))

    @property
    def uids(self) -> tuple[str, ...]:
        """Every uid that may be our message's: it is the base of the Message-ID and of X-Relance-Id."""
        return tuple(dict.fromkeys((*self.relance_ids, *(one.partition("@")[0] for one in self.about))))
