"""Header lines, encoded and folded here: the standard library's folding of long names can lose an address."""

import re
from collections.abc import Sequence
from email.header import Header

from relance.channels.email.mailbox import Mailbox

CRLF = "\r\n"
LINE = 76
LONGEST_LINE = 998  # RFC 5322 2.1.1
HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,70}")
CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def text_header(name: str, value: str) -> str:
    """One unstructured header, ASCII, without its last line end; ValueError where it would break out of its line."""
    if not HEADER_NAME.fullmatch(name):
        raise ValueError(f"header name {name!r}")
    check_text(name, value)
    if value.isascii() and "=?" not in value:
        lines = _folded(f"{name}: {value}")
        if max(map(len, lines)) <= LONGEST_LINE:
            return CRLF.join(lines)
    return f"{name}: {_encoded(value, len(name) + 2)}"


def address_header(name: str, mailboxes: Sequence[Mailbox]) -> str:
    """One address header, one address a line."""
    for mailbox in mailboxes:
        check_text(name, mailbox.name)
    return f"{name}: " + f",{CRLF} ".join(_written(mailbox, len(name) + 2) for mailbox in mailboxes)


def _written(mailbox: Mailbox, indent: int) -> str:
    if not mailbox.name:
        return mailbox.address
    if not mailbox.name.isascii() or "=?" in mailbox.name or len(mailbox.name) > LINE:
        return f"{_encoded(mailbox.name, indent)}{CRLF} <{mailbox.address}>"
    if PLAIN_NAME.fullmatch(mailbox.name):
        return f"{mailbox.name} <{mailbox.address}>"
    quoted = re.sub(r'(["\\])', r"\\\1", mailbox.name)
    return f'"{quoted}" <{mailbox.address}>'


def _folded(line: str) -> list[str]:
    """Broken before words, never right after the header's name and never within a word."""
    name, first, *others = line.split(" ")
    lines = [f"{name} {first}"]
    for word in others:
        if word and len(lines[-1]) + len(word) >= LINE:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    return lines


def _encoded(value: str, indent: int) -> str:
    """RFC 2047 words, each a whole number of characters."""
    return Header(value, "utf-8", LINE, "x" * indent).encode(linesep=CRLF)


def check_text(what: str, text: str) -> None:
    """ValueError for line breaks of all sorts, other control characters and what UTF-8 cannot hold."""
    text.encode("utf-8")
    if CONTROLS.search(text):
        raise ValueError(f"{what}: {text!r}")
