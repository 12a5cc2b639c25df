"""The outbox, and the reminders that its messages carry."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.storage.models.base import Base, word


class Message(Base):
    """One message, from the queue to its fate. Its content is frozen when it is composed, before it leaves."""

    __tablename__ = "message"
    __table_args__ = (Index(None, "state", "next_at"), Index(None, "created_at"), Index(None, "sent_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    kind: Mapped[ReminderKind] = mapped_column(word(ReminderKind))
    channel: Mapped[ChannelName] = mapped_column(word(ChannelName))
    state: Mapped[MessageState] = mapped_column(word(MessageState))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    step: Mapped[int]
    occurrence: Mapped[int] = mapped_column(default=1)
    level: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("sender.id"), index=True)  # none: the firm itself
    run_id: Mapped[int | None] = mapped_column(ForeignKey("daily_run.id"), index=True)
    decided_by: Mapped[str] = mapped_column(default="")  # a person's e-mail; empty: the program
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]  # not before
    attempt: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

    recipients: Mapped[list[str]] = mapped_column(default=list)
    cc: Mapped[list[str]] = mapped_column(default=list)
    bcc: Mapped[list[str]] = mapped_column(default=list)
    sender: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(default=list)  # name, type, size, sha256

    own_subject: Mapped[str | None]  # a person wrote this message anew: it leaves as it is here
    own_text: Mapped[str | None] = mapped_column(Text)
    dispatch_id: Mapped[int | None] = mapped_column(ForeignKey("dispatch.id"), index=True)
    dated_at: Mapped[datetime | None]  # the Date of its first attempt: every attempt sends the same bytes
    printed_at: Mapped[datetime | None]  # a letter: its PDF was taken to be printed
    postage: Mapped[str] = mapped_column(String(12), default="")
    tracking: Mapped[str] = mapped_column(String(40), default="")  # a registered letter's number
    parts: Mapped[int] = mapped_column(default=0)  # of an SMS; sheets of a letter
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))
    price_currency: Mapped[str] = mapped_column(String(3), default="")
    test_mode: Mapped[bool] = mapped_column(default=False)  # the provider took it and will not carry it
    news: Mapped[str] = mapped_column(String(16), default="")  # the last heard of it: delivered, bounced, replied…
    note: Mapped[str] = mapped_column(Text, default="")  # why a person refused it, or marked it

    code: Mapped[str | None] = mapped_column(String(64))  # why it isn't sent
    detail: Mapped[str] = mapped_column(Text, default="")  # the other side's own words
    refused: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    provider_id: Mapped[str] = mapped_column(default="")

    reminders: Mapped[list["Reminder"]] = relationship(back_populates="message", order_by="Reminder.id")


class Reminder(Base):
    """One step of one invoice through one channel (RULES 3.1, 4.6).

    `live` rows, sent or on their way, are unique for their step: the database itself refuses a second one.
    `done` rows are those that the plan reads: sent, of unknown fate, marked or superseded.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        Index(
            "uq_reminder_live",
            "invoice_id",
            "cycle",
            "program_id",
            "step",
            "occurrence",
            "channel",
            unique=True,
            sqlite_where=text("live"),
        ),
        Index(None, "done", "invoice_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    cycle: Mapped[int]
    step: Mapped[int]
    occurrence: Mapped[int]
    level: Mapped[int]
    channel: Mapped[str] = mapped_column(String(10), default="")  # empty: superseded
    kind: Mapped[ReminderKind] = mapped_column(word(ReminderKind))
    live: Mapped[bool] = mapped_column(default=True)
    done: Mapped[bool] = mapped_column(default=False)
    day: Mapped[date]  # the firm's day it was sent, marked or superseded; planned day while it is on its way
    at: Mapped[datetime]
    deadline: Mapped[date | None]
    amount: Mapped[int] = mapped_column(default=0)  # the balance claimed, minor units
    withdrawn_code: Mapped[str | None] = mapped_column(String(24))  # why it was taken out again
    by: Mapped[str] = mapped_column(default="")

    message: Mapped[Message | None] = relationship(back_populates="reminders")
