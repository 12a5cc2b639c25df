"""What is heard of messages after they left: bounces, replies, delivery receipts, and the addresses that are dead."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from relance.storage.models.base import Base


class News(Base):
    """One piece of news. `kind`: delivered, bounced, refused (not delivered, address alive), delayed, replied,
    auto_reply, complaint, tracking. It never sends a message back to the queue.
    """

    __tablename__ = "news"
    __table_args__ = (Index(None, "handled_at", "kind"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(120), unique=True)  # the mail's Message-ID, the receipt's id: once only
    kind: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    at: Mapped[datetime]  # when it was said
    heard_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(default="")  # whom it is about, or who wrote
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Text, default="")  # a reply's words, or the other side's reason
    code: Mapped[str] = mapped_column(String(64), default="")
    handled_at: Mapped[datetime | None]  # a person saw to it; set at once where nobody needs to
    handled_by: Mapped[str] = mapped_column(default="")
    decision: Mapped[str] = mapped_column(String(24), default="")  # what followed


class BadAddress(Base):
    """An e-mail address or mobile number that must not be used: dead, or to be left alone until a day."""

    __tablename__ = "bad_address"

    address: Mapped[str] = mapped_column(primary_key=True)  # in lower case; a number in international form
    until: Mapped[date | None]  # usable again from that day; empty: dead
    code: Mapped[str] = mapped_column(String(64), default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    marked_at: Mapped[datetime]
