"""Saved views: a list's filters and sort under a name, for one person."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from relance.storage.models.base import Base


class SavedView(Base):
    """A named address of a list."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "page", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    page: Mapped[str] = mapped_column(String(40))  # the list's endpoint
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str]  # what follows the question mark
