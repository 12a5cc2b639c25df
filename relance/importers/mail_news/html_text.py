"""HTML to plain text, in one pass; quotes are marked with >."""

import html
import re

LONGEST = 200_000
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})([^<>]{0,2000})>")
BLOCK = re.compile(r"p|div|br|tr|li|ul|ol|table|h[1-6]|hr|pre|blockquote|address|section|article")
QUOTING = re.compile(r"gmail_quote|moz-cite|yahoo_quoted|protonmail_quote|zmail_extra", re.IGNORECASE)


def html_to_text(markup: str) -> str:
    """Never raises; what lies beyond LONGEST is left out."""
    source = _without_unseen(markup[:LONGEST])
    pieces: list[str] = []
    depth, last = 0, 0
    for tag in TAG.finditer(source):
        pieces.append(_words(source[last : tag.start()]))
        last = tag.end()
        name, closing = tag[2].lower(), bool(tag[1])
        if BLOCK.fullmatch(name):
            pieces.append("\n")
        if name == "blockquote":
            depth = max(0, depth + (-1 if closing else 1))
            pieces.append(f"\0{min(depth, 1)}")
        elif QUOTING.search(tag[3]) and not closing:
            pieces.append("\n\0002")
    pieces.append(_words(source[last:]))
    return _laid_out("".join(pieces))


def _without_unseen(source: str) -> str:
    """No comments, scripts, styles or head: each search goes on where the last one ended."""
    kept: list[str] = []
    place = 0
    for start in re.finditer(r"<!--|<(?:script|style|title)\b[^<>]{0,2000}>", source, re.IGNORECASE):
        if start.start() < place:
            continue
        kept.append(source[place : start.start()])
        opened = re.match(r"<(\w+)", start[0])
        end = re.compile(rf"</{opened[1]}[^<>]{{0,100}}>" if opened else "-->", re.IGNORECASE).search(
            source, start.end()
        )
        if end is None:
            place = len(source)
            break
        place = end.end()
    kept.append(source[place:])
    return "".join(kept)


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(text).replace("\0", ""))


def _laid_out(marked: str) -> str:
    """\\0 and a digit switches quoting: 0 off, 1 on, 2 on to the end."""
    lines: list[str] = []
    quoted = forever = False
    for line in marked.split("\n"):
        for digit in re.findall("\0([012])", line):
            forever = forever or digit == "2"
            quoted = digit != "0"
        words = re.sub("\0[012]", "", line).strip()
        lines.append(f"> {words}" if words and (quoted or forever) else words)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
