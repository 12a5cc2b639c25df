"""Composing a letter: the two addresses, the text with its table of invoices, how to pay, and the PDF of it all."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from relance import paths
from relance.channels.letter import (
    AddressFault,
    AddressLines,
    Letter,
    LetterError,
    Letterhead,
    Window,
    address_lines,
    to_pdfs,
)
from relance.domain.delivery import Postage, PostalAddress
from relance.domain.postal import Lacking
from relance.services.letters import parts
from relance.services.messages.compose_text import Desk, Written, said, template, write
from relance.services.messages.facts import Composed, LetterHouse, MessageFacts
from relance.services.messages.values import conditions, deadline
from relance.services.refusal import Refused
from relance.services.texts import TemplateBody, words

MEDIA_TYPE = "application/pdf"
LETTER_KIND = "letter"  # of the attachment that is the message itself

# What an address that can't be posted lacks, in the words of domain.postal where it has one.
_LACKING = {
    AddressFault.NO_NAME: "name",
    AddressFault.NO_STREET: Lacking.STREET.value,
    AddressFault.NO_POSTCODE: Lacking.POSTCODE.value,
    AddressFault.BAD_POSTCODE: Lacking.POSTCODE.value,
    AddressFault.NO_CITY: Lacking.CITY.value,
    AddressFault.UNKNOWN_COUNTRY: "country",
    AddressFault.TOO_MANY_LINES: "fewer_lines",
}
_PAGE = re.compile(rb"/Type /Page\b")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A letter that lacks nothing but its PDF."""

    letter: Letter
    message: Composed
    file_name: str
    both_sides: bool


def draw(facts: MessageFacts, desk: Desk, *, test: bool = False) -> Drawn:
    """One letter, not printed yet. Pure; raises Refused. Nobody posts a test: it may lack an address."""
    house = desk.letters
    if house is None or not (test or _can_be_answered(house)):
        raise Refused("compose.no_sender_address")
    window = _window(facts, house, desk.house.language)
    if not (test or window.can_be_posted):
        lacking = [_LACKING[fault] for fault, _ in window.problems if fault in _LACKING]
        raise Refused("compose.address_incomplete", customer=facts.customer, lacking=lacking)
    body = template(facts, desk)
    written = write(facts, body, said(facts, desk, body, ()), conditions(facts, desk.today, attached=False))
    mark = words(body.language)["mark"] if test else ""
    return Drawn(
        _letter(facts, desk, house, window, written, body.language, mark),
        _message(facts, desk, house, written, body, mark),
        f"{mark}-{parts.file_name(facts)}" if test else parts.file_name(facts),
        house.both_sides,
    )


def _can_be_answered(house: LetterHouse) -> bool:
    """Whether the sender's address stands on the letter; a partner that posts it wants it whole."""
    if house.by_partner:
        return address_lines(house.address).can_be_posted
    return bool(house.address.street or house.address.city)


def _window(facts: MessageFacts, house: LetterHouse, language: str) -> AddressLines:
    to = facts.address or PostalAddress(facts.customer, (), "", "")
    return address_lines(to, sender_country=house.address.country, language=language)


def _letter(
    facts: MessageFacts,
    desk: Desk,
    house: LetterHouse,
    window: AddressLines,
    written: Written,
    language: str,
    mark: str,
) -> Letter:
    spoken = words(language)
    return Letter(
        letterhead=Letterhead(house.letterhead, house.logo or None, house.footer),
        address=window.lines,
        place_and_date=parts.place_and_date(house.place, desk.today, language),
        subject=spoken["subject"].replace("{subject}", written.subject),
        body=tuple(parts.body_parts(written.text, facts, language, desk.today)),
        payment=parts.payment_part(facts, desk.house, language, qr=house.qr),
        language=language,
        registered_label=parts.registered_label(_postage(facts, house), language, facts.tracking),
        return_line=parts.one_line_address(house.address),
        page_label=spoken["page"],
        window=Window(house.window) if house.window in set(Window) else Window.FRENCH_RIGHT,
        fold_marks=house.fold_marks,
        punch_mark=house.punch_mark,
        watermark=mark,
    )


def _message(
    facts: MessageFacts, desk: Desk, house: LetterHouse, written: Written, body: TemplateBody, mark: str
) -> Composed:
    to = facts.address or PostalAddress(facts.customer, (), "", "")
    return Composed(
        uid=facts.uid,
        subject=f"{mark} {written.subject}".strip(),
        text=written.text,
        html="",
        to=(parts.one_line_address(to),),
        cc=(),
        bcc=(),
        sender=parts.one_line_address(house.address),
        reply_to="",
        language=body.language,
        template=body.name,
        fell_back=body.fell_back,
        attachments=(),
        deadline=deadline(facts, desk.today),
        claimed=facts.claimed,
        address=to,
        sender_address=house.address,
        postage=_postage(facts, house),
    )


def _postage(facts: MessageFacts, house: LetterHouse) -> Postage:
    """The one that a person chose for it, else the firm's usual one: never registered with a receipt by itself."""
    if facts.postage is not None:
        return facts.postage
    if house.postage is Postage.REGISTERED_RECEIPT and not facts.by_person:
        return Postage.PRIORITY
    return house.postage


def print_all(drawn: Sequence[Drawn]) -> list[Composed | Refused]:
    """The letters with their PDFs, many at once; one that can't be printed is refused alone (RULES 5.4)."""
    try:
        return [_with_pdf(one, pdf) for one, pdf in zip(drawn, _pdfs(drawn), strict=True)]
    except LetterError:
        return [_printed_alone(one) for one in drawn]


def _printed_alone(drawn: Drawn) -> Composed | Refused:
    try:
        [pdf] = _pdfs([drawn])
    except LetterError as error:
        return Refused("compose.letter_failed", fault=error.code.value, detail=error.detail)
    return _with_pdf(drawn, pdf)


def _pdfs(drawn: Sequence[Drawn]) -> Iterator[bytes]:
    return to_pdfs([one.letter for one in drawn], paths.static() / "fonts")


def _with_pdf(drawn: Drawn, pdf: bytes) -> Composed:
    file = {
        "name": drawn.file_name,
        "type": MEDIA_TYPE,
        "size": len(pdf),
        "sha256": sha256(pdf).hexdigest(),
        "kind": LETTER_KIND,
    }
    pages = len(_PAGE.findall(pdf))
    sheets = (pages + 1) // 2 if drawn.both_sides else pages
    return replace(drawn.message, attachments=(file,), pdf=pdf, letter=drawn.letter, parts=sheets)
