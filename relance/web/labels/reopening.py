"""Sentences of the page that gives sending free again: why nothing leaves, and what the journal is worth."""

from relance.services.same_machine import SendingLock
from relance.web.labels import N_

TITLE = N_("Take up sending again")
FREE = N_("Sending is not blocked.")
DONE = N_("Sending goes on.")
# What happened; `moment` is when it was noticed.
WHY: dict[SendingLock, str] = {
    SendingLock.RESTORED: N_(
        "A backup was put back on %(moment)s. Messages may have left after it was made, and this database doesn't "
        "know of them."
    ),
    SendingLock.COPIED: N_(
        "This data folder was copied or moved; it was noticed on %(moment)s. If the other folder still sends, your "
        "customers would get every reminder twice."
    ),
    SendingLock.OLDER_DATABASE: N_(
        "This database is older than the journal of what leaves; it was noticed on %(moment)s. Messages have left that "
        "the database doesn't know of."
    ),
}
# The same, on the bar at the top of every page.
BAR: dict[SendingLock, str] = {
    SendingLock.RESTORED: N_("Nothing leaves: a backup was put back. An owner must say what may leave."),
    SendingLock.COPIED: N_("Nothing leaves: the data folder was copied or moved. An owner must say which one sends."),
    SendingLock.OLDER_DATABASE: N_(
        "Nothing leaves: this database is older than what was sent. An owner must say what may leave."
    ),
}
COMPLETE = N_("The journal of this folder is whole: what it doesn't name has not left from here.")
INCOMPLETE = N_(
    "The journal is not whole, or not that of this folder: whether a message that waits has left can't be known from "
    "here."
)
UNREADABLE = N_(
    "The journal in the data folder can't be read or written (%(error)s). Check the folder's rights and the room on "
    "the disk, then try again."
)
