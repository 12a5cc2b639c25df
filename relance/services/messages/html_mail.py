"""The HTML part of a message, made from the very text of its plain part: the two can't say different things."""

import re
from collections.abc import Iterator
from html import escape

import nh3

from relance.services.messages.markup import Kind, Span, guarded, spans, unguarded

SEPARATOR = " | "  # between the cells of a table written as lines of plain text

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>:root {{ color-scheme: light dark; }}</style>
</head>
<body style="font-family: Arial, Helvetica, sans-serif; font-size: 16px; line-height: 1.5;">
{body}
</body>
</html>
"""
_TABLE_STYLE = "border-collapse: collapse;"
_TABLE = f'<table border="1" cellpadding="6" cellspacing="0" style="{_TABLE_STYLE}">'
_CLEANER = nh3.Cleaner(
    tags={"p", "br", "a", "strong", "em", "table", "thead", "tbody", "tr", "th", "td"},
    attributes={"a": {"href"}, "table": {"border", "cellpadding", "cellspacing"}, "th": {"scope", "align"}},
    tag_attribute_values={"table": {"style": {_TABLE_STYLE}}},
    url_schemes={"https"},
    link_rel=None,
)


def to_html(text: str, *, subject: str, language: str, markup: bool = False) -> str:
    """A page without anything from outside: paragraphs, line breaks, links for https, and tables.

    Two lines or more with the same number of cells between " | " are a table, the first line its headings. No colour
    is set, so that dark mode can choose its own. `markup`: the text has links and emphasis as people type them.
    """
    body = to_fragment(text if markup else guarded(text, links=True))
    return _PAGE.format(language=escape(language), subject=escape(subject), body=body)


def to_fragment(text: str) -> str:
    """The page's body, of a text with markup."""
    sound = text.encode(errors="replace").decode()  # half a sign is none
    blocks = re.split(r"\n\s*\n", sound.strip())
    body = _CLEANER.clean("\n".join(part for block in blocks for part in _block(block.split("\n"))))
    return body.replace("&nbsp;", "\N{NO-BREAK SPACE}")  # they stay signs, as in the plain part


def _block(lines: list[str]) -> Iterator[str]:
    """The paragraphs and tables of lines that stand together."""
    start = 0
    while start < len(lines):
        end = _end_of_run(lines, start)
        run = lines[start:end]
        yield _table(run) if _is_table(run) else _paragraph(run)
        start = end


def _end_of_run(lines: list[str], start: int) -> int:
    """Where the table that begins at a line ends; without one, where the next table begins."""
    end = start + 1
    cells = lines[start].count(SEPARATOR)
    if cells:
        while end < len(lines) and lines[end].count(SEPARATOR) == cells:
            end += 1
        if end > start + 1:
            return end
    while end < len(lines) and not _is_table(lines[end : end + 2]):
        end += 1
    return end


def _is_table(lines: list[str]) -> bool:
    counts = {line.count(SEPARATOR) for line in lines}
    return len(lines) > 1 and len(counts) == 1 and counts != {0}


def _paragraph(lines: list[str]) -> str:
    return "<p>" + "<br>\n".join(map(_inline, lines)) + "</p>"


def _table(lines: list[str]) -> str:
    heading, *rows = lines
    head = _row(heading, '<th scope="col" align="left">', "</th>")
    body = "\n".join(_row(row, "<td>", "</td>") for row in rows)
    return f"{_TABLE}\n<thead>{head}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _row(line: str, opening: str, closing: str) -> str:
    cells = "".join(f"{opening}{_inline(cell.strip())}{closing}" for cell in line.split(SEPARATOR))
    return f"<tr>{cells}</tr>"


def _inline(text: str) -> str:
    """Escaped text, with its links and its emphasis."""
    return "".join(map(_element, spans(text)))


def _element(span: Span) -> str:
    match span.kind:
        case Kind.TEXT:
            return escape(unguarded(span.text))
        case Kind.LINK:
            return f'<a href="{escape(span.href)}">{escape(unguarded(span.text))}</a>'
        case Kind.STRONG:
            return f"<strong>{_inline(span.text)}</strong>"
        case Kind.EMPHASIS:
            return f"<em>{_inline(span.text)}</em>"
