"""The firm and its e-mail account: kept, checked, tried out, and the password never shown."""

import stat

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.services.accounts import Role
from relance.services.database import the_firm
from relance.services.delivery.account_values import password_of
from relance.storage import db
from relance.storage.models import Firm, MailAccount
from tests.web.client import Browser
from tests.web.conftest import Clock, SignIn
from tests.web.office import Outbox, furnish, refused

FIRM = {
    "name": "Bonnet Conseil",
    "address": "1 rue des Lilas\n75001 Paris",
    "siren": "732 829 320",
    "phone": "01 42 00 00 00",
    "email": "claire@bonnet.example",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "country": "FR",
    "region": "alsace-moselle",
    "timezone": "Europe/Paris",
    "language": "fr",
    "currency": "EUR",
}
MAIL = {
    "host": "smtp.bonnet.example",
    "port": "587",
    "security": "starttls",
    "username": "claire@bonnet.example",
    "password": "a very secret word",
    "sender": "claire@bonnet.example",
    "reply_to": "",
    "bcc": "archive@bonnet.example, compta@bonnet.example",
    "per_minute": "30",
    "per_day": "0",
    "connections": "1",
}


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    made = create_app(settings, clock=clock, channels=outbox.outlets)
    made.testing = True
    return made


def firm_of(engine: Engine) -> Firm:
    with db.reading(engine) as session:
        firm = the_firm(session)
        session.expunge(firm)
    return firm


def account_of(engine: Engine) -> MailAccount:
    with db.reading(engine) as session:
        account = session.get_one(MailAccount, 1)
        session.expunge(account)
    return account


def test_the_firm_is_kept(owner: Browser, engine: Engine) -> None:
    owner.follow(owner.send("/reglages", FIRM))
    firm = firm_of(engine)
    assert (firm.name, firm.siren, firm.region) == ("Bonnet Conseil", "732829320", "alsace-moselle")
    assert firm.address == FIRM["address"]
    assert firm.iban == "FR7630006000011234567890189"
    assert "732829320" in owner.open("/reglages").html


BAD_FIRM = [
    ("name", " "),
    ("siren", "123"),
    ("iban", "FR76 0000"),
    ("bic", "no"),
    ("email", "nobody"),
    ("country", "XX"),
    ("region", "brittany"),
    ("timezone", "Europe/Nowhere"),
    ("timezone", "../etc/passwd"),
    ("language", "tlh"),
    ("currency", "EU"),
    ("phone", "1\n2"),
    ("address", "x" * 30_000),
]


def test_what_cannot_be_is_refused_at_its_field_and_nothing_changes(owner: Browser, engine: Engine) -> None:
    for field, bad in BAD_FIRM:
        page = owner.send("/reglages", {**FIRM, field: bad}, status=422)
        assert f'id="{field}-error"' in page.html, (field, bad)
        assert page.title.startswith("Erreur")
    assert firm_of(engine).name == ""


def test_the_account_is_kept_and_its_password_in_a_file_of_its_own(
    owner: Browser, engine: Engine, settings: Settings
) -> None:
    owner.follow(owner.send("/reglages/e-mail", {**MAIL, "do": "save"}))
    account = account_of(engine)
    assert (account.host, account.port, account.per_minute) == ("smtp.bonnet.example", 587, 30)
    assert account.bcc == ["archive@bonnet.example", "compta@bonnet.example"]
    assert password_of(settings, account) == "a very secret word"
    file = settings.data_dir / account.password_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"a very secret word" not in b"".join(path.read_bytes() for path in settings.data_dir.glob("relance.db*"))


def test_the_password_is_never_shown_and_an_empty_field_keeps_it(
    owner: Browser, engine: Engine, settings: Settings
) -> None:
    owner.send("/reglages/e-mail", {**MAIL, "do": "save"})
    assert "a very secret word" not in owner.open("/reglages/e-mail").html
    owner.send("/reglages/e-mail", {**MAIL, "password": "", "host": "smtp2.bonnet.example", "do": "save"})
    assert password_of(settings, account_of(engine)) == "a very secret word"
    page = owner.send("/reglages/e-mail", {**MAIL, "port": "no", "password": "another one", "do": "save"}, status=422)
    assert "another one" not in page.html
    assert password_of(settings, account_of(engine)) == "a very secret word"


def test_the_password_can_be_forgotten(owner: Browser, engine: Engine, settings: Settings) -> None:
    owner.send("/reglages/e-mail", {**MAIL, "do": "save"})
    owner.send("/reglages/e-mail", {**MAIL, "password": "", "forget": "y", "do": "save"})
    assert password_of(settings, account_of(engine)) == ""
    assert list((settings.data_dir / "secrets").iterdir()) == []


BAD_MAIL = [
    ("host", "https://smtp.bonnet.example"),
    ("port", "0"),
    ("port", "²"),
    ("security", "maybe"),
    ("sender", "nobody"),
    ("bcc", "a@b.example; nobody"),
    ("per_day", "-1"),
    ("connections", "999"),
    ("password", "two\nlines"),
]


def test_an_account_that_cannot_be_is_refused_at_its_field(owner: Browser, engine: Engine) -> None:
    for field, bad in BAD_MAIL:
        page = owner.send("/reglages/e-mail", {**MAIL, field: bad, "do": "save"}, status=422)
        assert f'id="{field}-error"' in page.html, (field, bad)
    assert account_of(engine).host == ""


def test_a_test_goes_to_the_person_who_asks(owner: Browser, engine: Engine, outbox: Outbox) -> None:
    page = owner.follow(owner.send("/reglages/e-mail", {**MAIL, "do": "test"}))
    [message] = outbox.sent
    assert message.to == ("owner@firm.fr",)
    assert (message.cc, message.bcc) == ((), ())
    assert message.sender == "claire@bonnet.example"
    assert message.subject.startswith("[Test]")
    assert page.shows("owner@firm.fr")
    assert account_of(engine).host == "smtp.bonnet.example"


def test_a_test_that_does_not_leave_says_why_with_the_servers_words(
    owner: Browser, engine: Engine, outbox: Outbox
) -> None:
    outbox.refusal = refused()
    page = owner.send("/reglages/e-mail", {**MAIL, "do": "test"}, status=422)
    assert "<details>" in page.html
    assert "535 5.7.8 bad credentials" in page.words
    assert account_of(engine).host == "smtp.bonnet.example"


def held(engine: Engine) -> None:
    with db.writing(engine) as session:
        account = session.get_one(MailAccount, 1)
        account.host = "smtp.bonnet.example"
        account.held_code, account.held_detail = "smtp.auth_refused", "535 no"


def test_what_was_held_goes_on_once_the_account_is_seen_to(owner: Browser, engine: Engine, outbox: Outbox) -> None:
    held(engine)
    assert "535 no" in owner.open("/reglages/e-mail").words
    outbox.refusal = refused()
    owner.send("/reglages/e-mail", {**MAIL, "do": "test"}, status=422)
    outbox.refusal = None
    owner.send("/reglages/e-mail", {**MAIL, "do": "test"})
    assert account_of(engine).held_code is None


def test_saving_releases_the_account_too(owner: Browser, engine: Engine) -> None:
    held(engine)
    owner.send("/reglages/e-mail", {**MAIL, "do": "save"})
    assert account_of(engine).held_code is None


def test_a_test_takes_a_server(owner: Browser, engine: Engine) -> None:
    page = owner.send("/reglages/e-mail", {**MAIL, "host": "", "do": "test"}, status=422)
    assert 'id="host-error"' in page.html


def test_settings_are_for_owners(engine: Engine, clock: Clock, signed_in: SignIn) -> None:
    furnish(engine, clock())
    member = signed_in(Role.MEMBER)
    member.open("/reglages", status=403)
    member.open("/reglages/e-mail", status=403)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("404 833 048 00022", "404833048"), ("40483304800022", "404833048"), ("404833048", "404833048"), ("", "")],
)
def test_a_siret_stands_for_its_siren(owner: Browser, engine: Engine, typed: str, kept: str) -> None:
    owner.send("/reglages", {**FIRM, "siren": typed})
    assert firm_of(engine).siren == kept


@pytest.mark.parametrize(
    "typed", ["404 833 048 00023", "404833048000221", "٤٠٤٨٣٣٠٤٨", "404833048 " * 99, "404-833-049"]
)
def test_a_siret_with_a_wrong_key_is_refused(owner: Browser, engine: Engine, typed: str) -> None:
    page = owner.send("/reglages", {**FIRM, "siren": typed}, status=422)
    assert 'id="siren-error"' in page.html and firm_of(engine).name == ""


def test_an_iban_is_shown_in_groups_of_four(owner: Browser) -> None:
    owner.send("/reglages", FIRM)
    assert 'value="FR76 3000 6000 0112 3456 7890 189"' in owner.open("/reglages").html


def test_a_wrong_value_behind_the_first_fields_is_shown(owner: Browser) -> None:
    assert '<details class="card">' in owner.open("/reglages").html
    page = owner.send("/reglages", {**FIRM, "bic": "no"}, status=422)
    assert '<details class="card" open>' in page.html
