"""What a channel is given, what it gives back, and how it fails.

A channel never retries, never writes to the database and never decides: it says what became of one message.
The fates are those of the outcome table (RELIABILITY 3.3).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class ChannelName(StrEnum):
    """How a reminder travels."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"


class Postage(StrEnum):
    """How a letter is posted; the last two are registered, the last with a proof of receipt (recommandé avec AR)."""

    ECONOMY = "ecopli"
    PRIORITY = "prioritaire"
    REGISTERED = "lr"
    REGISTERED_RECEIPT = "lrar"


REGISTERED = frozenset((Postage.REGISTERED, Postage.REGISTERED_RECEIPT))


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where a letter goes, or comes from, as a postal service reads it."""

    name: str  # the firm or the person
    street: tuple[str, ...]  # one to three lines
    postcode: str
    city: str
    country: str = "FR"  # ISO 3166, two letters


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    filename: str
    media_type: str  # such as application/pdf
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One message, complete and frozen: every attempt sends the same thing.

    An SMS goes to the numbers of `to` (+33612345678) and has a text only. A letter goes to `address`, its first
    attachment is the PDF to post, and its `to` names the addressee for people to read.
    """

    uid: str  # ours, the base of the Message-ID and of X-Relance-Id; a provider's "client reference"
    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None = None
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    sender: str = ""  # "Name <address>" or an address
    reply_to: str | None = None
    language: str = "fr"
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    address: PostalAddress | None = None
    sender_address: PostalAddress | None = None
    postage: Postage | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One recipient of several that the server refused."""

    address: str
    code: int
    text: str
    dead: bool = False  # it doesn't exist: nothing must be sent there again


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side took the message."""

    provider_id: str  # the provider's own reference, or the Message-ID
    response: str  # the last answer, as it was given
    refused: tuple[Refusal, ...] = ()
    price: Decimal | None = None  # what the provider says it costs, in `currency`
    currency: str = ""
    parts: int = 0  # of an SMS; sheets of a letter
    tracking: str = ""  # a registered letter's number
    test_mode: bool = False  # the provider took it and will not carry it


class Fate(StrEnum):
    """What a failure means for the message (RELIABILITY 3.3)."""

    REQUEUE = "requeue"  # nothing was handed over and the account is at fault: pause it, the attempt doesn't count
    HOLD = "hold"  # the account is refused: nothing more leaves from it before a person looks
    DEFER = "defer"  # a temporary refusal of this message: try again later
    FAIL = "fail"  # refused for good
    UNKNOWN = "unknown"  # handed over, and no answer came: it may have left
    ASK = "ask"  # ready, and the rest is a person's: a letter to print


class DeliveryFailed(Exception):
    """A message that did not certainly leave.

    `code` is ours ("smtp.recipient_refused"), `detail` the other side's own words, `bad_addresses` those it said
    don't exist.
    """

    def __init__(self, code: str, fate: Fate, detail: str = "", bad_addresses: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.fate = fate
        self.detail = detail
        self.bad_addresses = bad_addresses

    @property
    def permanent(self) -> bool:
        """Whether trying the same message again is pointless."""
        return self.fate is Fate.FAIL


class BeforeHandover(Protocol):
    """The caller's last word: it commits the state `transmitting`, or raises."""

    def __call__(self) -> None: ...


class Channel(Protocol):
    """A way out of the program. One connection is kept between sends; `close` ends it."""

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        """Hand one message over, or raise DeliveryFailed. Errors of `before_handover` come through as they are."""
        ...

    def close(self) -> None:
        """End the connection, if one is open. Never raises."""
        ...
