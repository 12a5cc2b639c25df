"""The rows of a file that were not imported, as they stood, to be corrected and imported again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relance.importers.fields import FileKind
from relance.importers.reading import ReadOptions
from relance.importers.text import written
from relance.importers.understanding import understand
from relance.services.imports import ImportOptions, RowProblem


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row: its number, its cells as they were read, and all that is wrong with it."""

    number: int
    cells: tuple[str, ...]
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class RefusedRows:
    """All of them, under the headings of the file."""

    headings: tuple[str, ...]
    rows: tuple[RefusedRow, ...]


def refused_rows(kind: FileKind, content: bytes, options: ImportOptions, problems: Sequence[RowProblem]) -> RefusedRows:
    """The rows that these problems are about. The file was read before, so it can be read."""
    answers = ReadOptions(options.mapping, options.date_order, options.encoding, options.separator, "")
    table = understand(content, kind, answers).table
    wrong = _by_row(problems)
    rows = (
        RefusedRow(row.number, tuple(written(cell) for cell in row.cells), wrong[row.number])
        for row in table.rows
        if row.number in wrong
    )
    return RefusedRows(table.headings, tuple(rows))


def _by_row(problems: Sequence[RowProblem]) -> Mapping[int, tuple[RowProblem, ...]]:
    found: dict[int, list[RowProblem]] = {}
    for problem in problems:
        found.setdefault(problem.row, []).append(problem)
    return {row: tuple(mine) for row, mine in found.items()}
