"""The made-up firm's invoices and what is paid of them, day after day."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from relance.domain.book import DocumentStatus
from relance.domain.documents import DocumentKind
from relance.services import balances
from relance.services.database import the_firm
from relance.services.examples.cast import CAST, Client
from relance.storage import models

PARIS = ZoneInfo("Europe/Paris")
DAYS = 360
INVOICES = 170
# Invoiced so many days ago to customers who pay late: whatever the day, some reminders are due on it.
RIPE = (
    ("Brasserie des Halles", 37),
    ("SCI des Tilleuls", 44),
    ("Ferme de la Grange Rouge", 23),
    ("Garage Lenoir", 30),
    ("Agence Immobilière du Parc", 37),
)
LEFT_ALONE = frozenset(name for name, _ in RIPE)  # nobody calls them, writes to them or holds their invoices
AMOUNTS = (9000, 14850, 31200, 48000, 89000, 120000, 235000, 612000)


@dataclass
class Ledger:
    """What was invoiced until a day, and the payments still to come; `keys` are the customers' ids by name."""

    keys: dict[str, int]
    luck: random.Random = field(default_factory=lambda: random.Random(2026))
    due: dict[date, list[tuple[int, int]]] = field(default_factory=dict)  # day: payments of (invoice, amount)
    calendar: dict[date, list[tuple[Client, int]]] = field(default_factory=dict)

    def draw(self, today: date) -> None:
        """Choose the days of the invoices of a year."""
        drawn = [(self.luck.randrange(0, DAYS - 2), "") for _ in range(INVOICES)]
        drawn += [(DAYS - ago, name) for name, ago in RIPE]
        by_name = {one.name: one for one in CAST}
        for sequence, (offset, name) in enumerate(sorted(drawn), 1):
            client = by_name[name] if name else CAST[sequence * 7 % len(CAST)]
            self.calendar.setdefault(today - timedelta(days=DAYS - offset), []).append((client, sequence))

    def keep(self, session: Session, day: date) -> None:
        """Enter a day: what was paid, then what was invoiced."""
        arrived = self.due.pop(day, [])
        touched = {invoice for invoice, _ in arrived}
        for invoice, amount in arrived:
            session.add(_payment(session.get_one(models.Invoice, invoice), amount, day))
        for client, sequence in self.calendar.pop(day, ()):
            touched.add(self._invoice(session, client, day, sequence))
        if touched:
            balances.refresh(session, touched, day)
        if arrived:
            the_firm(session).data_fresh_at = moment(day, 8)

    def _invoice(self, session: Session, client: Client, day: date, sequence: int) -> int:
        total = self.luck.choice(AMOUNTS) + self.luck.randrange(0, 900)
        due = day + timedelta(days=30)
        row = models.Invoice(
            number=f"F-{day.year}-{sequence:04}",
            customer_id=self.keys[client.name],
            issue_date=day,
            due_date=due,
            currency="GBP" if client.language == "en" else "EUR",
            total=total,
            balance=total,
            entered_at=moment(day, 9),
            **_oddity(sequence),
        )
        session.add(row)
        session.flush()
        self._plan_payment(client, row.id, due, total, sequence)
        return row.id

    def _plan_payment(self, client: Client, invoice: int, due: date, total: int, sequence: int) -> None:
        if client.pays_after is None and sequence % 3:
            return
        on = due + timedelta(days=(client.pays_after or 70) + self.luck.randrange(-4, 9))
        part = total // 3 if sequence % 11 == 0 else 0
        if part:
            self.due.setdefault(due + timedelta(days=2), []).append((invoice, part))
        self.due.setdefault(on, []).append((invoice, total - part))


def _oddity(sequence: int) -> dict[str, object]:
    """Every kind and status stands somewhere in the list."""
    odd: dict[int, dict[str, object]] = {
        17: {"kind": DocumentKind.QUOTE},
        41: {"kind": DocumentKind.CREDIT_NOTE},
        68: {"status": DocumentStatus.CANCELLED},
        93: {"kind": DocumentKind.DEPOSIT},
        141: {"excluded": True},
        157: {"status": DocumentStatus.DRAFT},
        163: {"kind": DocumentKind.PROFORMA},
    }
    return odd.get(sequence, {})


def _payment(invoice: models.Invoice, amount: int, day: date) -> models.Payment:
    return models.Payment(
        invoice_id=invoice.id,
        customer_id=invoice.customer_id,
        amount=amount,
        currency=invoice.currency,
        paid_on=day,
        reference=f"VIR {invoice.number}",
        origin="entered",
        created_at=moment(day, 8),
    )


def moment(day: date, hour: int) -> datetime:
    """An hour of a day in Paris."""
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)
