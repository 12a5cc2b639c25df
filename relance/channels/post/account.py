"""An account with a postal partner: where, with which key, and how its letters are printed and posted."""

from dataclasses import dataclass, field
from enum import StrEnum

from relance.domain.delivery import Postage

BASE_URL = "https://api.mysendingbox.com"


class Color(StrEnum):
    """How a letter is printed."""

    BLACK = "bw"
    COLOR = "color"


class AddressPlacement(StrEnum):
    """Where the partner finds room for the address."""

    FIRST_PAGE = "first_page"  # in the window of our own first page
    BLANK_PAGE = "insert_blank_page"  # on a sheet of its own before it


class Envelope(StrEnum):
    """The size of the envelope."""

    C4 = "c4"
    C6 = "c6"


class EnvelopeWindow(StrEnum):
    """One window for the addressee, or a second for the sender."""

    SIMPLE = "simple"
    DOUBLE = "double"


class Mode(StrEnum):
    """Whether letters of this key are really posted."""

    TEST = "test"
    LIVE = "live"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PostTimeouts:
    """Seconds allowed to a whole exchange, however slowly the server drips its answer.

    One letter takes at most two looks at the list (seven exchanges each) and one handing over: the sum stays under
    the lease of a claimed message (RELIABILITY 3.2).
    """

    connect: float = 10.0  # TCP, and the TLS handshake
    question: float = 30.0  # anything but handing a letter over
    letter: float = 180.0  # the PDF and the answer to it
    idle: float = 4.0  # an open connection unused for longer is not trusted


@dataclass(frozen=True, slots=True)
class PostAccount:
    """What is needed to have letters posted."""

    api_key: str = field(repr=False)
    base_url: str = BASE_URL
    create_path: str = "/letters/paper"  # older versions of the service: /letters
    api_version: str = ""  # empty: whichever the service gives this key
    color: Color = Color.BLACK
    both_sides: bool = True
    postage: Postage = Postage.PRIORITY  # where a message names none
    envelope: Envelope = Envelope.C6
    envelope_window: EnvelopeWindow = EnvelopeWindow.SIMPLE
    address_placement: AddressPlacement = AddressPlacement.FIRST_PAGE
    manage_delivery_proof: bool = True  # the proof of a registered letter with receipt, kept by the partner
    manage_returned_mail: bool = False
    timeouts: PostTimeouts = PostTimeouts()
    cafile: str | None = None  # trusted instead of the usual authorities

    @property
    def mode(self) -> Mode:
        """What the key itself says."""
        prefix = self.api_key.partition("_")[0]
        return Mode(prefix) if prefix in (Mode.TEST, Mode.LIVE) else Mode.UNKNOWN
