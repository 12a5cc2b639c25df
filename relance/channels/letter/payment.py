"""The payment part: how to pay in words, and beside it the code for a banking app."""

from relance.channels.letter.fonts import POINT
from relance.channels.letter.qr import QUIET_ZONE, Modules, modules
from relance.channels.letter.sheet import ASCENT, Flow, Mark, Node, QrMark, Role, Rule, Text, line_height
from relance.channels.letter.text import wrapped
from relance.channels.letter.values import PaymentPart
from relance.channels.letter.window import MARGINS

QR_SIDE = 30.0
SIZE = 9.0
TITLE_SIZE = 10.0
CAPTION_SIZE = 7.0
WIDEST_LABEL = 50.0
GAP = 2.0
STEP = line_height(SIZE)
TITLE_STEP = line_height(TITLE_SIZE)
CAPTION_STEP = line_height(CAPTION_SIZE)


def set_payment(part: PaymentPart, flow: Flow) -> None:
    """Put the payment part where the flow stands, whole on one sheet."""
    code = modules(part.qr) if part.qr else None
    quiet = QR_SIDE / code.side * QUIET_ZONE if code else 0.0
    edge = QR_SIDE + 2 * quiet if code else 0.0
    caption = wrapped(part.qr_label, edge, CAPTION_SIZE, flow.faces) if code and part.qr_label else []
    title = wrapped(part.title, MARGINS.width - edge - GAP, TITLE_SIZE, flow.faces, bold=True)
    rows = _rows(part, MARGINS.width - edge - GAP, flow)
    words = len(title) * TITLE_STEP + sum(max(len(label), len(value)) for label, value in rows) * STEP
    flow.need(max(words + GAP / 2, edge + len(caption) * CAPTION_STEP) + 2 * GAP)
    flow.sheet.artifacts.append(Rule(MARGINS.left, flow.y, MARGINS.right, flow.y))
    flow.y += GAP
    sheet, below = flow.sheet, flow.y + edge + len(caption) * CAPTION_STEP
    flow.lines(title, TITLE_SIZE, bold=True)
    flow.y += GAP / 2
    _set_rows(rows, flow)
    if code:
        sheet.nodes.append(_figure(part, code, quiet, below - edge - len(caption) * CAPTION_STEP, caption))
    if flow.sheet is sheet:
        flow.y = max(flow.y, below)
    flow.y += GAP
    flow.sheet.artifacts.append(Rule(MARGINS.left, flow.y, MARGINS.right, flow.y))


def _rows(part: PaymentPart, width: float, flow: Flow) -> list[tuple[list[str], list[str]]]:
    """The lines of each label and value; the values stand in a column of their own."""
    facts = [(flow.faces.printable(label), value) for label, value in part.facts if value.strip()]
    widest = max((flow.faces.width(label, SIZE) for label, _ in facts if "\n" not in label), default=0.0)
    column = min(widest + 0.01, WIDEST_LABEL)
    return [
        (wrapped(label, column, SIZE, flow.faces), wrapped(value, width - column - GAP, SIZE, flow.faces, bold=True))
        for label, value in facts
    ]


def _set_rows(rows: list[tuple[list[str], list[str]]], flow: Flow) -> None:
    labels = max((flow.faces.width(line, SIZE) for label, _ in rows for line in label), default=0.0)
    most = int(flow.page_height / STEP)
    for label, value in rows:
        for start in range(0, max(len(label), len(value)), most):  # past the first: a value higher than a page
            _set_row(label[start : start + most], value[start : start + most], labels, flow)


def _set_row(label: list[str], value: list[str], labels: float, flow: Flow) -> None:
    height = max(len(label), len(value)) * STEP
    flow.need(height)
    first, left = flow.y + SIZE * POINT * ASCENT, MARGINS.left + labels + GAP
    marks: list[Mark] = [Text(MARGINS.left, first + n * STEP, line, SIZE) for n, line in enumerate(label) if line]
    marks += [Text(left, first + n * STEP, line, SIZE, True) for n, line in enumerate(value) if line]
    flow.add(Node(Role.PARAGRAPH, marks))
    flow.y += height


def _figure(part: PaymentPart, code: Modules, quiet: float, top: float, caption: list[str]) -> Node:
    left = MARGINS.right - QR_SIDE - quiet
    below = top + QR_SIDE + 2 * quiet + CAPTION_SIZE * POINT * ASCENT
    marks: list[Mark] = [QrMark(left, top + quiet, QR_SIDE, code)]
    marks += [Text(left, below + n * CAPTION_STEP, line, CAPTION_SIZE) for n, line in enumerate(caption) if line]
    return Node(Role.FIGURE, marks, alt=part.qr_label or part.title)
