"""A postal address as the post reads it (LEGAL 11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.channels.letter.address import AddressFault, address_lines
from relance.domain.delivery import PostalAddress


def lines(
    *street: str, name: str = "Mercier SARL", code: str = "75001", city: str = "Paris", country: str = "FR"
) -> list[str]:
    return list(address_lines(PostalAddress(name, street, code, city, country)).lines)


def faults(address: PostalAddress) -> set[AddressFault]:
    return {fault for fault, _ in address_lines(address).problems}


def test_the_last_lines_are_in_capitals_without_punctuation() -> None:
    assert lines("12, rue de l'Église", city="Saint-Denis") == [
        "Mercier SARL",
        "12 RUE DE L ÉGLISE",
        "75001 SAINT DENIS",
    ]


def test_a_name_and_what_stands_before_the_last_lines_keep_their_form() -> None:
    assert lines("Service de l'achat", "Bâtiment C", "12-14 rue Haute")[:3] == [
        "Mercier SARL",
        "Service de l'achat",
        "BÂTIMENT C",
    ]


def test_the_hyphen_and_the_slash_of_house_numbers_stay() -> None:
    assert lines("12-14/16 rue Haute")[1] == "12-14/16 RUE HAUTE"


def test_words_are_abbreviated_only_past_38_characters() -> None:
    assert lines("12 boulevard Haussmann")[1] == "12 BOULEVARD HAUSSMANN"
    assert lines("1250 boulevard du Général Charles de Gaulle")[1] == "1250 BD DU GÉNÉRAL CHARLES DE GAULLE"


def test_a_long_line_is_parted_at_its_comma() -> None:
    assert lines("Zone industrielle des Paluds, 1250 avenue du Maréchal Juin")[1:3] == [
        "ZONE INDUSTRIELLE DES PALUDS",
        "1250 AVENUE DU MARÉCHAL JUIN",
    ]


def test_a_long_name_takes_two_lines() -> None:
    assert lines("1 rue A", name="Union des coopératives agricoles de la vallée du Rhône")[:2] == [
        "Union des coopératives agricoles de la",
        "vallée du Rhône",
    ]


def test_abroad_the_country_comes_last_in_the_senders_words() -> None:
    assert lines("Industriestraße 12", code="10115", city="Berlin", country="DE")[1:] == [
        "Industriestraße 12",
        "10115 BERLIN",
        "ALLEMAGNE",
    ]
    found = address_lines(PostalAddress("A", ("B",), "75001", "Paris"), sender_country="DE", language="de")
    assert found.lines[-1] == "FRANKREICH"


def test_where_the_postcode_follows_the_city_it_does() -> None:
    assert lines("1 High Street", code="SW1A 1AA", city="London", country="GB")[2] == "LONDON SW1A 1AA"


@pytest.mark.parametrize(("country", "code"), [("RE", "97400"), ("MC", "98000"), ("NC", "98800")])
def test_overseas_and_monaco_bear_no_country(country: str, code: str) -> None:
    assert lines("1 rue A", code=code, city="Ville", country=country)[-1] == f"{code} VILLE"


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        (PostalAddress(" ", ("1 rue A",), "75001", "Paris"), AddressFault.NO_NAME),
        (PostalAddress("A", ("",), "75001", "Paris"), AddressFault.NO_STREET),
        (PostalAddress("A", ("1 rue A",), "", "Paris"), AddressFault.NO_POSTCODE),
        (PostalAddress("A", ("1 rue A",), "75001", "\n"), AddressFault.NO_CITY),
        (PostalAddress("A", ("1 rue A",), "7500", "Paris"), AddressFault.BAD_POSTCODE),
        (PostalAddress("A", ("1 rue A",), "1000", "B", "QQ"), AddressFault.UNKNOWN_COUNTRY),
        (PostalAddress("A", ("1 rue A",), "1000", "B", "../"), AddressFault.UNKNOWN_COUNTRY),
        (PostalAddress("A", ("B", "C", "D", "E", "F"), "75001", "Paris"), AddressFault.TOO_MANY_LINES),
    ],
)
def test_what_the_post_cannot_deliver_is_named(address: PostalAddress, fault: AddressFault) -> None:
    assert fault in faults(address)
    assert not address_lines(address).can_be_posted


def test_a_line_that_stays_too_long_is_said_and_can_be_posted() -> None:
    found = address_lines(PostalAddress("A" * 39, ("1 rue A",), "75001", "Paris"))
    assert found.problems == ((AddressFault.LONG_LINE, "A" * 39),)
    assert found.can_be_posted


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4), st.text(max_size=8), st.text(max_size=60))
def test_any_text_gives_lines_without_blanks_or_breaks(name: str, street: list[str], code: str, city: str) -> None:
    for country in ("FR", "DE"):
        for line in address_lines(PostalAddress(name, tuple(street), code, city, country)).lines:
            assert line == " ".join(line.split())
            assert line
