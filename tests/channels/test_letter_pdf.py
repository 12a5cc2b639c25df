"""The file itself: embedded fonts, text that can be copied, structure, bookmarks, one file each or one for all."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from relance.channels.letter import Letter, LetterError, LetterFault, Letterhead, to_pdf, to_pdfs
from relance.channels.letter.fonts import BOLD, FALLBACK, REGULAR, REPLACEMENT, Typefaces, typefaces, visible
from relance.channels.letter.text import wrapped
from tests.channels.letters import FONTS, a_letter, a_picture, a_table, contents, objects, one

FRENCH = "àâäæçéèêëîïôöœùûüÿÀÂÇÉÈÊËÎÏÔŒÙÛÜŸ€«»’‘“”–—…°№\u00a0\u202f"


def faces(*texts: str) -> Typefaces:
    return typefaces(FONTS, texts)


@pytest.fixture
def read(tmp_path: Path) -> "Reader":
    if not shutil.which("pdftotext"):
        pytest.fail("Needs pdftotext: apt-get install poppler-utils")
    return Reader(tmp_path / "letter.pdf")


class Reader:
    """What a person copies from a PDF."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, pdf: bytes) -> str:
        self._path.write_bytes(pdf)
        command = ["pdftotext", "-enc", "UTF-8", str(self._path), "-"]
        return subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8").stdout


def test_french_letters_and_amounts_need_no_fallback() -> None:
    found = faces(FRENCH)
    assert FALLBACK not in found.faces
    assert found.printable(FRENCH) == FRENCH


def test_both_latin_faces_have_the_same_characters() -> None:
    found = faces().faces
    assert found[REGULAR].codes.keys() == found[BOLD].codes.keys()


def test_names_outside_latin_come_from_the_fallback() -> None:
    found = faces("Владимир Αθήνα")
    assert [number for number, _ in found.runs("Ab Вла Ab")] == [REGULAR, FALLBACK, REGULAR]
    assert [number for number, _ in found.runs("Αθ Ab", bold=True)] == [FALLBACK, BOLD]


def test_a_sign_that_no_font_has_is_replaced_visibly() -> None:
    assert faces("日本 ok").printable("日本 ok") == f"{REPLACEMENT * 2} ok"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("e\u0301te\u0301", "été"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\u200bb\x07c\ud800d\u00ad", "abcd"),
        ("✉\ufe0f", "✉"),
    ],
)
def test_invisible_signs_are_left_out(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_lines_break_at_spaces_but_never_at_no_break_spaces() -> None:
    found = faces()
    text = "Il reste dû la somme de 6\u202f172,50\u00a0€ à ce jour. " * 20
    lines = wrapped(text, 60, 10, found)
    assert " ".join(lines) == text.strip(" ")
    assert all(found.width(line, 10) <= 60 for line in lines)
    assert sum("6\u202f172,50\u00a0€" in line for line in lines) == 20


def test_a_word_wider_than_a_line_is_cut_without_loss() -> None:
    found = faces()
    lines = wrapped("short " + "x" * 500 + " end", 60, 10, found)
    assert "".join(lines).replace(" ", "") == "short" + "x" * 500 + "end"
    assert all(found.width(line, 10) <= 60.01 for line in lines)


def test_the_words_can_be_copied(read: Reader) -> None:
    text = read(one(a_letter(address=("Владимир Ђоковић", "Łódź"), watermark="TEST")))
    for words in ("Mise en demeure", "6 172,50 €", "Владимир Ђоковић", "Łódź", "Dijon, le 23 novembre 2026"):
        assert words in text
    assert text.index("Madame, Monsieur,") < text.index("F-0000") < text.index("Salutations.") < text.index("IBAN")


def test_hostile_text_stays_text(read: Reader) -> None:
    text = read(one(a_letter(subject="(()\\ ) Tj ET", body=("\\) EMC Q \\(",), language="fr)>> (€")))
    assert "(()\\ ) Tj ET" in text
    assert "\\) EMC Q \\(" in text


@pytest.mark.parametrize("letter", [a_letter(), a_letter(body=(a_table(80),)), a_letter(address=("Αθήνα",))])
def test_the_file_is_tagged_and_says_its_title_and_language(letter: Letter) -> None:
    items = objects(one(letter))
    (catalog,) = [item for item in items.values() if b"/Type /Catalog" in item]
    assert b"/Marked true" in catalog
    assert b"/DisplayDocTitle true" in catalog
    assert b"/PrintScaling /None" in catalog
    assert b"/Lang (fr)" in catalog
    assert any(b"/Title (Mise en demeure)" in item for item in items.values())


def test_every_marked_piece_has_its_element() -> None:
    pdf = one(a_letter(body=(a_table(80),)))
    items = objects(pdf)
    (tree,) = [item for item in items.values() if b"/StructTreeRoot/K" in item]
    pages = contents(pdf)
    assert len(pages) > 1
    for number, page in enumerate(pages):
        pieces = [int(piece) for piece in re.findall(r"/MCID (\d+)", page)]
        assert pieces == list(range(len(pieces)))
        assert page.count("BDC") + page.count("BMC") == page.count("EMC")
        references = re.search(rb"\n?\b%d\[([^\]]*)\]" % number, tree)
        assert references is not None
        elements = [items[int(found)] for found in re.findall(rb"(\d+) 0 R", references[1])]
        roles = re.findall(r"/(\w+)<</MCID", page)
        assert [re.search(rb"/S/(\w+)", element)[1].decode() for element in elements] == roles  # type: ignore[index]


def test_figures_say_what_they_show() -> None:
    items = objects(one(a_letter())).values()
    assert [item for item in items if b"/S/Figure" in item and b"/Alt (Bonnet Conseil)" in item]
    assert [item for item in items if b"/S/Figure" in item and b"/Alt (Code QR)" in item]


def test_fonts_are_embedded_and_only_those_used() -> None:
    plain, foreign = (objects(pdf) for pdf in to_pdfs([a_letter(), a_letter(address=("Αθήνα",))], FONTS))
    assert sum(b"/FontFile2" in item for item in plain.values()) == 2
    assert sum(b"/FontFile2" in item for item in foreign.values()) == 3
    names = [re.search(rb"/FontName /(\w+\+)", item) for item in foreign.values()]
    assert len({name[1] for name in names if name}) == 3


def test_a_batch_starts_each_letter_on_a_page_and_bookmarks_it() -> None:
    letters = [a_letter(address=(f"Client {n}",), body=(a_table(60 * (n == 1)),)) for n in range(3)]
    pages = [len(contents(pdf)) for pdf in to_pdfs(letters, FONTS)]
    batch = to_pdf(letters, FONTS, title="Niveau 3")
    assert pages == [1, 2, 1]
    assert len(contents(batch)) == sum(pages)
    items = objects(batch).values()
    assert sum(b"/Dest" in item for item in items) == 3
    assert any(b"/Title (Niveau 3)" in item for item in items)


def test_a_logo_is_embedded_once_for_all_letters_that_bear_it() -> None:
    other = Letterhead(("Autre",), a_picture(30, 30, "RGBA"))
    batch = to_pdf([a_letter(), a_letter(), a_letter(letterhead=other)], FONTS)
    assert sum(b"/Subtype /Image" in item for item in objects(batch).values()) == 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_logo_of_any_kind_of_pixels_is_taken(mode: str) -> None:
    assert one(a_letter(letterhead=Letterhead(("A",), a_picture(mode=mode))))
    if mode in ("L", "RGB"):
        assert one(a_letter(letterhead=Letterhead(("A",), a_picture(mode=mode, kind="JPEG"))))


def test_the_same_letter_is_the_same_file_every_time() -> None:
    letters = [a_letter(address=(f"Client {n}",)) for n in range(8)]
    expected = [one(letter) for letter in letters]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, letters * 3)) == expected * 3


def test_an_error_names_the_letter_and_makes_no_file() -> None:
    with pytest.raises(LetterError) as refused:
        to_pdf([a_letter(), a_letter(address=())], FONTS)
    assert (refused.value.code, refused.value.position) == (LetterFault.NO_ADDRESS, 1)
    files = to_pdfs([a_letter(), a_letter(address=())], FONTS)
    assert next(files)
    with pytest.raises(LetterError) as second:
        next(files)
    assert second.value.position == 1


def test_no_letter_and_no_fonts_have_their_codes(tmp_path: Path) -> None:
    with pytest.raises(LetterError) as empty:
        to_pdf([], FONTS)
    assert empty.value.code is LetterFault.NO_LETTER
    with pytest.raises(LetterError) as missing:
        to_pdf([a_letter()], tmp_path)
    assert missing.value.code is LetterFault.NO_FONTS


def test_every_character_of_unicode_leaves_a_readable_file() -> None:
    body = "".join(map(chr, range(0x20, 0x20000, 7)))
    assert len(contents(one(a_letter(body=(body,), subject=body[:2000])))) > 1
