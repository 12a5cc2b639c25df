"""What stands where on the sheets of a letter (LEGAL 11)."""

from collections.abc import Iterator

import pytest

from relance.channels.letter import Align, Column, Letter, LetterError, LetterFault, Letterhead, Table, Window
from relance.channels.letter.fonts import POINT, Typefaces, typefaces
from relance.channels.letter.page import lay_out
from relance.channels.letter.sheet import LogoMark, Mark, Node, QrMark, Role, Rule, Sheet, Text, Watermark
from relance.channels.letter.window import MARGINS, Box, frame_of
from tests.channels.letters import FONTS, a_letter, a_payment, a_picture, a_table

FACES = typefaces(FONTS, ())


def sheets(letter: Letter, faces: Typefaces = FACES) -> list[Sheet]:
    return lay_out(letter, faces)


def marks(sheet: Sheet) -> Iterator[Mark]:
    yield from sheet.artifacts
    for node in sheet.nodes:
        yield from _within(node)


def _within(node: Node) -> Iterator[Mark]:
    yield from node.marks
    for kid in node.kids:
        yield from _within(kid)


def box(mark: Mark) -> Box:
    match mark:
        case Text(x, y, text, size, bold):
            return Box(x, y - size * POINT * 0.93, x + FACES.width(text, size, bold=bold), y + size * POINT * 0.24)
        case Rule(x1, y1, x2, y2):
            return Box(x1, y1, x2, y2)
        case LogoMark(x, y, width, height):
            return Box(x, y, x + width, y + height)
        case QrMark(x, y, side):
            return Box(x, y, x + side, y + side)
        case Watermark():
            return Box(105 - mark.width / 2, 165 - mark.width / 2, 105 + mark.width / 2, 165 + mark.width / 2)


def touches(one: Box, other: Box) -> bool:
    return one.left < other.right and one.right > other.left and one.top < other.bottom and one.bottom > other.top


def texts(sheet: Sheet) -> list[str]:
    return [mark.text for mark in marks(sheet) if isinstance(mark, Text)]


FULL = Letterhead(
    ("Bonnet Conseil", *(f"line {n} of a letterhead that is long" for n in range(20))), a_picture(600, 100)
)
ADDRESSES = (
    ("Mercier", "75001 PARIS"),
    tuple("WXMQ"[n % 4] * 38 for n in range(7)),
    tuple(f"line {n}" for n in range(12)),
    ("x" * 300,),
)


@pytest.mark.parametrize("window", Window)
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_address_stays_in_its_window_and_alone(window: Window, address: tuple[str, ...]) -> None:
    letter = a_letter(
        window=window, address=address, letterhead=FULL, return_line="Bonnet, Dijon", watermark="TEST", punch_mark=True
    )
    frame = frame_of(window)
    within = [mark for mark in marks(sheets(letter)[0]) if touches(box(mark), frame.kept_clear)]
    lines = [mark for mark in within if isinstance(mark, Text) and mark.text in address]
    assert [line.text for line in lines] == list(address)
    for line in lines:
        assert frame.address.left <= box(line).left
        assert box(line).right <= frame.address.right + 0.01
        assert frame.address.top <= box(line).top
        assert box(line).bottom <= frame.address.bottom + 0.3
    others = [mark for mark in within if mark not in lines]
    assert all(box(mark).bottom < frame.address.top for mark in others)
    assert len(others) == (0 if frame.return_line is None else 2)


@pytest.mark.parametrize(
    ("window", "folds"),
    [(Window.FRENCH_RIGHT, (99, 198)), (Window.DIN_LEFT_A, (87, 192)), (Window.DIN_LEFT_B, (105, 210))],
)
def test_fold_and_punch_marks_stand_at_the_left_edge(window: Window, folds: tuple[float, float]) -> None:
    def at_the_edge(letter: Letter) -> list[float]:
        return [mark.y1 for mark in marks(sheets(letter)[0]) if isinstance(mark, Rule) and mark.x2 <= 8]

    assert at_the_edge(a_letter(window=window)) == list(folds)
    assert at_the_edge(a_letter(window=window, fold_marks=False, punch_mark=True)) == [148.5]


@pytest.mark.parametrize("window", Window)
def test_nothing_leaves_the_paper_or_runs_into_the_footer(window: Window) -> None:
    body = ("mot " * 900, a_table(60), "x" * 4000, "\n".join(str(n) for n in range(300)))
    for sheet in sheets(a_letter(window=window, body=body, letterhead=FULL)):
        for mark in marks(sheet):
            assert box(mark).left >= 4
            assert box(mark).right <= 206
            assert box(mark).top >= 10
            assert box(mark).bottom <= 291
        for node in sheet.nodes:
            assert all(box(mark).bottom <= MARGINS.bottom - 3 for mark in _within(node))


def test_each_of_200_invoices_is_printed_once_under_repeated_headings() -> None:
    pages = sheets(a_letter(body=(a_table(200),)))
    printed = [text for page in pages for text in texts(page)]
    assert [text for text in printed if text.startswith("F-0")] == [f"F-{n:04}" for n in range(200)]
    tables = [page for page in pages if any(node.role is Role.TABLE for node in page.nodes)]
    assert len(tables) > 3
    assert all(texts(page).count("Facture") == 1 for page in tables)


@pytest.mark.parametrize("rows", range(20, 36))
def test_totals_never_stand_on_a_page_without_the_last_row(rows: int) -> None:
    pages = sheets(a_letter(body=(a_table(rows),), payment=None))
    with_total = next(page for page in pages if "Total" in texts(page))
    assert f"F-{rows - 1:04}" in texts(with_total)


@pytest.mark.parametrize("lines", range(20, 50))
def test_the_payment_part_is_whole_on_one_page(lines: int) -> None:
    pages = sheets(a_letter(body=("\n".join(str(n) for n in range(lines)),)))
    holding = [page for page in pages if any(isinstance(mark, QrMark) for mark in marks(page))]
    assert len(holding) == 1
    assert {"Règlement", "IBAN", "Référence", "Code QR"} <= set(texts(holding[0]))


@pytest.mark.parametrize("lines", range(30, 60))
def test_no_line_of_a_paragraph_is_left_alone(lines: int) -> None:
    pages = sheets(a_letter(body=("\n".join(f"row {n}" for n in range(lines)),), payment=None))
    counts = [sum(text.startswith("row ") for text in texts(page)) for page in pages]
    assert sum(counts) == lines
    assert 1 not in counts


def test_pages_are_numbered_where_there_are_several() -> None:
    assert not any("Page" in text for text in texts(sheets(a_letter())[0]))
    pages = sheets(a_letter(body=(a_table(60),)))
    assert [next(text for text in texts(page) if "Page" in text) for page in pages] == [
        f"Page {number} / {len(pages)}" for number in range(1, len(pages) + 1)
    ]


def test_following_pages_name_sender_and_reader_and_bear_the_watermark() -> None:
    for page in sheets(a_letter(body=(a_table(60),), watermark="TEST"))[1:]:
        assert "Bonnet Conseil → Mercier SARL" in texts(page)
        assert any(isinstance(mark, Watermark) for mark in marks(page))


def test_the_registered_label_stands_before_the_subject() -> None:
    printed = texts(sheets(a_letter(registered_label="Recommandé n° 1A"))[0])
    assert printed.index("Recommandé n° 1A") < printed.index("Mise en demeure")


def test_an_amount_is_broken_by_no_narrow_column() -> None:
    amount = "1\u202f234\u202f567,50\u00a0€"
    columns = (Column("Facture"), *(Column("Montant", Align.RIGHT),) * 5)
    table = Table(columns, (("une référence très longue " * 5, *(amount,) * 5),))
    assert texts(sheets(a_letter(body=(table,)))[0]).count(amount) == 5


def test_a_row_higher_than_a_page_goes_on_over_the_next() -> None:
    table = Table((Column("A"), Column("B")), (("mot " * 9000, "x"),))
    pages = sheets(a_letter(body=(table,), payment=None))
    assert sum(text.split().count("mot") for page in pages for text in texts(page)) == 9000


def test_a_payment_value_higher_than_a_page_goes_on_over_the_next() -> None:
    pages = sheets(a_letter(payment=a_payment("F-1, " * 2000)))
    assert sum(text.count("F-1") for page in pages for text in texts(page)) == 2000


@pytest.mark.parametrize(
    ("size", "within"), [((600, 10), (60, 22)), ((10, 600), (60, 22)), ((1, 1), (60, 22)), ((1, 3000), (60, 22))]
)
def test_a_logo_of_any_proportions_fits(size: tuple[int, int], within: tuple[float, float]) -> None:
    page = sheets(a_letter(letterhead=Letterhead(("A",), a_picture(*size))))[0]
    (logo,) = [mark for mark in marks(page) if isinstance(mark, LogoMark)]
    assert 0 < logo.width <= within[0] + 0.01
    assert 0 < logo.height <= within[1] + 0.01


@pytest.mark.parametrize(
    ("letter", "code"),
    [
        (a_letter(address=()), LetterFault.NO_ADDRESS),
        (a_letter(address=(" ", "\u200b")), LetterFault.NO_ADDRESS),
        (a_letter(body=(Table((), ()),)), LetterFault.BAD_TABLE),
        (a_letter(body=(Table((Column("A"),), (("a", "b"),)),)), LetterFault.BAD_TABLE),
        (a_letter(letterhead=Letterhead(("A",) * 90)), LetterFault.LONG_LETTERHEAD),
        (a_letter(letterhead=Letterhead(("A",), footer=("A",) * 20)), LetterFault.LONG_LETTERHEAD),
        (a_letter(letterhead=Letterhead(("A",), b"no picture")), LetterFault.BAD_LOGO),
        (a_letter(letterhead=Letterhead(("A",), a_picture()[:40])), LetterFault.BAD_LOGO),
        (a_letter(letterhead=Letterhead(("A",), a_picture(kind="GIF"))), LetterFault.BAD_LOGO),
        (a_letter(letterhead=Letterhead(("A",), bytes(10_000_001))), LetterFault.LOGO_TOO_LARGE),
    ],
)
def test_what_cannot_be_printed_has_a_code(letter: Letter, code: LetterFault) -> None:
    with pytest.raises(LetterError) as refused:
        sheets(letter)
    assert refused.value.code is code


def test_a_letter_of_nothing_but_an_address_is_one_sheet() -> None:
    bare = a_letter(letterhead=Letterhead(()), place_and_date="", subject="", body=(), payment=None, watermark="\u200b")
    assert len(sheets(bare)) == 1
