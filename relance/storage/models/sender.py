"""Senders ("établissements"): the names and addresses under which the firm writes."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relance.storage.models.account import MailAccount
from relance.storage.models.base import Base


class Sender(Base):
    """One identity besides the firm's own. What is empty is as the firm has it."""

    __tablename__ = "sender"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)  # the name it signs with
    address: Mapped[str] = mapped_column(default="")
    siren: Mapped[str] = mapped_column(default="")
    vat_number: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    iban: Mapped[str] = mapped_column(default="")
    bic: Mapped[str] = mapped_column(default="")
    signature: Mapped[str] = mapped_column(default="")
    logo_sha256: Mapped[str] = mapped_column(String(64), default="")  # a kept file, PNG or JPEG
    letterhead: Mapped[str] = mapped_column(Text, default="")
    footer: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(default="")
    # Its e-mails leave through this account; none: through the firm's, with this sender's name.
    mail_account_id: Mapped[int | None] = mapped_column(ForeignKey("mail_account.id"))

    mail_account: Mapped[MailAccount | None] = relationship()
