"""LEGAL 10: the GSM-7 alphabet, typographic characters made plain, parts counted as the network counts them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain.sms import GSM7, GSM7_EXTENSION, Encoding, Parts, normalise, parts

# The default alphabet by position, as the standard's table has it; 0x1B is the escape.
TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def plain(text: str) -> str:
    return normalise(text, without_accents=False)


def test_the_alphabet_has_its_127_characters_and_the_escaped_ones() -> None:
    assert len(TABLE) == 128
    assert set(TABLE) - {"\x1b"} == GSM7
    assert set("^{}\\[~]|€") == GSM7_EXTENSION


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("l’échéance ‘du’ “mois”", "l'échéance 'du' \"mois\""),
        ("«\u00a0merci\u00a0»", '"merci"'),
        ("« merci » et «merci»", '"merci" et "merci"'),
        ("1\u202f234,56\u00a0€", "1 234,56 €"),
        ("a\u2009b\u2003c\u3000d\te", "a b c d e"),
        ("a – b — c ‑ d − e • f", "a - b - c - d - e - f"),
        ("à suivre…", "à suivre..."),
        ("œuvre, Œuvre, ŒUVRE, cœur", "oeuvre, Oeuvre, OEUVRE, coeur"),
        ("n° 12, 1er ², ½, №", "no 12, 1er 2, 1/2, No"),
        ("ﬁn ﬂot", "fin flot"),
        ("e\u0301te\u0301", "été"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\u200bb\u00adc\ufeffd", "abcd"),
        ("a\x00b\x1bc\x9fd", "abcd"),
        ("a\ud800b", "ab"),
        ("reçu", "reçu"),
        ("été à Nîmes", "été à Nîmes"),
        ("😀", "😀"),
        ("", ""),
    ],
)
def test_typographic_characters_are_made_plain_and_letters_stay(typed: str, sent: str) -> None:
    assert plain(typed) == sent


def test_all_accents_go_when_asked() -> None:
    assert normalise("Reçu à Nîmes, ÉTÉ, Œuvre, Łódź, ñ", without_accents=True) == "Recu a Nimes, ETE, Oeuvre, Lodz, n"


def test_only_the_accents_that_gsm_7_lacks_go_when_asked() -> None:
    assert normalise("Reçu à Nîmes, ÉTÉ, À", without_accents=False, gsm_only=True) == "Recu à Nimes, ÉTÉ, A"


def test_a_french_text_without_its_accents_always_travels_as_gsm_7() -> None:
    typed = (
        "« L’échéance est dépassée\u00a0» – réglez 1\u202f234,56\u00a0€ à l’œil, ça, là-bas, où, noël, île, hôte, ÇÀÉÈÊ"
    )
    assert parts(normalise(typed, without_accents=True)).encoding is Encoding.GSM7
    assert parts(normalise(typed, without_accents=False, gsm_only=True)).encoding is Encoding.GSM7


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", Parts(Encoding.GSM7, 0, 0, 160), id="nothing"),
        pytest.param("a" * 160, Parts(Encoding.GSM7, 160, 1, 160), id="the most in one"),
        pytest.param("a" * 161, Parts(Encoding.GSM7, 161, 2, 153), id="one more"),
        pytest.param("a" * 306, Parts(Encoding.GSM7, 306, 2, 153), id="the most in two"),
        pytest.param("a" * 307, Parts(Encoding.GSM7, 307, 3, 153), id="one more than two"),
        pytest.param("€" * 80, Parts(Encoding.GSM7, 160, 1, 160), id="escaped characters count two"),
        pytest.param("a" * 159 + "€", Parts(Encoding.GSM7, 161, 2, 153), id="an escaped character too many"),
        pytest.param("€" * 153, Parts(Encoding.GSM7, 306, 3, 153), id="an escaped pair is not cut: 76 a part"),
        pytest.param("a" + "€" * 152, Parts(Encoding.GSM7, 305, 2, 153), id="an odd start fills the part"),
        pytest.param("ê" * 70, Parts(Encoding.UCS2, 70, 1, 70, ("ê",)), id="the most in one, UCS-2"),
        pytest.param("ê" * 71, Parts(Encoding.UCS2, 71, 2, 67, ("ê",)), id="one more, UCS-2"),
        pytest.param("ê" * 134, Parts(Encoding.UCS2, 134, 2, 67, ("ê",)), id="the most in two, UCS-2"),
        pytest.param("ê" * 135, Parts(Encoding.UCS2, 135, 3, 67, ("ê",)), id="one more than two, UCS-2"),
        pytest.param("😀" * 35, Parts(Encoding.UCS2, 70, 1, 70, ("😀",)), id="an emoji counts two"),
        pytest.param("😀" * 67, Parts(Encoding.UCS2, 134, 3, 67, ("😀",)), id="a surrogate pair is not cut: 33 a part"),
        pytest.param("€ê", Parts(Encoding.UCS2, 2, 1, 70, ("ê",)), id="nothing is escaped in UCS-2"),
        pytest.param("êxçê", Parts(Encoding.UCS2, 4, 1, 70, ("ê", "ç")), id="who forced it, each once"),
    ],
)
def test_parts_are_counted_as_the_network_counts(text: str, expected: Parts) -> None:
    assert parts(text) == expected


def test_a_quote_after_many_spaces_loses_them_all() -> None:
    assert plain("« oui" + " " * 50_000 + "»" + " " * 50_000 + ".") == '"oui"' + " " * 50_000 + "."


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = plain(text)
    assert plain(once) == once


@given(st.text(), st.booleans(), st.booleans())
def test_what_is_sent_can_be_encoded_and_holds_no_control_character(text: str, bare: bool, only: bool) -> None:
    sent = normalise(text, without_accents=bare, gsm_only=only)
    sent.encode("utf-16")
    assert all(char == "\n" or unicodedata.category(char) != "Cc" for char in sent)


@given(st.lists(st.sampled_from("ab€[ê😀"), max_size=400))
def test_the_parts_hold_the_whole_text_and_no_part_is_wasted(chars: list[str]) -> None:
    counted = parts("".join(chars))
    assert counted.parts * counted.per_part >= counted.characters
    assert (counted.parts - 1) * (counted.per_part - 1) < max(counted.characters, 1)
