"""What is to be done, counted; and the steps that only a person sends (RULES 3.7, 4.1)."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.storage.models import Message
from tests.web.approving import RUN, START, hidden, key_of, refus, waiting_firm
from tests.web.client import Browser, Page
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


def test_the_menu_and_the_bar_count_what_waits(desk: Desk, member: Browser) -> None:
    page = member.open("/clients")
    assert re.search(r'href="/a-faire"[^>]*>[^<]*\(2\)', page.html)
    assert 'href="/a-valider"' in page.html


def test_what_can_be_mended_is_counted_once(desk: Desk, member: Browser) -> None:
    page = member.open("/a-faire")
    for address in ("/a-valider", "/a-relancer"):
        assert f'href="{address}"' in page.html, address
    desk.change(Message, key_of(desk, "F-1"), state=STATES.UNKNOWN, code="delivery.interrupted")
    assert "/historique?etat=inconnu" in member.open("/a-faire").html


def test_nothing_to_do_is_said(engine: Engine, owner: Browser, desk: Desk) -> None:
    for number in ("F-1", "F-2"):
        owner.send(refus(desk, number), {"reason": "Non", "sequel": "exclude", "until": "2026-12-01"})
    desk.change(type(desk.invoice("F-5")), desk.invoice("F-5").id, excluded=True)
    desk.change(type(desk.invoice("F-4")), desk.invoice("F-4").id, excluded=True, unreachable_on=None)
    page = owner.open("/a-faire")
    assert "tasks" not in page.html.partition("<main")[2]


def test_an_invoice_for_the_telephone_is_listed_and_leads_to_the_pages_that_confirm(
    desk: Desk, member: Browser
) -> None:
    page = member.open("/a-relancer")
    for words in ("Studio Kessler", "F-5", "2 350,00 €", "23/11/2026", "compta@kessler.example"):
        assert page.shows(words), words
    assert not page.shows("F-1")
    key = str(desk.invoice("F-5").id)
    sent = member.send("/a-relancer/choix", {"facture": key, "act": "remind"}, on="/a-relancer")
    assert sent.location.endswith(f"/envois/nouveau?factures={key}")
    member.send("/a-relancer/choix", {"act": "remind"}, on="/a-relancer", status=422)


def test_a_reminder_by_hand_takes_the_place_of_the_automatic_one_of_that_day(
    desk: Desk, signed_in: SignIn, outbox: Outbox
) -> None:
    """RULES 3.7: less than 20 hours before the run, the step of that day counts as done."""
    # F-5 is due on Monday 30 November; its step of level 1 is planned for Saturday 5, moved on to Monday 7 December.
    desk.clock.move(days=13, hours=8)  # Sunday 6 December, 19:00: 15 hours before the run of Monday
    assert desk.today.isoformat() == "2026-12-06"
    member = signed_in(Role.MEMBER)
    member.send("/simulation/reglements-a-jour", {}, on="/simulation")
    address = f"/envois/nouveau?factures={desk.invoice('F-5').id}&etape=1"
    fields = hidden(member.open(address))
    member.send(address, fields, on=address)
    desk.clock.move(minutes=3)
    desk.deliver()
    assert [mail.to for mail in outbox.sent] == [("compta@kessler.example",)]
    desk.clock.move(hours=15)
    desk.run()
    assert [(one.kind.value, one.step) for one in desk.reminders("F-5")] == [("manual", 1), ("superseded", 2)]
    assert len([mail for mail in outbox.sent if mail.to == ("compta@kessler.example",)]) == 1


def test_a_mark_takes_the_place_of_the_automatic_reminder_too(desk: Desk, signed_in: SignIn, outbox: Outbox) -> None:
    """RULES 3.7, for what was marked from the list."""
    desk.clock.move(days=13, hours=8)
    member = signed_in(Role.MEMBER)
    member.send("/simulation/reglements-a-jour", {}, on="/simulation")
    chosen = {"facture": str(desk.invoice("F-5").id), "act": "mark"}
    confirm = member.send("/a-relancer/choix", chosen, on="/simulation").location
    page = member.open(confirm)
    given = {"means": "call", "day": desk.today.isoformat(), "step": "1", "number": "", "note": "Appelé"}
    member.send(confirm, {**given, **marked(page)}, on=confirm)
    desk.clock.move(hours=15, minutes=3)
    desk.run()
    assert [(one.kind.value, one.step) for one in desk.reminders("F-5")] == [("marked", 1), ("superseded", 2)]
    assert outbox.sent == []


def marked(page: Page) -> dict[str, str]:
    main = page.html.partition("<main")[2]
    return dict(re.findall(r'<input type="hidden" name="(factures)" value="([^"]*)"', main))
