"""Sending is given free again by a person alone, after a restore, on a copied folder, on an older database."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.services.backup import restore_backup, write_backup
from relance.services.database import the_firm
from relance.services.delivery.carried import carried_by
from relance.services.delivery.journal import Journal, folder_of
from relance.services.delivery.journal_lines import Carried
from relance.services.run import run_today
from relance.services.same_machine import SendingLock, watch
from relance.storage import db
from tests.web.client import Browser, Page
from tests.web.conftest import PASSWORD, Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish

PAGE = "/reprise"
SENT, UNKNOWN, QUEUED, HELD = MessageState.SENT, MessageState.UNKNOWN, MessageState.QUEUED, MessageState.HELD
GO = {"alone": "y", "waiting": "leave"}


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    return an_app(settings, clock, outbox)


def an_app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    made = create_app(settings, clock=clock, channels=outbox.outlets)
    made.testing = True
    return made


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock, outbox: Outbox, owner: Browser) -> Desk:
    """Three messages wait: of F-1, of F-2 with F-3, and of F-5."""
    watch(engine, settings, clock())
    clock.move(hours=2)
    furnish(engine, clock())
    run_today(engine, clock(), by="test")
    return Desk(engine, settings, clock, outbox)


def journal(desk: Desk, number: str, end: MessageState | None) -> None:
    """Note that the message of an invoice was handed over."""
    [message], pen = desk.messages(number), Journal(desk.settings.data_dir)
    with db.reading(desk.engine) as session:
        carried = carried_by(session.connection(), [message.id])[message.id]
    pen.handing_over(message.uid, ChannelName.EMAIL, 1, desk.clock(), carried)
    if end is not None:
        pen.outcome(message.uid, end, desk.clock())
    pen.close()


def restored(desk: Desk, between: Callable[[], object] = lambda: None) -> None:
    """Back up, let things happen, and put the backup back."""
    file = desk.settings.data_dir / "backup.zip"
    write_backup(desk.engine, desk.settings, file)
    between()
    desk.engine.dispose()
    restore_backup(desk.settings, file, desk.clock())


@pytest.fixture
def copied(desk: Desk, tmp_path: Path) -> Iterator[tuple[Desk, Browser]]:
    """A copy of the folder, and an owner in front of its own pages."""
    desk.engine.dispose()
    folder = Path(shutil.copytree(tmp_path, tmp_path.parent / f"{tmp_path.name}-copy"))
    there = replace(desk.settings, data_dir=folder)
    app = an_app(there, desk.clock, desk.outbox)
    engine: Engine = app.extensions["relance"].engine
    assert watch(engine, there, desk.clock()) is SendingLock.COPIED
    browser = Browser(app)
    browser.send("/connexion", {"email": "owner@firm.fr", "password": PASSWORD})
    yield replace(desk, settings=there, engine=engine), browser
    engine.dispose()


def lock(engine: Engine) -> str | None:
    with db.reading(engine) as session:
        return the_firm(session).sending_lock


def chosen(page: Page) -> list[str]:
    """The choices that are ticked beforehand."""
    inputs: list[str] = re.findall(r'<input[^>]*name="waiting"[^>]*>', page.html)
    return [re.findall(r'value="(\w+)"', one)[0] for one in inputs if "checked" in one]


def tables(page: Page) -> int:
    return page.html.count("<table")


def test_as_long_as_sending_is_free_there_is_nothing_to_do(desk: Desk, owner: Browser) -> None:
    page = owner.open(PAGE)
    assert page.shows("Les envois ne sont pas bloqués.")
    assert 'name="alone"' not in page.html
    assert f'href="{PAGE}"' not in page.html + owner.open("/a-faire").html
    owner.send(PAGE, {"alone": "y", "waiting": "ask"}, on="/compte")
    assert desk.states("F-1") == [QUEUED]


def test_every_page_says_that_nothing_leaves_and_leads_to_the_one_that_mends_it(desk: Desk, owner: Browser) -> None:
    restored(desk)
    assert re.search(rf'<li class="err">.*?<a href="{PAGE}">', owner.open("/compte").html)
    page = owner.open("/a-faire")
    assert page.html.count(f'href="{PAGE}"') == 2
    assert re.search(r'href="/a-faire"[^>]*>[^<]*\(1\)', page.html)
    assert "etat=retenu" not in page.html.partition("<main")[2]


def test_what_left_before_the_restore_is_listed_and_counts_as_sent(desk: Desk, owner: Browser) -> None:
    restored(desk, desk.deliver)
    assert len(desk.outbox.sent) == 3
    page = owner.open(PAGE)
    assert tables(page) == 1
    for words in ("Menuiserie Aubry", "Garage Lenoir", "F-2, F-3", "23/11/2026"):
        assert page.shows(words), words
    assert 'name="waiting"' not in page.html
    assert owner.send(PAGE, {"alone": "y"}).location == "/"
    assert 'role="status"' in owner.open("/compte").html
    assert (desk.states("F-1"), desk.states("F-2"), lock(desk.engine)) == ([SENT], [SENT], None)
    desk.deliver()
    assert len(desk.outbox.sent) == 3


def test_of_what_waits_only_what_never_left_leaves(desk: Desk, owner: Browser) -> None:
    restored(desk, lambda: journal(desk, "F-1", None))
    page = owner.open(PAGE)
    assert chosen(page) == ["leave"]
    assert desk.states("F-2") == [HELD]
    desk.deliver()
    assert desk.outbox.sent == []
    owner.send(PAGE, GO)
    desk.deliver()
    assert [mail.to for mail in desk.outbox.sent] == [("compta@lenoir.example",), ("compta@kessler.example",)]
    assert desk.states("F-1") == [UNKNOWN]


def test_a_run_that_the_database_has_forgotten_is_added_to_its_history(
    desk: Desk, owner: Browser, engine: Engine
) -> None:
    with db.writing(engine) as session:
        the_firm(session).sending_lock, the_firm(session).locked_at = SendingLock.OLDER_DATABASE, desk.clock()
    pen, [known] = Journal(desk.settings.data_dir), desk.reminders("F-1")
    steps = Carried("F-6", 1, known.program_id, 3, 1, 1), Carried("F-6 <b>", 1, known.program_id, 3, 1, 1)
    pen.handing_over("forgotten", ChannelName.EMAIL, 1, desk.clock(), steps)
    pen.outcome("forgotten", SENT, desk.clock())
    pen.handing_over("stranger", "telegram <i>", 1, desk.clock(), (Carried("F-GONE", 1, 1, 3, 1, 1),))
    pen.close()
    page = owner.open(PAGE)
    assert tables(page) == 2
    for words in ("Café de la Poste", "F-6, F-6 <b>", "telegram <i>", "F-GONE"):
        assert page.shows(words), words
    owner.send(PAGE, GO)
    assert desk.states("F-6") == [SENT]


def test_on_a_copied_folder_nothing_leaves_by_itself_unless_a_person_wants_it(
    copied: tuple[Desk, Browser], desk: Desk
) -> None:
    copy, browser = copied
    copy.deliver()
    assert desk.outbox.sent == []
    assert chosen(browser.open(PAGE)) == ["ask"]
    browser.send(PAGE, {"alone": "y", "waiting": "ask"})
    assert (copy.states("F-1"), copy.states("F-2")) == ([UNKNOWN], [UNKNOWN])
    copy.deliver()
    assert desk.outbox.sent == []
    assert desk.states("F-1") == [QUEUED]


def test_on_a_copied_folder_a_person_may_say_that_nothing_was_sent(copied: tuple[Desk, Browser]) -> None:
    copy, browser = copied
    browser.send(PAGE, GO)
    copy.deliver()
    assert len(copy.outbox.sent) == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"waiting": "leave"}, "alone"),
        ({"alone": "y"}, "waiting"),
        ({"alone": "y", "waiting": "x" * 5000}, "waiting"),
        ({}, "alone"),
    ],
)
def test_nothing_is_presumed(desk: Desk, owner: Browser, given: dict[str, str], field: str) -> None:
    restored(desk)
    page = owner.send(PAGE, given, status=422)
    assert f'id="{field}-error"' in page.html
    assert lock(desk.engine) == SendingLock.RESTORED
    assert desk.states("F-1") == [HELD]


def test_a_second_word_changes_nothing(desk: Desk, owner: Browser) -> None:
    restored(desk)
    owner.send(PAGE, GO)
    owner.send(PAGE, {"alone": "y", "waiting": "ask"}, on="/compte")
    assert (desk.states("F-1"), lock(desk.engine)) == ([QUEUED], None)


def test_a_member_sees_why_nothing_leaves_and_cannot_change_it(desk: Desk, signed_in: SignIn) -> None:
    restored(desk)
    member = signed_in(Role.MEMBER)
    page = member.open("/a-faire")
    assert '<li class="err">' in page.html
    assert f'href="{PAGE}"' not in page.html
    member.open(PAGE, status=403)
    member.send(PAGE, GO, on="/compte", status=403)
    assert lock(desk.engine) == SendingLock.RESTORED


def test_a_journal_that_cannot_be_read_or_written_leaves_the_lock(desk: Desk, owner: Browser) -> None:
    restored(desk)
    owner.open(PAGE)
    folder = folder_of(desk.settings.data_dir)
    (folder / "stamp.new").mkdir()
    assert 'role="alert"' in owner.send(PAGE, GO, status=422).html
    (folder / "sent-2020-01.log").mkdir()
    assert 'role="alert"' in owner.open(PAGE).html
    owner.send(PAGE, GO, on="/compte", status=422)
    assert lock(desk.engine) == SendingLock.RESTORED


def test_the_page_asks_as_much_of_the_database_for_many_messages_as_for_few(desk: Desk, owner: Browser) -> None:
    restored(desk)
    few = desk.queries_of(lambda: owner.open(PAGE))
    rows = [f"M-{one};Client {one};c{one}@a.example;15/09/2026;15/10/2026;100,00" for one in range(230)]
    heading = "N° facture;Client;E-mail;Date facture;Échéance;Total TTC"
    owner.send(PAGE, GO)
    desk.clock.move(days=1)
    owner.send("/connexion", {"email": "owner@firm.fr", "password": PASSWORD})
    furnish(desk.engine, desk.clock(), invoices="\n".join((heading, *rows)))
    run_today(desk.engine, desk.clock(), by="test", unusual_volume=True)
    with db.writing(desk.engine) as session:
        the_firm(session).sending_lock = SendingLock.RESTORED
    page: list[Page] = []
    assert desk.queries_of(lambda: page.append(owner.open(PAGE))) <= few
    assert page[0].shows("233")
    assert page[0].html.count('<li><a href="/historique/') == 200
