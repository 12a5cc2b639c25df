"""A customer's statement of account: what it is made of, and the letter that shows it. It is no reminder."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from relance import clock
from relance.channels.letter import Align, Column, Letter, Table
from relance.domain.documents import DocumentKind
from relance.i18n import long_date, short_date
from relance.reports.statement import Account, Applied, Document, Entry, Line, Money, accounts
from relance.services.letters import parts
from relance.services.letters.stationery import Stationery, letter, printed, stationery
from relance.services.messages.values import one_line
from relance.services.messages.wording import Wording
from relance.services.refusal import Refused
from relance.services.texts import words
from relance.storage.models import Customer, Firm
from relance.storage.queries import statement as queries
from relance.storage.queries.statement import DocumentRow

MOST_LINES = 2000
_ENTRIES = {
    DocumentKind.DEPOSIT: Entry.DEPOSIT,
    DocumentKind.RECEIPT: Entry.RECEIPT,
    DocumentKind.OTHER: Entry.OTHER,
    DocumentKind.CREDIT_NOTE: Entry.CREDIT_NOTE,
}
_AGED = ("not_due", "late_30", "late_60", "late_90", "late_more")


def statement(session: Session, firm: Firm, customer: int, first: date | None, last: date) -> list[Account]:
    """A customer's account in each currency. Raises Refused for days in the wrong order."""
    if first is not None and first > last:
        raise Refused("statement.days")
    documents = [_document(row, firm.timezone) for row in queries.documents(session, customer)]
    money = [
        Money(row.invoice, row.paid_on, row.currency, row.amount, row.reference)
        for row in queries.payments(session, customer)
    ]
    return accounts(documents, money, [Applied(*row) for row in queries.applied(session, customer)], first, last)


def _document(row: DocumentRow, timezone: str) -> Document:
    """One without a date of issue counts from the day it was known, or from its due date where that is earlier."""
    known = clock.local_day(row.entered_at, timezone)
    on = row.issue_date or min(row.due_date or known, known)
    entry = _ENTRIES.get(row.kind, Entry.INVOICE)
    return Document(row.id, row.number, entry, on, row.due_date, row.currency, row.total)


def statement_pdf(
    session: Session, firm: Firm, row: Customer, first: date | None, last: date, today: date, data_dir: Path
) -> bytes:
    """The statement as a letter, in the customer's language. Raises Refused."""
    found = statement(session, firm, row.id, first, last)
    if sum(len(one.lines) for one in found) > MOST_LINES:
        raise Refused("statement.too_long", most=MOST_LINES)
    paper = stationery(session, firm, row, data_dir)
    return printed([statement_letter(paper, found, first, last, today)])


def statement_letter(
    paper: Stationery, found: Sequence[Account], first: date | None, last: date, today: date
) -> Letter:
    """The letter of a statement. Pure."""
    said, language = words(paper.language), paper.language
    pattern = said["statement_from"] if first else said["statement_until"]
    subject = pattern.replace("{first}", long_date(first or last, language)).replace(
        "{last}", long_date(last, language)
    )
    return letter(
        paper,
        parts.place_and_date(paper.paper.place, today, language),
        subject,
        tuple(_body(found, first, last, language)),
    )


def _body(found: Sequence[Account], first: date | None, last: date, language: str) -> Iterator[str | Table]:
    said = words(language)
    yield said["letter_greeting"]
    yield said["statement_intro"]
    for one in found:
        if len(found) > 1:
            yield said["in_currency"].replace("{currency}", one.currency)
        yield _movements(one, first, last, language)
        if one.closing > 0 or one.credit and any(one.aged):
            yield said["aged"]
            yield _aged(one, language)
        elif one.closing < 0:
            yield said["in_favour"]
        else:
            yield said["settled"]
    if not found:
        yield said["no_lines"]
    yield said["statement_end"]


def _movements(one: Account, first: date | None, last: date, language: str) -> Table:
    said, wording = words(language), Wording(language)
    columns = [Column(said[name]) for name in ("issued", "document", "due_date")]
    columns += [Column(said[name], Align.RIGHT) for name in ("debit", "credit", "running")]
    opening = said["opening"].replace("{day}", long_date(first, language)) if first else ""
    rows: list[tuple[str, ...]] = (
        [("", opening, "", "", "", wording.amount(one.opening, one.currency))] if first else []
    )
    rows += [_row(line, one.currency, wording) for line in one.lines]
    closing = said["closing"].replace("{day}", long_date(last, language))
    total = ("", closing, "", "", "", wording.amount(one.closing, one.currency))
    return Table(tuple(columns), tuple(rows), (total,))


def _row(line: Line, currency: str, wording: Wording) -> tuple[str, ...]:
    amount = wording.amount(abs(line.amount), currency)
    return (
        short_date(line.on, wording.language),
        named(line, wording.language),
        short_date(line.due, wording.language) if line.due else "",
        amount if line.amount > 0 else "",
        amount if line.amount <= 0 else "",
        wording.amount(line.balance, currency),
    )


def named(line: Line, language: str) -> str:
    """What a line is, in a language of messages: Facture F-2026-0401."""
    said = words(language)
    kinds = {Entry.RECEIPT: "receipt", Entry.OTHER: "document", Entry.DEPOSIT: "deposit_invoice"}
    kinds |= {Entry.CREDIT_NOTE: "credit_note", Entry.PAYMENT: "payment", Entry.REFUND: "refund"}
    return f"{said[kinds.get(line.entry, 'invoice')]} {one_line(line.reference)}".strip()


def _aged(one: Account, language: str) -> Table:
    said, wording = words(language), Wording(language)
    headings, amounts = [said[name] for name in _AGED], list(one.aged)
    if one.credit:
        headings.append(said["unapplied"])
        amounts.append(-one.credit)
    columns = tuple(Column(heading, Align.RIGHT) for heading in (*headings, said["running"]))
    cells = tuple(wording.amount(amount, one.currency) for amount in (*amounts, one.closing))
    return Table(columns, (cells,))
