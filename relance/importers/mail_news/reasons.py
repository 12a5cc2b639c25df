"""Why a message was not delivered: what is believed, in which order.

A status code alone is often wrong (relays rewrite it), so the words of the refusing server come first. Where two
readings are possible the milder wins: a living address that is given up costs more than one bounce more.
"""

import re
from collections.abc import Iterator

from relance.importers.mail_news.decoding import folded
from relance.importers.mail_news.news import NewsCode, NewsKind
from relance.importers.mail_news.wordings import UNAVAILABLE, WORDINGS

DEAD = frozenset((NewsCode.USER_UNKNOWN, NewsCode.DOMAIN_UNKNOWN, NewsCode.MOVED))
LONGEST = 4_000  # characters of an explanation that are searched

ADDRESS = re.compile(r"<?[^\s<>()\[\]\"',;:=]{1,64}@[\w.-]{1,253}>?")
INNER_DOT = re.compile(r"(?<=[a-z0-9])\.(?=[a-z])")
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")

# Microsoft's own details are exact where the words beside them are a general sentence.
EXACT_STATUS = {
    "5.1.10": NewsCode.USER_UNKNOWN,
    "5.1.351": NewsCode.OTHER,  # "unknown recipient or mailbox unavailable", said of any refusal by another server
    "5.4.310": NewsCode.DOMAIN_UNKNOWN,
    "5.4.312": NewsCode.EXPIRED,
    "5.4.316": NewsCode.EXPIRED,
    "5.7.705": NewsCode.BLOCKED,
    "5.7.708": NewsCode.BLOCKED,
    "5.7.750": NewsCode.BLOCKED,
}

# RFC 3463 and its IANA registry: subject and detail.
STATUSES = {
    "1.0": NewsCode.USER_UNKNOWN,
    "1.1": NewsCode.USER_UNKNOWN,
    "1.2": NewsCode.DOMAIN_UNKNOWN,
    "1.3": NewsCode.USER_UNKNOWN,
    "1.6": NewsCode.MOVED,
    "1.7": NewsCode.POLICY,
    "1.8": NewsCode.POLICY,
    "1.9": NewsCode.POLICY,
    "2.1": NewsCode.DISABLED,
    "2.2": NewsCode.MAILBOX_FULL,
    "2.3": NewsCode.TOO_BIG,
    "3.1": NewsCode.MAILBOX_FULL,
    "3.2": NewsCode.EXPIRED,
    "3.4": NewsCode.TOO_BIG,
    "4.1": NewsCode.EXPIRED,
    "4.2": NewsCode.EXPIRED,
    "4.3": NewsCode.EXPIRED,
    "4.4": NewsCode.DOMAIN_UNKNOWN,
    "4.5": NewsCode.EXPIRED,
    "4.6": NewsCode.LOOP,
    "4.7": NewsCode.EXPIRED,
    "4.14": NewsCode.LOOP,
    "7.13": NewsCode.DISABLED,
    "7.25": NewsCode.BLOCKED,
}
SUBJECTS = {"4": NewsCode.EXPIRED, "6": NewsCode.POLICY, "7": NewsCode.POLICY}

_ROWS = tuple((code, re.compile("|".join(phrases))) for code, phrases in WORDINGS)
_FULL = next(pattern for code, pattern in _ROWS if code is NewsCode.MAILBOX_FULL)
_UNAVAILABLE = re.compile(UNAVAILABLE)


def reason(diagnostic: str, status: str, notice: str) -> NewsCode:
    """`diagnostic`: the refusing server's words; `notice`: the reporting machine's, about this recipient alone."""
    statuses = (status, *found_statuses(diagnostic), *found_statuses(notice))
    known = tuple(dict.fromkeys(one for one in statuses if one))
    return next(_readings(_prepared(diagnostic), _prepared(notice), known), NewsCode.OTHER)


def _readings(words: str, notice: str, statuses: tuple[str, ...]) -> Iterator[NewsCode]:
    """From the surest to the vaguest."""
    yield from (EXACT_STATUS[one] for one in statuses if one in EXACT_STATUS)
    said = _by_words(words)
    if _FULL.search(notice) and (said is None or said in DEAD):
        yield NewsCode.MAILBOX_FULL  # the status and the words were made up on the way; who saw the disk wrote this
    if said is not None:
        yield said
    if _UNAVAILABLE.search(words) and not any(one.startswith("4") for one in statuses):
        yield NewsCode.USER_UNKNOWN
    yield from (code for one in statuses if (code := _by_status(one)) is not None)
    if (told := _by_words(notice)) is not None:
        yield told
    yield from (SUBJECTS[subject] for one in statuses if (subject := one.split(".")[1]) in SUBJECTS)


def _prepared(text: str) -> str:
    return INNER_DOT.sub("·", ADDRESS.sub("@", folded(text[:LONGEST])))


def _by_words(text: str) -> NewsCode | None:
    return next((code for code, pattern in _ROWS if pattern.search(text)), None) if text else None


def _by_status(status: str) -> NewsCode | None:
    """A temporary status never buries an address by itself."""
    family, _, detail = status.partition(".")
    code = STATUSES.get(detail)
    return NewsCode.EXPIRED if family == "4" and code in DEAD else code


def found_statuses(text: str) -> tuple[str, ...]:
    return tuple(".".join(found) for found in STATUS.findall(text[:LONGEST]))


def verdict(code: NewsCode) -> NewsKind:
    return NewsKind.BOUNCE_HARD if code in DEAD else NewsKind.BOUNCE_SOFT
