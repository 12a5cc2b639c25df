"""The firm's mailbox: where it is, how to sign in, what was read of it, and how reading fails."""

from collections.abc import Callable
from dataclasses import dataclass, field

from relance.channels.email.account import Security


@dataclass(frozen=True, slots=True)
class InboxTimeouts:
    """Seconds."""

    connect: float = 30.0  # TCP, and the TLS handshake
    whole: float = 300.0  # everything from the greeting on, however slowly the server drips
    farewell: float = 5.0


@dataclass(frozen=True, slots=True)
class InboxAccount:
    """What is needed to read one folder by IMAP."""

    host: str
    port: int
    security: Security
    username: str
    password: str = field(default="", repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)  # gives an access token: XOAUTH2, no password
    folder: str = "INBOX"
    done_folder: str = ""  # empty: the mailbox is never changed
    timeouts: InboxTimeouts = InboxTimeouts()
    cafile: str | None = None  # trusted instead of the system's authorities


@dataclass(frozen=True, slots=True)
class Place:
    """How far a folder was read. UIDs count only under the same uidvalidity (RFC 3501 2.3.1.1)."""

    uidvalidity: int
    last_uid: int


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """One mail of the folder; of a large one, the beginning."""

    uid: int
    raw: bytes
    size: int

    @property
    def is_cut(self) -> bool:
        return len(self.raw) < self.size


@dataclass(frozen=True, slots=True)
class Batch:
    """What was read at once, oldest first."""

    mails: tuple[IncomingMail, ...]
    place: Place  # where to go on, once these are dealt with
    more: bool  # whether there is more to read now
    restarted: bool  # the folder's UIDs began anew: mails that were read before may come again


@dataclass(frozen=True, slots=True)
class InboxState:
    """What a check found."""

    folders: tuple[str, ...]
    mails: int  # in the folder that is read
    sent_folder: str  # empty where none is recognised


class InboxFailed(Exception):
    """The mailbox could not be read. `code` is ours, `detail` the other side's own words, without secrets.

    inbox.unreachable (no connection, or a lost one), inbox.tls_failed, inbox.auth_refused, inbox.folder_unknown,
    inbox.protocol (answers that aren't IMAP's, or a refusal).
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
