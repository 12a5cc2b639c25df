"""The HTML part of a message."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.services.messages.html_mail import to_html


class Tags(HTMLParser):
    """The tags of a page, the attributes that could reach out of it, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.reaching: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.reaching += [value or "" for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        self.text += data


def page(text: str, *, subject: str = "Objet", language: str = "fr") -> str:
    return to_html(text, subject=subject, language=language)


def test_paragraphs_and_line_breaks_are_kept() -> None:
    assert "<p>a<br>\nb</p>\n<p>c</p>" in page("a\nb\n\nc")


def test_the_page_says_its_language_and_leaves_colours_to_the_reader() -> None:
    made = page("a", language="nl")
    assert '<html lang="nl">' in made
    assert '<meta name="color-scheme" content="light dark">' in made
    assert "#" not in made


def test_everything_is_escaped() -> None:
    made = page('<script>alert("x")</script> & <img src="https://e.example/p.gif">', subject="<b>")
    assert Tags(made).tags.count("script") == 0
    assert "img" not in Tags(made).tags
    assert "<title>&lt;b&gt;</title>" in made


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Payez sur https://pay.example/f?a=1&b=2.", ["https://pay.example/f?a=1&b=2"]),
        ("(https://pay.example/a)", ["https://pay.example/a"]),
        ("http://plain.example javascript:alert(1) www.x.example https://", []),
        ('https://a.example/"onclick="x', ["https://a.example/"]),
    ],
)
def test_only_https_addresses_become_links(text: str, links: list[str]) -> None:
    assert Tags(page(text)).reaching == links


def test_lines_with_the_same_cells_are_a_table_with_headings() -> None:
    made = page("Les factures :\nFacture | Reste dû\nF-1 | 3 €\nF-2 | 4 €\nMerci")
    assert Tags(made).tags.count("th") == 2
    assert Tags(made).tags.count("td") == 4
    assert '<th scope="col" align="left">Facture</th>' in made
    assert "<p>Les factures :</p>\n<table" in made
    assert "</table>\n<p>Merci</p>" in made


def test_a_bar_in_a_sentence_is_no_table() -> None:
    assert "table" not in Tags(page("Tel. 01 | 02\n\nBonnet | Conseil | Paris\nautre ligne")).tags


@given(st.text(st.sampled_from("ab|<>&\"' \n#:/") | st.characters()))
def test_nothing_of_a_text_is_lost_or_becomes_markup(text: str) -> None:
    allowed = {"html", "head", "meta", "title", "style", "body", "p", "br", "a"}
    allowed |= {"table", "thead", "tbody", "tr", "th", "td"}
    assert set(Tags(page(text)).tags) <= allowed
    letters = "".join(char for char in text if char.isalpha() and char.isascii())
    seen = Tags(page(text)).text.split("}", 1)[1]
    assert "".join(char for char in seen if char.isalpha() and char.isascii()) == letters
