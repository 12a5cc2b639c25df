"""Text to a table: which separator, which row holds the headings, and rows numbered as a spreadsheet shows them."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from relance.importers.amounts import looks_like_a_number
from relance.importers.dates import looks_like_a_date
from relance.importers.decoding import LARGEST
from relance.importers.reading import Unreadable, UnreadableCode
from relance.importers.text import Cell, clean, written

MOST_ROWS = 200_000
MOST_COLUMNS = 500

_SEPARATORS = (";", ",", "\t", "|")
_SAMPLE_LINES = 200
_HEADING_WITHIN = 50

# How many different fields a row of cells would name, if it were the headings.
Recognise = Callable[[Sequence[str]], int]


class Row(NamedTuple):
    """One row under the headings, as wide as they are; `overflow` is the first text beyond them."""

    number: int
    cells: Sequence[Cell]
    overflow: str


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of a file. Headings are cleaned and all different; a column without one has "" there."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    heading_row: int
    separator: str = ""
    sheet: str = ""


def parse_table(text: str, recognise: Recognise, separator: str | None = None) -> Table:
    """The table of a text file. Raises Unreadable when it has no headings, no rows, or too much of either."""
    if separator is not None and len(separator) != 1:
        raise Unreadable(UnreadableCode.WRONG_SEPARATOR, separator=separator)
    if text.count("\n") + text.count("\r") > 4 * MOST_ROWS:  # CR LF counts twice, and blank lines are allowed
        raise Unreadable(UnreadableCode.TOO_MANY_ROWS, most=MOST_ROWS)
    told, text = _told_separator(text)
    chosen = separator or told or _best_separator(text, recognise)
    return build_table(_records(text, chosen), recognise, separator=chosen)


def build_table(
    records: Iterable[Sequence[Cell]], recognise: Recognise, *, separator: str = "", sheet: str = ""
) -> Table:
    """Find the headings among the records and put the rows under them; blank and repeated ones are left out."""
    numbered = _not_blank(records)
    at = _heading_index(numbered, recognise)
    heading_row, names = numbered[at]
    headings = _unique([written(cell) for cell in names])
    rows = tuple(
        _row(number, cells, len(headings)) for number, cells in numbered[at + 1 :] if list(cells) != list(names)
    )
    if not rows:
        raise Unreadable(UnreadableCode.NO_ROWS, heading_row=heading_row)
    return Table(headings, rows, heading_row, separator, sheet)


def _told_separator(text: str) -> tuple[str | None, str]:
    """Excel's own first line `sep=;`, which it obeys and doesn't show."""
    first, _, rest = text[:16].partition("\n")
    first = first.strip().strip('"')
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], text.partition("\n")[2]
    return None, text


def _best_separator(text: str, recognise: Recognise) -> str:
    """The separator that gives the most known headings, then the most even rows, then the widest."""
    sample = "".join(islice(io.StringIO(text, newline=""), _SAMPLE_LINES))[: LARGEST // 8]
    return max(_SEPARATORS, key=lambda separator: _evenness(sample, separator, recognise))


def _evenness(sample: str, separator: str, recognise: Recognise) -> tuple[int, float, int]:
    try:
        rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if any(row)]
    except csv.Error:
        return 0, 0.0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0, 0.0, 0
    known = max(recognise(row[:MOST_COLUMNS]) for row in rows[:_HEADING_WITHIN])
    width, count = widths.most_common(1)[0]
    return known, count / len(rows), width


def _records(text: str, separator: str) -> list[list[str]]:
    """Every record, the blank ones too, so that the place in the list is the row a spreadsheet shows."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return _leniently(text, separator)
    except TypeError as error:  # a separator that the csv module won't have, such as a line end
        raise Unreadable(UnreadableCode.WRONG_SEPARATOR, separator=separator) from error


def _leniently(text: str, separator: str) -> list[list[str]]:
    """Quotes that aren't quoting (`"Le Bistrot" SARL`) are kept as they can be, unless one swallows a line end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    records: list[list[str]] = []
    line = 0
    try:
        for record in reader:
            records.append(record)
            if reader.line_num > line + 1:
                raise Unreadable(UnreadableCode.BROKEN_QUOTES, row=len(records))
            line = reader.line_num
    except csv.Error as error:
        raise Unreadable(UnreadableCode.BROKEN_QUOTES, row=len(records) + 1) from error
    return records


def _not_blank(records: Iterable[Sequence[Cell]]) -> list[tuple[int, Sequence[Cell]]]:
    kept: list[tuple[int, Sequence[Cell]]] = []
    for number, cells in enumerate(records, start=1):
        if not any(cell.strip() if isinstance(cell, str) else True for cell in cells):
            continue
        kept.append((number, cells))
        if len(kept) > MOST_ROWS:
            raise Unreadable(UnreadableCode.TOO_MANY_ROWS, most=MOST_ROWS)
        if len(cells) > MOST_COLUMNS and _width(cells) > MOST_COLUMNS:
            raise Unreadable(UnreadableCode.TOO_MANY_COLUMNS, row=number, most=MOST_COLUMNS)
    if not kept:
        raise Unreadable(UnreadableCode.EMPTY)
    return kept


def _heading_index(rows: Sequence[tuple[int, Sequence[Cell]]], recognise: Recognise) -> int:
    """Two known headings settle it; otherwise the first row of plain words that is as full as the rows below."""
    first = [cells for _, cells in rows[:_HEADING_WITHIN]]
    scores = [recognise([written(cell) for cell in cells]) for cells in first]
    best = max(scores)
    if best >= 2:
        return scores.index(best)
    usual = Counter(_filled(cells) for cells in first).most_common(1)[0][0]
    for index, cells in enumerate(first):
        if _filled(cells) * 2 > usual and _mostly_words(cells):
            return index
    raise Unreadable(UnreadableCode.NO_HEADING_ROW)


def _mostly_words(cells: Sequence[Cell]) -> bool:
    """A heading may be a rate ("5,5"), but a row with more figures than that is data."""
    texts = [clean(cell) if isinstance(cell, str) else "0" for cell in cells]
    figures = sum(1 for text in texts if looks_like_a_number(text) or looks_like_a_date(text))
    return figures * 5 <= _filled(cells)


def _filled(cells: Sequence[Cell]) -> int:
    return sum(1 for cell in cells if cell != "")


def _width(cells: Sequence[Cell]) -> int:
    """Up to the last cell that isn't empty."""
    width = len(cells)
    while width and cells[width - 1] == "":
        width -= 1
    return width


def _unique(names: list[str]) -> tuple[str, ...]:
    """Headings without the empty ones at the end; one that comes again gets its rank behind it."""
    seen: Counter[str] = Counter()
    unique: list[str] = []
    for name in names[: _width(names)]:
        seen[name] += 1
        unique.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return tuple(unique)


def _row(number: int, cells: Sequence[Cell], width: int) -> Row:
    if len(cells) == width:
        return Row(number, cells, "")
    beyond = next((written(cell) for cell in cells[width:] if cell != "" and written(cell)), "")
    padding = [""] * (width - len(cells))
    return Row(number, [*cells[:width], *padding], beyond)
