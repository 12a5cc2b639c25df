"""Which message of ours a mail is about: identifiers in its headers, in the returned message, in the quoted text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relance.importers.mail_news.decoding import LONGEST_TEXT
from relance.importers.mail_news.mime import Headers, Mail, split_head

RETURNED = (
    "message/rfc822",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
    "text/rfc822-headers",
    "text/rfc822-header",
    "text/rfc822",
)
MOST_IDS = 50
LONGEST_ID = 250
BOXED = re.compile(r"<\s*([^<>\s]{1,250})\s*>")
IN_TEXT = re.compile(
    r"^[>\s|*]{0,10}message-id\s?:\*?\s{0,40}<?([^<>\s]{3,250}@[^<>\s]{1,250})>?", re.IGNORECASE | re.MULTILINE
)
RELANCE_IN_TEXT = re.compile(
    r"^[>\s|*]{0,10}x-relance-id\s?:\*?\s{0,40}([\w.@+-]{4,120})", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Originals:
    """What points to the message that a mail is about."""

    relance_ids: tuple[str, ...]
    message_ids: tuple[str, ...]


def ids(value: str) -> tuple[str, ...]:
    """The identifiers of a header, without brackets; a bare one counts where it stands alone."""
    boxed = BOXED.findall(value)
    bare = [value.strip()] if not boxed and "@" in value and not re.search(r"\s", value.strip()) else []
    return _first([*boxed, *bare])


def find_originals(mail: Mail, report: Iterable[Headers], texts: Iterable[str]) -> Originals:
    """`report`: the blocks of a delivery report; `texts`: what is readable in the mail."""
    returned = [_returned_headers(part.content) for part in mail.of_kind(*RETURNED)]
    blocks = [*returned, *report]
    messages = [one for block in returned for one in ids(block.raw("message-id"))]
    messages += [one for block in blocks for one in ids(block.raw("original-message-id"))]
    relances = [block.raw("x-relance-id").strip() for block in blocks]
    for text in texts:
        relances += RELANCE_IN_TEXT.findall(text[:LONGEST_TEXT])
        messages += IN_TEXT.findall(text[:LONGEST_TEXT])
    return Originals(_first(relances), _first(messages))


def returned_recipients(mail: Mail) -> Iterator[str]:
    """The To headers of the returned message."""
    for part in mail.of_kind(*RETURNED):
        yield _returned_headers(part.content).text("to")


def _returned_headers(content: bytes) -> Headers:
    """Some report makers put an empty line first."""
    return split_head(content[:LONGEST_TEXT].lstrip(b"\n \t"))[0]


def _first(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one[:LONGEST_ID] for one in found if one))[:MOST_IDS]
