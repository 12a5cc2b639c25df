"""What holds reminders back: disputes, promises to pay and pauses, with who opened and closed them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from relance.storage.models.base import Base


class Hold(Base):
    """A hold on an invoice, or on all of a customer's. `kind` is dispute, promise or pause; `until` its date.

    It is open while `closed_at` is empty; a date that has passed ends a promise or a pause by itself (RULES 2).
    """

    __tablename__ = "hold"
    __table_args__ = (Index(None, "closed_at", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    until: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(String(10), default="user")  # user, import
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(default="")
