"""What composing reads and gives: frozen facts of one message, and the finished message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from relance.domain.delivery import ChannelName, PostalAddress, Postage
from relance.domain.documents import CustomerKind


@dataclass(frozen=True, slots=True)
class Claim:
    """One invoice of a message. Amounts are minor units."""

    invoice_id: int
    number: str
    issue_date: date | None
    due_date: date | None
    currency: str
    total: int
    balance: int
    pdf_name: str = ""
    emails: tuple[str, ...] = ()  # its own addresses (RULES 4.2)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact of a customer who takes reminders. `use` is to, cc or bcc."""

    name: str
    email: str
    use: str = "to"


@dataclass(frozen=True, slots=True)
class StepFacts:
    """The step that a message carries out."""

    level: int
    offset: int
    deadline_days: int | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """All that one message depends on, beside the firm and its templates."""

    uid: str
    customer: str
    kind: CustomerKind
    channel: ChannelName
    language: str
    step: StepFacts
    claims: tuple[Claim, ...]
    people: tuple[Person, ...] = ()
    earlier: tuple[date, ...] = ()  # days of the relances already sent for these invoices


@dataclass(frozen=True, slots=True)
class House:
    """The firm as its messages show it. `sender` is "Name <address>", empty when there is no address."""

    name: str
    language: str
    sender: str
    reply_to: str = ""
    bcc: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    iban: str = ""
    bic: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that goes with a message: its name in the folder of PDF files and what was in it."""

    name: str
    media_type: str
    size: int
    sha256: str
    invoice: str

    def as_json(self) -> dict[str, Any]:
        """As the message's row keeps it."""
        return {
            "name": self.name,
            "type": self.media_type,
            "size": self.size,
            "sha256": self.sha256,
            "invoice": self.invoice,
        }


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished message. `deadline` is the day by which its step gives to pay, `claimed` each invoice's balance."""

    uid: str
    subject: str
    text: str
    html: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    sender: str
    reply_to: str
    language: str
    template: str
    fell_back: bool
    attachments: tuple[Mapping[str, Any], ...]  # name, type, size, sha256, invoice
    deadline: date | None
    claimed: Mapping[int, int]
    parts: int = 0  # of an SMS; sheets of a letter
    address: PostalAddress | None = None
    sender_address: PostalAddress | None = None
    postage: Postage | None = None
