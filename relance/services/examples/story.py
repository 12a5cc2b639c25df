"""A year of the made-up firm: invoices come, reminders leave by the real run, payments arrive."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select

from relance.config import Settings
from relance.domain.book import Scope
from relance.domain.delivery import ChannelName, DeliveryFailed, Fate
from relance.domain.status import CLAIMABLE
from relance.services import balances
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import Accounts
from relance.services.delivery.deliver import deliver_due
from relance.services.delivery.outlets import Outlets, ToPrint
from relance.services.examples import desk
from relance.services.examples.cast import CLAIRE
from relance.services.examples.channel import Taken
from relance.services.examples.ledger import DAYS, LEFT_ALONE, PARIS, Ledger, moment
from relance.services.examples.people import address
from relance.services.examples.words import words
from relance.services.run import run_today
from relance.storage import db, models

RUNS_FROM = 84  # automatic sending was switched on so many days ago
EVERY_DAY_FROM = 9  # before, the firm's machine was on once a week: a year must be told in a few seconds
TUESDAY, SATURDAY = 1, 5
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
    keys: dict[str, int] = field(default_factory=dict)  # customers by name
    faults: dict[str, DeliveryFailed] = field(default_factory=dict)

    def tell(self) -> None:
        """From the first day to this morning."""
        ledger = Ledger(self.keys)
        ledger.draw(self.today)
        days = [self.today - timedelta(days=DAYS - number) for number in range(DAYS + 1)]
        silent, watched = days[: DAYS - RUNS_FROM], days[DAYS - RUNS_FROM :]
        with db.writing(self.engine) as session:
            for day in silent:
                ledger.keep(session, day)
        for day in watched:
            self._day(ledger, day)
        self._last_touches()

    def _day(self, ledger: Ledger, day: date) -> None:
        works = day < self.today and day.weekday() < SATURDAY
        runs = works and (self._lately(day) or day.weekday() == TUESDAY)
        with db.writing(self.engine) as session:
            ledger.keep(session, day)
            if runs:
                the_firm(session).data_fresh_at = moment(day, 8)
        if day == self.today - timedelta(days=40):
            self._faults_of_life()
        if runs:
            self._run(day)
            self._afternoon(day)

    def _lately(self, day: date) -> bool:
        return day >= self.today - timedelta(days=EVERY_DAY_FROM)

    def _run(self, day: date) -> None:
        at = moment(day, 10)
        run_today(self.engine, at, by="tick", after_absence=True)
        self._deliver(at)

    def _deliver(self, at: datetime) -> None:
        """One channel after the other: side by side they would wait for each other's turn to write."""
        for channel in ChannelName:
            with db.reading(self.engine) as session:
                which = models.Message.state.in_(CLAIMABLE), models.Message.channel == channel
                due = session.scalars(select(models.Message.id).where(*which)).all()
            if due:
                deliver_due(self.engine, self.settings, outlets_of=self._outlets, now=lambda: at, only=due)

    def _afternoon(self, day: date) -> None:
        """Letters are posted on Tuesdays, but for the last ones; a good deal is done on the last working day."""
        office = self._desk(day)
        if day.weekday() == TUESDAY and day < self.today - LETTERS_LEFT:
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
        """Holds of every kind on invoices that are late now."""
        now = moment(self.today, 8)
        with db.writing(self.engine) as session:
            late = session.scalars(
                select(models.Invoice)
                .join(models.Customer, models.Invoice.customer_id == models.Customer.id)
                .where(models.Invoice.chased, models.Invoice.balance > 0, models.Invoice.due_date < self.today)
                .where(models.Customer.name.not_in(LEFT_ALONE))
                .order_by(models.Invoice.due_date.desc())
            ).all()
            for row, hold in zip(late[2::3], words()["hold"], strict=False):
                until = self.today + timedelta(days=hold["days"]) if hold["days"] else None
                session.add(
                    models.Hold(
                        invoice_id=row.id,
                        kind=hold["kind"],
                        until=until,
                        note=hold["note"],
                        opened_at=now,
                        opened_by=CLAIRE,
                    )
                )
            the_firm(session).data_fresh_at = now
            balances.advance(session, self.today)
        desk.this_morning(self._desk(self.today), self.now.astimezone(PARIS))


def switched_on(firm: models.Firm, today: date) -> None:
    """Automatic sending, since a while."""
    firm.enabled, firm.scope = True, Scope.ALL
    firm.activated_at = moment(today - timedelta(days=RUNS_FROM), 9)
    firm.set_up_at = firm.activated_at
