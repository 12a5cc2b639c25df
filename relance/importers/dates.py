"""One cell to a date: ISO, digits in a known order, months in words; an impossible day is never moved."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from relance.importers.reading import BadValue, DateOrder, ProblemCode
from relance.importers.text import Cell, clean, fold

_TIME = (
    r"(?:[T ,]+(?:à )?[0-9]{1,2}[:h][0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]+)?"
    r"(?: ?[AaPp][Mm])?(?: ?Z| ?[+-][0-9]{2}:?[0-9]{2})?)?"
)
_ISO = re.compile(rf"([0-9]{{4}})([-/. ])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_DIGITS = re.compile(rf"([0-9]{{1,2}})([-/. ])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_DAY_FIRST = re.compile(r"(?:[a-z]+ )?([0-9]{1,2})(?:er|st|nd|rd|th)? ([a-z]+) ([0-9]{4}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"(?:[a-z]+ )?([a-z]+) ([0-9]{1,2})(?:st|nd|rd|th)? ([0-9]{4})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev feb february",
            "mars mar march",
            "avril avr apr april",
            "mai may",
            "juin jun june",
            "juillet juil jul july",
            "aout aou aug august",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_NOTHING = frozenset(("", "-", "–", "—", "0000-00-00", "00/00/0000", "0000-00-00 00:00:00"))
_FIRST_YEAR, _LAST_YEAR = 1970, 2099
# Day 0 of a spreadsheet's serial dates, right from March 1900 on.
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)
_CENTURY_TURNS = 70


def looks_like_a_date(text: str) -> bool:
    """Whether the text is written like a date in digits."""
    return any(pattern.fullmatch(text) for pattern in (_ISO, _DIGITS))


def is_date_in_digits(cell: Cell) -> bool:
    """Whether a cell is written as two parts and a year, whose order may need proof."""
    return _ambiguous_parts(cell) is not None


def order_shown(cell: Cell) -> DateOrder | None:
    """The order that this one cell proves: a part above 12 can't be a month."""
    parts = _ambiguous_parts(cell)
    if parts is None or (parts[0] > 12) == (parts[1] > 12):
        return None
    return DateOrder.DMY if parts[0] > 12 else DateOrder.MDY


def needs_order(cell: Cell) -> bool:
    """Whether the cell reads as two different days, one in each order."""
    parts = _ambiguous_parts(cell)
    return parts is not None and parts[0] != parts[1] and max(parts) <= 12


def _ambiguous_parts(cell: Cell) -> tuple[int, int] | None:
    match = _DIGITS.fullmatch(clean(cell)) if isinstance(cell, str) else None
    return (int(match[1]), int(match[3])) if match else None


def parse_date(cell: Cell, order: DateOrder | None, *, serials: bool = False) -> date | None:
    """The day of a cell, None when it is empty. `serials` allows a spreadsheet's bare day numbers.

    Raises BadValue: a day that doesn't exist, a year far from ours, or anything that isn't a date. A cell in digits is
    read in `order`; without one only a cell that reads the same both ways, or proves its order, is accepted.
    """
    if isinstance(cell, datetime):
        return _likely(cell.date())
    if isinstance(cell, date):
        return _likely(cell)
    if isinstance(cell, Decimal):
        return _from_serial(cell, serials=serials)
    text = clean(cell)
    if text in _NOTHING:
        return None
    year, month, day = _parts(text, order)
    try:
        return _likely(date(year, month, day))
    except ValueError as error:
        raise BadValue(ProblemCode.DATE_IMPOSSIBLE) from error


def _parts(text: str, order: DateOrder | None) -> tuple[int, int, int]:
    if match := _ISO.fullmatch(text):
        return int(match[1]), int(match[3]), int(match[4])
    if match := _COMPACT.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _DIGITS.fullmatch(text):
        return _in_order(match[1], match[3], match[4], order or order_shown(text))
    words = fold(text)
    if match := _DAY_FIRST.fullmatch(words):
        return _full_year(match[3]), _month(match[2]), int(match[1])
    if match := _MONTH_FIRST.fullmatch(words):
        return _full_year(match[3]), _month(match[1]), int(match[2])
    raise BadValue(ProblemCode.DATE_UNREADABLE)


def _in_order(first: str, second: str, third: str, order: DateOrder | None) -> tuple[int, int, int]:
    if order is DateOrder.YMD and len(third) == 2:
        return _full_year(first), int(second), int(third)
    if order is DateOrder.MDY:
        return _full_year(third), int(first), int(second)
    if order is DateOrder.DMY or first == second:
        return _full_year(third), int(second), int(first)
    raise BadValue(ProblemCode.DATE_IMPOSSIBLE if min(int(first), int(second)) > 12 else ProblemCode.DATE_UNREADABLE)


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (1900 if year >= _CENTURY_TURNS else 2000)


def _month(word: str) -> int:
    if word not in _MONTHS:
        raise BadValue(ProblemCode.DATE_UNREADABLE)
    return _MONTHS[word]


def _from_serial(number: Decimal, *, serials: bool) -> date:
    if not serials or int(number) not in _SERIALS:
        # A column of compact dates that the spreadsheet took for numbers.
        if serials and number == number.to_integral_value() and _COMPACT.fullmatch(str(int(number))):
            return parse_date(str(int(number)), None) or _SERIAL_ZERO
        raise BadValue(ProblemCode.DATE_UNREADABLE)
    return _likely(_SERIAL_ZERO + timedelta(days=int(number)))


def _likely(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise BadValue(ProblemCode.DATE_UNLIKELY)
    return day
