"""What composing reads and gives: frozen facts of one message, and the finished message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from relance.domain.charges import Charges
from relance.domain.delivery import ChannelName, Postage, PostalAddress
from relance.domain.documents import CustomerKind
from relance.domain.program import Tone

if TYPE_CHECKING:
    from relance.channels.letter import Letter


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
    emails_unusable: bool = False  # it has addresses of its own, and none of them may be used
    reference: str = ""  # the customer's own number for the order
    charges: Charges | None = None  # late interest and the fixed indemnity on the day of the message


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
class OwnText:
    """What a person wrote for one message in place of its template: it leaves as it is."""

    subject: str = ""  # empty: the template's
    text: str = ""
    claimed: Mapping[int, int] | None = None  # what was due of each invoice then: should it change, the text is wrong


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
    charged: bool = True  # late interest and the fixed indemnity may be announced, where they are due
    tone: Tone = Tone.STANDARD  # of the customer's group
    people: tuple[Person, ...] = ()
    earlier: tuple[date, ...] = ()  # days of the relances already sent for these invoices
    numbers: tuple[str, ...] = ()  # telephones as they were written: the contacts', then the customer's
    mobiles: tuple[str, ...] = ()  # those of them that an SMS can go to, in international form
    address: PostalAddress | None = None  # as far as it is known
    postage: Postage | None = None  # chosen for this letter
    tracking: str = ""  # the number of a registered letter, where it is known before it is printed
    by_person: bool = False  # somebody decided that it leaves
    own: OwnText | None = None

    @property
    def claimed(self) -> dict[int, int]:
        """What is claimed of each invoice."""
        return {claim.invoice_id: claim.balance for claim in self.claims}


@dataclass(frozen=True, slots=True)
class LetterHouse:
    """The firm as its letters show it, and how they leave."""

    letterhead: tuple[str, ...]
    address: PostalAddress
    footer: tuple[str, ...] = ()
    logo: bytes = b""
    window: str = "french_right"
    fold_marks: bool = True
    punch_mark: bool = False
    place: str = ""
    qr: bool = True
    both_sides: bool = False
    postage: Postage = Postage.PRIORITY
    by_partner: bool = False  # printed and posted by others: they need the sender's whole address


@dataclass(frozen=True, slots=True)
class SmsHouse:
    """In whose name an SMS leaves, and whether accents are taken off to spare parts."""

    sender: str = ""
    without_accents: bool = False


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
    payee: str = ""  # the holder of the bank account, where that isn't who writes
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
    """A finished message. `deadline` is the day by which its step gives to pay, `claimed` each invoice's balance.

    An SMS has numbers for `to` and a text alone. A letter is `pdf`, its first attachment; its subject and text are
    those that the PDF shows.
    """

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
    attachments: tuple[Mapping[str, Any], ...]  # name, type, size, sha256, invoice; kind where it is the letter
    deadline: date | None
    claimed: Mapping[int, int]
    parts: int = 0  # of an SMS, for all its numbers; sheets of a letter
    address: PostalAddress | None = None
    sender_address: PostalAddress | None = None
    postage: Postage | None = None
    pdf: bytes = b""
    letter: "Letter | None" = None  # what the PDF was made of
