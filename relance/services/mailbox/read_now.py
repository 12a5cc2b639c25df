"""Reads the mailbox at once, because a person asks: tried even after a refusal, and its failure is shown."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from relance.config import Settings
from relance.services.database import the_firm
from relance.services.mailbox.reading import Reading, note_failure, read_mail
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import InboxAccount

if TYPE_CHECKING:
    from relance.channels.inbox import InboxTimeouts

BATCHES = 3  # a person waits for the answer; the worker reads what is left


def read_now(engine: Engine, settings: Settings, now: datetime) -> Reading:
    """Read it. Raises Refused where there is nothing to read, InboxFailed where it can't be."""
    from relance.channels.inbox import InboxFailed

    if settings.demo:
        raise Refused("mailbox.demo")
    with db.reading(engine) as session:
        if the_firm(session).examples:
            raise Refused("mailbox.demo")
        if not session.get_one(InboxAccount, 1).host:
            raise Refused("mailbox.not_set_up")
    try:
        return read_mail(engine, settings, now, most_batches=BATCHES, timeouts=patience())
    except InboxFailed as error:
        note_failure(engine, error)
        raise


def patience() -> "InboxTimeouts":
    """How long a person who waits for the answer is kept waiting."""
    from relance.channels.inbox import InboxTimeouts

    return InboxTimeouts(connect=10, whole=60, farewell=2)
