"""A year of the demonstration firm: invoices come, reminders leave by the real run, payments arrive."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from relance.config import Settings
from relance.domain.book import DocumentStatus, Scope
from relance.domain.delivery import ChannelName, DeliveryFailed, Fate
from relance.domain.documents import DocumentKind
from relance.services import balances
from relance.services.channel_accounts import Accounts
from relance.services.database import the_firm
from relance.services.deliver import deliver_due
from relance.services.outlets import Outlets, ToPrint
from relance.services.run import run_today
from relance.storage import db, models
from scripts.demo import desk
from scripts.demo.cast import CAST, Client
from scripts.demo.channel import Taken
from scripts.demo.people import address

PARIS = ZoneInfo("Europe/Paris")
DAYS = 360
RUNS_FROM = 120  # automatic sending was switched on so many days ago
INVOICES = 200
FRIDAY, SATURDAY = 4, 5
LETTERS_LEFT = timedelta(days=14)
DEAD_ADDRESS = "Couverture Besnard"
SILENT_SERVER = "Peintures Vasseur"


@dataclass
class Story:
    """The firm on one day after the other, until `today`."""

    settings: Settings
    engine: Engine
    now: datetime
    today: date
    luck: random.Random = field(default_factory=lambda: random.Random(2026))
    keys: dict[str, int] = field(default_factory=dict)
    due: dict[date, list[tuple[int, int]]] = field(default_factory=dict)  # day: payments of (invoice, amount)
    faults: dict[str, DeliveryFailed] = field(default_factory=dict)

    def tell(self) -> None:
        """From the first day to this morning."""
        calendar = self._calendar()
        start = self.today - timedelta(days=DAYS)
        for number in range(DAYS + 1):
            day = start + timedelta(days=number)
            self._payments(day)
            for client, sequence in calendar.get(day, ()):
                self._invoice(client, day, sequence)
            if number == DAYS - 40:
                self._faults_of_life()
            if number >= DAYS - RUNS_FROM and day < self.today and day.weekday() < SATURDAY:
                self._run(day)
                self._afternoon(day)
        self._last_touches()

    def _calendar(self) -> dict[date, list[tuple[Client, int]]]:
        days = sorted(self.luck.randrange(0, DAYS - 2) for _ in range(INVOICES))
        calendar: dict[date, list[tuple[Client, int]]] = {}
        for sequence, offset in enumerate(days, 1):
            day = self.today - timedelta(days=DAYS - offset)
            calendar.setdefault(day, []).append((CAST[sequence * 7 % len(CAST)], sequence))
        return calendar

    def _invoice(self, client: Client, day: date, sequence: int) -> None:
        total = self.luck.choice((9000, 14850, 31200, 48000, 89000, 120000, 235000, 612000)) + self.luck.randrange(
            0, 900
        )
        due = day + timedelta(days=30)
        number = f"F-{day.year}-{sequence:04}"
        with db.writing(self.engine) as session:
            row = models.Invoice(
                number=number,
                customer_id=self.keys[client.name],
                issue_date=day,
                due_date=due,
                currency="GBP" if client.language == "en" else "EUR",
                total=total,
                balance=total,
                entered_at=_moment(day, 9),
                **_oddity(sequence),
            )
            session.add(row)
            session.flush()
            balances.refresh(session, [row.id], day)
            self._plan_payment(client, row.id, due, total, sequence)

    def _plan_payment(self, client: Client, invoice: int, due: date, total: int, sequence: int) -> None:
        if client.pays_after is None and sequence % 3:
            return
        on = due + timedelta(days=(client.pays_after or 70) + self.luck.randrange(-4, 9))
        part = total // 3 if sequence % 11 == 0 else 0
        if part:
            self.due.setdefault(due + timedelta(days=2), []).append((invoice, part))
        self.due.setdefault(on, []).append((invoice, total - part))

    def _payments(self, day: date) -> None:
        arrived = self.due.pop(day, [])
        if not arrived:
            return
        with db.writing(self.engine) as session:
            for invoice, amount in arrived:
                session.add(_payment(session.get_one(models.Invoice, invoice), amount, day))
            session.flush()
            balances.refresh(session, [invoice for invoice, _ in arrived], day)
            the_firm(session).data_fresh_at = _moment(day, 8)

    def _run(self, day: date) -> None:
        moment = _moment(day, 10)
        with db.writing(self.engine) as session:
            the_firm(session).data_fresh_at = _moment(day, 8)
        run_today(self.engine, moment, by="tick", after_absence=True)
        self._deliver(moment)

    def _deliver(self, moment: datetime) -> None:
        deliver_due(self.engine, self.settings, outlets_of=self._outlets, now=lambda: moment)

    def _afternoon(self, day: date) -> None:
        """Letters are posted on Fridays, but for the last ones; a good deal is done on the last working day."""
        office = self._desk(day)
        if day.weekday() == FRIDAY and day < self.today - LETTERS_LEFT:
            desk.post_letters(office)
        if day == self._last_working_day():
            desk.last_afternoon(office)

    def _desk(self, day: date) -> desk.Desk:
        return desk.Desk(self.engine, self.settings, day, self._deliver, self.faults)

    def _last_working_day(self) -> date:
        day = self.today - timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day -= timedelta(days=1)
        return day

    def _outlets(self, settings: Settings, accounts: Accounts) -> Outlets:
        return {
            ChannelName.EMAIL: lambda: Taken(self.faults),
            ChannelName.SMS: lambda: Taken(self.faults),
            ChannelName.LETTER: ToPrint,
        }

    def _faults_of_life(self) -> None:
        dead, silent = address(DEAD_ADDRESS), address(SILENT_SERVER)
        self.faults[dead] = DeliveryFailed("smtp.recipient_refused", Fate.FAIL, "550 5.1.1 User unknown", (dead,))
        self.faults[silent] = DeliveryFailed("smtp.no_answer", Fate.UNKNOWN)

    def _last_touches(self) -> None:
        """Holds of every kind on invoices that are late now; one message held back."""
        now = _moment(self.today, 8)
        with db.writing(self.engine) as session:
            late = session.scalars(
                select(models.Invoice)
                .where(models.Invoice.chased, models.Invoice.balance > 0, models.Invoice.due_date < self.today)
                .order_by(models.Invoice.due_date.desc())
            ).all()
            for row, (kind, days, note) in zip(late[2::3], _HOLDS, strict=False):
                until = self.today + timedelta(days=days) if days else None
                session.add(
                    models.Hold(
                        invoice_id=row.id, kind=kind, until=until, note=note, opened_at=now, opened_by="Claire Bonnet"
                    )
                )
            the_firm(session).data_fresh_at = now
            balances.advance(session, self.today)
        desk.this_morning(self._desk(self.today), self.now.astimezone(PARIS))


_HOLDS: tuple[tuple[str, int, str], ...] = (
    ("dispute", 0, "Livraison incomplète selon le client"),
    ("promise", 4, "Virement annoncé au téléphone"),
    ("pause", 10, "Accord de la direction"),
    ("dispute", 0, "Bon de commande demandé"),
)


def _oddity(sequence: int) -> dict[str, object]:
    """Every kind and status stands somewhere in the list."""
    odd: dict[int, dict[str, object]] = {
        17: {"kind": DocumentKind.QUOTE},
        41: {"kind": DocumentKind.CREDIT_NOTE},
        68: {"status": DocumentStatus.CANCELLED},
        93: {"kind": DocumentKind.DEPOSIT},
        151: {"excluded": True},
        187: {"status": DocumentStatus.DRAFT},
        193: {"kind": DocumentKind.PROFORMA},
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
        created_at=_moment(day, 8),
    )


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)


def switched_on(firm: models.Firm, today: date) -> None:
    """Automatic sending, since a while."""
    firm.enabled, firm.scope = True, Scope.ALL
    firm.activated_at = _moment(today - timedelta(days=RUNS_FROM), 9)
