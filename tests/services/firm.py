"""A small firm in a real database, with a clock that tests move and an SMTP server that really receives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from relance.channels.email import SmtpChannel
from relance.config import Settings
from relance.domain.book import Scope
from relance.domain.delivery import ChannelName
from relance.domain.program import Grouping, Step, from_offsets
from relance.domain.status import MessageState
from relance.services import balances
from relance.services.database import open_database, the_firm
from relance.services.delivery.channel_accounts import Accounts
from relance.services.delivery.deliver import Delivery, deliver_due
from relance.services.delivery.outlets import Outlets
from relance.services.run import RunResult, run_today
from relance.storage import db
from relance.storage.models import Contact, Customer, Invoice, Message, Payment, Program, Reminder
from relance.storage.models import Step as StepRow
from tests.channels.smtp_server import SmtpServer

MONDAY = datetime(2026, 6, 8, 9, 30, tzinfo=UTC)  # 11:30 in Paris


@dataclass
class SmallFirm:
    """Everything a test of sending needs; `now` is its clock."""

    settings: Settings
    engine: Engine
    server: SmtpServer
    now: datetime = MONDAY
    customers: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.date()

    def outlets(self, settings: Settings, accounts: Accounts) -> Outlets:
        return {ChannelName.EMAIL: lambda: SmtpChannel(self.server.account(), now=lambda: self.now)}

    def run(self, **options: Any) -> RunResult:
        return run_today(self.engine, self.now, by="test", **options)

    def deliver(self, only: list[int] | None = None) -> Delivery:
        return deliver_due(
            self.engine, self.settings, outlets_of=self.outlets, now=lambda: self.now, only=only, wait=lambda _: None
        )

    def run_and_deliver(self) -> Delivery:
        self.run()
        return self.deliver()

    def sleep(self, **duration: int) -> None:
        self.now += timedelta(**duration)

    def customer(self, code: str, *emails: str, **values: Any) -> int:
        with db.writing(self.engine) as session:
            row = Customer(code=code, name=f"Client {code}", **values)
            row.contacts = [Contact(email=email) for email in emails]
            session.add(row)
            session.flush()
            self.customers[code] = row.id
            return row.id

    def invoice(self, number: str, customer: str, *, days_late: int, total: int = 10_000, **values: Any) -> int:
        with db.writing(self.engine) as session:
            row = Invoice(
                number=number,
                customer_id=self.customers[customer],
                currency=values.pop("currency", "EUR"),
                due_date=self.today - timedelta(days=days_late),
                issue_date=self.today - timedelta(days=days_late + 30),
                total=total,
                balance=total,
                entered_at=self.now,
                **values,
            )
            session.add(row)
            session.flush()
            return row.id

    def pay(self, invoice: int, amount: int, *, on: date | None = None) -> None:
        with db.writing(self.engine) as session:
            row = session.get_one(Invoice, invoice)
            session.add(
                Payment(
                    invoice_id=row.id,
                    customer_id=row.customer_id,
                    amount=amount,
                    currency=row.currency,
                    paid_on=on or self.today,
                    origin="entered",
                    created_at=self.now,
                )
            )
            session.flush()
            balances.refresh(session, [invoice], self.today)

    def change(self, **values: Any) -> None:
        with db.writing(self.engine) as session:
            firm = the_firm(session)
            for name, value in values.items():
                setattr(firm, name, value)

    def states(self) -> dict[str, MessageState]:
        """The state of each message, by the number of its first invoice; the newest message wins."""
        with db.reading(self.engine) as session:
            query = (
                select(Invoice.number, Message.state)
                .join(Reminder, Reminder.message_id == Message.id)
                .join(Invoice, Invoice.id == Reminder.invoice_id)
                .order_by(Message.id)
            )
            return dict(session.execute(query).all())

    def find(self, number: str) -> Invoice:
        with db.reading(self.engine) as session:
            return session.scalars(select(Invoice).where(Invoice.number == number)).one()

    def messages(self) -> list[Message]:
        with db.reading(self.engine) as session:
            return list(session.scalars(select(Message).order_by(Message.id)))

    def received(self) -> list[tuple[str, ...]]:
        return [mail.recipients for mail in self.server.mails]


def a_small_firm(folder: Path, server: SmtpServer, **values: Any) -> SmallFirm:
    """A firm that reminds at every hour and on every day, by e-mail, with the program -7, 0, 7, 14."""
    settings = Settings(folder)
    firm = SmallFirm(settings, open_database(settings), server)
    defaults: Mapping[str, Any] = {
        "name": "Bonnet Conseil",
        "email": "claire@bonnet.example",
        "enabled": True,
        "activated_at": MONDAY - timedelta(days=400),
        "scope": Scope.ALL,
        "run_at": "00:00",
        "working_days_only": False,
        "freshness_days": 0,
    }
    firm.change(**{**defaults, **values})
    replace_program(firm, from_offsets((-7, 0, 7, 14)))
    return firm


def replace_program(firm: SmallFirm, steps: tuple[Step, ...], grouping: Grouping = Grouping.CUSTOMER) -> None:
    """The general program becomes these steps."""
    with db.writing(firm.engine) as session:
        program = session.scalars(select(Program).where(Program.general)).one()
        program.grouping = grouping
        program.steps.clear()
        session.flush()
        program.steps = [_row(position, step) for position, step in enumerate(steps, 1)]


def _row(position: int, step: Step) -> StepRow:
    return StepRow(
        position=position,
        level=step.level,
        offset=step.offset,
        counts_from=step.counts_from,
        channels=[channel.value for channel in step.channels],
        mode=step.mode,
        deadline_days=step.deadline_days,
        fallback=step.fallback.value if step.fallback else None,
        repeat_every=step.repeat.every_days if step.repeat else None,
        repeat_times=step.repeat.times if step.repeat else None,
    )
