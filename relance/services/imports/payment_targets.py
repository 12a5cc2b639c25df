"""Finds what a payment of a file settles: an invoice by its number, else a customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.importers.candidates import PaymentCandidate
from relance.importers.fields import Field
from relance.services.imports.known import KnownCustomer, load_customers, name_key
from relance.services.imports.outcome import MatchCode
from relance.storage.chunks import chunks
from relance.storage.models import Invoice


@dataclass(frozen=True, slots=True)
class Target:
    """What a payment settles: an invoice, or nothing yet of a customer."""

    invoice: int | None
    customer: int
    customer_code: str
    customer_name: str
    currency: str


class Fault(Exception):
    """A row that settles nothing known: the code, and the field whose cell is to blame."""

    def __init__(self, code: MatchCode, at: Field, value: str, **facts: object) -> None:
        super().__init__(code.value)
        self.code, self.at, self.value, self.facts = code, at, value, facts


class Targets:
    """Finds what a payment settles, by the invoice's number, else by the customer."""

    def __init__(self, session: Session, candidates: Iterable[PaymentCandidate]) -> None:
        self._customers = load_customers(session)
        self._by_code = {customer.code: customer for customer in self._customers.values()}
        self._by_name: dict[str, list[KnownCustomer]] = {}
        for customer in self._customers.values():
            self._by_name.setdefault(name_key(customer.name), []).append(customer)
        self._exact: dict[str, Any] = {}
        self._loose: dict[str, list[Any]] = {}
        self._load_invoices(session, {one.number for one in candidates if one.number})

    def _load_invoices(self, session: Session, numbers: set[str]) -> None:
        columns = select(Invoice.number, Invoice.id, Invoice.customer_id, Invoice.currency)
        for part in chunks(numbers):
            for row in session.execute(columns.where(Invoice.number.in_(part))):
                self._exact[row.number] = row
        if numbers - self._exact.keys():
            wanted = {name_key(number) for number in numbers - self._exact.keys()}
            for row in session.execute(columns):
                if name_key(row.number) in wanted:
                    self._loose.setdefault(name_key(row.number), []).append(row)

    def of(self, candidate: PaymentCandidate, default: str) -> Target:
        """The target of a row. Raises Fault."""
        if not candidate.number:
            customer = self._customer(candidate)
            return Target(None, customer.id, customer.code, customer.name, candidate.currency or default)
        invoice = self._invoice(candidate.number)
        if candidate.currency and candidate.currency != invoice.currency:
            facts = {"number": candidate.number, "known": invoice.currency}
            raise Fault(MatchCode.CURRENCY_CONFLICT, Field.CURRENCY, candidate.currency, **facts)
        owner = self._customers[invoice.customer_id]
        return Target(invoice.id, owner.id, owner.code, owner.name, invoice.currency)

    def _invoice(self, number: str) -> Any:
        found = [self._exact[number]] if number in self._exact else self._loose.get(name_key(number), [])
        if len(found) == 1:
            return found[0]
        code = MatchCode.INVOICE_AMBIGUOUS if found else MatchCode.INVOICE_UNKNOWN
        raise Fault(code, Field.NUMBER, number)

    def _customer(self, candidate: PaymentCandidate) -> KnownCustomer:
        if candidate.customer_code:
            if candidate.customer_code in self._by_code:
                return self._by_code[candidate.customer_code]
            raise Fault(MatchCode.CUSTOMER_UNKNOWN, Field.CUSTOMER_CODE, candidate.customer_code)
        found = self._by_name.get(name_key(candidate.customer_name), [])
        if len(found) == 1:
            return found[0]
        code = MatchCode.CUSTOMER_AMBIGUOUS if found else MatchCode.CUSTOMER_UNKNOWN
        raise Fault(code, Field.CUSTOMER_NAME, candidate.customer_name)
