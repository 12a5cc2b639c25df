"""Settings > Senders: who each is, the account of its own, its logo, who takes over from one that goes."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from relance.app import create_app
from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services import accounts as people
from relance.services.accounts import Role
from relance.services.run import run_today
from relance.storage import db
from relance.storage.models import Customer, MailAccount, Message, Sender, User
from tests.channels.letters import a_picture
from tests.channels.smtp_server import SmtpServer
from tests.web.client import Browser
from tests.web.conftest import PASSWORD, Clock, SignIn
from tests.web.office import furnish

HOME = "/reglages/expediteurs"
LYON = {"name": "Agence de Lyon", "email": "lyon@bonnet.example"}


@pytest.fixture
def owner(owner: Browser, engine: Engine) -> Browser:
    """An owner who reads English: what the pages say is the same in every language."""
    with db.writing(engine) as session:
        session.scalars(select(User)).one().language = "en"
    return owner


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as one:
        yield one


def made(owner: Browser, **values: str) -> str:
    """A sender; the address of its page."""
    return owner.send(f"{HOME}/nouveau", {**LYON, **values}).location


def account(server: SmtpServer, **changes: str) -> dict[str, str]:
    given = {"preset": "other", "host": "127.0.0.1", "port": str(server.port), "security": "none", "username": ""}
    pace = {"per_minute": "10", "per_hour": "40", "per_day": "300", "connections": "1"}
    return {**given, **pace, "sender": "lyon@bonnet.example", "reply_to": "", "bcc": "", **changes}


def senders(engine: Engine) -> list[Sender]:
    with db.reading(engine) as session:
        return list(session.scalars(select(Sender).order_by(Sender.name)))


def test_a_sender_is_made_and_changed(owner: Browser, engine: Engine) -> None:
    assert owner.open(HOME).shows("The firm writes to everybody in its own name.")
    address = made(owner, iban="FR76 3000 4000 0312 3456 7890 143")
    assert owner.open(address).shows("Sender: Agence de Lyon")
    owner.send(address, {**LYON, "phone": "04 72 00 00 00", "iban": ""})
    [row] = senders(engine)
    assert (row.phone, row.iban) == ("04 72 00 00 00", "")
    assert owner.open(HOME).shows("Agence de Lyon")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": " "}, ""),
        ({"name": "AGENCE DE LYON"}, "There is already a sender with the name"),
        ({"name": "N", "bic": "BNPAFRPP"}, "A BIC goes with its own IBAN"),
        ({"name": "N", "iban": "FR76 0000"}, "IBAN"),
        ({"name": "N", "email": "lyon"}, "lyon"),
        ({"name": "a\u2028b"}, ""),
        ({"name": "x" * 600}, ""),
    ],
)
def test_what_is_wrong_is_said_and_kept_in_the_form(
    owner: Browser, engine: Engine, values: dict[str, str], said: str
) -> None:
    made(owner)
    page = owner.send(f"{HOME}/nouveau", {"phone": "01 02", **values}, status=422)
    assert page.shows(said)
    assert 'value="01 02"' in page.html
    assert len(senders(engine)) == 1


def test_a_name_with_signs_of_html_is_shown_as_it_is(owner: Browser) -> None:
    address = made(owner, name="A <b>& Fils</b>")
    assert owner.open(address).shows("A <b>& Fils</b>")
    assert owner.open(HOME).shows("A <b>& Fils</b>")
    assert owner.open(f"{address}/supprimer").shows("A <b>& Fils</b>")
    assert owner.open(f"{address}/e-mail").shows("A <b>& Fils</b>")


@pytest.mark.parametrize("path", ["0", "99", "2147483647", "99999999999999999999", "-1", "x", "99/e-mail", "99/logo"])
def test_there_is_no_page_of_a_sender_that_there_is_not(owner: Browser, path: str) -> None:
    owner.open(f"{HOME}/{path}", status=404)


def test_an_account_of_its_own_is_set_up_tried_and_taken_away_again(
    owner: Browser, engine: Engine, settings: Settings, server: SmtpServer
) -> None:
    address = made(owner)
    providers = owner.open(f"{address}/e-mail")
    assert "fournisseur=ovh" in providers.html
    assert "fournisseur=microsoft_365" not in providers.html
    form = owner.open(f"{address}/e-mail?fournisseur=ovh")
    assert 'value="ssl0.ovh.net"' in form.html and 'value="lyon@bonnet.example"' in form.html
    owner.open(f"{address}/e-mail?fournisseur=microsoft_365", status=404)
    owner.send(f"{address}/e-mail", {**account(server), "password": "secret", "do": "test"}, on=f"{address}/e-mail")
    [mail] = server.mails
    assert str(mail.message["From"]) == "Agence de Lyon <lyon@bonnet.example>"
    assert mail.recipients == ("owner@firm.fr",)
    with db.reading(engine) as session:
        row = session.scalars(select(MailAccount).where(MailAccount.id != 1)).one()
        assert (row.host, row.sender, row.password_file) == (
            "127.0.0.1",
            "lyon@bonnet.example",
            f"secrets/smtp-password-{row.id}",
        )
        assert session.get_one(MailAccount, 1).host == ""
    assert (settings.data_dir / row.password_file).read_text() == "secret"
    assert not owner.open(f"{address}/e-mail").shows("secret")
    owner.send(f"{address}/essai", {}, on=address)
    assert len(server.mails) == 2
    owner.send(f"{address}/e-mail/retirer", {}, on=f"{address}/e-mail")
    assert senders(engine)[0].mail_account_id is None
    assert not (settings.data_dir / row.password_file).exists()


@pytest.mark.parametrize(
    "changes",
    [{"host": ""}, {"sender": ""}, {"sender": "x"}, {"port": "x"}, {"port": "0"}, {"security": "ssl"}, {"host": "a b"}],
)
def test_an_account_that_cannot_be_is_refused(
    owner: Browser, engine: Engine, server: SmtpServer, changes: dict[str, str]
) -> None:
    address = made(owner)
    sent = {**account(server, **changes), "password": "secret", "do": "test"}
    page = owner.send(f"{address}/e-mail", sent, on=f"{address}/e-mail", status=422)
    assert "secret" not in page.html
    assert senders(engine)[0].mail_account_id is None
    assert server.mails == []


def test_a_test_that_fails_says_why_and_keeps_the_account(owner: Browser, engine: Engine, server: SmtpServer) -> None:
    address = made(owner)
    server.script("MAIL", "530 5.7.0 Authentication required", "530 5.7.0 Authentication required")
    page = owner.send(f"{address}/e-mail", {**account(server), "do": "test"}, on=f"{address}/e-mail", status=422)
    assert page.shows("530 5.7.0")
    assert senders(engine)[0].mail_account_id is not None
    back = owner.send(f"{address}/essai", {}, on=address)
    assert owner.follow(back).shows("530 5.7.0")


def test_a_refused_account_stands_in_the_bar_and_goes_on_after_a_word(
    owner: Browser, engine: Engine, server: SmtpServer, clock: Clock
) -> None:
    furnish(engine, clock())
    address = made(owner)
    owner.send(f"{address}/e-mail", {**account(server), "do": "save"}, on=f"{address}/e-mail")
    with db.writing(engine) as session:
        for customer in session.scalars(select(Customer)):
            customer.sender_id = senders(engine)[0].id
    clock.move(hours=2)
    run_today(engine, clock(), by="test")
    with db.writing(engine) as session:
        row = session.scalars(select(MailAccount).where(MailAccount.id != 1)).one()
        row.held_code, row.held_detail = "smtp.auth_refused", "535 no"
        for message in session.scalars(select(Message).where(Message.channel == ChannelName.EMAIL)):
            message.state, message.code = MessageState.HELD, "smtp.auth_refused"
    page = owner.open(HOME)
    assert page.shows("The mail server refuses the account of Agence de Lyon")
    assert page.shows("Account refused")
    assert owner.open("/a-faire").shows("Correct the e-mail account of 1 sender")
    with db.reading(engine) as session:
        first = session.scalars(select(Message.id)).first()
    assert owner.open(f"/historique/{first}").shows("Agence de Lyon <lyon@bonnet.example>")
    owner.send(f"{address}/e-mail/reprendre", {}, on=f"{address}/e-mail")
    with db.reading(engine) as session:
        assert MessageState.HELD not in set(session.scalars(select(Message.state)))
    assert not owner.open(HOME).shows("The mail server refuses the account")


def test_a_sender_that_is_used_asks_who_takes_over(owner: Browser, engine: Engine, clock: Clock) -> None:
    furnish(engine, clock())
    address = made(owner)
    made(owner, name="Agence de Nice")
    with db.writing(engine) as session:
        session.scalars(select(Customer)).first().sender_id = senders(engine)[0].id  # type: ignore[union-attr]
    nice = senders(engine)[1].id
    for wrong in ("", "x", "99", str(senders(engine)[0].id)):
        owner.send(f"{address}/supprimer", {"heir": wrong}, status=422)
    owner.send(f"{address}/supprimer", {"heir": str(nice)})
    assert [row.name for row in senders(engine)] == ["Agence de Nice"]
    with db.reading(engine) as session:
        assert [key for key in session.scalars(select(Customer.sender_id)) if key] == [nice]
    owner.send(f"{HOME}/{nice}/supprimer", {"heir": "firm"})
    with db.reading(engine) as session:
        assert set(session.scalars(select(Customer.sender_id))) == {None}


def test_a_sender_that_nobody_uses_goes_at_once(owner: Browser, engine: Engine) -> None:
    address = made(owner)
    assert owner.open(f"{address}/supprimer").shows("Nobody is written to in this name.")
    owner.send(f"{address}/supprimer", {})
    assert senders(engine) == []


def test_a_logo_is_kept_shown_and_removed(owner: Browser, engine: Engine) -> None:
    address = made(owner)
    owner.open(f"{address}/logo", status=404)
    picture = a_picture()
    owner.send(f"{address}/logo", {"picture": (BytesIO(picture), "logo.png")}, on=address)
    answer = owner.client.get(f"{address}/logo", base_url="http://127.0.0.1:8710")
    assert (answer.data, answer.mimetype) == (picture, "image/png")
    assert "/logo?v=" in owner.open(address).html
    owner.send(f"{address}/logo", {"do": "remove"}, on=address)
    assert senders(engine)[0].logo_sha256 == ""


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"x" * 1_000_001])
def test_what_is_no_logo_is_refused(owner: Browser, engine: Engine, content: bytes) -> None:
    address = made(owner)
    owner.send(f"{address}/logo", {"picture": (BytesIO(content), "logo.png")}, on=address, status=422)
    assert senders(engine)[0].logo_sha256 == ""


def test_a_sample_letter_is_a_pdf_in_its_name(owner: Browser) -> None:
    address = made(owner)
    answer = owner.client.get(f"{address}/exemple.pdf", base_url="http://127.0.0.1:8710")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_nothing_leaves_from_a_demonstration(settings: Settings, clock: Clock, server: SmtpServer) -> None:

    app: Flask = create_app(replace(settings, demo=True), clock=clock)
    app.testing = True
    engine: Engine = app.extensions["relance"].engine
    with db.writing(engine) as session:
        people.add_user(session, email="owner@firm.fr", password=PASSWORD, role=Role.OWNER, now=clock())
    owner = Browser(app)
    owner.send("/connexion", {"email": "owner@firm.fr", "password": PASSWORD})
    address = made(owner)
    owner.send(f"{address}/e-mail", {**account(server), "do": "test"}, on=f"{address}/e-mail", status=422)
    assert server.mails == []


@pytest.mark.parametrize("role", [Role.MEMBER, Role.READER])
def test_senders_are_for_owners(signed_in: SignIn, role: Role) -> None:
    browser = signed_in(role)
    for path in ("", "/nouveau", "/1", "/1/e-mail", "/1/supprimer"):
        browser.open(f"{HOME}{path}", status=403)
