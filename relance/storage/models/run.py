"""The daily runs: one row for each local date, whatever starts them (RULES 5.1)."""

from datetime import date, datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from relance.storage.models.base import Base


class DailyRun(Base):
    """A run and all its decisions (compressed JSON). Its unique date is what makes a second run impossible."""

    __tablename__ = "daily_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    local_date: Mapped[date] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(80))  # tick, command, or the person's e-mail
    sends: Mapped[int] = mapped_column(default=0)
    decisions: Mapped[bytes] = mapped_column(LargeBinary)
