"""A Message as the request that has it posted; the same message gives the same bytes at every attempt."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from relance.channels.post.account import PostAccount
from relance.channels.post.wire import Upload
from relance.channels.postal import country_name, is_complete, one_line, pdf_of
from relance.domain.delivery import (
    REGISTERED,
    DeliveryFailed,
    Fate,
    Message,
    Postage,
    PostalAddress,
)

UID_FIELD = "relance_uid"
LONGEST_SUBJECT = 100


@dataclass(frozen=True, slots=True)
class LetterRequest:
    """A letter ready to be handed over."""

    uid: str
    fields: tuple[tuple[str, str], ...]
    pdf: bytes

    def upload(self) -> Upload:
        """Its multipart form."""
        boundary = "relance-" + hashlib.sha256(self.uid.encode("utf-8", "replace") + self.pdf).hexdigest()[:32]
        parts = [_part(boundary, f'name="{name}"', value.encode("utf-8", "replace")) for name, value in self.fields]
        file = _part(boundary, 'name="source_file"; filename="letter.pdf"', self.pdf, "application/pdf")
        body = b"".join((*parts, file, f"--{boundary}--\r\n".encode()))
        return Upload(body, f"multipart/form-data; boundary={boundary}")


def letter_request(message: Message, account: PostAccount) -> LetterRequest:
    """What is sent; raises DeliveryFailed where something is missing, before anything is asked."""
    postage = message.postage or account.postage
    if message.address is None or not is_complete(message.address):
        raise DeliveryFailed("post.address_incomplete", Fate.FAIL)
    sender = message.sender_address
    if (sender is None and postage in REGISTERED) or (sender is not None and not is_complete(sender)):
        raise DeliveryFailed("post.sender_incomplete", Fate.HOLD)
    pdf = pdf_of(message)
    if pdf is None:
        raise DeliveryFailed("post.no_pdf", Fate.FAIL)
    fields = [
        ("description", f"{one_line(message.subject)[:LONGEST_SUBJECT]} [{message.uid}]".strip()),
        *_address("to", message.address),
        *(_address("from", sender) if sender is not None else ()),
        *_printing(account, postage),
        (f"metadata[{UID_FIELD}]", message.uid),
        ("source_file_type", "file"),
    ]
    return LetterRequest(message.uid, tuple(fields), pdf.content)


def _address(role: str, address: PostalAddress) -> Iterable[tuple[str, str]]:
    street = (one_line(line) for line in address.street)
    lines = [(f"address_line{number}", line) for number, line in enumerate(filter(None, street), start=1)]
    for name, value in (
        ("name", address.name),
        *lines,
        ("address_postalcode", address.postcode),
        ("address_city", address.city),
        ("address_country", country_name(address.country)),
    ):
        yield f"{role}[{name}]", one_line(value)


def _printing(account: PostAccount, postage: Postage) -> Iterable[tuple[str, str]]:
    yield "postage_type", postage.value
    yield "color", account.color.value
    yield "both_sides", _flag(account.both_sides)
    yield "address_placement", account.address_placement.value
    yield "envelope", account.envelope.value
    yield "envelope_window", account.envelope_window.value
    if postage is Postage.REGISTERED_RECEIPT:
        yield "manage_delivery_proof", _flag(account.manage_delivery_proof)
    if account.manage_returned_mail:
        yield "manage_returned_mail", _flag(account.manage_returned_mail)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _part(boundary: str, disposition: str, content: bytes, media_type: str = "") -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n"
    kind = f"Content-Type: {media_type}\r\n" if media_type else ""
    return f"{head}{kind}\r\n".encode() + content + b"\r\n"


_UID = re.compile(r"\[([^\[\]]+)\]$")


def uid_in(description: str) -> str:
    """Our uid, from a description made here; empty where there is none."""
    found = _UID.search(description)
    return found.group(1) if found else ""
