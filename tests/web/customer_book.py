"""A firm with two customers and three invoices, straight from rows: what the customer pages are tried on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, event

from relance.domain.book import DocumentStatus
from relance.domain.documents import DocumentKind
from relance.services import balances
from relance.storage.db import reading, writing
from relance.storage.models import Contact, Customer, CustomerGroup, Firm, Invoice, Payment
from tests.web.client import Browser

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DUPONT, PINSON = 1, 2


def fill(engine: Engine) -> None:
    """Dupont owes F-1 (late) and the rest of F-2 (not due); Pinson owes F-3 (late) and can't be written to."""
    with writing(engine) as session:
        session.get_one(Firm, 1).name = "Bonnet Conseil"
        dupont = Customer(code="DUPONT", name="Dupont SARL")
        dupont.contacts = [Contact(email="compta@dupont.example")]
        session.add_all([dupont, Customer(code="PINSON", name="Boulangerie Pinson")])
    invoice(engine, "F-1", DUPONT, 120_000, date(2026, 9, 30), date(2026, 10, 31))
    invoice(engine, "F-2", DUPONT, 30_050, date(2026, 10, 1), date(2026, 11, 30))
    invoice(engine, "F-3", PINSON, 8_000, date(2026, 10, 15), date(2026, 11, 14))
    pay(engine, 2, 10_000, date(2026, 10, 20))


def invoice(
    engine: Engine, number: str, customer: int, total: int, issued: date | None, due: date | None, **values: Any
) -> int:
    """One document; its balance is worked out."""
    with writing(engine) as session:
        row = Invoice(
            number=number,
            customer_id=customer,
            total=total,
            issue_date=issued,
            due_date=due,
            currency=values.pop("currency", "EUR"),
            entered_at=NOW,
            **values,
        )
        session.add(row)
        session.flush()
        balances.refresh(session, [row.id], TODAY)
        return row.id


def credit_note(engine: Engine, number: str, customer: int, total: int, issued: date) -> int:
    """One that settles nothing yet."""
    kind, status = DocumentKind.CREDIT_NOTE, DocumentStatus.ISSUED
    return invoice(engine, number, customer, total, issued, None, kind=kind, status=status)


def pay(
    engine: Engine, invoice_id: int | None, amount: int, on: date, *, customer: int = DUPONT, reference: str = ""
) -> None:
    """A payment on an invoice, or on none."""
    with writing(engine) as session:
        row = session.get_one(Invoice, invoice_id) if invoice_id is not None else None
        session.add(
            Payment(
                invoice_id=invoice_id,
                customer_id=row.customer_id if row else customer,
                amount=amount,
                currency="EUR",
                paid_on=on,
                origin="entered",
                reference=reference,
                created_at=NOW,
            )
        )
        session.flush()
        balances.refresh(session, [invoice_id] if invoice_id is not None else [], TODAY)


def group(engine: Engine, name: str, **values: Any) -> int:
    """A group."""
    with writing(engine) as session:
        row = CustomerGroup(name=name, **values)
        session.add(row)
        session.flush()
        return row.id


def customer(engine: Engine, key: int = DUPONT) -> Customer:
    """A customer's row as it is now."""
    with reading(engine) as session:
        row = session.get_one(Customer, key)
        session.expunge(row)
        return row


def change(engine: Engine, key: int, **values: Any) -> None:
    """Columns of a customer."""
    with writing(engine) as session:
        row = session.get_one(Customer, key)
        for name, value in values.items():
            setattr(row, name, value)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The SELECT statements that are run meanwhile."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def queries_of(browser: Browser, engine: Engine, path: str) -> int:
    """How many SELECT statements a page takes."""
    with counted(engine) as seen:
        browser.open(path)
    return len(seen)
