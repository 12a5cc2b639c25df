"""One import being written: its session, its moment, and what it notes as it goes."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from relance.services.imports.record import Record

DEDUCED = "deduced"


@dataclass(slots=True)
class Writer:
    """One import being written. `refreshed` are the invoices whose balance must be worked out again."""

    session: Session
    batch: int
    by: str
    now: datetime
    today: date
    record: Record = field(default_factory=Record)
    customer_ids: dict[str, int] = field(default_factory=dict)
    invoice_ids: dict[str, int] = field(default_factory=dict)
    refreshed: set[int] = field(default_factory=set)

    @property
    def connection(self) -> Connection:
        """The session's own connection: rows go straight to it, without an object for each."""
        return self.session.connection()

    def payment(self, invoice: int, customer: int, amount: int, currency: str, on: date) -> dict[str, Any]:
        """A payment worked out from what a file says."""
        self.refreshed.add(invoice)
        return {
            "invoice_id": invoice,
            "customer_id": customer,
            "amount": amount,
            "currency": currency,
            "paid_on": on,
            "reference": "",
            "origin": DEDUCED,
            "batch_id": self.batch,
            "created_at": self.now,
            "created_by": self.by,
        }
