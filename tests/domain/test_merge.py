"""Merge fields and blocks: what is replaced, what is dropped, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain.merge import FIELDS, WORDS, Conditions, Fault, FaultCode, faults, fill, uses

VALUES = {
    "REF": "F-2026-0401",
    "CLIENT": "Atelier #IBAN# [si pro]",
    "RESTE_DU": "6 120,00 €",
    "LISTE_FACTURES": "F-1\nF-2",
    "IBAN": None,
    "BIC": "  ",
}
CONSUMER = Conditions()
PRO = Conditions(pro=True)
SEVERAL = Conditions(several=True)


def text_of(text: str, facts: Conditions = CONSUMER) -> str:
    return fill(text, VALUES, facts).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Facture #REF# : #RESTE_DU#", "Facture F-2026-0401 : 6 120,00 €"),
        ("#REF##REF#", "F-2026-0401F-2026-0401"),
        ("Un ## seul # et #1", "Un ## seul # et #1"),
        ("##REF##", "#F-2026-0401#"),
        ("#CLIENT#", "Atelier #IBAN# [si pro]"),
        ("Liste :\n#LISTE_FACTURES#\nfin", "Liste :\nF-1\nF-2\nfin"),
        ("100 % [sic] {REF} {{ REF }} $REF", "100 % [sic] {REF} {{ REF }} $REF"),
    ],
)
def test_fields_are_replaced_once_and_nothing_else_is(text: str, expected: str) -> None:
    assert fill(text, VALUES, CONSUMER).text == expected
    assert fill(text, VALUES, CONSUMER).missing == ()


@pytest.mark.parametrize(
    ("facts", "text", "expected"),
    [
        (PRO, "a [si pro]40 €[fin]", "a 40 €"),
        (CONSUMER, "a [si pro]40 €[fin].", "a ."),
        (CONSUMER, "[si particulier]légal[fin]", "légal"),
        (PRO, "[si particulier]légal[fin]", ""),
        (SEVERAL, "[si plusieurs]vos factures[sinon]la facture[fin]", "vos factures"),
        (CONSUMER, "[si plusieurs]vos factures[sinon]la facture[fin]", "la facture"),
        (Conditions(late=True), "[si retard]échue[sinon]à échoir[fin]", "échue"),
        (Conditions(attached=True), "[si jointe]jointe[fin]", "jointe"),
        (CONSUMER, "[si jointe]jointe[fin]", ""),
        (CONSUMER, "[si ref]a un numéro[fin]", "a un numéro"),
        (CONSUMER, "[si iban]IBAN #IBAN#[fin][si bic]BIC[fin][si lien_paiement]lien[fin]", ""),
        (CONSUMER, "[ Si  PLUSIEURS ]x[ Sinon ]y[ FIN ]", "y"),
        (Conditions(pro=True, several=True), "[si pro]a[si plusieurs]b[sinon]c[fin]d[fin]e", "abde"),
        (SEVERAL, "[si pro]a[si plusieurs]b[sinon]c[fin]d[sinon]f[fin]e", "fe"),
    ],
)
def test_blocks_are_kept_by_what_is_true_of_the_message(facts: Conditions, text: str, expected: str) -> None:
    assert text_of(text, facts) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n\n[si pro]\nb\n[fin]\n\nc", "a\n\nc"),
        ("a\n[si pro]b[fin]\nc", "a\nc"),
        ("a\n\n[si particulier]\nb\n[fin]\n\nc", "a\n\nb\n\nc"),
        ("a [si pro]b[fin] c", "a c"),
        ("a [si pro]b[fin]\nc", "a\nc"),
        ("[si pro]b[fin]\n\nc\n", "c"),
    ],
)
def test_a_dropped_block_leaves_no_hole(text: str, expected: str) -> None:
    assert text_of(text) == expected


def test_a_field_without_a_value_is_named_once() -> None:
    assert fill("#IBAN# #REF# #BIC# #IBAN#", VALUES, CONSUMER).missing == ("IBAN", "BIC")


def test_a_field_without_a_value_does_not_matter_in_a_dropped_block() -> None:
    assert fill("[si iban]#IBAN#[fin][si pro]#PENALITES#[fin]", VALUES, CONSUMER).missing == ()


def test_what_is_not_known_never_leaves_unseen() -> None:
    filled = fill("#MONTAN# [si foo]x[fin]", {"MONTAN": "1"}, CONSUMER)
    assert filled.missing == ("MONTAN", "[si foo]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#MONTAN#", ("MONTAN", "MONTANT")),
        ("#montant#", ("montant", "MONTANT")),
        ("#DATE LIMITE#", ("DATE LIMITE", "DATE_LIMITE")),
        ("#DATE-LIMITE#", ("DATE-LIMITE", "DATE_LIMITE")),
        ("#ÉCHEANCE#", ("ÉCHEANCE", "ECHEANCE")),
        ("#XYZW#", ("XYZW", None)),
    ],
)
def test_an_unknown_field_comes_with_the_one_probably_meant(text: str, expected: tuple[str, str | None]) -> None:
    found = faults(f"a {text} b {text}")
    assert [(one.written, one.suggestion) for one in found] == [expected, expected]


def test_every_field_is_known() -> None:
    text = " ".join(f"#{field}#" for field in FIELDS)
    assert faults(text) == ()
    assert uses(text) == FIELDS


def test_every_word_and_every_field_may_open_a_block() -> None:
    names = (*WORDS, *(field.lower() for field in FIELDS))
    assert faults("".join(f"[si {name}]x[sinon]y[fin]" for name in names)) == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[si pro]40 €", Fault(FaultCode.OPEN_BLOCK, "[si pro]", 1)),
        ("a\n[fin]", Fault(FaultCode.STRAY_END, "[fin]", 2)),
        ("a\n\n[sinon]", Fault(FaultCode.STRAY_ELSE, "[sinon]", 3)),
        ("[si pro]a[sinon]b[sinon]c[fin]", Fault(FaultCode.STRAY_ELSE, "[sinon]", 1)),
        ("[si plusieur]a[fin]", Fault(FaultCode.UNKNOWN_BLOCK, "[si plusieur]", 1, "plusieurs")),
        ("a\nla facture #REF du", Fault(FaultCode.OPEN_FIELD, "#REF", 2, "REF")),
        ("la facture RESTE_DU# du", Fault(FaultCode.OPEN_FIELD, "RESTE_DU#", 1, "RESTE_DU")),
        ("a\n\n#MONTAN#", Fault(FaultCode.UNKNOWN_FIELD, "MONTAN", 3, "MONTANT")),
    ],
)
def test_a_faulty_text_says_what_where_and_what_was_meant(text: str, fault: Fault) -> None:
    assert faults(text) == (fault,)


plain = st.text(st.characters(exclude_characters="#[]\x00 \t\n"), min_size=1)


@given(plain, plain)
def test_a_value_comes_through_whatever_it_holds(before: str, value: str) -> None:
    assert fill(f"{before}#CLIENT#", {"CLIENT": f"{value}#REF#[fin]"}, CONSUMER).text == f"{before}{value}#REF#[fin]"


@given(
    st.lists(
        st.sampled_from(["#REF#", "#", "REF", "[si pro]", "[si ", "]", "[sinon]", "[fin]", "\n", " x", "\x00"])
    ).map("".join)
)
def test_any_mixture_of_marks_ends_in_plain_text(text: str) -> None:
    filled = fill(text, VALUES, PRO).text
    assert "\x00" not in filled
    if not faults(text):
        assert not any(mark in filled for mark in ("[si pro]", "[sinon]", "[fin]", "#REF#"))
