"""One cell to an amount, in every way that firms write amounts; never a thousand times wrong in silence."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from relance.importers.places import parse_currency
from relance.importers.reading import BadValue, ProblemCode
from relance.importers.text import Cell, clean


class DecimalMark(StrEnum):
    """What stands between units and cents."""

    COMMA = ","
    DOT = "."


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units, and the currency written beside it, if one was."""

    amount: Decimal
    currency: str | None = None


_LARGEST = Decimal(10) ** 12
# Thousands are grouped by one separator throughout, which then can't be the decimal mark too.
_AMOUNT = re.compile(
    r"(?P<before>[^0-9.,]*?)\s*"
    r"(?P<whole>[1-9][0-9]{0,2}(?P<sep>[ '’.,])[0-9]{3}(?:(?P=sep)[0-9]{3})*|[0-9]*)"
    r"(?:(?!(?P=sep))(?P<mark>[.,])(?P<cents>[0-9]+)|(?<=[0-9]))"
    r"\s*(?P<after>[^0-9.,]*)"
)
_MINUS = "-−–"
_TAX_INCLUDED = frozenset(("ttc", "tvac"))


@dataclass(frozen=True, slots=True)
class _Written:
    """An amount taken apart: what stands around it, its groups of digits, its decimals."""

    before: str
    groups: tuple[str, ...]
    separator: str
    mark: str
    cents: str
    after: str

    @property
    def ambiguous(self) -> bool:
        """1,234: a thousand or a little more than one, depending on who wrote it."""
        return not self.mark and self.separator in (",", ".") and len(self.groups) == 2


@lru_cache(maxsize=20_000)  # a column is looked at for its style before it is read
def _take_apart(cell: str) -> _Written | None:
    match = _AMOUNT.fullmatch(clean(cell))
    if match is None:
        return None
    separator = match["sep"] or ""
    groups = tuple(match["whole"].split(separator)) if separator else (match["whole"],)
    return _Written(match["before"], groups, separator, match["mark"] or "", match["cents"] or "", match["after"])


def looks_like_a_number(text: str) -> bool:
    """Whether the text would pass for an amount."""
    try:
        return parse_amount(text, DecimalMark.COMMA) is not None
    except BadValue:
        return False


def decimal_mark(cell: Cell) -> DecimalMark | None:
    """The decimal mark that this one cell proves, if it proves any."""
    written = _take_apart(cell) if isinstance(cell, str) else None
    if written is None or written.ambiguous:
        return None
    if written.mark:
        return DecimalMark(written.mark)
    if written.separator in (",", "."):
        return DecimalMark.DOT if written.separator == "," else DecimalMark.COMMA
    return None


def is_ambiguous(cell: Cell) -> bool:
    """Whether only the rest of the column can tell what this cell says."""
    written = _take_apart(cell) if isinstance(cell, str) else None
    return written is not None and written.ambiguous


def parse_amount(cell: Cell, mark: DecimalMark | None) -> Money | None:
    """The amount of a cell, None when it is empty. `mark` settles 1,234; without it such a cell is refused."""
    if isinstance(cell, Decimal):
        return Money(_within(cell))
    if not isinstance(cell, str):
        raise BadValue(ProblemCode.AMOUNT_UNREADABLE)
    written = _take_apart(cell)
    if written is None and _is_nothing(clean(cell)):
        return None
    if written is None:
        raise BadValue(ProblemCode.AMOUNT_UNREADABLE)
    negative, currency = _beside(written.before, written.after)
    amount = _within(_number(written, mark))
    return Money(amount.copy_negate() if negative and amount else amount, currency)


def _is_nothing(text: str) -> bool:
    """An empty cell, or the dash that accountants put there; a spreadsheet shows it as `-   €`."""
    bare = text.strip("-−–— ")
    return not bare or (bare != text and parse_currency(bare) is not None)


def _beside(before: str, after: str) -> tuple[bool, str | None]:
    """Sign and currency from what stands around the digits: `-`, `( )`, `€`, `EUR`, `TTC`."""
    if not before and not after:
        return False, None
    around = f"{before} {after}"
    signs = [char for char in around if char in _MINUS or char in "+("]
    bracketed = "(" in before and ")" in after
    if len(signs) > 1 or bracketed != ("(" in around or ")" in around):
        raise BadValue(ProblemCode.AMOUNT_UNREADABLE)
    words = re.sub(r"[-−–+()]", " ", around).split()
    currencies = [word for word in words if word.casefold() not in _TAX_INCLUDED]
    if not currencies:
        return bool(signs) and signs != ["+"], None
    currency = parse_currency(currencies[0]) if len(currencies) == 1 else None
    if currency is None:
        raise BadValue(ProblemCode.AMOUNT_UNREADABLE)
    return bool(signs) and signs != ["+"], currency


def _number(written: _Written, mark: DecimalMark | None) -> Decimal:
    if not written.ambiguous:
        return Decimal("".join(written.groups) + (f".{written.cents}" if written.cents else ""))
    if mark is None:
        raise BadValue(ProblemCode.AMOUNT_AMBIGUOUS)
    return Decimal(("." if written.separator == mark else "").join(written.groups))


def _within(amount: Decimal) -> Decimal:
    if not amount.is_finite() or abs(amount) >= _LARGEST:
        raise BadValue(ProblemCode.AMOUNT_TOO_LARGE)
    return amount
