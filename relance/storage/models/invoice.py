"""Invoices, the payments that settle them and the credit notes applied to them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relance.domain.book import Choose, DocumentStatus
from relance.domain.documents import DocumentKind
from relance.storage.models.base import Base, word
from relance.storage.models.customer import Customer


class Invoice(Base):
    """Any imported accounting document. `paid`, `credited` and `balance` are kept sums, true on firm.balances_on."""

    __tablename__ = "invoice"
    __table_args__ = (
        Index(None, "chased", "due_date", "balance", "level"),
        Index(None, "chased", "balance", "due_date"),
        Index(None, "due_date"),
        Index(None, "customer_id", "chased", "balance", "due_date"),
        Index(None, "currency"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[DocumentKind] = mapped_column(word(DocumentKind), default=DocumentKind.INVOICE)
    status: Mapped[DocumentStatus] = mapped_column(word(DocumentStatus), default=DocumentStatus.ISSUED)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    issue_date: Mapped[date | None]
    due_date: Mapped[date | None]
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[int] = mapped_column(BigInteger)
    paid: Mapped[int] = mapped_column(BigInteger, default=0)
    credited: Mapped[int] = mapped_column(BigInteger, default=0)
    balance: Mapped[int] = mapped_column(BigInteger, default=0)
    chased: Mapped[bool] = mapped_column(default=True)  # a kind and a status that ask for money
    excluded: Mapped[bool] = mapped_column(default=False)
    reference: Mapped[str] = mapped_column(default="")
    pdf_name: Mapped[str] = mapped_column(default="")
    emails: Mapped[list[str]] = mapped_column(default=list)  # its own addresses (RULES 4.2)
    program_choice: Mapped[Choose] = mapped_column(word(Choose), default=Choose.INHERIT)
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"))
    entered_at: Mapped[datetime]
    cycle: Mapped[int] = mapped_column(default=1)
    failed_step: Mapped[int | None] = mapped_column(index=True)  # refused for good: a person must look
    unreachable_on: Mapped[date | None] = mapped_column(index=True)  # the last run found nobody to send its step to
    level: Mapped[int | None]  # the highest level reached, kept for lists
    last_reminder_on: Mapped[date | None]

    customer: Mapped[Customer] = relationship()
    payments: Mapped[list["Payment"]] = relationship(back_populates="invoice", order_by="Payment.paid_on")


class Payment(Base):
    """Money in (negative: taken back). Without an invoice it is the customer's unapplied payment.

    `origin` is entered, file (an import of payments) or deduced (from an amount that an import of invoices changed).
    """

    __tablename__ = "payment"
    __table_args__ = (Index(None, "paid_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    paid_on: Mapped[date]
    reference: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(String(10))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="")

    invoice: Mapped[Invoice | None] = relationship(back_populates="payments")


class CreditApplication(Base):
    """A part of a credit note that settles an invoice."""

    __tablename__ = "credit_application"

    id: Mapped[int] = mapped_column(primary_key=True)
    credit_note_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
