"""Delivery reports by the book (RFC 3464), and as they are really written."""

import re
from collections.abc import Iterator

from relance.importers.mail_news.decoding import body_text, folded
from relance.importers.mail_news.mime import Headers, Mail, read_headers
from relance.importers.mail_news.news import Action, NewsCode, NewsKind, Recipient
from relance.importers.mail_news.reasons import found_statuses, reason, verdict

REPORTS = ("message/delivery-status", "message/global-delivery-status")
MOST_RECIPIENTS = 100
LONGEST_DETAIL = 1_000
ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:=]{1,64}@[\w.-]{1,253}\w")
RECIPIENT_FIELDS = ("final-recipient", "original-recipient", "x-actual-recipient")
ACTIONS = {
    "failed": Action.FAILED,
    "failure": Action.FAILED,
    "delayed": Action.DELAYED,
    "delay": Action.DELAYED,
    "delivered": Action.DELIVERED,
    "relayed": Action.RELAYED,
    "expanded": Action.EXPANDED,
}
DELIVERED = frozenset((Action.DELIVERED, Action.RELAYED, Action.EXPANDED))
KINDS = {Action.DELAYED: NewsKind.DELAY} | dict.fromkeys(DELIVERED, NewsKind.DELIVERED)


def report_blocks(mail: Mail) -> tuple[Headers, ...]:
    """The report's groups of fields: one about the message, then one for each recipient."""
    blocks: list[Headers] = []
    for part in mail.of_kind(*REPORTS):
        text = body_text(part.body, part.headers.raw("content-transfer-encoding"), "utf-8")
        blocks += [read_headers(group) for group in re.split(r"\n[ \t]*\n", text.strip("\n"))[: MOST_RECIPIENTS + 1]]
    return tuple(blocks)


def reported_recipients(blocks: tuple[Headers, ...], notice: str) -> Iterator[Recipient]:
    """`notice`, the words for people, counts where they can only be about one recipient."""
    groups = [block for block in blocks if any(name in block for name in RECIPIENT_FIELDS)][:MOST_RECIPIENTS]
    for block in groups:
        yield _recipient(block, notice if len(groups) == 1 else "")


def _recipient(block: Headers, notice: str) -> Recipient:
    original = address_in(block.raw("original-recipient"))
    address = address_in(block.raw("final-recipient")) or address_in(block.raw("x-actual-recipient")) or original
    kind_of_words, semicolon, words = block.text("diagnostic-code").partition(";")
    diagnostic = (words if semicolon else kind_of_words).strip()
    status = next(iter(found_statuses(block.raw("status"))), "")
    return judged(address, original, _action(block, status), diagnostic, status, notice)


def judged(address: str, original: str, action: Action, diagnostic: str, status: str, notice: str) -> Recipient:
    """One recipient and what follows from it."""
    if action in DELIVERED:
        return Recipient(
            address, original, action, NewsKind.DELIVERED, NewsCode.NONE, status, diagnostic[:LONGEST_DETAIL]
        )
    code = reason(diagnostic, status, notice)
    kind = NewsKind.DELAY if action is Action.DELAYED else verdict(code)
    return Recipient(address, original, action, kind, code, status, diagnostic[:LONGEST_DETAIL])


def _action(block: Headers, status: str) -> Action:
    """Where none is legible, the status tells; a report that says nothing at all is about a failure."""
    word = re.match(r"[a-z]*", folded(block.text("action")))
    known = ACTIONS.get(word[0] if word else "")
    return known or (Action.DELIVERED if status.startswith("2") else Action.FAILED)


def address_in(value: str) -> str:
    """The address of a "rfc822; address" field, in lower case; what else stands there where it is none."""
    found = ADDRESS.search(value)
    return (found[0] if found else value.partition(";")[2].strip(" <>")[:254]).lower()
