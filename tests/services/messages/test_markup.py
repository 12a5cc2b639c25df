"""Links and emphasis in typed texts, and values that are never read as such."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.services.messages.html_mail import to_html
from relance.services.messages.markup import guarded, plain, unguarded


def html(text: str) -> str:
    page = to_html(text, subject="s", language="fr", markup=True)
    return page.partition('1.5;">\n')[2].partition("\n</body>")[0]


@pytest.mark.parametrize(
    ("typed", "in_html", "in_plain"),
    [
        ("**important**", "<p><strong>important</strong></p>", "important"),
        ("avant le *30 novembre*.", "<p>avant le <em>30 novembre</em>.</p>", "avant le 30 novembre."),
        ("**très *très* cher**", "<p><strong>très <em>très</em> cher</strong></p>", "très très cher"),
        (
            "[Payer en ligne](https://pay.example/a?b=1&c=2)",
            '<p><a href="https://pay.example/a?b=1&amp;c=2">Payer en ligne</a></p>',
            "Payer en ligne (https://pay.example/a?b=1&c=2)",
        ),
        (
            "Voir https://pay.example/f.",
            '<p>Voir <a href="https://pay.example/f">https://pay.example/f</a>.</p>',
            "Voir https://pay.example/f.",
        ),
        (
            "[https://a.example](https://a.example)",
            '<p><a href="https://a.example">https://a.example</a></p>',
            "https://a.example",
        ),
        (
            "**https://a.example**",
            '<p><strong><a href="https://a.example">https://a.example</a></strong></p>',
            "https://a.example",
        ),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>", "2 * 3 * 4"),
        ("a*b*c", "<p>a*b*c</p>", "a*b*c"),
        ("** vide **", "<p>** vide **</p>", "** vide **"),
        ("****", "<p>****</p>", "****"),
        ("**ouvert", "<p>**ouvert</p>", "**ouvert"),
        ("[x](http://plain.example)", "<p>[x](http://plain.example)</p>", "[x](http://plain.example)"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>", "[x](javascript:alert(1))"),
        ("<b>gras</b>", "<p>&lt;b&gt;gras&lt;/b&gt;</p>", "<b>gras</b>"),
        (
            '[x](https://a.example/"onclick=")',
            '<p>[x](<a href="https://a.example/">https://a.example/</a>"onclick=")</p>',
            '[x](https://a.example/"onclick=")',
        ),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<script>alert(1)</script>"),
    ],
)
def test_what_people_type(typed: str, in_html: str, in_plain: str) -> None:
    assert html(typed) == in_html
    assert plain(typed) == in_plain


@pytest.mark.parametrize(
    "value",
    ["**Mercier**", "*a*", "[Cliquez](https://evil.example)", "https://evil.example", "HTTPS://evil.example", "a)*]["],
)
def test_a_value_is_never_read_as_markup(value: str) -> None:
    text = f"Bonjour **{guarded(value, links=False)}**, merci"
    assert plain(text) == f"Bonjour {value}, merci"
    made = html(text)
    assert "<a " not in made
    assert "<em>" not in made
    assert f"<strong>{value}</strong>" in made


def test_a_value_that_may_link_does_and_nothing_more() -> None:
    made = html(f"[Payer]({guarded('https://pay.example/(1)', links=True)})")
    assert made == '<p><a href="https://pay.example/(1)">Payer</a></p>'
    assert "<strong>" not in html(guarded("**x** https://a.example", links=True))


@given(st.text(st.sampled_from("*[]()ab \n:/\ufdd0\ufdd5") | st.characters()))
def test_a_guarded_value_reads_as_it_was(value: str) -> None:
    clean = "".join(sign for sign in value if not "\ufdd0" <= sign <= "\ufdd5")
    assert unguarded(guarded(value, links=True)) == plain(guarded(value, links=False)) == clean


@given(st.text(st.sampled_from("*[]()<>ab&\"' \nhttps:/|")))
def test_no_text_makes_other_tags_than_those_of_a_message(text: str) -> None:
    names = {part.split(">")[0].split(" ")[0].strip("/") for part in html(text).split("<")[1:]}
    assert names <= {"p", "br", "a", "strong", "em", "table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("piece", ["**a ", "*a ", "[a](https://", "[a", "https://a*", "*", "**a*b"])
def test_a_long_hostile_text_keeps_all_its_letters(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    assert plain(text).count("a") == text.count("a")
    assert html(text)
