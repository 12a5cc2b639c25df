"""The firm's work beside its pages: the run, the deliveries, and what the tables hold."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, event, select

from relance.config import Settings
from relance.domain.delivery import DeliveryFailed, Fate
from relance.domain.status import MessageState
from relance.services.delivery.deliver import deliver_due
from relance.services.run import run_today
from relance.storage import db
from relance.storage.models import Firm, Hold, Invoice, Message, Payment, Reminder
from tests.web.conftest import Clock
from tests.web.office import Outbox


@dataclass
class Desk:
    """Everything on one data folder."""

    engine: Engine
    settings: Settings
    clock: Clock
    outbox: Outbox

    @property
    def today(self) -> date:
        return self.clock().date()

    def run(self) -> None:
        """Today's run, and its delivery."""
        run_today(self.engine, self.clock(), by="test")
        self.deliver()

    def deliver(self) -> None:
        deliver_due(self.engine, self.settings, outlets_of=self.outbox.outlets, now=self.clock)

    def invoice(self, number: str) -> Invoice:
        return self._all(select(Invoice).where(Invoice.number == number))[0]  # type: ignore[no-any-return]

    def address(self, number: str) -> str:
        return f"/factures/{self.invoice(number).id}"

    def messages(self, number: str) -> list[Message]:
        theirs = select(Reminder.message_id).join(Invoice).where(Invoice.number == number)
        return self._all(select(Message).where(Message.id.in_(theirs)).order_by(Message.id))

    def reminders(self, number: str) -> list[Reminder]:
        return self._all(select(Reminder).join(Invoice).where(Invoice.number == number).order_by(Reminder.id))

    def payments(self, number: str) -> list[Payment]:
        return self._all(select(Payment).join(Invoice).where(Invoice.number == number).order_by(Payment.id))

    def holds(self, number: str) -> list[Hold]:
        return self._all(select(Hold).join(Invoice).where(Invoice.number == number).order_by(Hold.id))

    def states(self, number: str) -> list[MessageState]:
        return [one.state for one in self.messages(number)]

    def change(self, kind: Any, key: int, **values: Any) -> None:
        """Bring a row to what a crash or a server would have left."""
        with db.writing(self.engine) as session:
            row = session.get_one(kind, key)
            for name, value in values.items():
                setattr(row, name, value)

    def add(self, row: Any) -> None:
        """A row that a page or an import would have made."""
        with db.writing(self.engine) as session:
            session.add(row)

    def firm(self) -> Firm:
        return self._all(select(Firm))[0]  # type: ignore[no-any-return]

    def queries_of(self, call: Any) -> int:
        """How many statements a call makes."""
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(self.engine, "before_cursor_execute", note)
        call()
        event.remove(self.engine, "before_cursor_execute", note)
        return len(seen)

    def _all(self, query: Any) -> list[Any]:
        with db.reading(self.engine) as session:
            return list(session.scalars(query))


def no_such_address() -> DeliveryFailed:
    """The server knows that the address doesn't exist."""
    return DeliveryFailed("smtp.recipient_refused", Fate.FAIL, "550 5.1.1 no such user", ("compta@aubry.example",))
