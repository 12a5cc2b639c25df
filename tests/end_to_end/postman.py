"""Reads the mails that came in, and holds each against the letter that was expected (RULES 4)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from email.message import EmailMessage

from tests.channels.smtp_server import Received
from tests.end_to_end.expected import Letter, left
from tests.end_to_end.firm_file import ARCHIVE
from tests.end_to_end.ledger import Doc, Ledger

_NUMBER = re.compile(r"F26-\d{4}")
_MONTHS = {"fr": ("mars", "avril", "mai"), "en": ("March", "April", "May"), "de": ("März", "April", "Mai")}
_FAREWELLS = {
    "fr": ("ordialement,", "salutations distinguées."),
    "en": ("egards,", "Yours"),
    "de": ("Freundliche Grüße", "Mit freundlichen Grüßen"),
}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, opened once. `numbers` are the documents that its subject and its text speak of."""

    recipients: tuple[str, ...]
    headers: EmailMessage
    text: str
    numbers: tuple[str, ...]

    @property
    def subject(self) -> str:
        return str(self.headers["Subject"])


def opened(received: Received) -> Mail:
    """The plain text, every kind of space made plain, and all that the headers say."""
    message = received.message
    body = message.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    text = plain(str(body.get_content()))
    numbers = tuple(sorted(set(_NUMBER.findall(f"{message['Subject']} {text}"))))
    return Mail(received.recipients, message, text, numbers)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("CHF ", "CHF")


def check(mail: Mail, letter: Letter, ledger: Ledger, today: date) -> None:
    """Everything that a reader would look at."""
    copies = letter.docs[0].copies
    assert mail.recipients == (*letter.to, *copies, ARCHIVE), letter
    assert [one.strip() for one in str(mail.headers["To"]).split(",")] == list(letter.to)
    assert str(mail.headers["Cc"] or "") == ", ".join(copies)
    assert ARCHIVE not in str(mail.headers)
    assert "compta@durand.example" in str(mail.headers["From"])
    text = mail.text
    assert any(word in text for word in _FAREWELLS[letter.language]), text
    assert mail.headers["Content-Language"] == letter.language
    _check_amounts(text, letter, ledger, today)
    if letter.deadline_days:
        assert long_day(today + timedelta(days=letter.deadline_days), letter.language) in text


def _check_amounts(text: str, letter: Letter, ledger: Ledger, today: date) -> None:
    currency = letter.docs[0].currency
    total = sum(left(ledger, doc, today) for doc in letter.docs)
    assert amount(total, currency, letter.language) in text, (letter, text)
    if len(letter.docs) == 1:
        assert (
            long_day(letter.docs[0].due, letter.language) in text or short_day(letter.docs[0], letter.language) in text
        ), text
        return
    for doc in letter.docs:
        line = next(line for line in text.splitlines() if line.startswith(doc.number))
        assert amount(left(ledger, doc, today), currency, letter.language) in line
        assert short_day(doc, letter.language) in line


def amount(cents: int, currency: str, language: str) -> str:
    """1 234,56 € and 1 234,56 CHF in French, 1.234,56 € in German; €1,234.56 and CHF1,234.56 in English."""
    figures = f"{Decimal(cents) / 100:,.2f}"
    if language == "en":
        return f"€{figures}" if currency == "EUR" else f"{currency}{figures}"
    figures = figures.translate(str.maketrans(",.", ".," if language == "de" else " ,"))
    return f"{figures} €" if currency == "EUR" else f"{figures} {currency}"


def long_day(day: date | None, language: str) -> str:
    """5 mars 2026, 1er avril 2026, 5 March 2026, 5. März 2026."""
    assert day is not None
    if not 3 <= day.month <= 5:
        return ""
    ordinal = {"fr": "er" if day.day == 1 else "", "de": "."}.get(language, "")
    return f"{day.day}{ordinal} {_MONTHS[language][day.month - 3]} {day.year}"


def short_day(doc: Doc, language: str) -> str:
    assert doc.due is not None
    return f"{doc.due:%d.%m.%Y}" if language == "de" else f"{doc.due:%d/%m/%Y}"
