"""Reports that leave by themselves each month."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from relance.storage.models.base import Base


class ReportOrder(Base):
    """Somebody who receives the monthly report by e-mail, in a language of their own."""

    __tablename__ = "report_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(String(8))
    active: Mapped[bool] = mapped_column(default=True)
    last_month: Mapped[date | None]  # the first day of the last month that was sent
    failed_code: Mapped[str | None] = mapped_column(String(64))  # why the last one did not leave
    failed_detail: Mapped[str] = mapped_column(default="")
