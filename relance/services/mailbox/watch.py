"""Looks into the mailbox every five minutes, beside the worker: however slow its server, sending goes on."""

import threading
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from relance.config import Settings
from relance.services.database import the_firm
from relance.services.mailbox.reading import EVERY, REFUSED, may_read, note_failure, read_mail
from relance.storage import db
from relance.storage.models import InboxAccount, MailAccount

TOLERATED = 2  # failures in a row that nobody needs to hear of


class MailWatch:
    """One for each process. A connection that fails once or twice is no news; a refused sign-in is, at once."""

    def __init__(self, engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._tried_at: datetime | None = None
        self._failures = 0
        self._busy = threading.Lock()

    def is_due(self) -> bool:
        """Whether it is time to look again."""
        with db.reading(self._engine) as session:
            inbox, mail = session.get_one(InboxAccount, 1), session.get_one(MailAccount, 1)
            if not may_read(self._settings, the_firm(session), inbox, mail):
                return False
            before = [moment for moment in (inbox.checked_at, self._tried_at) if moment is not None]
        # A clock that was set back must not stop the reading.
        return all(abs(self._clock() - moment) >= EVERY for moment in before)

    def look(self) -> None:
        """Read the mailbox now. A failure is kept in its row, never raised."""
        from relance.channels.inbox import InboxFailed

        if not self._busy.acquire(blocking=False):
            return
        try:
            self._tried_at = self._clock()
            read_mail(self._engine, self._settings, self._tried_at)
            self._failures = 0
        except InboxFailed as error:
            self._failures += 1
            if error.code == REFUSED or self._failures > TOLERATED:
                note_failure(self._engine, error)
        finally:
            self._busy.release()

    def wake(self) -> None:
        """Look in a thread of its own, if it is time and none does already."""
        if not self._busy.locked() and self.is_due():
            threading.Thread(target=self.look, name="mailbox", daemon=True).start()
