"""Cells as clean text: one line, one space at a time, nothing invisible."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache

from relance.importers.reading import BadValue, ProblemCode

Cell = str | Decimal | date

_SPREADSHEET_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"))
_LONGEST = 500


def clean(text: str) -> str:
    """One line of visible characters in NFC: no control character, line separator or doubled space is left."""
    line = " ".join(text.split())
    if line.isascii() and line.isprintable():
        return line
    line = unicodedata.normalize("NFC", line)
    return line if line.isprintable() else " ".join("".join(map(_visible, line)).split())


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cc":
        return " "
    return "" if category in ("Cf", "Cs") else char


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case without accents, punctuation as spaces: how words are compared."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters.replace("œ", "oe")).split())


def written(cell: Cell) -> str:
    """A cell as a person reads it: a whole number without decimals, a day as ISO 8601, `="007"` without wrapping."""
    if isinstance(cell, str):
        text = clean(cell)
        return text[2:-1].strip() if text.startswith('="') and text.endswith('"') else text
    if isinstance(cell, Decimal):
        return format(cell.to_integral_value() if cell == cell.to_integral_value() else cell, "f")
    return cell.isoformat()


def parse_text(cell: Cell) -> str:
    """A cell's text; a spreadsheet's error value or an endless text is refused."""
    text = written(cell)
    if text in _SPREADSHEET_ERRORS:
        raise BadValue(ProblemCode.CELL_ERROR)
    if len(text) > _LONGEST:
        raise BadValue(ProblemCode.TEXT_TOO_LONG, longest=_LONGEST)
    return text
