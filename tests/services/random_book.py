"""A book of documents made at random, in the tables and as plain values; and what it owes, worked out the slow way."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.book import DocumentStatus
from relance.domain.documents import CHASED, DocumentKind
from relance.reports.aging import BUCKETS, Aged, bucket_of
from relance.services import balances
from relance.services.database import open_database
from relance.storage import db
from relance.storage.models import CreditApplication, Customer, CustomerGroup, Invoice, Payment

TODAY = date(2026, 11, 23)
KINDS = (DocumentKind.INVOICE, DocumentKind.DEPOSIT, DocumentKind.CREDIT_NOTE, DocumentKind.QUOTE)
STATUSES = (*[DocumentStatus.ISSUED] * 8, DocumentStatus.DRAFT, DocumentStatus.CANCELLED)


@dataclass
class Document:
    id: int
    customer: int
    currency: str
    kind: DocumentKind
    status: DocumentStatus
    total: int
    issue: date | None
    due: date | None
    entered: date
    payments: list[tuple[date, int]] = field(default_factory=list)
    credits: list[tuple["Document", int]] = field(default_factory=list)  # the other document, and the amount

    @property
    def from_day(self) -> date:
        if self.issue is not None:
            return self.issue
        return min(self.due, self.entered) if self.due is not None else self.entered

    @property
    def asks(self) -> bool:
        return self.kind in CHASED and self.status is DocumentStatus.ISSUED

    def left_known(self) -> int:
        """Today: a credit note counts even where one of the two has a date to come."""
        paid = sum(amount for day, amount in self.payments if day <= TODAY)
        return self.total - paid - sum(amount for _, amount in self.credits)

    def left(self, on: date) -> int:
        paid = sum(amount for day, amount in self.payments if day <= on)
        settled = sum(amount for other, amount in self.credits if max(self.from_day, other.from_day) <= on)
        return self.total - paid - settled


@dataclass
class RandomBook:
    engine: Engine
    documents: list[Document]
    groups: dict[int, int | None]
    loose: list[tuple[int, str, date, int]]  # customer, currency, day, amount

    def aged(self, on: date, key: str) -> dict[tuple[int | None, str], Aged]:
        """The slow way: each document by itself. On the present day everything counts, whatever its date."""
        amounts: dict[tuple[int | None, str], list[int]] = {}

        def add(customer: int, currency: str, place: int, amount: int) -> None:
            of = {"": None, "client": customer, "groupe": self.groups[customer]}[key]
            row = amounts.setdefault((of, currency), [0] * 11)
            row[place] += amount
            if place < 5:
                row[place + 5] += 1

        for one in self.documents:
            if on < TODAY and one.from_day > on:
                continue
            left = one.left(on) if on < TODAY else one.left_known()
            if one.asks and left > 0:
                add(one.customer, one.currency, BUCKETS.index(bucket_of(one.due, on)), left)
            elif (one.asks and left < 0) or (_is_note(one) and left > 0):
                add(one.customer, one.currency, 10, abs(left))
        for customer, currency, day, amount in self.loose:
            if day <= on:
                add(customer, currency, 10, amount)
        return {
            of: Aged(tuple(row[:5]), tuple(row[5:10]), row[10])
            for of, row in amounts.items()
            if any(row[5:10]) or row[10]
        }

    def outstanding(self, currency: str, on: date) -> int:
        """What was left of the invoices that were there."""
        there = (one for one in self.documents if one.asks and one.currency == currency and one.from_day <= on)
        return sum(max(0, one.left(on)) for one in there)


def _is_note(one: Document) -> bool:
    return one.kind is DocumentKind.CREDIT_NOTE and one.status is DocumentStatus.ISSUED


def a_random_book(folder: Path, seed: int, documents: int = 120) -> RandomBook:
    """Partial payments, payments taken back, paid too much and before the issue, credit notes, missing dates."""
    luck = random.Random(seed)
    engine = open_database(Settings(folder))
    groups = {customer: luck.choice((None, 1, 2)) for customer in range(1, 9)}
    made = [_document(luck, key) for key in range(1, documents + 1)]
    for one in made:
        _pay(luck, one)
    _apply(luck, made)
    loose = [
        (luck.randint(1, 8), luck.choice(("EUR", "GBP")), _day(luck), luck.choice((5_000, 1_200, -700)))
        for _ in range(6)
    ]
    book = RandomBook(engine, made, groups, loose)
    with db.writing(engine) as session:
        _write(session, book)
        session.flush()
        balances.refresh(session, None, TODAY)
    return book


def _day(luck: random.Random, least: int = -30, most: int = 700) -> date:
    return TODAY - timedelta(days=luck.randint(least, most))


def _document(luck: random.Random, key: int) -> Document:
    issue = _day(luck, least=-3) if luck.random() < 0.9 else None
    due = (issue or _day(luck)) + timedelta(days=luck.randint(0, 60)) if luck.random() < 0.9 else None
    return Document(
        key,
        luck.randint(1, 8),
        luck.choice(("EUR", "EUR", "GBP")),
        luck.choice((*[KINDS[0]] * 6, *KINDS)),
        luck.choice(STATUSES),
        luck.randint(100, 90_000),
        issue,
        due,
        _day(luck, least=0),
    )


def _pay(luck: random.Random, one: Document) -> None:
    way = luck.random()
    start = one.due or one.from_day
    first = start + timedelta(days=luck.randint(-40, 90))
    if way < 0.45:
        one.payments.append((first, one.total))
    elif way < 0.6:
        one.payments.append((first, one.total // 3))
        one.payments.append((first + timedelta(days=20), one.total - one.total // 3))
    elif way < 0.7:
        one.payments.append((first, one.total // 2))
    elif way < 0.76:
        one.payments.append((first, one.total + 333))
    elif way < 0.82:
        one.payments += [(first, one.total + 50), (first + timedelta(days=30), -one.total)]


def _apply(luck: random.Random, made: list[Document]) -> None:
    notes = [one for one in made if _is_note(one)]
    for note in notes:
        targets = [one for one in made if one.asks and one.customer == note.customer and one.currency == note.currency]
        if targets and luck.random() < 0.7:
            target = luck.choice(targets)
            amount = min(note.total, target.total) // luck.choice((1, 2)) or 1
            note.credits.append((target, amount))
            target.credits.append((note, amount))


def _write(session: Session, book: RandomBook) -> None:
    session.execute(insert(CustomerGroup), [{"id": key, "name": f"Group {key}"} for key in (1, 2)])
    rows = [{"id": key, "code": f"C{key}", "name": f"Client {key}", "group_id": of} for key, of in book.groups.items()]
    for row in rows:
        session.add(Customer(**row))
    session.flush()
    session.add_all(_invoice(one) for one in book.documents)
    session.flush()
    for one in book.documents:
        for day, amount in one.payments:
            session.add(_payment(one.id, one.customer, one.currency, day, amount))
        if _is_note(one):
            for other, amount in one.credits:
                session.add(CreditApplication(credit_note_id=one.id, invoice_id=other.id, amount=amount))
    for customer, currency, day, amount in book.loose:
        session.add(_payment(None, customer, currency, day, amount))


def _invoice(one: Document) -> Invoice:
    return Invoice(
        id=one.id,
        number=f"N-{one.id}",
        customer_id=one.customer,
        currency=one.currency,
        kind=one.kind,
        status=one.status,
        total=one.total,
        balance=one.total,
        issue_date=one.issue,
        due_date=one.due,
        entered_at=_noon(one.entered),
    )


def _payment(invoice: int | None, customer: int, currency: str, day: date, amount: int) -> Payment:
    return Payment(
        invoice_id=invoice,
        customer_id=customer,
        currency=currency,
        amount=amount,
        paid_on=day,
        origin="entered",
        created_at=_noon(day),
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
