"""Imported files, kept as they came with what they did, and the mappings remembered for the next one."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from relance.storage.models.base import Base


class ImportBatch(Base):
    """A file and what became of it. `state` is received, applied or undone; `undo` restores what it changed."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # invoices, payments
    filename: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(String(10), default="received")
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undo: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(default="")


class ImportProfile(Base):
    """A remembered mapping of headings to fields, found again by name or by the same headings."""

    __tablename__ = "import_profile"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    signature: Mapped[str] = mapped_column(String(64), index=True)  # hash of the normalised headings
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    used_at: Mapped[datetime]
