"""Paper for letters to one customer that are no reminders: who writes, where the address stands, in which language."""

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from relance import paths
from relance.channels.letter import Letter, LetterError, Letterhead, PaymentPart, Table, Window, address_lines, to_pdf
from relance.domain.delivery import PostalAddress
from relance.i18n import MESSAGE_LANGUAGES
from relance.importers.text import fold
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.letters import parts
from relance.services.letters.house import letter_house_of
from relance.services.messages.facts import House, LetterHouse
from relance.services.messages.parties import debtors
from relance.services.messages.recipients import house_of
from relance.services.refusal import Refused
from relance.services.senders.lookup import sender_of
from relance.services.texts import words
from relance.storage.models import Customer, Firm


@dataclass(frozen=True, slots=True)
class Stationery:
    """What all letters to a customer have in common."""

    house: House
    paper: LetterHouse
    address: PostalAddress
    window: tuple[str, ...]
    language: str


def stationery(session: Session, firm: Firm, row: Customer, data_dir: Path) -> Stationery:
    """That of one customer: its sender's letterhead, its language or the firm's."""
    accounts, sender = read_accounts(session), sender_of(session, row.id)
    house = house_of(firm, accounts.mail, sender)
    paper = letter_house_of(firm, accounts.letter, data_dir, sender)
    address = debtors(session, firm, [row.id])[row.id].address
    language = language_of(row, firm)
    window = address_lines(address, sender_country=paper.address.country, language=firm.language)
    return Stationery(house, paper, address, window.lines or (row.name,), language)


def language_of(row: Customer, firm: Firm) -> str:
    """The customer's, the firm's, or French: one that messages are written in."""
    return next((one for one in (row.language, firm.language) if one in MESSAGE_LANGUAGES), MESSAGE_LANGUAGES[0])


def letter(
    paper: Stationery, date_line: str, subject: str, body: tuple[str | Table, ...], payment: PaymentPart | None = None
) -> Letter:
    """A letter on this paper."""
    house, said = paper.paper, words(paper.language)
    return Letter(
        letterhead=Letterhead(house.letterhead or (paper.house.name,), house.logo or None, house.footer),
        address=paper.window,
        place_and_date=date_line,
        subject=said["subject"].replace("{subject}", subject),
        body=body,
        payment=payment,
        language=paper.language,
        return_line=parts.one_line_address(house.address),
        page_label=said["page"],
        window=Window(house.window) if house.window in set(Window) else Window.FRENCH_RIGHT,
        fold_marks=house.fold_marks,
        punch_mark=house.punch_mark,
    )


def printed(letters: list[Letter]) -> bytes:
    """One PDF of them. Raises Refused where it can't be made."""
    try:
        return to_pdf(letters, paths.static() / "fonts")
    except LetterError as error:
        raise Refused("statement.unprintable", detail=f"{error.code.value} {error.detail}".strip()) from error


def file_stem(row: Customer) -> str:
    """A customer's code as a part of a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", fold(row.code)).strip("-")[:40] or str(row.id)
