"""Tables over as many pages as they take: headings repeated, totals never alone on a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from relance.channels.letter.fonts import POINT, Typefaces
from relance.channels.letter.sheet import ASCENT, Flow, Mark, Node, Role, Rule, Text, line_height
from relance.channels.letter.text import wrapped
from relance.channels.letter.values import Align, LetterError, LetterFault, Table
from relance.channels.letter.window import MARGINS

SIZES = (9.0, 8.0, 7.0, 6.0, 5.0)
PADDING = 1.5  # at each side of a cell
ROW_GAP = 1.2
GREY = 0.75


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[tuple[str, ...], ...]  # the lines of each
    height: float
    role: Role = Role.CELL
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Grid:
    """The columns as they are set."""

    size: float
    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    aligns: tuple[Align, ...]


def set_table(table: Table, flow: Flow) -> None:
    """Put a table where the flow stands."""
    _check(table)
    grid = _grid(table, flow.faces)
    head = _row(tuple(column.heading for column in table.columns), grid, flow.faces, role=Role.COLUMN_HEADING)
    rows = [part for cells in table.rows for part in _parts(_row(cells, grid, flow.faces), flow, head, grid)]
    totals = [_row(cells, grid, flow.faces, bold=True) for cells in table.totals]
    _place(head, rows, totals, grid, flow)


def _check(table: Table) -> None:
    columns = len(table.columns)
    if not columns:
        raise LetterError(LetterFault.BAD_TABLE, "0")
    for number, cells in enumerate((*table.rows, *table.totals), 1):
        if len(cells) != columns:
            raise LetterError(LetterFault.BAD_TABLE, str(number))


def _place(head: _Row, rows: list[_Row], totals: list[_Row], grid: _Grid, flow: Flow) -> None:
    kept = sum(row.height for row in totals)  # the totals stay with the last row
    if kept > flow.page_height / 2:
        kept = 0.0
    first = rows[0].height if rows else 0.0
    flow.need(head.height + first + (kept if len(rows) < 2 else 0.0))
    node = _open(head, grid, flow)
    for number, row in enumerate([*rows, *totals]):
        is_last = number == len(rows) - 1
        if row.height + (kept if is_last else 0.0) > flow.room and len(node.kids) > 1:
            flow.turn()
            node = _open(head, grid, flow)
        if totals and number == len(rows):
            node.kids[-1].kids[0].marks.append(_rule(flow.y, thickness=0.3))
        _draw(row, node, grid, flow)


def _open(head: _Row, grid: _Grid, flow: Flow) -> Node:
    """A table's part on this sheet, with its headings."""
    node = Node(Role.TABLE)
    flow.add(node)
    _draw(head, node, grid, flow)
    return node


def _draw(row: _Row, table: Node, grid: _Grid, flow: Flow) -> None:
    first = flow.y + ROW_GAP / 2 + grid.size * POINT * ASCENT
    flow.y += row.height
    is_head = row.role is Role.COLUMN_HEADING
    cells = [
        Node(row.role, list(_lines(lines, first, column, grid, flow.faces, bold=row.bold)))
        for column, lines in enumerate(row.cells)
    ]
    cells[0].marks.append(_rule(flow.y, thickness=0.3 if is_head else 0.1, grey=0.0 if is_head else GREY))
    table.kids.append(Node(Role.ROW, kids=cells))


def _rule(y: float, *, thickness: float, grey: float = 0.0) -> Rule:
    return Rule(MARGINS.left, y, MARGINS.right, y, thickness, grey)


def _lines(
    lines: Sequence[str], first: float, column: int, grid: _Grid, faces: Typefaces, *, bold: bool
) -> Iterator[Mark]:
    left, right = grid.lefts[column] + PADDING, grid.lefts[column] + grid.widths[column] - PADDING
    for number, line in enumerate(lines):
        x = left if grid.aligns[column] is Align.LEFT else right - faces.width(line, grid.size, bold=bold)
        if line:
            yield Text(x, first + number * line_height(grid.size), line, grid.size, bold)


def _row(cells: tuple[str, ...], grid: _Grid, faces: Typefaces, *, role: Role = Role.CELL, bold: bool = False) -> _Row:
    bold = bold or role is Role.COLUMN_HEADING
    lines = tuple(
        tuple(wrapped(cell.strip(), width - 2 * PADDING, grid.size, faces, bold=bold))
        for cell, width in zip(cells, grid.widths, strict=True)
    )
    return _Row(lines, max(map(len, lines)) * line_height(grid.size) + ROW_GAP, role, bold)


def _parts(row: _Row, flow: Flow, head: _Row, grid: _Grid) -> Iterator[_Row]:
    """The row itself, or pieces of one that is higher than a page."""
    step = line_height(grid.size)
    most = max(1, int((flow.page_height - head.height - ROW_GAP) / step))
    lines = max(map(len, row.cells))
    if lines <= most:
        yield row
        return
    for start in range(0, lines, most):
        cells = tuple(cell[start : start + most] for cell in row.cells)
        yield _Row(cells, max(map(len, cells)) * step + ROW_GAP, row.role, row.bold)


def _grid(table: Table, faces: Typefaces) -> _Grid:
    """The largest size at which no amount is broken; amounts are what is set to the right."""
    aligns = tuple(column.align for column in table.columns)
    units = _units(table, faces)
    for size in SIZES:
        natural = [unit * size + 2 * PADDING + 0.01 for unit in units]
        widths = _shared(natural)
        if all(
            align is Align.LEFT or wide <= got + 0.01 for align, wide, got in zip(aligns, natural, widths, strict=True)
        ):
            break
    lefts = tuple(MARGINS.left + sum(widths[:number]) for number in range(len(widths)))
    return _Grid(size, lefts, tuple(widths), aligns)


def _units(table: Table, faces: Typefaces) -> list[float]:
    """The width that each column would take on one line at a size of one point, without its padding."""
    columns = zip(*table.rows, strict=True) if table.rows else ((),) * len(table.columns)
    units = []
    for number, (column, cells) in enumerate(zip(table.columns, columns, strict=True)):
        strong = (column.heading, *(row[number] for row in table.totals))
        widths = [_width(cell, faces) for cell in set(cells)]
        widths += [_width(cell, faces, bold=True) for cell in strong]
        units.append(max(widths))
    return units


def _width(cell: str, faces: Typefaces, *, bold: bool = False) -> float:
    return max(faces.width(line, 1.0, bold=bold) for line in faces.printable(cell.strip()).split("\n"))


def _shared(natural: list[float]) -> list[float]:
    """The whole width given out: what is left over goes evenly, what is lacking is taken from the widest."""
    total = MARGINS.width
    if sum(natural) <= total:
        spare = (total - sum(natural)) / len(natural)
        return [wide + spare for wide in natural]
    widths = [0.0] * len(natural)
    left = total
    ordered = sorted(range(len(natural)), key=lambda number: natural[number])
    for rank, number in enumerate(ordered):
        widths[number] = min(natural[number], left / (len(ordered) - rank))
        left -= widths[number]
    return widths
