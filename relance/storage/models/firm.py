"""The firm's settings: who it is and how it reminds. One row."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from relance.domain.book import Scope
from relance.storage.models.base import Base, word


class Firm(Base):
    """The firm, and its rules of automatic sending (RULES 3, 5)."""

    __tablename__ = "firm"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    siren: Mapped[str] = mapped_column(default="")
    vat_number: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="FR")
    region: Mapped[str] = mapped_column(default="")  # holidays of a part of the country, such as Alsace-Moselle
    timezone: Mapped[str] = mapped_column(default="Europe/Paris")
    language: Mapped[str] = mapped_column(default="fr")
    currency: Mapped[str] = mapped_column(default="EUR")
    iban: Mapped[str] = mapped_column(default="")
    bic: Mapped[str] = mapped_column(default="")
    signature: Mapped[str] = mapped_column(default="")

    charges: Mapped[bool] = mapped_column(default=True)  # late interest and the fixed indemnity are claimed, where due
    contract_rate: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))  # percent a year; none: the legal default rate

    enabled: Mapped[bool] = mapped_column(default=False)
    activated_at: Mapped[datetime | None]
    scope: Mapped[Scope] = mapped_column(word(Scope), default=Scope.UPCOMING)
    run_at: Mapped[str] = mapped_column(String(5), default="10:00")
    working_days_only: Mapped[bool] = mapped_column(default=True)
    minimum_gap_days: Mapped[int] = mapped_column(default=5)
    manual_cancels_hours: Mapped[int] = mapped_column(default=20)
    threshold: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    freshness_days: Mapped[int] = mapped_column(default=7)
    promise_grace_days: Mapped[int] = mapped_column(default=2)

    data_fresh_at: Mapped[datetime | None]  # the newest import, payment entry or word that payments are up to date
    balances_on: Mapped[date | None]  # the day for which the balances kept on invoices hold
    stale_notice_on: Mapped[date | None]  # the day of the last notice that data are stale

    sending_lock: Mapped[str | None] = mapped_column(String(24))  # nothing leaves before a person confirms, and why
    locked_at: Mapped[datetime | None]
    machine: Mapped[str] = mapped_column(default="")  # the machine and folder that these data live on

    examples: Mapped[bool] = mapped_column(default=False)  # made-up data to try with: nothing can be sent
    tested_at: Mapped[datetime | None]  # somebody sent themselves a test
    set_up_at: Mapped[datetime | None]  # the list of first steps is done with
    backed_up_at: Mapped[datetime | None]
