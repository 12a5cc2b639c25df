"""A firm's past: runs that each sent two messages."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.database import the_firm
from relance.storage import db
from relance.storage.models import Customer, DailyRun, Message


def past_runs(engine: Engine, now: datetime, days: int = 10) -> None:
    """On each of the last days."""
    with db.writing(engine) as session:
        the_firm(session).activated_at = now - timedelta(days=days + 1)
        customer = Customer(code="OLD", name="Client OLD")
        session.add(customer)
        session.flush()
        for day in range(1, days + 1):
            at = now - timedelta(days=day)
            run = DailyRun(local_date=at.date(), started_at=at, started_by="test", sends=2, decisions=b"")
            session.add(run)
            session.flush()
            session.add_all(_sent(f"{day}-{number}", customer.id, run.id, at) for number in range(2))


def _sent(uid: str, customer: int, run: int, at: datetime) -> Message:
    return Message(
        uid=uid,
        kind=ReminderKind.AUTO,
        channel=ChannelName.EMAIL,
        state=MessageState.SENT,
        customer_id=customer,
        program_id=1,
        step=1,
        level=1,
        language="fr",
        run_id=run,
        created_at=at,
        next_at=at,
        sent_at=at,
    )
