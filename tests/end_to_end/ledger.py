"""What the firm itself knows: its customers, its documents and what was received. The tests' own books."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

HEADINGS = (
    *("N° facture", "Type", "Statut", "Code client", "Nom du client", "E-mail", "Langue", "Groupe", "Programme"),
    *("Date facture", "Échéance", "Total TTC", "Montant payé", "Devise", "Exclue", "Litige", "Promesse"),
    *("En pause jusqu'au", "Votre référence", "Type client"),
)
KIND_WORDS = {"invoice": "Facture", "credit_note": "Avoir", "quote": "Devis", "deposit": "Acompte", "receipt": "Reçu"}
STATUS_WORDS = {"issued": "Validée", "draft": "Brouillon", "cancelled": "Annulée"}
NEVER = "jamais"


@dataclass
class Client:
    """A customer, as the firm's list has it."""

    code: str
    name: str
    emails: tuple[str, ...]
    language: str = "fr"
    group: str = ""
    program: str = ""  # from the settings file, not from the list
    cc: tuple[str, ...] = ()
    kind: str = "Société"


@dataclass
class Receipt:
    """Money for a document; `listed` when the list of invoices tells it too."""

    on: date
    amount: int
    listed: bool


@dataclass
class Doc:
    """One line of the list. Amounts are cents."""

    number: str
    client: Client
    total: int
    due: date | None
    issued: date
    kind: str = "invoice"
    status: str = "issued"
    currency: str = "EUR"
    program: str = ""
    own_emails: tuple[str, ...] = ()
    excluded: bool = False
    disputed: bool = False
    promised_on: date | None = None
    paused_until: date | None = None
    credits: str = ""  # the invoice that a credit note settles
    entered_on: date | None = None  # the day of the first list that has it
    receipts: list[Receipt] = field(default_factory=list)

    def paid(self, today: date) -> int:
        return sum(one.amount for one in self.receipts if one.on <= today)

    @property
    def listed_as_paid(self) -> int:
        return sum(one.amount for one in self.receipts if one.listed)

    @property
    def emails(self) -> tuple[str, ...]:
        return self.own_emails or self.client.emails

    @property
    def copies(self) -> tuple[str, ...]:
        return () if self.own_emails else self.client.cc


@dataclass
class Ledger:
    """All documents, in the order of the list."""

    docs: dict[str, Doc] = field(default_factory=dict)

    def known(self, today: date) -> list[Doc]:
        """Those that a list given until this day had."""
        return [doc for doc in self.docs.values() if doc.entered_on is not None and doc.entered_on <= today]

    def credited(self, doc: Doc) -> int:
        """What credit notes took off an invoice."""
        return sum(min(one.total, doc.total) for one in self.docs.values() if one.credits == doc.number)


def invoices_file(docs: list[Doc]) -> bytes:
    """The list as French software writes it: semicolons, Windows-1252, decimal commas."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for doc in docs:
        sign = -1 if doc.kind == "credit_note" else 1
        writer.writerow(
            (
                doc.number,
                KIND_WORDS[doc.kind],
                STATUS_WORDS[doc.status],
                doc.client.code,
                doc.client.name,
                ", ".join(doc.emails),
                doc.client.language,
                doc.client.group,
                doc.program,
                french_day(doc.issued),
                french_day(doc.due),
                french_amount(sign * doc.total),
                french_amount(doc.listed_as_paid),
                doc.currency,
                "oui" if doc.excluded else "non",
                "oui" if doc.disputed else "non",
                french_day(doc.promised_on),
                french_day(doc.paused_until),
                doc.credits,
                doc.client.kind,
            )
        )
    return stream.getvalue().encode("cp1252")


def payments_file(rows: list[tuple[Doc, int, date]]) -> bytes:
    """A list of payments: the document, the cents and the day of each."""
    lines = ["Facture;Date de règlement;Montant réglé;Devise"]
    for doc, amount, on in rows:
        lines.append(f"{doc.number};{french_day(on)};{french_amount(amount)};{doc.currency}")
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def french_day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def french_amount(cents: int) -> str:
    """1 234,56"""
    return f"{Decimal(cents) / 100:,.2f}".replace(",", "\u00a0").replace(".", ",")
