"""RULES 4.2: which numbers a text message can go to, as people of each country type them."""

import pytest

from relance.storage.recipients import SmsRefusal, mobile, mobiles_of, why_not

FRENCH = "+33612345678"


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06/12/34/56/78",
        "06\u00a012\u202f34\u00a056\u202f78",
        "06–12–34–56–78",
        "(06) 12 34 56 78",
        "+33612345678",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "+33(0)612345678",
        "0033 6 12 34 56 78",
        "0033612345678",
        "33612345678",
        "612345678",
        "６１２３４５６７８",
        "Tél. : 06 12 34 56 78",
        "06 12 34 56 78 (bureau)",
        "06 12 34 56 78 poste 12",
        "tel:+33612345678",
    ],
)
def test_a_french_mobile_is_known_however_it_is_typed(typed: str) -> None:
    assert mobile(typed, "FR") == FRENCH
    assert why_not(typed, "FR") is None


@pytest.mark.parametrize(
    ("typed", "country", "expected"),
    [
        pytest.param("07 61 22 33 44", "FR", "+33761223344", id="07"),
        pytest.param("0692 12 34 56", "RE", "+262692123456", id="Réunion"),
        pytest.param("0692 12 34 56", "FR", "+262692123456", id="Réunion, typed in France"),
        pytest.param("+33 692 12 34 56", "FR", "+262692123456", id="Réunion, under the mainland's prefix"),
        pytest.param("0690 12 34 56", "FR", "+590690123456", id="Guadeloupe, typed in France"),
        pytest.param("0696 20 12 34", "GP", "+596696201234", id="Martinique, typed in Guadeloupe"),
        pytest.param("0694 20 12 34", "FR", "+594694201234", id="Guyane, typed in France"),
        pytest.param("0639 01 23 45", "FR", "+262639012345", id="Mayotte, typed in France"),
        pytest.param("06 12 34 56 78", "RE", FRENCH, id="the mainland, typed in Réunion"),
        pytest.param("0475 12 34 56", "BE", "+32475123456", id="Belgium"),
        pytest.param("079 123 45 67", "CH", "+41791234567", id="Switzerland"),
        pytest.param("0151 23456789", "DE", "+4915123456789", id="Germany"),
        pytest.param("+32 475 12 34 56", "FR", "+32475123456", id="abroad, with its prefix"),
        pytest.param("06 12 34 56 78", "fr", FRENCH, id="a country in small letters"),
    ],
)
def test_a_number_is_read_in_its_customers_country(typed: str, country: str, expected: str) -> None:
    assert mobile(typed, country) == expected


@pytest.mark.parametrize(
    ("typed", "country", "why"),
    [
        ("01 42 34 56 78", "FR", SmsRefusal.LANDLINE),
        ("0262 12 34 56", "FR", SmsRefusal.LANDLINE),
        ("09 12 34 56 78", "FR", SmsRefusal.LANDLINE),
        ("02 511 22 33", "BE", SmsRefusal.LANDLINE),
        ("044 668 18 00", "CH", SmsRefusal.LANDLINE),
        ("030 901820", "DE", SmsRefusal.LANDLINE),
        ("3615", "FR", SmsRefusal.SHORT),
        ("118 218", "FR", SmsRefusal.SHORT),
        ("36063", "FR", SmsRefusal.SHORT),
        ("0899 12 34 56", "FR", SmsRefusal.SPECIAL),
        ("0800 12 34 56", "FR", SmsRefusal.SPECIAL),
        ("0825 123 456", "FR", SmsRefusal.SPECIAL),
        ("06 12 34 56 7", "FR", SmsRefusal.NOT_A_NUMBER),
        ("06 12 34 56 789", "FR", SmsRefusal.NOT_A_NUMBER),
        ("6,12346E+08", "FR", SmsRefusal.NOT_A_NUMBER),
        ("", "FR", SmsRefusal.NOT_A_NUMBER),
        ("no telephone", "FR", SmsRefusal.NOT_A_NUMBER),
        ("+" * 400, "FR", SmsRefusal.NOT_A_NUMBER),
        ("1" * 100_000, "FR", SmsRefusal.NOT_A_NUMBER),
        ("0612345678", "", SmsRefusal.NOT_A_NUMBER),
        ("0612345678", "ZZ", SmsRefusal.NOT_A_NUMBER),
    ],
)
def test_what_cannot_be_texted_says_why(typed: str, country: str, why: SmsRefusal) -> None:
    assert mobile(typed, country) is None
    assert why_not(typed, country) is why


def test_several_numbers_in_one_field_are_all_found_each_once() -> None:
    typed = ("06 12 34 56 78 / 01 42 34 56 78", "0612345678 ou 07 61 22 33 44", "06/12/34/56/78", "")
    assert mobiles_of(typed, "FR") == (FRENCH, "+33761223344")
    assert why_not(typed[0], "FR") is None
