"""1,000 reminders to a local SMTP server, every state committed durably."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from relance.domain.status import MessageState
from relance.services.delivery.deliver import deliver_due
from relance.services.run import run_today
from relance.storage import db
from relance.storage.models import MailAccount
from scripts.bench.figures import Figure, seconds
from scripts.bench.fill import filled
from scripts.bench.sink import sink

MESSAGES = 1000
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def figures() -> Iterator[Figure]:
    """The fast server over one connection, and the slow one over the four it allows."""
    rate = _rate(delay_ms=0, connections=1)
    yield Figure("e-mails to a local server", rate, 300, "a second", "1 connection, SQLite synchronous=FULL", True)
    rate = _rate(delay_ms=100, connections=4)
    yield Figure("the same, 100 ms a message", rate, 30, "a second", "4 connections", True)


def _rate(*, delay_ms: int, connections: int) -> float:
    number = MESSAGES if delay_ms == 0 else MESSAGES // 4
    with tempfile.TemporaryDirectory() as folder, sink(delay_ms) as port:
        settings, engine = filled(Path(folder), invoices=4 * number, customers=4 * number, reminders=0)
        with db.writing(engine) as session:
            account = session.get_one(MailAccount, 1)
            account.host, account.port, account.security = "127.0.0.1", port, "none"
            account.sender, account.connections = "claire@bonnet.example", connections
        messages = run_today(engine, NOW, by="bench").messages[:number]
        delivered = []
        took = seconds(lambda: delivered.append(deliver_due(engine, settings, now=lambda: NOW, only=messages)))
        sent = delivered[0].count(MessageState.SENT)
        if sent != len(messages):
            raise RuntimeError(f"{sent} of {len(messages)} sent")
        return sent / took
