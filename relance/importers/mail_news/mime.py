"""A mail taken apart in bounded time, however broken: its headers, and its parts as one flat row.

The standard library's parser keeps every boundary of a nested mail in play for every line, and recurses: a mail made
for it takes minutes or kills it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from relance.importers.mail_news.decoding import body_text, decoded, header_text, unwrapped

LONGEST_MAIL = 2_000_000  # bytes looked at: a report and the words of a person come before the large parts
LONGEST_HEAD = 256_000
LONGEST_VALUE = 4_000
MOST_VALUES = 50  # of one header
DEEPEST = 10
MOST_PARTS = 200
FIELD = re.compile(r"([!-9;-~]{1,70})[ \t]*:(.*)", re.DOTALL)
TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
PARAMETER = re.compile(r';\s*([\w-]{1,40})\*?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))')
MBOX_LINE = re.compile(rb">?From [^\n]*\n")


@dataclass(frozen=True, slots=True)
class Headers:
    """Header values by name in lower case, unfolded, encoded words unread."""

    values: Mapping[str, tuple[str, ...]]

    def raw(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def text(self, name: str) -> str:
        return header_text(self.raw(name))

    def __contains__(self, name: str) -> bool:
        return name in self.values


@dataclass(frozen=True, slots=True)
class Part:
    """One part that holds no others; a forwarded or returned mail counts as such."""

    headers: Headers
    kind: str  # media type, in lower case
    parameters: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> bytes:
        return unwrapped(self.body, self.headers.raw("content-transfer-encoding"))

    @property
    def text(self) -> str:
        charset = self.parameters.get("charset", "")
        return body_text(self.body, self.headers.raw("content-transfer-encoding"), charset)

    @property
    def is_file(self) -> bool:
        return self.headers.raw("content-disposition").strip().lower().startswith("attachment")


@dataclass(frozen=True, slots=True)
class Mail:
    """A whole mail."""

    headers: Headers
    kind: str
    parameters: Mapping[str, str]
    parts: tuple[Part, ...]

    def of_kind(self, *kinds: str) -> Iterator[Part]:
        return (part for part in self.parts if part.kind in kinds)


def read_mail(raw: bytes) -> Mail:
    """Never raises: what can't be understood is one part of plain text."""
    content = raw[:LONGEST_MAIL].replace(b"\0", b"").replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    if mbox := MBOX_LINE.match(content):
        content = content[mbox.end() :]
    headers, body = split_head(content)
    kind, parameters = media_type(headers)
    return Mail(headers, kind, parameters, tuple(_parts(headers, body)))


def split_head(content: bytes) -> tuple[Headers, bytes]:
    """The headers above the first empty line, and what is below it."""
    if content.startswith(b"\n"):
        return Headers({}), content[1:]
    head, _, body = content.partition(b"\n\n")
    return read_headers(decoded(head[:LONGEST_HEAD], "utf-8")), body


def read_headers(head: str) -> Headers:
    """Lines that are no header are passed over."""
    values: dict[str, list[list[str]]] = {}
    current: list[str] = []
    for line in head.split("\n"):
        if line[:1] in (" ", "\t"):
            current.append(line)
        elif field := FIELD.match(line):
            current = [field[2]]
            values.setdefault(field[1].lower(), []).append(current)
    return Headers({name: tuple(map(_unfolded, lines[:MOST_VALUES])) for name, lines in values.items()})


def _unfolded(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)[:LONGEST_VALUE].strip()


def media_type(headers: Headers) -> tuple[str, dict[str, str]]:
    value = headers.raw("content-type")
    kind = TYPE.match(value)
    parameters = {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare for name, quoted, bare in PARAMETER.findall(value)
    }
    return (kind[1].lower() if kind else "text/plain"), parameters


def _parts(headers: Headers, body: bytes) -> Iterator[Part]:
    """In the order they stand in."""
    waiting = [(headers, body, 0)]
    found = 0
    while waiting and found < MOST_PARTS:
        head, content, depth = waiting.pop()
        kind, parameters = media_type(head)
        inside = _split(content, parameters.get("boundary", "")) if kind.startswith("multipart/") else []
        if inside and depth < DEEPEST:
            waiting += [(*split_head(piece), depth + 1) for piece in reversed(inside)]
            continue
        found += 1
        yield Part(head, "text/plain" if kind.startswith("multipart/") else kind, parameters, content)


def _split(content: bytes, boundary: str) -> list[bytes]:
    """Between the lines of a boundary; the text above the first is for old readers."""
    if not boundary:
        return []
    line = re.compile(
        rb"^--" + re.escape(boundary.rstrip().encode("utf-8", "replace")) + rb"(--)?[ \t]*$", re.MULTILINE
    )
    pieces: list[bytes] = []
    start = -1
    for mark in line.finditer(content):
        if start >= 0:
            pieces.append(content[start : mark.start()])
        start = mark.end() + 1
        if mark[1] or len(pieces) >= MOST_PARTS:
            return pieces
    if start >= 0:
        pieces.append(content[start:])  # cut short: the end is missing
    return pieces
