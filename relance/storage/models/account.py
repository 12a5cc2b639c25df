"""The accounts that reminders leave through, and the mailbox where their news arrive.

A secret is never here: an environment variable or a file holds it, and its name is kept.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from relance.domain.delivery import Postage
from relance.storage.models.base import Base, word


class Health:
    """Whether an account may send: refused until a person looks, or resting after a failure."""

    held_code: Mapped[str | None]  # why a person must look before anything else leaves
    held_detail: Mapped[str] = mapped_column(default="")
    paused_until: Mapped[datetime | None]
    pauses: Mapped[int] = mapped_column(default=0)  # how many in a row: each is longer


class MailAccount(Health, Base):
    """An SMTP account. Number 1 is the firm's; a sender may have one of its own."""

    __tablename__ = "mail_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    preset: Mapped[str] = mapped_column(String(24), default="")  # the provider it was set up for
    host: Mapped[str] = mapped_column(default="")
    port: Mapped[int] = mapped_column(default=587)
    security: Mapped[str] = mapped_column(String(10), default="starttls")
    sign_in: Mapped[str] = mapped_column(String(12), default="password")  # or microsoft, google: XOAUTH2
    username: Mapped[str] = mapped_column(default="")
    password_env: Mapped[str] = mapped_column(default="")
    password_file: Mapped[str] = mapped_column(default="")
    oauth_client: Mapped[str] = mapped_column(default="")
    oauth_tenant: Mapped[str] = mapped_column(default="")
    sender: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(default="")
    bcc: Mapped[list[str]] = mapped_column(default=list)
    per_minute: Mapped[int] = mapped_column(default=0)
    per_hour: Mapped[int] = mapped_column(default=0)
    per_day: Mapped[int] = mapped_column(default=0)
    connections: Mapped[int] = mapped_column(default=1)
    slow_start: Mapped[bool] = mapped_column(default=False)
    first_sent_on: Mapped[date | None]  # a new account starts slowly


class SmsAccount(Health, Base):
    """The SMS provider's account."""

    __tablename__ = "sms_account"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    provider: Mapped[str] = mapped_column(default="")
    key: Mapped[str] = mapped_column(default="")
    secret_env: Mapped[str] = mapped_column(default="")
    secret_file: Mapped[str] = mapped_column(default="")
    sender: Mapped[str] = mapped_column(default="")
    base_url: Mapped[str] = mapped_column(default="")
    signature_file: Mapped[str] = mapped_column(default="")  # the secret that signs delivery receipts
    callback_key: Mapped[str] = mapped_column(default="")  # the unguessable part of the receipts' address
    opens_at: Mapped[str] = mapped_column(String(5), default="08:00")
    closes_at: Mapped[str] = mapped_column(String(5), default="20:00")
    without_accents: Mapped[bool] = mapped_column(default=False)
    price_per_part: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))  # euros
    ask_receipts: Mapped[bool] = mapped_column(default=False)  # the provider charges for each question
    receipts_asked_at: Mapped[datetime | None]
    per_minute: Mapped[int] = mapped_column(default=0)
    per_day: Mapped[int] = mapped_column(default=0)


class LetterAccount(Health, Base):
    """How letters look, and how they leave: printed by a person, by a postal partner, or as files in a folder."""

    __tablename__ = "letter_account"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    way: Mapped[str] = mapped_column(String(8), default="print")  # print, post, folder
    window: Mapped[str] = mapped_column(String(16), default="french_right")
    fold_marks: Mapped[bool] = mapped_column(default=True)
    punch_mark: Mapped[bool] = mapped_column(default=False)
    qr: Mapped[bool] = mapped_column(default=True)
    logo_sha256: Mapped[str] = mapped_column(String(64), default="")  # a kept file, PNG or JPEG
    letterhead: Mapped[str] = mapped_column(Text, default="")  # lines under the logo; empty: name, address, telephone
    footer: Mapped[str] = mapped_column(Text, default="")  # the company's particulars
    place: Mapped[str] = mapped_column(default="")  # of "Lyon, le 22 novembre 2026"; empty: none
    folder: Mapped[str] = mapped_column(default="")
    api_key_env: Mapped[str] = mapped_column(default="")
    api_key_file: Mapped[str] = mapped_column(default="")
    base_url: Mapped[str] = mapped_column(default="")
    color: Mapped[bool] = mapped_column(default=False)
    both_sides: Mapped[bool] = mapped_column(default=False)
    postage: Mapped[Postage] = mapped_column(word(Postage), default=Postage.PRIORITY)
    prices: Mapped[dict[str, Any]] = mapped_column(default=dict)  # postage: euros a letter, for estimates
    test_mode: Mapped[bool | None]  # what the partner said of the key, when it was last asked


class InboxAccount(Base):
    """The mailbox read for bounces and replies: read-only unless a folder is named for what was understood."""

    __tablename__ = "inbox_account"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    active: Mapped[bool] = mapped_column(default=False)
    host: Mapped[str] = mapped_column(default="")
    port: Mapped[int] = mapped_column(default=993)
    security: Mapped[str] = mapped_column(String(10), default="tls")
    sign_in: Mapped[str] = mapped_column(String(12), default="password")  # as the SMTP account's
    username: Mapped[str] = mapped_column(default="")  # empty: the SMTP account's name and password
    password_env: Mapped[str] = mapped_column(default="")
    password_file: Mapped[str] = mapped_column(default="")
    folder: Mapped[str] = mapped_column(default="INBOX")
    done_folder: Mapped[str] = mapped_column(default="")
    uid_validity: Mapped[int | None]
    last_uid: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None]
    failed_code: Mapped[str | None]
    failed_detail: Mapped[str] = mapped_column(default="")
