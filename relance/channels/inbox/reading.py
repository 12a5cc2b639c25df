"""The firm's mailbox by IMAP: read what is new without leaving a trace, and look for a message among those sent.

Nothing is changed in it, not even a flag, unless the user named a folder for the mails that were dealt with.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import date

from relance.channels.inbox.account import (
    Batch,
    InboxAccount,
    InboxFailed,
    InboxState,
    InboxTimeouts,
    IncomingMail,
    Place,
)
from relance.channels.inbox.session import Visit, visit

__all__ = [
    "Batch",
    "InboxAccount",
    "InboxFailed",
    "InboxState",
    "InboxTimeouts",
    "IncomingMail",
    "Place",
    "check_inbox",
    "file_away",
    "find_sent",
    "read_new",
]

MOST_MAILS = 100  # in one batch
MOST_BYTES = 1_000_000  # of one mail; a report or the words of a person come before the large parts
BATCH_BYTES = 30_000_000
MOST_HITS = 20
SEARCHABLE = re.compile(r"[!#-\[\]-~]{1,250}")  # neither quotes nor backslashes

SENT_NAMES = frozenset(
    (
        "sent",
        "sent items",
        "sent messages",
        "sent mail",
        "sent objects",
        "envoyes",
        "elements envoyes",
        "messages envoyes",
        "courrier envoye",
        "mails envoyes",
        "objets envoyes",
        "gesendet",
        "gesendete objekte",
        "gesendete elemente",
        "gesendete nachrichten",
        "enviados",
        "elementos enviados",
        "mensajes enviados",
        "inviati",
        "inviata",
        "posta inviata",
        "messaggi inviati",
        "verzonden",
        "verzonden items",
        "verzonden berichten",
    )
)


def read_new(
    account: InboxAccount,
    since: Place | None,
    *,
    first_day: date,
    most_mails: int = MOST_MAILS,
    most_bytes: int = MOST_BYTES,
) -> Batch:
    """The mails after `since`, or from `first_day` on where nothing was read yet or the folder began anew."""
    with visit(account) as server:
        uidvalidity = server.enter(account.folder)
        restarted = since is not None and since.uidvalidity != uidvalidity
        last_uid = since.last_uid if since is not None and not restarted else None
        end = server.next_uid
        uids = server.uids_since(first_day) if last_uid is None else server.uids_after(last_uid)
        mails, read_to = _fetched(server, uids[:most_mails], most_bytes)
        more = read_to is not None and read_to != uids[-1]
        reached = read_to if more and read_to is not None else max(last_uid or 0, (end or 1) - 1, *uids, 0)
        return Batch(mails, Place(uidvalidity, reached), more, restarted)


def file_away(account: InboxAccount, uids: Collection[int], place: Place) -> None:
    """Move these to the folder that the user named; `place` is that of the batch they came in."""
    if not account.done_folder:
        raise ValueError("no folder was named")
    if not uids:
        return
    with visit(account) as server:
        if server.enter(account.folder, changing=True) != place.uidvalidity:
            raise InboxFailed("inbox.protocol", "UIDVALIDITY")
        server.move(sorted(set(uids)), account.done_folder)


def find_sent(account: InboxAccount, *, uid: str, message_id: str) -> bool | None:
    """Whether one of ours is among the sent mails, by either of its two identifiers; None: there is no telling."""
    wanted = {"X-Relance-Id": uid.strip(), "Message-ID": message_id.strip(" <>")}
    asked = {name: value for name, value in wanted.items() if SEARCHABLE.fullmatch(value)}
    if not asked:
        return None
    with visit(account) as server:
        folders = _sent_folders(server)
        return any(_holds(server, folder, asked) for folder in folders) if folders else None


def check_inbox(account: InboxAccount) -> InboxState:
    """Sign in and look at the folders named; InboxFailed says what is wrong."""
    with visit(account) as server:
        names = tuple(name for name, _, _ in server.folders())
        if account.done_folder:
            server.enter(account.done_folder)
        server.enter(account.folder)
        return InboxState(names, server.count(), next(iter(_sent_folders(server)), ""))


def _fetched(server: Visit, uids: list[int], most_bytes: int) -> tuple[tuple[IncomingMail, ...], int | None]:
    """The mails, and the last UID that was looked at."""
    mails: list[IncomingMail] = []
    read_to, held = None, 0
    for uid in uids:
        if held >= BATCH_BYTES:
            break
        mail = server.fetch(uid, most_bytes)
        read_to = uid
        if mail is not None:
            mails.append(mail)
            held += len(mail.raw)
    return tuple(mails), read_to


def _sent_folders(server: Visit) -> list[str]:
    """Those that the server marks, else those with a usual name."""
    folders = list(server.folders())
    marked = [name for name, _, is_sent in folders if is_sent]
    return marked or [name for name, last, _ in folders if _plain(last) in SENT_NAMES]


def _holds(server: Visit, folder: str, wanted: dict[str, str]) -> bool:
    """A search finds parts of words too: the header itself decides."""
    server.enter(folder)
    for name, value in wanted.items():
        exact = re.compile(rf"^{name}:\s*<?{re.escape(value)}>?\s*$".encode(), re.IGNORECASE | re.MULTILINE)
        if any(exact.search(server.header(uid, (name,))) for uid in server.uids_with(name, value)[-MOST_HITS:]):
            return True
    return False


def _plain(name: str) -> str:
    signs = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in signs if not unicodedata.combining(sign)).casefold().strip()
