"""What every way of posting a letter asks of it: an address a postal service can read, and a PDF."""

from relance.domain.delivery import Attachment, Message, PostalAddress
from relance.domain.postal import lacking

STREET_LINES = 3


def is_complete(address: PostalAddress) -> bool:
    """Whether it can be posted there: LEGAL 11, and no more lines than an envelope has."""
    street = [line for line in map(one_line, address.street) if line]
    missing = lacking(street, one_line(address.postcode), one_line(address.city), address.country)
    return bool(one_line(address.name)) and not missing and len(street) <= STREET_LINES


def pdf_of(message: Message) -> Attachment | None:
    """The PDF to post, if there is one."""
    first = message.attachments[0] if message.attachments else None
    return first if first is not None and first.content.startswith(b"%PDF-") else None


def one_line(text: str) -> str:
    """The text without control characters, on one line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def country_name(code: str) -> str:
    """The name of a country as the French post writes it; anything unknown as it was given."""
    from babel import Locale

    return str(Locale("fr").territories.get(code.strip().upper(), code))
