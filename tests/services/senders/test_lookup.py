"""Who a sender is: what it has of its own stands in the place of what the firm has, and only that."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from relance.domain.delivery import ChannelName
from relance.domain.program import Step
from relance.domain.status import MessageState
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.letters import settings as letter_settings
from relance.services.letters.house import letter_house_of
from relance.services.messages.compose import Composed, prepare
from relance.services.messages.facts import House, LetterHouse
from relance.services.messages.recipients import house_of
from relance.services.refusal import Refused
from relance.services.senders.lookup import find, sender_of
from relance.services.senders.mail import save_mail
from relance.services.senders.settings import Heir, delete, save
from relance.services.settings.problems import Problem
from relance.storage import db
from relance.storage.bad_addresses import own
from relance.storage.models import Customer, CustomerGroup, LetterAccount, MailAccount, Message, Sender
from relance.storage.queries.senders import held, listed, uses
from relance.storage.queries.state import waiting
from relance.storage.queries.to_do import to_do
from tests.channels.letters import a_picture
from tests.channels.smtp_server import SmtpServer
from tests.services.establishments import a_group, a_sender, write_as
from tests.services.firm import SmallFirm, a_small_firm, replace_program

LYON = "Agence de Lyon"
FIRM_IBAN, LYON_IBAN = "FR7630006000011234567890189", "FR7630004000031234567890143"


@pytest.fixture
def firm(tmp_path: Path, blank: Path, outgoing: SmtpServer) -> SmallFirm:
    shutil.copy(blank, tmp_path / blank.name)
    house = {"iban": FIRM_IBAN, "bic": "AGRIFRPP", "phone": "01 42 00 00 00", "address": "1 rue Monge\n75005 Paris"}
    made = a_small_firm(tmp_path, outgoing, **house)
    with db.writing(made.engine) as session:
        session.get_one(MailAccount, 1).sender = "Bonnet Conseil <claire@bonnet.example>"
        session.get_one(MailAccount, 1).bcc = ["copie@bonnet.example"]
        letters = session.get_one(LetterAccount, 1)
        letters.place, letters.footer = "Paris", "SARL au capital de 10 000 €"
        letters.letterhead = "Bonnet Conseil\nLe conseil des entreprises"
    return made


def houses(firm: SmallFirm, **values: Any) -> tuple[House, LetterHouse]:
    """What a sender with these values shows, on the screen and on paper."""
    key = a_sender(firm, LYON, **values)
    with db.reading(firm.engine) as session:
        accounts, sender = read_accounts(session), find(session, key)
        letters = letter_house_of(the_firm(session), accounts.letter, firm.settings.data_dir, sender)
        return house_of(the_firm(session), accounts.mail, sender), letters


def test_a_sender_with_a_name_alone_is_the_firm_under_another_name(firm: SmallFirm) -> None:
    house, letters = houses(firm)
    assert (house.name, house.phone, house.email) == (LYON, "01 42 00 00 00", "claire@bonnet.example")
    assert house.sender == f"{LYON} <claire@bonnet.example>"
    assert (house.reply_to, house.bcc) == ("", ("copie@bonnet.example",))
    assert (house.iban, house.bic, house.payee) == (FIRM_IBAN, "AGRIFRPP", "Bonnet Conseil")
    assert letters.letterhead == ("Bonnet Conseil", "Le conseil des entreprises")
    assert (letters.place, letters.footer) == ("Paris", ("SARL au capital de 10 000 €",))
    assert (letters.address.name, letters.address.city) == (LYON, "Paris")


def test_a_sender_elsewhere_has_its_own_letterhead_and_town(firm: SmallFirm) -> None:
    house, letters = houses(
        firm, address="5 quai Jules-Courmont\n69002 Lyon", phone="04 72 00 00 00", email="lyon@bonnet.example"
    )
    assert house.reply_to == "lyon@bonnet.example"
    assert letters.letterhead == (
        LYON,
        "5 quai Jules-Courmont",
        "69002 Lyon",
        "Tél. 04 72 00 00 00",
        "lyon@bonnet.example",
    )
    assert (letters.place, letters.address.city) == ("Lyon", "Lyon")
    assert letters.footer == ("SARL au capital de 10 000 €",)


def test_what_is_written_for_a_sender_wins(firm: SmallFirm) -> None:
    own_words = {
        "letterhead": "Lyon, place Bellecour",
        "footer": "RCS Lyon",
        "place": "Villeurbanne",
        "signature": "L.",
    }
    house, letters = houses(firm, address="1 rue X\n69002 Lyon", **own_words)
    assert letters.letterhead == ("Lyon, place Bellecour",)
    assert (letters.footer, letters.place, house.signature) == (("RCS Lyon",), "Villeurbanne", "L.")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"iban": LYON_IBAN, "bic": "BNPAFRPP"}, (LYON_IBAN, "BNPAFRPP", LYON)),
        ({"iban": LYON_IBAN}, (LYON_IBAN, "", LYON)),
        ({"bic": "BNPAFRPP"}, (FIRM_IBAN, "AGRIFRPP", "Bonnet Conseil")),
        ({"iban": "  "}, (FIRM_IBAN, "AGRIFRPP", "Bonnet Conseil")),
    ],
)
def test_an_iban_and_its_bic_stay_together(
    firm: SmallFirm, values: dict[str, str], expected: tuple[str, str, str]
) -> None:
    house, _ = houses(firm, **values)
    assert (house.iban, house.bic, house.payee) == expected


def test_a_sender_with_an_account_writes_from_its_address(firm: SmallFirm) -> None:
    account = MailAccount(host="smtp.lyon.example", sender="lyon@bonnet.example", bcc=["lyon-copie@bonnet.example"])
    house, _ = houses(firm, mail_account=account, email="accueil@lyon.example")
    assert house.sender == f"{LYON} <lyon@bonnet.example>"
    assert (house.reply_to, house.bcc) == ("", ("lyon-copie@bonnet.example",))


def test_the_firms_account_by_its_number_is_no_account_of_its_own(firm: SmallFirm) -> None:
    house, _ = houses(firm, mail_account_id=1, email="accueil@lyon.example")
    assert house.sender == f"{LYON} <claire@bonnet.example>"
    assert house.reply_to == "accueil@lyon.example"


def test_a_logo_of_its_own_stands_on_its_letters_and_else_the_firms(firm: SmallFirm) -> None:
    mine, firms = a_picture(), a_picture(width=80)
    with db.writing(firm.engine) as session:
        letter_settings.keep_logo(session.get_one(LetterAccount, 1), firm.settings, firms)
    assert houses(firm)[1].logo == firms
    with db.writing(firm.engine) as session:
        sender = session.scalars(select(Sender)).one()
        letter_settings.keep_logo(sender, firm.settings, mine)
        letters = letter_house_of(the_firm(session), read_accounts(session).letter, firm.settings.data_dir, sender)
        assert letters.logo == mine


def test_a_message_and_a_letter_speak_in_the_name_of_the_customers_sender(firm: SmallFirm) -> None:
    channels = (ChannelName.EMAIL, ChannelName.LETTER)
    replace_program(firm, (Step(1, 7, channels=channels),))
    for code in "AB":
        firm.customer(code, f"{code}@c.example", address_1="2 rue Y", postcode="69003", city="Lyon")
        firm.invoice(f"F-{code}", code, days_late=8)
    key = a_sender(firm, LYON, iban=LYON_IBAN, bic="BNPAFRPP", phone="04 72 00 00 00", address="1 rue X\n69002 Lyon")
    write_as(firm, "A", key)
    firm.run()
    with db.reading(firm.engine) as session:
        rows = {row.id: row for row in session.scalars(select(Message))}
        made = prepare(
            session, rows, the_firm(session), read_accounts(session), firm.today, firm.settings.data_dir, keep=False
        )
        for row in rows.values():
            content, theirs = made[row.id], row.sender_id == key
            assert isinstance(content, Composed)
            assert (LYON in content.text) is theirs
            if row.channel is ChannelName.LETTER:
                assert content.letter is not None
                assert (content.letter.letterhead.lines[0] == LYON) is theirs
                facts = dict(content.letter.payment.facts) if content.letter.payment else {}
                assert LYON_IBAN.startswith(facts["IBAN"].replace(" ", "")) is theirs
    assert {row.sender_id for row in rows.values()} == {key, None}
    assert len(rows) == 4


def test_a_customers_own_sender_comes_before_its_groups(firm: SmallFirm) -> None:
    lyon, nice = a_sender(firm, LYON), a_sender(firm, "Nice")
    for code in "ABC":
        firm.customer(code)
    a_group(firm, "Sud", nice, "A", "B")
    write_as(firm, "A", lyon)
    with db.reading(firm.engine) as session:
        found = {code: sender_of(session, firm.customers[code]) for code in "ABC"}
    assert {code: one.name if one else None for code, one in found.items()} == {"A": LYON, "B": "Nice", "C": None}


def test_the_addresses_of_senders_are_the_firms_own(firm: SmallFirm) -> None:
    a_sender(firm, LYON, email="Accueil@Lyon.example", mail_account=MailAccount(sender="L <lyon@b.example>", bcc=[]))
    with db.reading(firm.engine) as session:
        assert {"accueil@lyon.example", "lyon@b.example", "claire@bonnet.example"} <= own(session, the_firm(session))


def test_what_is_saved_is_as_it_was_typed(firm: SmallFirm) -> None:
    with db.writing(firm.engine) as session:
        key = save(session, {"name": " Agence\u00a0de Lyon ", "iban": "FR76 3000 4000 0312 3456 7890 143"}).id
    with db.writing(firm.engine) as session:
        save(session, {"phone": "04"}, key)
        row = find(session, key)
        assert (row.iban, row.phone, row.address) == (LYON_IBAN, "04", "")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "senders.no_name"),
        ({"name": ""}, "config.problems"),
        ({"name": "   "}, "config.problems"),
        ({"name": "a\nb"}, "config.problems"),
        ({"name": "a\x00b"}, "config.problems"),
        ({"name": "a\u2028b"}, "config.problems"),
        ({"name": "x" * 501}, "config.problems"),
        ({"name": 7}, "config.problems"),
        ({"name": "\u200b\u2060"}, "config.problems"),
        ({"name": "agence DE lyon"}, "senders.name_taken"),
        ({"name": "Agence\u00a0de  Lyon"}, "senders.name_taken"),
        ({"name": "Agence\u200b de Lyon"}, "senders.name_taken"),
        ({"name": "N", "iban": "FR00"}, "config.problems"),
        ({"name": "N", "bic": "nothing"}, "config.problems"),
        ({"name": "N", "bic": "BNPAFRPP"}, "senders.bic_alone"),
        ({"name": "N", "siren": "123"}, "config.problems"),
        ({"name": "N", "email": "no address"}, "config.problems"),
        ({"name": "N", "email": "a@b.example\r\nBcc: x@y.example"}, "config.problems"),
        ({"name": "N", "email": "a@b.example, c@d.example"}, "config.problems"),
        ({"name": "N", "signature": "x" * 20_001}, "config.problems"),
        ({"name": "N", "address": ["x"]}, "config.problems"),
        ({"name": "N", "mail_account_id": 1}, "config.problems"),
    ],
)
def test_what_cannot_be_a_sender_is_refused_and_nothing_is_kept(
    firm: SmallFirm, values: dict[str, object], code: str
) -> None:
    a_sender(firm, LYON)
    with db.writing(firm.engine) as session, pytest.raises(Refused) as refused:
        save(session, values)
    assert refused.value.code == code
    problems = refused.value.facts.get("problems", ())
    assert isinstance(problems, tuple) and all(isinstance(one, Problem) for one in problems)
    with db.reading(firm.engine) as session:
        assert [one.name for one in session.scalars(select(Sender))] == [LYON]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"host": "", "sender": "a@b.example"}, "senders.no_host"),
        ({"host": "smtp.b.example"}, "mail.no_sender"),
        ({"host": "smtp b", "sender": "a@b.example"}, "config.problems"),
        ({"host": "smtp.b.example", "sender": "a@b.example", "port": 0}, "config.problems"),
        ({"host": "smtp.b.example", "sender": "a@b.example", "connections": 500}, "config.problems"),
        ({"host": "smtp.b.example", "sender": "a@b.example", "security": "ssl2"}, "config.problems"),
    ],
)
def test_an_account_that_cannot_be_leaves_the_sender_as_it_was(
    firm: SmallFirm, values: dict[str, object], code: str
) -> None:
    key = a_sender(firm, LYON)
    with pytest.raises(Refused) as refused, db.writing(firm.engine) as session:
        save_mail(session, firm.settings, key, values, "secret")
    assert refused.value.code == code
    with db.reading(firm.engine) as session:
        assert find(session, key).mail_account_id is None
        assert len(list(session.scalars(select(MailAccount)))) == 1


def test_a_sender_that_is_used_goes_only_when_another_takes_over(firm: SmallFirm) -> None:
    lyon, nice = a_sender(firm, LYON), a_sender(firm, "Nice")
    firm.customer("A", "a@a.example", sender_id=lyon)
    firm.invoice("F-1", "A", days_late=8)
    a_group(firm, "Sud", lyon)
    firm.run()
    for heir, code in ((None, "senders.used"), (Heir(lyon), "senders.own_heir"), (Heir(999), "senders.gone")):
        with db.writing(firm.engine) as session, pytest.raises(Refused) as refused:
            delete(session, firm.settings, lyon, heir)
        assert refused.value.code == code
    with db.writing(firm.engine) as session:
        used = uses(session, lyon)
        assert (used.customers, used.groups, used.messages) == (1, 1, 1)
        delete(session, firm.settings, lyon, Heir(nice))
    with db.reading(firm.engine) as session:
        for kind in (Customer, CustomerGroup, Message):
            assert list(session.scalars(select(kind.sender_id))) == [nice]


def test_what_has_left_keeps_the_name_it_left_under(firm: SmallFirm) -> None:
    lyon = a_sender(firm, LYON)
    firm.customer("A", "a@a.example", sender_id=lyon)
    firm.invoice("F-1", "A", days_late=8)
    firm.run_and_deliver()
    write_as(firm, "A", None)
    with db.writing(firm.engine) as session:
        delete(session, firm.settings, lyon)
    [message] = firm.messages()
    assert (message.sender_id, message.sender) == (None, f"{LYON} <claire@bonnet.example>")


def test_nothing_changes_while_a_message_is_leaving(firm: SmallFirm) -> None:
    lyon = a_sender(firm, LYON)
    firm.customer("A", "a@a.example", sender_id=lyon)
    firm.invoice("F-1", "A", days_late=8)
    firm.run()
    with db.writing(firm.engine) as session:
        session.scalars(select(Message)).one().state = MessageState.TRANSMITTING
    with db.writing(firm.engine) as session, pytest.raises(Refused) as refused:
        delete(session, firm.settings, lyon, Heir(None))
    assert refused.value.code == "senders.leaving"


def test_a_refused_account_of_a_sender_is_shown_as_the_firms_is(firm: SmallFirm) -> None:
    a_sender(firm, LYON, mail_account=MailAccount(host="h", bcc=[], held_code="smtp.auth_refused"))
    a_sender(firm, "Nice", mail_account=MailAccount(host="h", bcc=[]))
    with db.reading(firm.engine) as session:
        seen, work = waiting(session), to_do(session)
        assert (seen.mail_held_code, seen.senders_held, seen.sender_held) == (None, 1, LYON)
        assert (work.mail, work.senders) == (0, 1)
        assert work.total == 1
        assert held(session) == [(LYON, "smtp.auth_refused")]
        assert [one.sender.name for one in listed(session)] == [LYON, "Nice"]


def test_without_senders_nothing_is_looked_for(firm: SmallFirm) -> None:
    firm.customer("A")
    with db.reading(firm.engine) as session:
        assert sender_of(session, firm.customers["A"]) is None
        assert (listed(session), held(session)) == ([], [])
