"""A send that a person asked for on a page: messages confirmed at once, that can be called back for a moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from relance.storage.models.base import Base


class Dispatch(Base):
    """One confirmed send; its messages name it. `skipped` are the invoices left out, each with its code and facts."""

    __tablename__ = "dispatch"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(36), unique=True)  # of the confirmation page: a second click is the same
    kind: Mapped[str] = mapped_column(String(12))  # remind, approve
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    leaves_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    skipped: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
