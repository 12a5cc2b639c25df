"""Failure notices without a report: qmail, Exim, Exchange 2003, Notes, Yahoo and their like, in plain words."""

import re
from collections.abc import Iterator

from relance.importers.mail_news.decoding import folded
from relance.importers.mail_news.mime import Mail
from relance.importers.mail_news.news import Action, NewsCode, Recipient
from relance.importers.mail_news.notice_words import COPY, DELAY, FAILURE, FINAL, NOTICE
from relance.importers.mail_news.originals import returned_recipients
from relance.importers.mail_news.reasons import DEAD, found_statuses, reason
from relance.importers.mail_news.report import ADDRESS, MOST_RECIPIENTS, judged

LONGEST_NOTICE = 20_000  # characters
LONGEST_LINE = 1_000
CONTEXT = 12  # lines that explain one recipient

_ONE = r"([^\s<>()\[\]\"',;:=]{1,64}@[\w.-]{1,253}\w)"
FIRST = re.compile(rf"^[\s*>\"<-]{{0,20}}(?:SMTP:|mailto:)?<?{_ONE}(?=[\s>\":(;,]|$)", re.IGNORECASE)
RETURNED_TO = re.compile(rf"^To:[^\n]{{0,200}}?{_ONE}", re.IGNORECASE | re.MULTILINE)
NAMED = re.compile(
    rf"(?:\b(?:to|recipients?|address|for|destinataires?|adresse|an|a) ?:? ?|smtp[=:])<?{_ONE}", re.IGNORECASE
)


def own_words(text: str) -> str:
    """The machine's, without the returned mail. A marker on the first line ends nothing."""
    head = text.strip()[:LONGEST_NOTICE]
    copy = next((found for found in COPY.finditer(head) if found.start() > 0), None)
    return head[: copy.start()] if copy else head


def says_failure(subject: str) -> bool:
    return bool(FAILURE.search(folded(subject)))


def is_notice(words: str) -> bool:
    return bool(NOTICE.search(folded(words[:3_000])))


def explains_failure(words: str) -> bool:
    """Whether it names a reason that a mail system alone gives."""
    return reason("", "", words) in DEAD | {NewsCode.MAILBOX_FULL}


def noticed_action(subject: str, words: str) -> Action:
    """A warning says that it goes on; anything else has ended."""
    said = folded(f"{subject} {words}")
    return Action.DELAYED if DELAY.search(said) and not FINAL.search(said) else Action.FAILED


def noticed_recipients(mail: Mail, text: str, own: frozenset[str]) -> Iterator[Recipient]:
    """One for each address the notice names, else the returned mail; one without address where neither does."""
    words = own_words(text)
    action = noticed_action(mail.headers.text("subject"), words)
    lines = [line[:LONGEST_LINE] for line in words.split("\n")]
    found = _addresses(mail, lines, own) or _explained(_returned(mail, text), lines) or {"": words}
    for address, near in found.items():
        status = next(iter(found_statuses(near)), "")
        yield judged(address, "", action, " ".join(near.split()), status, words if len(found) == 1 else _shared(words))


def _shared(words: str) -> str:
    """What is said to several recipients at once explains each, but buries none of them."""
    return "" if reason("", "", words) in DEAD | {NewsCode.OTHER} else words


def _addresses(mail: Mail, lines: list[str], own: frozenset[str]) -> dict[str, str]:
    """Each address with the lines that explain it."""
    failed = mail.headers.values.get("x-failed-recipients", ())
    listed = [one.lower() for value in failed for one in ADDRESS.findall(value)]
    places: dict[str, int] = {}
    for number, line in enumerate(lines):
        found = FIRST.match(line)
        if found and found[1].lower() not in own and not found[1].lower().startswith("postmaster@"):
            places.setdefault(found[1].lower(), number)
    for address in listed:
        places.setdefault(address, next((n for n, line in enumerate(lines) if address in line.lower()), 0))
    places = places or _named(lines, own)
    return _explained({one: places[one] for one in listed} or places, lines)


def _explained(places: dict[str, int], lines: list[str]) -> dict[str, str]:
    """The lines from each address to the next."""
    starts = sorted({*places.values(), len(lines)})
    chosen = list(places.items())[:MOST_RECIPIENTS]
    return {one: "\n".join(lines[place : _end(place, starts)]) for one, place in chosen}


def _named(lines: list[str], own: frozenset[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, line in enumerate(lines):
        for address in NAMED.findall(line):
            if address.lower() not in own:
                found.setdefault(address.lower(), number)
    return found


def _returned(mail: Mail, text: str) -> dict[str, int]:
    attached = [one for to in returned_recipients(mail) for one in ADDRESS.findall(to)]
    return {one.lower(): 0 for one in attached or RETURNED_TO.findall(text[len(own_words(text)) :][:LONGEST_NOTICE])}


def _end(start: int, starts: list[int]) -> int:
    following = next((one for one in starts if one > start), start + CONTEXT)
    return min(following, start + CONTEXT)
