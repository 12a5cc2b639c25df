"""The firm's mailbox on its pages: set up, tried out, read, and searched for what may have left."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from relance.app import create_app
from relance.config import Settings
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.storage import db
from relance.storage.models import InboxAccount, MailAccount, Message, News
from tests.channels.dovecot_server import PASSWORD, USER, DovecotServer
from tests.web.client import Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish

PAGE = "/reglages/boite"


@pytest.fixture(scope="module")
def server() -> Iterator[DovecotServer]:
    with DovecotServer() as one:
        yield one


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)


def inbox_of(engine: Engine) -> InboxAccount:
    with db.reading(engine) as session:
        return session.get_one(InboxAccount, 1)


def filled(server: DovecotServer, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"active": "y", "host": "127.0.0.1", "port": server.port, "security": "none"}
    given |= {"whose": "own", "username": USER, "password": PASSWORD, "folder": "INBOX", "done_folder": ""}
    return {name: value for name, value in (given | changes).items() if value is not None}


def test_before_it_is_set_up_the_providers_server_is_proposed(owner: Browser, engine: Engine) -> None:
    with db.writing(engine) as session:
        session.get_one(MailAccount, 1).host = "ssl0.ovh.net"
    page = owner.open(PAGE)
    assert 'name="host"' in page.html
    assert 'value="ssl0.ovh.net"' in page.html
    assert 'value="993"' in page.html
    assert inbox_of(engine).host == ""


def test_it_is_saved_and_tried_out(owner: Browser, engine: Engine, settings: Settings, server: DovecotServer) -> None:
    page = owner.follow(owner.send(PAGE, filled(server, do="check")))
    assert 'role="status"' in page.html
    assert page.shows("Sent")
    kept = inbox_of(engine)
    assert (kept.active, kept.username, kept.password_file) == (True, USER, "secrets/inbox-password")
    file = settings.data_dir / kept.password_file
    assert (file.read_text(encoding="utf-8"), file.stat().st_mode & 0o777) == (PASSWORD, 0o600)


def test_a_password_is_never_shown_and_stays_until_another_comes(
    owner: Browser, engine: Engine, settings: Settings, server: DovecotServer
) -> None:
    owner.send(PAGE, filled(server))
    page = owner.open(PAGE)
    assert "sésame" not in page.html
    owner.send(PAGE, filled(server, password="", folder="INBOX/Relances"))
    assert (settings.data_dir / inbox_of(engine).password_file).read_text(encoding="utf-8") == PASSWORD
    owner.send(PAGE, filled(server, password="", forget="y"))
    assert inbox_of(engine).password_file == ""
    assert not (settings.data_dir / "secrets/inbox-password").exists()


def test_a_refused_sign_in_is_said_with_the_servers_words_and_nothing_secret(
    owner: Browser, engine: Engine, server: DovecotServer
) -> None:
    page = owner.send(PAGE, filled(server, password="faux & secret", do="check"), status=422)
    assert 'role="alert"' in page.html
    assert page.shows("Authentication failed")
    assert not page.shows("faux & secret")
    assert inbox_of(engine).active


def test_the_same_account_as_the_one_that_sends_needs_no_name(
    owner: Browser, engine: Engine, settings: Settings, server: DovecotServer
) -> None:
    (settings.data_dir / "smtp").write_text(PASSWORD, encoding="utf-8")
    with db.writing(engine) as session:
        mail = session.get_one(MailAccount, 1)
        mail.username, mail.password_file = USER, "smtp"
    owner.send(PAGE, filled(server, whose="shared", username="ignored", password="", do="check"))
    assert inbox_of(engine).username == ""


def test_what_cannot_be_is_said_at_its_field(owner: Browser, engine: Engine, server: DovecotServer) -> None:
    wrong: list[dict[str, Any]] = [
        {"host": ""},
        {"host": "not a host!"},
        {"port": "abc"},
        {"port": "0"},
        {"port": "9" * 30},
        {"security": "rot13"},
        {"username": ""},
        {"username": "a\r\nb"},
        {"folder": ""},
        {"folder": "x" * 600},
        {"password": "a\nb"},
        {"password": "x" * 2000},
        {"whose": "theirs"},
    ]
    for change in wrong:
        page = owner.send(PAGE, filled(server, **change), status=422)
        assert 'role="alert"' in page.html, change
    assert (inbox_of(engine).host, inbox_of(engine).active) == ("", False)


def test_another_mailbox_is_read_from_its_own_beginning(owner: Browser, engine: Engine, server: DovecotServer) -> None:
    owner.send(PAGE, filled(server))
    with db.writing(engine) as session:
        inbox = session.get_one(InboxAccount, 1)
        inbox.uid_validity, inbox.last_uid, inbox.failed_code = 7, 70, "inbox.auth_refused"
    owner.send(PAGE, filled(server, done_folder="Relance"))
    assert (inbox_of(engine).uid_validity, inbox_of(engine).failed_code) == (7, None)
    owner.send(PAGE, filled(server, folder="Relances"))
    assert (inbox_of(engine).uid_validity, inbox_of(engine).last_uid) == (None, 0)


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock, outbox: Outbox, server: DovecotServer) -> Desk:
    """After today's run, with the mailbox connected."""
    furnish(engine, clock())
    (settings.data_dir / "imap").write_text(PASSWORD, encoding="utf-8")
    made = Desk(engine, settings, clock, outbox)
    given = {"active": True, "host": "127.0.0.1", "port": server.port, "security": "none", "username": USER}
    made.change(InboxAccount, 1, **given, password_file="imap")
    clock.move(hours=2)
    made.run()
    return made


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def test_the_mailbox_is_read_when_a_person_asks(desk: Desk, member: Browser, server: DovecotServer) -> None:
    uid = desk.messages("F-1")[-1].uid
    reply = f"From: compta@aubry.example\r\nMessage-ID: <{uid}.r@x>\r\nIn-Reply-To: <{uid}@bonnet.example>\r\n"
    server.put(f"{reply}Subject: Re: F-1\r\n\r\nnous payons vendredi\r\n".encode())
    page = member.follow(member.send(PAGE + "/relever", {}, on="/reponses"))
    assert page.shows("nous payons vendredi")
    with db.reading(desk.engine) as session:
        assert session.scalars(select(News.kind)).all() == ["replied"]


def test_a_mailbox_that_lets_nobody_in_is_said_and_shown(desk: Desk, member: Browser) -> None:
    (desk.settings.data_dir / "imap").write_text("wrong", encoding="utf-8")
    page = member.follow(member.send(PAGE + "/relever", {}, on="/reponses"))
    assert 'role="alert"' in page.html
    assert inbox_of(desk.engine).failed_code == "inbox.auth_refused"


def test_without_a_mailbox_there_is_nothing_to_read(desk: Desk, member: Browser) -> None:
    desk.change(InboxAccount, 1, host="")
    assert "relever" not in member.open("/reponses").html
    page = member.follow(member.send(PAGE + "/relever", {}, on="/reponses"))
    assert 'role="alert"' in page.html


def lost(desk: Desk) -> Message:
    """A message of which nobody knows whether it left."""
    message = desk.messages("F-1")[-1]
    desk.change(Message, message.id, state=MessageState.UNKNOWN, code="delivery.interrupted")
    return message


def search(member: Browser, message: Message) -> Page:
    address = f"/historique/{message.id}"
    assert f'action="{address}/boite"' in member.open(address).html
    return member.follow(member.send(f"{address}/boite", {}, on=address))


def test_a_message_found_among_the_sent_ones_left(desk: Desk, member: Browser, server: DovecotServer) -> None:
    message = lost(desk)
    server.put(f"Subject: x\r\nX-Relance-Id: {message.uid}\r\n\r\n".encode(), folder="Sent")
    page = search(member, message)
    found = desk.messages("F-1")[-1]
    assert (found.state, found.code, found.decided_by) == (MessageState.SENT, None, "mailbox:member@firm.fr")
    assert "mailbox:" not in page.html
    assert page.shows("member@firm.fr")


def test_a_message_is_found_by_its_message_id_too(desk: Desk, member: Browser, server: DovecotServer) -> None:
    message = lost(desk)
    server.put(f"Message-ID: <{message.uid}@bonnet.example>\r\n\r\n".encode(), folder="Sent")
    search(member, message)
    assert desk.states("F-1") == [MessageState.SENT]


def test_a_message_that_is_not_there_stays_unknown(desk: Desk, member: Browser) -> None:
    page = search(member, lost(desk))
    assert 'role="alert"' in page.html
    assert desk.states("F-1") == [MessageState.UNKNOWN]


def test_a_mailbox_that_fails_changes_nothing(desk: Desk, member: Browser) -> None:
    message = lost(desk)
    (desk.settings.data_dir / "imap").write_text("wrong", encoding="utf-8")
    assert 'role="alert"' in search(member, message).html
    desk.change(InboxAccount, 1, host="")
    assert 'role="alert"' in search(member, message).html
    assert desk.states("F-1") == [MessageState.UNKNOWN]


def test_only_what_is_unknown_is_looked_for(desk: Desk, member: Browser) -> None:
    message = desk.messages("F-1")[-1]
    assert "/boite" not in member.open(f"/historique/{message.id}").html
    page = member.follow(member.send(f"/historique/{message.id}/boite", {}, on=f"/historique/{message.id}"))
    assert 'role="alert"' in page.html
    member.send("/historique/99999/boite", {}, on="/historique", status=404)
    member.send(f"/historique/{9 * 10**30}/boite", {}, on="/historique", status=404)


def test_the_mailbox_belongs_to_the_owner(desk: Desk, member: Browser) -> None:
    member.open(PAGE, status=403)
