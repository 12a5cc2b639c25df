"""The light markup of typed texts: links, **strong** and *emphasised* words. Pure.

A value that is put into a text is guarded first, so that a customer's name is never read as markup.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

LINK = "https://"
_ADDRESS = r"https://[^\s<>\"'«»]+"
_AFTER_ADDRESS = ".,;:!?)]}*"
_MARKS = re.compile(
    r"\[(?P<label>[^\[\]\n]{1,200})\]\((?P<href>https://[^\s()<>\"'«»]{1,2000})\)"
    r"|\*\*(?P<strong>(?=[^\s*])[^\n]{0,500}?[^\s*])\*\*"
    r"|(?<![\w*])\*(?P<emphasis>(?=[^\s*])[^*\n]{0,500}?(?<=[^\s*]))\*(?![\w*])"
    rf"|(?P<bare>{_ADDRESS})"
)
# Signs that no text has (Unicode keeps them from exchange) stand in for those that would be read as markup.
_GUARDS = {"*": "\ufdd0", "[": "\ufdd1", "]": "\ufdd2", "(": "\ufdd3", ")": "\ufdd4"}
_NO_LINK = "\ufdd5"
_GUARD = str.maketrans(_GUARDS)
_UNGUARD = str.maketrans({guard: sign for sign, guard in _GUARDS.items()} | {_NO_LINK: ""})
_ANY_GUARD = str.maketrans(dict.fromkeys((*_GUARDS.values(), _NO_LINK), ""))


class Kind(StrEnum):
    """What a part of a text is."""

    TEXT = "text"
    LINK = "link"
    STRONG = "strong"
    EMPHASIS = "emphasis"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line; what it holds is parts again, but for plain text and for addresses."""

    kind: Kind
    text: str
    href: str = ""


def guarded(value: str, *, links: bool) -> str:
    """A value that is read as it is; its https addresses stay links where that is wanted."""
    value = value.translate(_ANY_GUARD).translate(_GUARD)
    return value if links else value.replace(LINK, f"https:{_NO_LINK}//")


def unguarded(text: str) -> str:
    """A text with the signs of its values as they were."""
    return text.translate(_UNGUARD)


def spans(text: str) -> Iterator[Span]:
    """The parts of a text in order, in one level: guards stay in them."""
    end = 0
    for found in _MARKS.finditer(text):
        span, stop = _span(found)
        if span is None:
            continue
        if found.start() > end:
            yield Span(Kind.TEXT, text[end : found.start()])
        yield span
        end = stop
    if end < len(text):
        yield Span(Kind.TEXT, text[end:])


def _span(found: re.Match[str]) -> tuple[Span | None, int]:
    """A part, and where it ends: the stop after an address isn't a part of it."""
    if found["href"]:
        return Span(Kind.LINK, found["label"], unguarded(found["href"])), found.end()
    if found["bare"]:
        address = found["bare"].rstrip(_AFTER_ADDRESS + "".join(_GUARDS.values()))
        span = Span(Kind.LINK, address, unguarded(address)) if len(address) > len(LINK) else None
        return span, found.start() + len(address)
    kind = Kind.STRONG if found["strong"] else Kind.EMPHASIS
    return Span(kind, found[kind.value]), found.end()


def plain(text: str) -> str:
    """A text as it reads without its marks: an address follows the words of its link."""
    return unguarded("".join(map(_plain, spans(text))))


def _plain(span: Span) -> str:
    match span.kind:
        case Kind.TEXT:
            return span.text
        case Kind.LINK:
            return span.text if unguarded(span.text) == span.href else f"{span.text} ({span.href})"
        case Kind.STRONG | Kind.EMPHASIS:
            return "".join(map(_plain, spans(span.text)))
