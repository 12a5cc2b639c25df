"""One signed-in visit to a mailbox; whatever goes wrong becomes InboxFailed."""

import imaplib
import re
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date

from imap_tools import AND, BaseMailBox, H, MailboxFolderSelectError, U
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from relance.channels.inbox.account import InboxAccount, InboxFailed, IncomingMail
from relance.channels.inbox.wire import connected, hurry
from relance.domain.delivery import DeliveryFailed, Fate

LONGEST_DETAIL = 500
PLAIN_TEXT = re.compile(r"[ -~]*")
UID = re.compile(rb"\bUID (\d{1,10})\b")
SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
BUSY = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|CONTACTADMIN)\]|too many|try again|temporar", re.IGNORECASE)
FAILURES = (OSError, UnicodeError, imaplib.IMAP4.error, ImapToolsError, OverflowError)


class _MailBox(BaseMailBox):
    """imap_tools over our own connection."""

    def __init__(self, account: InboxAccount) -> None:
        self._account = account
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return connected(self._account)


class Visit:
    """The questions that are put to the server."""

    def __init__(self, box: _MailBox) -> None:
        self._box = box
        # What it can do after signing in: the list that imaplib keeps is from before.
        self.abilities = frozenset(_words(box.client.capability()[1]))

    def enter(self, folder: str, *, changing: bool = False) -> int:
        """Open a folder, read-only unless it is to be changed; its uidvalidity."""
        try:
            self._box.folder.set(folder, readonly=not changing)
        except MailboxFolderSelectError as error:
            raise InboxFailed("inbox.folder_unknown", folder) from error
        uidvalidity = _number(self._box.client.response("UIDVALIDITY")[1])
        if uidvalidity is None:
            raise InboxFailed("inbox.protocol", "UIDVALIDITY")
        return uidvalidity

    @property
    def next_uid(self) -> int | None:
        """Of the folder just entered, where the server says so."""
        return _number(self._box.client.response("UIDNEXT")[1])

    def folders(self) -> Iterator[tuple[str, str, bool]]:
        """The name, its last part, and whether the server marks it as that of sent mails."""
        for one in self._box.folder.list():
            flags = {flag.lower() for flag in one.flags}
            if "\\noselect" not in flags and "\\nonexistent" not in flags:
                last = one.name.rsplit(one.delim, 1)[-1] if one.delim and one.delim != "NIL" else one.name
                yield one.name, last, "\\sent" in flags

    def count(self) -> int:
        """How many mails the folder holds."""
        return len(self._box.uids("ALL", charset=None))

    def uids_after(self, last_uid: int) -> list[int]:
        """In order. A server asked for 8:* answers with its last mail where there is no eighth."""
        return [uid for uid in self._search(AND(uid=U(str(last_uid + 1), "*"))) if uid > last_uid]

    def uids_since(self, day: date) -> list[int]:
        return self._search(AND(date_gte=day))

    def uids_with(self, header: str, value: str) -> list[int]:
        return self._search(AND(header=H(header, value)))

    def fetch(self, uid: int, limit: int) -> IncomingMail | None:
        """At most `limit` bytes, the mail's flags left as they are; None where it has gone."""
        for item, content in self._fetched(uid, f"(UID RFC822.SIZE BODY.PEEK[]<0.{limit}>)"):
            size = SIZE.search(item)
            return IncomingMail(uid, content, int(size[1]) if size else len(content))
        return None

    def header(self, uid: int, names: Sequence[str]) -> bytes:
        return b"".join(one for _, one in self._fetched(uid, f"(UID BODY.PEEK[HEADER.FIELDS ({' '.join(names)})])"))

    def move(self, uids: Iterable[int], folder: str) -> None:
        """Away from the folder entered. Never a plain EXPUNGE: it would take what the user only marked."""
        chosen = ",".join(map(str, uids))
        client, target = self._box.client, _encoded(folder)
        if "MOVE" in self.abilities:
            self._must(client.uid("MOVE", chosen, target), folder)
        elif "UIDPLUS" in self.abilities:
            self._must(client.uid("COPY", chosen, target), folder)
            self._must(client.uid("STORE", chosen, "+FLAGS.SILENT", r"(\Deleted)"), folder)
            self._must(client.uid("EXPUNGE", chosen), folder)
        else:
            raise InboxFailed("inbox.protocol", "MOVE")

    def _fetched(self, uid: int, what: str) -> Iterator[tuple[bytes, bytes]]:
        """Servers speak of other mails too when they like, and may give the UID after the content."""
        status, data = self._box.client.uid("FETCH", str(uid), what)
        self._must((status, data), "FETCH")
        for place, item in enumerate(data):
            if isinstance(item, tuple):
                after = data[place + 1] if place + 1 < len(data) and isinstance(data[place + 1], bytes) else b""
                described = item[0] + b" " + after
                if str(uid).encode() in UID.findall(described):
                    yield described, item[1]

    def _search(self, criteria: AND) -> list[int]:
        # Without a charset: some servers refuse even ASCII by name.
        return sorted({int(uid) for uid in self._box.uids(criteria, charset=None) if uid.isdigit()})

    @staticmethod
    def _must(answer: tuple[str, list[object]], about: str) -> None:
        status, data = answer
        if status != "OK":
            said = b" ".join(one for one in data if isinstance(one, bytes)).decode("utf-8", "replace")
            raise InboxFailed("inbox.folder_unknown" if "TRYCREATE" in said else "inbox.protocol", f"{about}: {said}")


@contextmanager
def visit(account: InboxAccount) -> Iterator[Visit]:
    """Connect, sign in, and take leave."""
    with _explained(account):
        box = _MailBox(account)
        try:
            _sign_in(box, account)
            yield Visit(box)
        finally:
            hurry(box.client, account.timeouts.farewell)
            with suppress(*FAILURES):
                box.logout()
            with suppress(OSError):
                box.client.sock.close()


def _sign_in(box: _MailBox, account: InboxAccount) -> None:
    """Tried once: insisting locks accounts."""
    client = box.client
    try:
        if account.token is not None:
            client.authenticate("XOAUTH2", _Secret(f"user={account.username}\1auth=Bearer {account.token()}\1\1"))
        elif "AUTH=PLAIN" in client.capabilities:
            client.authenticate("PLAIN", _Secret(f"\0{account.username}\0{account.password}"))
        elif PLAIN_TEXT.fullmatch(account.username + account.password):
            box.login(account.username, account.password, initial_folder=None)
        else:
            raise InboxFailed("inbox.auth_refused", "AUTH=PLAIN")
    except DeliveryFailed as error:
        code = "inbox.unreachable" if error.fate is Fate.REQUEUE else "inbox.auth_refused"
        raise InboxFailed(code, error.detail or error.code) from error
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        said = _shown(error, account)
        raise InboxFailed("inbox.unreachable" if BUSY.search(said) else "inbox.auth_refused", said) from error


class _Secret:
    """Says its secret to the first challenge and nothing to the next: a refusal of XOAUTH2 comes as one."""

    def __init__(self, secret: str) -> None:
        self._answers = [b"", secret.encode("utf-8", "surrogateescape")]

    def __call__(self, challenge: bytes) -> bytes | None:
        return self._answers.pop() if self._answers else None


@contextmanager
def _explained(account: InboxAccount) -> Iterator[None]:
    try:
        yield
    except ssl.SSLError as error:
        raise InboxFailed("inbox.tls_failed", _shown(error, account)) from error
    except (OSError, UnicodeError, OverflowError) as error:
        raise InboxFailed("inbox.unreachable", _shown(error, account)) from error
    except imaplib.IMAP4.abort as error:
        raise InboxFailed(_code_of(str(error)), _shown(error, account)) from error
    except (imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
        raise InboxFailed(_code_of(str(error), "inbox.protocol"), _shown(error, account)) from error


def _code_of(said: str, otherwise: str = "inbox.unreachable") -> str:
    """imaplib tells by its words alone."""
    if "TLS" in said:
        return "inbox.tls_failed"
    if "BYE" in said:
        return "inbox.unreachable"
    return "inbox.protocol" if "unexpected" in said else otherwise


def _shown(error: Exception, account: InboxAccount) -> str:
    """The other side's words, as they may be kept."""
    said = str(error).replace(account.password, "***") if account.password else str(error)
    return said[:LONGEST_DETAIL]


def _words(data: Sequence[object]) -> list[str]:
    return b" ".join(one for one in data if isinstance(one, bytes)).decode("ascii", "replace").upper().split()


def _number(data: Sequence[object] | None) -> int | None:
    value = data[0] if data else None
    return int(value) if isinstance(value, bytes) and value.isdigit() else None


def _encoded(folder: str) -> str:
    """In the IMAP variety of UTF-7, quoted."""
    return encode_folder(folder).decode("ascii")
