"""Customers, their groups, and the people reminders go to."""

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relance.domain.book import Choose
from relance.domain.documents import CustomerKind
from relance.domain.program import Tone
from relance.storage.models.base import Base, word


class CustomerGroup(Base):
    """A "typologie": customers that share a program, a tone and a sender."""

    __tablename__ = "customer_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    program_choice: Mapped[Choose] = mapped_column(word(Choose), default=Choose.INHERIT)
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"))  # set: it wins over the choice
    tone: Mapped[Tone] = mapped_column(word(Tone), default=Tone.STANDARD)
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("sender.id"))


class Customer(Base):
    """Who owes. `email_origin` tells whether an import may replace the addresses (import) or not (user)."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    kind: Mapped[CustomerKind] = mapped_column(word(CustomerKind), default=CustomerKind.UNKNOWN)
    language: Mapped[str | None]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("customer_group.id"), index=True)
    program_choice: Mapped[Choose] = mapped_column(word(Choose), default=Choose.INHERIT)
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"), index=True)
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("sender.id"), index=True)  # else its group's
    charges: Mapped[bool] = mapped_column(default=True)  # late interest and the fixed indemnity are claimed, where due
    insolvent: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(default="")
    address_1: Mapped[str] = mapped_column(default="")
    address_2: Mapped[str] = mapped_column(default="")
    address_3: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    email_origin: Mapped[str] = mapped_column(String(10), default="import")
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)

    group: Mapped[CustomerGroup | None] = relationship()
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="customer", cascade="all, delete-orphan", order_by="Contact.id"
    )


class Contact(Base):
    """A person or address of a customer. `use` is to, cc or bcc, where `reminders` go there at all.

    At the levels of `use_by_level` it is another: to, cc, bcc or none.
    """

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str | None]
    role: Mapped[str] = mapped_column(String(12), default="")  # billing, reminders, management
    use: Mapped[str] = mapped_column(String(5), default="to")
    use_by_level: Mapped[dict[str, Any]] = mapped_column(default=dict)  # "3": "cc"
    reminders: Mapped[bool] = mapped_column(default=True)

    customer: Mapped[Customer] = relationship(back_populates="contacts")
