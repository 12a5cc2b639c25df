"""The interest rates that late-payment penalties follow, by half-year (LEGAL 1, 4)."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Numeric
from sqlalchemy.orm import Mapped, mapped_column

from relance.storage.models.base import Base


class LateRate(Base):
    """A half-year's rates as a person entered them: they win over those that the program came with. Percent a year."""

    __tablename__ = "late_rate"

    half_year: Mapped[date] = mapped_column(primary_key=True)  # its first day: 1 January or 1 July
    reference: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))  # the ECB's, in force on that day
    legal: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))  # the legal interest rate where a firm is the creditor
    source: Mapped[str] = mapped_column(default="")
    noted_on: Mapped[date]
    noted_by: Mapped[str] = mapped_column(default="")
