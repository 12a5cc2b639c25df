"""Composing SMS: to whom, in which letters, in how many parts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from relance import config
from relance.domain.delivery import ChannelName
from relance.domain.documents import CustomerKind
from relance.services.database import open_database, the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.messages.compose import Composed, compose, prepare
from relance.services.messages.compose_sms import MOST_PARTS
from relance.services.messages.facts import House, OwnText, SmsHouse, StepFacts
from relance.services.refusal import Refused
from relance.services.texts import Text
from relance.storage import db
from relance.storage.models import BadAddress, Contact, Message, Template, TemplateText
from tests.services.facts import TODAY, a_claim, a_desk, some_facts, two_claims
from tests.services.message_builders import NOW, a_customer, a_message, an_invoice, set_up_firm

NIVEAU_1 = ("niveau-1", ChannelName.SMS)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_database(config.Settings(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with db.reading(engine) as session:  # never committed: each test finds the database empty
        set_up_firm(session)
        yield session


def prepared(session: Session, message: Message) -> Composed | Refused:
    session.flush()
    accounts = read_accounts(session)
    return prepare(session, [message.id], the_firm(session), accounts, TODAY, Path("/nowhere"))[message.id]


def composed(**changes: Any) -> Composed:
    return compose(some_facts(channel=ChannelName.SMS, **changes), a_desk())


def composed_with(body: str, *, subject: str = "", **changes: Any) -> Composed:
    desk = a_desk(templates={NIVEAU_1: {"fr": Text(subject, body)}})
    return compose(some_facts(channel=ChannelName.SMS, **changes), desk)


def test_an_sms_goes_to_the_mobiles_of_the_contacts_then_of_the_customer_each_once(session: Session) -> None:
    """RULES 4.2."""
    people = [
        ("06 12 34 56 78", True),
        ("01 42 00 00 00", True),
        ("07 11 22 33 44", False),
        ("+33 6 12 34 56 78", True),
    ]
    contacts = [Contact(phone=phone, reminders=reminders) for phone, reminders in people]
    customer = a_customer(session, contacts=contacts, phone="06 98 76 54 32")
    made = prepared(session, a_message(session, an_invoice(session, customer), channel=ChannelName.SMS))
    assert isinstance(made, Composed)
    assert made.to == ("+33612345678", "+33698765432")
    assert made.parts == 2
    assert (made.html, made.attachments, made.cc, made.bcc) == ("", (), (), ())


def test_a_number_is_read_as_the_customers_country_writes_it(session: Session) -> None:
    customer = a_customer(session, contacts=[], phone="0470 12 34 56", country="BE")
    made = prepared(session, a_message(session, an_invoice(session, customer), channel=ChannelName.SMS))
    assert isinstance(made, Composed)
    assert made.to == ("+32470123456",)


@pytest.mark.parametrize(
    ("phone", "numbers", "reasons"),
    [
        ("01 42 00 00 00", ["01 42 00 00 00"], ["sms.landline"]),
        ("demander Paul", ["demander Paul"], ["sms.not_a_number"]),
        ("", [], []),
    ],
)
def test_without_a_mobile_the_sms_is_refused_with_what_is_wrong(
    session: Session, phone: str, numbers: list[str], reasons: list[str]
) -> None:
    customer = a_customer(session, contacts=[], phone=phone)
    refusal = prepared(session, a_message(session, an_invoice(session, customer), channel=ChannelName.SMS))
    assert isinstance(refusal, Refused)
    assert refusal.code == "compose.no_mobile"
    assert refusal.facts == {"customer": "Atelier MERCIER", "numbers": numbers, "reasons": reasons}


@pytest.mark.parametrize(
    ("use", "level_1", "reached"), [("none", None, False), ("to", "none", False), ("none", "to", True)]
)
def test_a_contact_that_a_level_leaves_out_gets_no_sms(
    session: Session, use: str, level_1: str | None, reached: bool
) -> None:
    by_level = {"1": level_1} if level_1 else {}
    contact = Contact(phone="06 12 34 56 78", use=use, use_by_level=by_level)
    customer = a_customer(session, contacts=[contact])
    made = prepared(session, a_message(session, an_invoice(session, customer), channel=ChannelName.SMS))
    assert isinstance(made, Composed) is reached


def test_a_number_that_must_not_be_used_is_left_out(session: Session) -> None:
    session.add(BadAddress(address="+33612345678", marked_at=NOW))
    customer = a_customer(session, phone="06 12 34 56 78 / 06 98 76 54 32")
    made = prepared(session, a_message(session, an_invoice(session, customer), channel=ChannelName.SMS))
    assert isinstance(made, Composed)
    assert made.to == ("+33698765432",)


def test_a_customer_whose_only_mobile_must_not_be_used_is_refused_with_that(session: Session) -> None:
    session.add(BadAddress(address="+33612345678", marked_at=NOW))
    customer = a_customer(session, phone="06 12 34 56 78")
    refusal = prepared(session, a_message(session, an_invoice(session, customer), channel=ChannelName.SMS))
    assert isinstance(refusal, Refused)
    assert refusal.facts["reasons"] == ["sms.closed"]


def test_the_account_says_in_whose_name_it_leaves_and_takes_accents_off(session: Session) -> None:
    account = read_accounts(session).sms
    account.sender, account.without_accents = "BONNET", True
    customer = a_customer(session, phone="06 12 34 56 78")
    made = prepared(session, a_message(session, an_invoice(session, customer), channel=ChannelName.SMS))
    assert isinstance(made, Composed)
    assert made.sender == "BONNET"
    assert "reste a regler" in made.text


def test_a_template_of_ones_own_wins_and_needs_no_subject(session: Session) -> None:
    text = TemplateText(language="fr", body="Facture #REF# : #RESTE_DU#, échéance #ECHEANCE#. #SIGNATURE#")
    session.add(Template(name="niveau-1", channel=ChannelName.SMS, texts=[text]))
    customer = a_customer(session, phone="06 12 34 56 78")
    made = prepared(session, a_message(session, an_invoice(session, customer), channel=ChannelName.SMS))
    assert isinstance(made, Composed)
    assert made.text == "Facture F-1 : 1000,00 EUR, échéance 31/10/2026. Bonnet Conseil 01 42 00 00 00"
    assert made.subject == "Facture F-1 : 1000,00 EUR, échéance 31/10/2026. Bonnet Cons…"


def test_what_a_person_wrote_leaves_as_it_is_but_for_typographic_signs(session: Session) -> None:
    customer = a_customer(session, phone="06 12 34 56 78")
    message = a_message(session, an_invoice(session, customer), channel=ChannelName.SMS)
    message.own_text = "C’est réglé #REF# ?\u00a0Merci\u2026"
    made = prepared(session, message)
    assert isinstance(made, Composed)
    assert made.text == "C'est réglé #REF# ? Merci..."
    assert made.subject == "Facture F-1\u00a0: échéance dépassée"


@pytest.mark.parametrize("body", ["#LISTE_FACTURES#", "#REF#"])
def test_a_template_of_ones_own_cannot_list_the_invoices_of_a_group(body: str) -> None:
    """RULES 4.4."""
    text = composed_with(body, claims=two_claims()).text
    assert text in ("2 factures", "2 factures, 6965,20 EUR au total")


def test_the_several_dates_of_a_group_have_no_value() -> None:
    with pytest.raises(Refused) as caught:
        composed_with("échues le #ECHEANCE#", claims=two_claims())
    assert (caught.value.code, caught.value.facts["field"]) == ("compose.missing_field", "ECHEANCE")
    same_day = tuple(a_claim(number=number) for number in ("A", "B"))
    assert composed_with("échues le #ECHEANCE#", claims=same_day).text == "échues le 31/10/2026"


def test_accents_that_would_cost_parts_are_taken_off() -> None:
    made = composed_with("#CLIENT# reçoit dès août", customer="Hôtel de l’Œuvre")
    assert made.text == "Hotel de l'Oeuvre recoit dès aout"


def test_accents_stay_where_another_script_costs_the_parts_anyway() -> None:
    assert composed_with("#CLIENT# reçoit", customer="Софія").text == "Софія reçoit"


@pytest.mark.parametrize(("length", "parts"), [(160, 1), (161, 2), (153 * MOST_PARTS, MOST_PARTS)])
def test_parts_are_counted(length: int, parts: int) -> None:
    assert composed_with("a" * length).parts == parts


def test_a_text_of_too_many_parts_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        composed_with("a" * (153 * MOST_PARTS + 1))
    assert caught.value.code == "compose.sms_too_long"
    assert (caught.value.facts["parts"], caught.value.facts["most"]) == (MOST_PARTS + 1, MOST_PARTS)


@pytest.mark.parametrize("text", ["[si pro]x[fin]", "\u200b", " \n "])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"compose\.empty_text"):
        composed_with(text, kind=CustomerKind.CONSUMER)


def test_a_blank_text_of_a_person_is_refused() -> None:
    with pytest.raises(Refused, match=r"compose\.empty_text"):
        composed(own=OwnText(text="  \n"))


def test_a_firm_without_a_telephone_gives_another_way_to_answer() -> None:
    house = House(name="Bonnet", language="fr", sender="", email="factures@bonnet.example")
    made = compose(some_facts(channel=ChannelName.SMS), a_desk(house=house))
    assert made.text.endswith("factures@bonnet.example")


def test_an_sms_needs_no_address_of_the_firm() -> None:
    house = House(name="Bonnet", language="fr", sender="")
    made = compose(some_facts(channel=ChannelName.SMS), a_desk(house=house, sms=SmsHouse()))
    assert made.text.endswith("Bonnet")


@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it", "nl"])
@pytest.mark.parametrize("several", [False, True])
def test_the_built_in_texts_cope_with_a_firm_and_an_invoice_that_say_little(
    level: int, language: str, several: bool
) -> None:
    house = House(name="", language="fr", sender="", phone="01 42 00 00 00")
    claims = (a_claim(issue_date=None), a_claim(number="F-2", issue_date=None))[: 1 + several]
    facts = some_facts(channel=ChannelName.SMS, step=StepFacts(level, level), claims=claims, language=language)
    made = compose(facts, a_desk(house=house, today=date(2026, 11, 1)))
    assert made.parts == 1
    assert not made.fell_back


def test_an_amount_is_written_for_every_telephone() -> None:
    yen = a_claim(currency="JPY", total=1234567, balance=1234567)
    assert composed_with("#RESTE_DU#", claims=(yen,)).text == "1234567 JPY"
    assert composed_with("#RESTE_DU#", claims=(a_claim(balance=-5),)).text == "-0,05 EUR"
