"""The HTML part of a message, made from its plain text alone: the two can't say different things."""

import re
from collections.abc import Iterator
from html import escape

SEPARATOR = " | "  # between the cells of a table written as lines of plain text

_LINK = re.compile(r"https://[^\s<>\"'«»]+")
_AFTER_LINK = ".,;:!?)]}"
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
_TABLE = '<table border="1" cellpadding="6" cellspacing="0" style="border-collapse: collapse;">'


def to_html(text: str, *, subject: str, language: str) -> str:
    """A page without anything from outside: paragraphs, line breaks, links for https, and tables.

    Two lines or more with the same number of cells between " | " are a table, the first line its headings. No colour
    is set, so that dark mode can choose its own.
    """
    body = "\n".join(part for block in re.split(r"\n\s*\n", text.strip()) for part in _block(block.split("\n")))
    return _PAGE.format(language=escape(language), subject=escape(subject), body=body)


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
    """Escaped text, with its https addresses as links."""
    parts = []
    end = 0
    for found in _LINK.finditer(text):
        address = found[0].rstrip(_AFTER_LINK)
        if len(address) == len("https://"):
            continue
        parts.append(escape(text[end : found.start()]))
        parts.append(f'<a href="{escape(address)}">{escape(address)}</a>')
        end = found.start() + len(address)
    return "".join((*parts, escape(text[end:])))
