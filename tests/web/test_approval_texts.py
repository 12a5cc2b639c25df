"""One message written anew before it leaves, for that time alone."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.domain.status import MessageState
from relance.services.accounts import Role
from tests.web.approving import RUN, START, accord, approve, confirmation, pay, row, seen, text, waiting_firm
from tests.web.client import Browser
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox

STATES = MessageState


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    return waiting_firm(tmp_path, empty_database)


@pytest.fixture
def clock() -> Clock:
    return Clock(START + RUN)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock, outbox: Outbox) -> Desk:
    return Desk(engine, settings, clock, outbox)


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


@pytest.fixture
def owner(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.OWNER)


def test_one_message_is_written_anew_and_leaves_as_it_was_written(desk: Desk, member: Browser, outbox: Outbox) -> None:
    address = text(desk, "F-2")
    page = member.open(address)
    assert page.shows("1 600,40 €")
    member.send(
        address, {"subject": "Nos deux factures", "text": "Bonjour Paul,\nil reste #RESTE_DU#.", "seen": seen(page)}
    )
    listed = member.open("/a-valider")
    assert listed.shows("il reste 1 600,40 €.")
    assert listed.shows("member@firm.fr")
    approve(member, accord(desk, "F-2"))
    desk.clock.move(minutes=3)
    desk.deliver()
    [mail] = outbox.sent
    assert mail.subject == "Nos deux factures"
    assert " ".join(mail.text.split()) == "Bonjour Paul, il reste 1 600,40 €."
    assert row(desk, "F-2").body == mail.text


def test_a_text_changed_by_another_person_is_looked_at_before_it_leaves(
    desk: Desk, member: Browser, owner: Browser
) -> None:
    one = confirmation(owner.open(accord(desk, "F-2")))
    address = text(desk, "F-2")
    member.send(address, {"subject": "Autre", "text": "Un autre texte", "seen": seen(member.open(address))})
    page = owner.send(accord(desk, "F-2"), one, on="/a-valider", status=422)
    assert page.shows("Un autre texte")
    assert desk.states("F-2") == [STATES.APPROVAL]
    owner.send(accord(desk, "F-2"), confirmation(page), on="/a-valider")
    assert desk.states("F-2") == [STATES.QUEUED]


BAD_TEXTS = (
    ("Sujet", "", ""),
    ("Sujet", " \r\n\t ", ""),
    ("", "Un texte", ""),
    ("Sujet\nBcc: eve@evil.example", "Un texte", ""),
    ("Sujet\x00", "Un texte", ""),
    ("Sujet", "Il reste #RESTE_DUE#.", "#RESTE_DU#"),
    ("Sujet #REFF#", "Un texte", "#REF#"),
    ("Sujet", "Il reste #RESTE_DU", "RESTE_DU"),
    ("Sujet", "[si pro]Bonjour", "[si pro]"),
    ("Sujet", "Payez ici : #LIEN_PAIEMENT#", "#LIEN_PAIEMENT#"),
    ("Sujet", "x" * 20_001, ""),
    ("x" * 300, "Un texte", ""),
)


def test_a_text_that_cannot_leave_is_refused_and_kept_on_the_page(desk: Desk, member: Browser) -> None:
    address = text(desk, "F-2")
    mark = seen(member.open(address))
    for subject, written, told in BAD_TEXTS:
        back = member.send(address, {"subject": subject, "text": written, "seen": mark}, status=422)
        assert 'role="alert"' in back.html, subject
        assert back.shows(told), told
        assert back.shows(" ".join(written.split())), written
        assert row(desk, "F-2").own_text is None


def test_two_people_do_not_overwrite_each_other(desk: Desk, member: Browser, owner: Browser) -> None:
    address = text(desk, "F-2")
    mine, theirs = seen(member.open(address)), seen(owner.open(address))
    member.send(address, {"subject": "Le mien", "text": "Un", "seen": mine})
    owner.send(address, {"subject": "Le sien", "text": "Deux", "seen": theirs}, status=422)
    assert row(desk, "F-2").own_subject == "Le mien"


def test_the_template_comes_back(desk: Desk, member: Browser) -> None:
    address = text(desk, "F-2")
    member.send(address, {"subject": "Le mien", "text": "Un", "seen": seen(member.open(address))})
    for _ in range(2):
        member.send(address, {"do": "template"})
    assert (row(desk, "F-2").own_text, row(desk, "F-2").own_subject) == (None, None)
    assert not member.open("/a-valider").shows("member@firm.fr")


def test_a_text_written_before_a_payment_does_not_leave(desk: Desk, member: Browser, outbox: Outbox) -> None:
    address = text(desk, "F-1")
    page = member.open(address)
    member.send(address, {"subject": "Dernier avis", "text": "Vous devez 2 745,00 €.", "seen": seen(page)})
    pay(desk, member, "F-1", "100")
    listed = member.open("/a-valider")
    assert not listed.shows("Vous devez 2 745,00 €.")
    assert "<button" not in member.open(accord(desk, "F-1")).html.partition("<main")[2]
    again = member.open(address)
    member.send(address, {"subject": "Dernier avis", "text": "Vous devez #RESTE_DU#.", "seen": seen(again)})
    assert member.open("/a-valider").shows("Vous devez 2 645,00 €.")
    approve(member, accord(desk, "F-1"), typed="Menuiserie Aubry")
    pay(desk, member, "F-1", "45")
    desk.clock.move(minutes=3)
    desk.deliver()
    assert outbox.sent == []
    held = row(desk, "F-1")
    assert (held.state, held.code) == (STATES.HELD, "compose.edited_then_changed")
    assert member.open("/a-faire").shows("1")
    member.send(address, {"do": "template"}, on=address)
    assert row(desk, "F-1").state is STATES.APPROVAL
    assert row(desk, "F-1").decided_by == ""


def test_a_message_that_left_is_not_written_any_more(desk: Desk, member: Browser) -> None:
    address = text(desk, "F-2")
    mark = seen(member.open(address))
    approve(member, accord(desk, "F-2"))
    sent = member.send(address, {"subject": "Tard", "text": "Trop tard", "seen": mark}, on="/a-valider")
    assert 'role="alert"' in member.follow(sent).html
    assert row(desk, "F-2").own_text is None
