"""The firm's row and its account of letters as letters show them, or one of its senders."""

import re
from pathlib import Path

from relance.domain.delivery import PostalAddress
from relance.services.messages import attachments
from relance.services.messages.facts import LetterHouse
from relance.services.messages.values import one_line
from relance.services.senders.identity import Identity, identity_of
from relance.services.texts import words
from relance.storage.models import Firm, LetterAccount, Sender

PRINTED_HERE = ("print", "folder")

# The line of a postcode and a city: 69003 Lyon, L-1234 Luxembourg; in Britain the postcode stands last.
_FRENCH_CITY = re.compile(r"^(?:F-)?(?P<postcode>\d{2} ?\d{3})[ ,]+(?P<city>\D.*)$")
_CITY = re.compile(r"^(?P<postcode>(?:[A-Z]{1,3}[- ]?)?\d[\d ]{2,5}\d(?: [A-Z]{2}(?= ))?)[ ,]+(?P<city>\D.*)$")
_BRITISH_CITY = re.compile(r"^(?P<city>.+?)[ ,]+(?P<postcode>[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})$", re.IGNORECASE)
_LINES_THAT_MAY_BE_THE_CITY = 2  # the last, or the one before a country


def letter_house_of(firm: Firm, account: LetterAccount, data_dir: Path, sender: Sender | None = None) -> LetterHouse:
    """All that letters take from the firm, or from a sender and, where that has nothing of its own, the firm."""
    who = identity_of(firm, sender)
    return LetterHouse(
        letterhead=_letterhead(who, account, sender),
        address=_address(who),
        footer=_lines(sender.footer if sender else "") or _lines(account.footer),
        logo=_logo(sender.logo_sha256 if sender else "", data_dir) or _logo(account.logo_sha256, data_dir),
        window=account.window,
        fold_marks=account.fold_marks,
        punch_mark=account.punch_mark,
        place=_place(who, account, sender),
        qr=account.qr,
        both_sides=account.both_sides,
        postage=account.postage,
        by_partner=account.way not in PRINTED_HERE,
    )


def firm_address(firm: Firm) -> PostalAddress:
    """The firm's address, a text of a few lines, as the post reads it; without a city when none is found."""
    return _address(identity_of(firm))


def _address(who: Identity) -> PostalAddress:
    name = one_line(who.name)
    lines = tuple(one for one in _address_lines(who.address) if one.casefold() != name.casefold())
    for place in range(len(lines) - 1, len(lines) - 1 - _LINES_THAT_MAY_BE_THE_CITY, -1):
        found = _city(lines[place], who.country) if place >= 0 else None
        if found:
            return PostalAddress(name, lines[:place], found["postcode"], found["city"].strip(), who.country)
    return PostalAddress(name, lines, "", "", who.country)


def _letterhead(who: Identity, account: LetterAccount, sender: Sender | None) -> tuple[str, ...]:
    """The sender's lines; the firm's would give another address than a sender's own."""
    if sender is None:
        return _lines(account.letterhead) or _usual_letterhead(who)
    firms = () if sender.address.strip() else _lines(account.letterhead)
    return _lines(sender.letterhead) or firms or _usual_letterhead(who)


def _place(who: Identity, account: LetterAccount, sender: Sender | None) -> str:
    """Where a letter is written: a sender elsewhere is not where the firm is."""
    if sender is None or not sender.address.strip():
        return one_line((sender.place if sender else "") or account.place)
    return one_line(sender.place or (_address(who).city if account.place.strip() else ""))


def _city(line: str, country: str) -> re.Match[str] | None:
    if country == "FR":
        return _FRENCH_CITY.match(line)
    return _CITY.match(line) or _BRITISH_CITY.match(line)


def _address_lines(address: str) -> tuple[str, ...]:
    """Its lines; an address written on one line has commas between them."""
    found = _lines(address)
    return found if len(found) > 1 else _lines(address.replace(",", "\n"))


def _usual_letterhead(who: Identity) -> tuple[str, ...]:
    said = words(who.language)
    phone = f"{said['phone']} {who.phone}" if who.phone.strip() else ""
    lines = (who.name, *_address_lines(who.address), phone, who.email)
    return tuple(one_line(line) for line in lines if line.strip())


def _logo(sha256: str, data_dir: Path) -> bytes:
    """The kept file of the logo; a letter leaves without one that is gone."""
    if not sha256:
        return b""
    try:
        return attachments.stored(data_dir, sha256).read_bytes()
    except OSError:
        return b""


def _lines(text: str) -> tuple[str, ...]:
    return tuple(cleaned for line in text.splitlines() if (cleaned := one_line(line)))
