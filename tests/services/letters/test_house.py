"""The firm as its letters show it."""

from pathlib import Path

import pytest

from relance.domain.delivery import Postage, PostalAddress
from relance.services.letters.house import firm_address, letter_house_of
from relance.services.messages import attachments
from relance.storage.models import Firm, LetterAccount


def a_firm(address: str = "5 quai Jules-Courmont\n69002 Lyon", country: str = "FR") -> Firm:
    return Firm(
        name="Bonnet Conseil",
        address=address,
        country=country,
        phone="01 42 00 00 00",
        email="a@b.example",
        language="fr",
    )


def an_account(**changes: object) -> LetterAccount:
    given: dict[str, object] = {
        "way": "print",
        "window": "french_right",
        "fold_marks": True,
        "punch_mark": False,
        "qr": True,
        "logo_sha256": "",
        "letterhead": "",
        "footer": "",
        "place": "",
        "both_sides": False,
        "postage": Postage.PRIORITY,
        **changes,
    }
    return LetterAccount(**given)


@pytest.mark.parametrize(
    ("address", "country", "street", "postcode", "city"),
    [
        ("5 quai Jules-Courmont\n69002 Lyon", "FR", ("5 quai Jules-Courmont",), "69002", "Lyon"),
        ("Bonnet Conseil\r\n5 quai X\r\n69 002  Lyon\r\nFrance\r\n", "FR", ("5 quai X",), "69 002", "Lyon"),
        ("5 quai X, BP 12, 69002 Lyon Cedex 02", "FR", ("5 quai X", "BP 12"), "69002", "Lyon Cedex 02"),
        ("1200 avenue de la Gare", "FR", ("1200 avenue de la Gare",), "", ""),
        ("", "FR", (), "", ""),
        ("12 rue de la Loi\nB-1000 Bruxelles", "BE", ("12 rue de la Loi",), "B-1000", "Bruxelles"),
        ("221B Baker Street\nLondon NW1 6XE", "GB", ("221B Baker Street",), "NW1 6XE", "London"),
        ("Keizersgracht 1\n1015 AA Amsterdam", "NL", ("Keizersgracht 1",), "1015 AA", "Amsterdam"),
    ],
)
def test_the_firms_address_is_read_from_its_lines(
    address: str, country: str, street: tuple[str, ...], postcode: str, city: str
) -> None:
    expected = PostalAddress("Bonnet Conseil", street, postcode, city, country)
    assert firm_address(a_firm(address, country)) == expected


def test_without_a_letterhead_of_its_own_the_firm_shows_who_it_is(tmp_path: Path) -> None:
    house = letter_house_of(a_firm(), an_account(), tmp_path)
    assert house.letterhead == (
        "Bonnet Conseil",
        "5 quai Jules-Courmont",
        "69002 Lyon",
        "Tél. 01 42 00 00 00",
        "a@b.example",
    )


def test_a_letterhead_of_its_own_and_a_footer_are_taken_line_by_line(tmp_path: Path) -> None:
    account = an_account(letterhead="Bonnet\r\n\r\n  Conseil\x00 \n", footer="SARL\nRCS Lyon")
    house = letter_house_of(a_firm(), account, tmp_path)
    assert (house.letterhead, house.footer) == (("Bonnet", "Conseil"), ("SARL", "RCS Lyon"))


def test_the_logo_is_a_kept_file(tmp_path: Path) -> None:
    sha256 = attachments.keep(tmp_path, b"\x89PNG")
    assert letter_house_of(a_firm(), an_account(logo_sha256=sha256), tmp_path).logo == b"\x89PNG"


@pytest.mark.parametrize("sha256", ["", "0" * 64])
def test_a_logo_that_is_gone_is_left_out(tmp_path: Path, sha256: str) -> None:
    assert letter_house_of(a_firm(), an_account(logo_sha256=sha256), tmp_path).logo == b""


@pytest.mark.parametrize(("way", "by_partner"), [("print", False), ("folder", False), ("post", True)])
def test_only_a_partner_needs_the_whole_address_of_the_sender(tmp_path: Path, way: str, by_partner: bool) -> None:
    assert letter_house_of(a_firm(), an_account(way=way), tmp_path).by_partner is by_partner
