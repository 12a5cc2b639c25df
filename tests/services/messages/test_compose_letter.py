"""Composing letters: the addresses, the table, how to pay, the PDF that is kept."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from relance import config
from relance.channels.letter import Table
from relance.domain.delivery import ChannelName, Postage, PostalAddress
from relance.services.database import open_database, the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.letters.parts import reference
from relance.services.messages import attachments
from relance.services.messages.compose import Composed, compose, prepare
from relance.services.messages.compose_letter import draw, print_all
from relance.services.messages.facts import House, LetterHouse, OwnText, StepFacts
from relance.services.refusal import Refused
from relance.services.texts import Text
from relance.storage import db
from relance.storage.models import Customer, Message
from tests.services.facts import HOUSE, LETTER_HOUSE, TODAY, a_claim, a_desk, some_facts, two_claims
from tests.services.message_builders import a_customer, a_message, an_invoice, set_up_firm

NIVEAU_1 = ("niveau-1", ChannelName.LETTER)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_database(config.Settings(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with db.reading(engine) as session:  # never committed: each test finds the database empty
        set_up_firm(session)
        the_firm(session).address = "5 quai Jules-Courmont\n69002 Lyon"
        yield session


def a_housed_customer(session: Session, **changes: Any) -> Customer:
    given = {"address_1": "12 rue des Lilas", "postcode": "69003", "city": "Lyon", **changes}
    return a_customer(session, **given)


def a_letter(session: Session, customer: Customer, *, number: str = "F-1", **changes: Any) -> Message:
    return a_message(session, an_invoice(session, customer, number), channel=ChannelName.LETTER, **changes)


def prepared(session: Session, data_dir: Path, *messages: Message, keep: bool = True) -> list[Any]:
    session.flush()
    ids, accounts = [message.id for message in messages], read_accounts(session)
    found = prepare(session, ids, the_firm(session), accounts, TODAY, data_dir, keep=keep)
    return [found[key] for key in ids]


def facts(**changes: Any) -> Any:
    return some_facts(channel=ChannelName.LETTER, **changes)


def table_of(body: str, **changes: Any) -> list[str | Table]:
    desk = a_desk(templates={NIVEAU_1: {"fr": Text("s", body)}})
    return list(draw(facts(**changes), desk).letter.body)


def test_a_letter_is_complete_and_its_pdf_is_kept(session: Session, tmp_path: Path) -> None:
    message = a_letter(session, a_housed_customer(session))
    [made] = prepared(session, tmp_path, message)
    assert isinstance(made, Composed)
    assert made.to == ("Atelier MERCIER, 12 rue des Lilas, 69003 Lyon",)
    assert made.address == PostalAddress("Atelier MERCIER", ("12 rue des Lilas",), "69003", "Lyon", "FR")
    assert made.sender_address == PostalAddress("Bonnet Conseil", ("5 quai Jules-Courmont",), "69002", "Lyon", "FR")
    assert (made.postage, made.parts, made.html) == (Postage.PRIORITY, 1, "")
    [file] = made.attachments
    assert file == {
        "name": "relance-F-1-niveau-1.pdf",
        "type": "application/pdf",
        "size": len(made.pdf),
        "sha256": hashlib.sha256(made.pdf).hexdigest(),
        "kind": "letter",
    }
    [kept] = attachments.keep_and_read(tmp_path, made.attachments)
    assert kept.content == made.pdf


def test_the_letter_prints_what_the_screen_says() -> None:
    drawn = draw(facts(claims=two_claims()), a_desk())
    printed = [one for one in drawn.letter.body if isinstance(one, str)]
    shown = [part for part in drawn.message.text.split("\n\n") if "|" not in part]
    assert printed == shown
    assert drawn.letter.subject == f"Objet\u00a0: {drawn.message.subject}"
    assert drawn.letter.address == ("Atelier Mercier & Fils", "BÂTIMENT B", "12 RUE DES LILAS", "69003 LYON")


def test_a_look_keeps_nothing(session: Session, tmp_path: Path) -> None:
    [made] = prepared(session, tmp_path, a_letter(session, a_housed_customer(session)), keep=False)
    assert made.pdf.startswith(b"%PDF-")
    assert list(tmp_path.iterdir()) == []


def test_the_same_letter_is_the_same_file() -> None:
    assert compose(facts(), a_desk()).pdf == compose(facts(), a_desk()).pdf


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"address_1": ""}, ["street"]),
        ({"postcode": ""}, ["postcode"]),
        ({"city": "  "}, ["city"]),
        ({"postcode": "6900"}, ["postcode"]),
        ({"country": "XX"}, ["country"]),
        ({"address_1": "", "postcode": "", "city": ""}, ["street", "postcode", "city"]),
    ],
)
def test_an_address_that_the_post_cannot_read_stops_its_letter_alone(
    session: Session, tmp_path: Path, changes: dict[str, str], lacking: list[str]
) -> None:
    bad = a_letter(session, a_housed_customer(session, **changes))
    good = a_letter(session, a_housed_customer(session, code="ROY"), number="F-2")
    refusal, made = prepared(session, tmp_path, bad, good)
    assert isinstance(refusal, Refused)
    assert refusal.code == "compose.address_incomplete"
    assert refusal.facts == {"customer": "Atelier MERCIER", "lacking": lacking}
    assert isinstance(made, Composed)


def test_a_firm_without_an_address_writes_no_letter(session: Session, tmp_path: Path) -> None:
    the_firm(session).address = " "
    [refusal] = prepared(session, tmp_path, a_letter(session, a_housed_customer(session)))
    assert refusal.code == "compose.no_sender_address"


def test_a_partner_wants_the_whole_address_of_the_sender(session: Session, tmp_path: Path) -> None:
    the_firm(session).address = "5 quai Jules-Courmont"
    message = a_letter(session, a_housed_customer(session))
    assert isinstance(prepared(session, tmp_path, message)[0], Composed)
    read_accounts(session).letter.way = "post"
    assert prepared(session, tmp_path, message)[0].code == "compose.no_sender_address"


def test_a_logo_that_cannot_be_printed_stops_with_its_fault() -> None:
    house = LetterHouse(LETTER_HOUSE.letterhead, LETTER_HOUSE.address, logo=b"not a picture")
    with pytest.raises(Refused) as caught:
        compose(facts(), a_desk(letters=house))
    assert caught.value.code == "compose.letter_failed"
    assert caught.value.facts["fault"] == "letter.bad_logo"


def test_a_letter_that_cannot_be_printed_stops_alone() -> None:
    """RULES 5.4."""
    broken = LetterHouse(LETTER_HOUSE.letterhead, LETTER_HOUSE.address, logo=b"not a picture")
    refusal, made = print_all([draw(facts(), a_desk(letters=broken)), draw(facts(), a_desk())])
    assert isinstance(refusal, Refused)
    assert isinstance(made, Composed)


def test_a_postage_chosen_for_one_letter_wins(session: Session, tmp_path: Path) -> None:
    customer = a_housed_customer(session)
    message = a_letter(session, customer, postage=Postage.REGISTERED_RECEIPT.value)
    [made] = prepared(session, tmp_path, message)
    assert made.postage is Postage.REGISTERED_RECEIPT


def test_a_registered_letter_says_so() -> None:
    labels = [draw(facts(postage=one), a_desk()).letter.registered_label for one in Postage]
    assert labels == ["", "", "Lettre recommandée", "Lettre recommandée avec avis de réception"]


def test_the_table_stands_where_the_text_lists_the_invoices() -> None:
    before, table, after = table_of("avant\n\n#LISTE_FACTURES#\n\naprès", claims=two_claims())
    assert (before, after) == ("avant", "après")
    assert isinstance(table, Table)
    assert [column.heading for column in table.columns] == [
        *("Facture", "Date", "Échéance", "Montant TTC", "Réglé", "Reste dû", "Retard")
    ]
    assert table.rows[0] == (
        *("F-2026-0388", "28/09/2026", "30/10/2026"),
        *("1\u202f200,00\u00a0€", "354,80\u00a0€", "845,20\u00a0€", "23 jours"),
    )
    assert table.totals == (("Total", "", "", "7\u202f320,00\u00a0€", "354,80\u00a0€", "6\u202f965,20\u00a0€", ""),)


def test_the_table_keeps_its_place_among_the_lines_of_a_paragraph() -> None:
    before, table, after = table_of("avant\n#LISTE_FACTURES#\naprès")
    assert (before, after) == ("avant", "après")
    assert isinstance(table, Table)


def test_a_text_that_lists_nothing_has_its_table_at_the_end() -> None:
    text, table = table_of("un mot")
    assert text == "un mot"
    assert isinstance(table, Table)
    assert table.totals == ()


def test_a_table_that_a_person_wrote_is_the_one() -> None:
    _, table = table_of("x", own=OwnText(text="voici\n\nA | B\n1 | 2"))
    assert isinstance(table, Table)
    assert ([column.heading for column in table.columns], table.rows) == (["A", "B"], (("1", "2"),))


def test_a_list_that_a_person_left_in_the_text_is_the_table() -> None:
    shown = compose(facts(claims=two_claims()), a_desk())
    same = draw(facts(claims=two_claims(), own=OwnText("Payez", shown.text + "\n\nMerci")), a_desk()).letter
    as_built = draw(facts(claims=two_claims()), a_desk()).letter
    assert same.body == (*as_built.body, "Merci")
    assert same.subject == "Objet\u00a0: Payez"


def test_before_the_due_date_no_column_says_days_late() -> None:
    desk = a_desk(today=date(2026, 10, 26))
    [table] = [one for one in draw(facts(), desk).letter.body if isinstance(one, Table)]
    assert len(table.columns) == len(table.rows[0]) == 6


def test_the_code_pays_all_with_the_invoices_for_reference() -> None:
    """LEGAL 12."""
    payment = draw(facts(claims=two_claims()), a_desk()).letter.payment
    assert payment is not None and payment.qr is not None
    assert payment.qr.split("\n")[4:] == [
        *("AGRIFRPP", "Bonnet Conseil", "FR7630006000011234567890189", "EUR6965.20", "", ""),
        "F-2026-0388 F-2026-0401",
    ]


@pytest.mark.parametrize(
    ("desk", "claims"),
    [
        ({"letters": LetterHouse(LETTER_HOUSE.letterhead, LETTER_HOUSE.address, qr=False)}, (a_claim(),)),
        ({}, (a_claim(currency="USD"),)),
        ({}, (a_claim(balance=0),)),
        ({"house": House(name="B", language="fr", sender="x", iban="FR00 1234")}, (a_claim(),)),
    ],
)
def test_where_no_code_can_be_had_the_account_is_printed_without(desk: dict[str, Any], claims: Any) -> None:
    payment = draw(facts(claims=claims), a_desk(**desk)).letter.payment
    assert payment is not None
    assert (payment.qr, payment.qr_label) == (None, "")


def test_a_firm_without_an_iban_prints_no_payment_part() -> None:
    letter = draw(facts(), a_desk(house=House(name="B", language="fr", sender=""))).letter
    assert letter.payment is None
    assert not any("virement" in one for one in letter.body if isinstance(one, str))


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "F-2026-00000"),
        (10, " ".join(f"F-2026-{number:05}" for number in range(10))),
        (200, " ".join(f"F-2026-{number:05}" for number in range(10)) + " +190"),
    ],
)
def test_the_reference_keeps_to_what_a_transfer_can_hold(count: int, text: str) -> None:
    claims = tuple(a_claim(number=f"F-2026-{number:05}") for number in range(count))
    assert reference(claims) == text
    assert len(reference(claims)) <= 140


def test_an_endless_number_is_cut() -> None:
    assert len(reference((a_claim(number="é" * 500),)).encode()) <= 140


@pytest.mark.parametrize(
    ("numbers", "name"),
    [
        (("F/2026 0401",), "relance-F-2026-0401-niveau-1.pdf"),
        (("../../etc/passwd",), "relance-etc-passwd-niveau-1.pdf"),
        (("№ é", "B"), "relance-No-e-et-1-niveau-1.pdf"),
        (("💶",), "relance-facture-niveau-1.pdf"),
    ],
)
def test_the_file_has_a_plain_name(numbers: tuple[str, ...], name: str) -> None:
    made = compose(facts(claims=tuple(a_claim(number=number) for number in numbers)), a_desk())
    assert made.attachments[0]["name"] == name


def test_hundreds_of_invoices_take_more_sheets() -> None:
    claims = tuple(a_claim(number=f"F-{number}") for number in range(200))
    one_sided = compose(facts(claims=claims), a_desk())
    both = LetterHouse(LETTER_HOUSE.letterhead, LETTER_HOUSE.address, both_sides=True)
    two_sided = compose(facts(claims=claims), a_desk(letters=both))
    assert one_sided.parts > 3
    assert two_sided.parts == (one_sided.parts + 1) // 2


def test_hostile_names_are_printed_as_plain_lines() -> None:
    to = PostalAddress("Eve #IBAN# [fin]\r\nBcc: x\u2028<b>\x00", ("1 rue\nX",), "69003", "Lyon\x07")
    letter = draw(facts(address=to, claims=(a_claim(number="A | B\n(c"),)), a_desk()).letter
    assert letter.address == ("Eve #IBAN# [fin] Bcc: x <b>", "1 RUE X", "69003 LYON")
    assert letter.subject == "Objet\u00a0: Facture A | B (c, échéance dépassée"
    [table] = [one for one in letter.body if isinstance(one, Table)]
    assert table.rows[0][0] == "A | B (c"


@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it", "nl"])
def test_the_built_in_texts_cope_with_a_firm_and_an_invoice_that_say_little(level: int, language: str) -> None:
    house = House(name="", language=language, sender="", phone="01 42 00 00 00")
    for numbers in (("F-1",), ("F-1", "F-2")):
        claims = tuple(a_claim(number=one, issue_date=None) for one in numbers)
        step = StepFacts(level, level)
        made = compose(facts(step=step, claims=claims, language=language), a_desk(house=house))
        assert made.pdf.startswith(b"%PDF-")
        assert "IBAN" not in made.text


def test_an_english_letter_says_the_country_in_the_language_of_the_sender() -> None:
    to = PostalAddress("Smith Ltd", ("1 High Street",), "NW1 6XE", "London", "GB")
    letter = draw(facts(address=to, language="en"), a_desk()).letter
    assert letter.address[-2:] == ("LONDON NW1 6XE", "ROYAUME-UNI")
    assert letter.place_and_date == "Lyon, 22 November 2026"
    assert (HOUSE.language, letter.language) == ("fr", "en")
