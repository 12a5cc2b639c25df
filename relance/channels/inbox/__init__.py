"""The firm's mailbox, read by IMAP and left as it is."""

from relance.channels.inbox.reading import (
    Batch,
    InboxAccount,
    InboxFailed,
    InboxState,
    InboxTimeouts,
    IncomingMail,
    Place,
    check_inbox,
    file_away,
    find_sent,
    read_new,
)

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
