"""What waits for a person's word: approved or refused, by one person at a time."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.storage.models import Hold
from tests.web.approving import (
    RUN,
    START,
    accord,
    approve,
    confirmation,
    key_of,
    more_invoices,
    refus,
    row,
    text,
    waiting_firm,
)
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


def test_what_waits_stands_customer_by_customer_with_its_text_and_amount(desk: Desk, member: Browser) -> None:
    page = member.open("/a-valider")
    assert page.html.index("Garage Lenoir") < page.html.index("Menuiserie Aubry")
    for words in ("F-1", "2 745,00 €", "F-2", "F-3", "1 600,40 €", "compta@lenoir.example", "MISE EN DEMEURE"):
        assert page.shows(words), words
    assert page.html.count('name="message"') == 2
    assert not page.shows("F-5")


def test_an_approved_message_leaves_after_two_minutes_and_can_be_called_back(
    desk: Desk, member: Browser, outbox: Outbox
) -> None:
    page = member.open(accord(desk, "F-2"))
    for words in ("compta@lenoir.example", "1 600,40 €", "Garage Lenoir"):
        assert page.shows(words), words
    sent = approve(member, accord(desk, "F-2"))
    assert sent.location.endswith("/envois/1")
    desk.deliver()
    assert (outbox.sent, desk.states("F-2")) == ([], [STATES.QUEUED])
    desk.clock.move(minutes=3)
    desk.deliver()
    assert [mail.to for mail in outbox.sent] == [("compta@lenoir.example",)]
    assert row(desk, "F-2").decided_by == "member@firm.fr"
    assert desk.invoice("F-3").level == 1


def test_a_second_click_makes_no_second_send(desk: Desk, member: Browser, outbox: Outbox) -> None:
    address = accord(desk, "F-2")
    one = confirmation(member.open(address))
    other = desk.messages("F-1")[-1].id
    first = member.send(address, one, on="/a-valider")
    again = member.send(address, one, on="/a-valider")
    assert first.location == again.location
    assert other != key_of(desk, "F-2")
    desk.clock.move(minutes=3)
    desk.deliver()
    assert len(outbox.sent) == 1


def test_a_formal_notice_wants_the_customers_name(desk: Desk, member: Browser) -> None:
    address = accord(desk, "F-1")
    page = approve(member, address, 422, typed="Menuiserie")
    assert 'aria-invalid="true"' in page.html
    approve(member, address, 422)
    assert desk.states("F-1") == [STATES.APPROVAL]
    approve(member, address, typed="  menuiserie   AUBRY ")
    assert desk.states("F-1") == [STATES.QUEUED]


def test_what_was_paid_meanwhile_falls_out_and_the_rest_leaves(desk: Desk, member: Browser, outbox: Outbox) -> None:
    address = accord(desk, "F-2", "F-1")
    desk.change(type(desk.invoice("F-3")), desk.invoice("F-3").id, paid=12000, balance=0)
    page = member.open(address)
    assert page.shows("F-3")
    assert page.shows("4 225,40 €")
    approve(member, address, typed="Menuiserie Aubry")
    assert [one.withdrawn_code for one in desk.reminders("F-3")] == ["paid"]
    desk.clock.move(minutes=3)
    desk.deliver()
    [mail] = [one for one in outbox.sent if one.to == ("compta@lenoir.example",)]
    assert "F-3" not in mail.text
    assert member.open("/envois/1").shows("F-3")


def test_when_everything_fell_out_nothing_is_sent(desk: Desk, member: Browser) -> None:
    address = accord(desk, "F-1")
    one = confirmation(member.open(address))
    desk.change(type(desk.invoice("F-1")), desk.invoice("F-1").id, excluded=True)
    assert "<button" not in member.open(address).html.partition("<main")[2]
    member.send(address, {**one, "typed": "Menuiserie Aubry"}, on="/a-valider", status=422)
    assert desk.states("F-1") == [STATES.APPROVAL]


def test_many_messages_want_the_word_that_payments_are_entered(desk: Desk, member: Browser) -> None:
    more_invoices(desk, 4)
    numbers = [f"M-{number}" for number in range(4)]
    assert 'name="payments"' not in member.open(accord(desk, *numbers)).html
    address = accord(desk, *numbers, "F-2")
    approve(member, address, 422)
    approve(member, address, payments="y")
    assert [desk.states(number) for number in numbers] == [[STATES.QUEUED]] * 4


def test_a_refusal_wants_a_reason_and_says_what_follows(desk: Desk, member: Browser, outbox: Outbox) -> None:
    address = refus(desk, "F-1")
    page = member.send(address, {"reason": "  ", "sequel": "pause", "until": "2026-12-01"}, status=422)
    assert 'aria-invalid="true"' in page.html
    member.send(address, {"reason": "Appelé", "sequel": "pause", "until": ""}, status=422)
    member.send(address, {"reason": "Appelé", "sequel": "burn", "until": "2026-12-01"}, status=422)
    member.send(address, {"reason": "Appelé", "sequel": "pause", "until": "2026-11-20"}, status=422)
    assert desk.states("F-1") == [STATES.APPROVAL]
    member.send(address, {"reason": "Client appelé", "sequel": "pause", "until": "2026-12-01"})
    message = row(desk, "F-1")
    assert (message.state, message.code, message.note) == (STATES.WITHDRAWN, "refused", "Client appelé")
    assert message.decided_by == "member@firm.fr"
    [hold] = desk.holds("F-1")
    assert (hold.kind, str(hold.until)) == ("pause", "2026-12-01")
    shown = member.open(f"/historique/{message.id}")
    assert shown.shows("Client appelé")
    assert shown.shows("member@firm.fr")
    desk.clock.move(days=1)
    desk.run()
    assert desk.states("F-1") == [STATES.WITHDRAWN]
    assert outbox.sent == []


@pytest.mark.parametrize("sequel", ["dispute", "exclude", "mark"])
def test_a_refused_step_does_not_come_back_by_itself(desk: Desk, member: Browser, sequel: str) -> None:
    member.send(refus(desk, "F-1"), {"reason": "Vu au téléphone", "sequel": sequel, "until": "2026-12-01"})
    desk.clock.move(days=1)
    desk.run()
    assert [one for one in desk.states("F-1") if one is STATES.APPROVAL] == []


def test_a_step_marked_instead_counts_as_done(desk: Desk, member: Browser) -> None:
    member.send(refus(desk, "F-2"), {"reason": "Vu au téléphone", "sequel": "mark", "until": "2026-12-01"})
    assert [desk.invoice(one).level for one in ("F-2", "F-3")] == [1, 1]
    assert [(one.kind.value, one.done) for one in desk.reminders("F-2")] == [("auto", False), ("marked", True)]


def test_a_refused_step_may_be_proposed_again(desk: Desk, member: Browser) -> None:
    member.send(refus(desk, "F-1"), {"reason": "Demain", "sequel": "again", "until": "2026-12-01"})
    desk.clock.move(days=1)
    desk.run()
    assert desk.states("F-1") == [STATES.WITHDRAWN, STATES.APPROVAL]


def test_the_second_of_two_people_is_told_who_decided(desk: Desk, member: Browser, owner: Browser) -> None:
    address = accord(desk, "F-2")
    one = confirmation(owner.open(address))
    member.open(refus(desk, "F-2"))
    owner.send(address, one, on="/a-valider")
    page = member.follow(
        member.send(refus(desk, "F-2"), {"reason": "Non", "sequel": "exclude", "until": "2026-12-01"}, on="/a-valider")
    )
    assert 'role="alert"' in page.html
    assert page.shows("owner@firm.fr")
    assert desk.states("F-2") == [STATES.QUEUED]
    assert not desk.invoice("F-2").excluded
    again = member.follow(member.send(accord(desk, "F-2"), {"token": "x" * 36}, on="/a-valider"))
    assert again.shows("owner@firm.fr")


def test_a_refusal_beats_a_later_approval(desk: Desk, member: Browser, owner: Browser, outbox: Outbox) -> None:
    one = confirmation(owner.open(accord(desk, "F-2")))
    member.send(refus(desk, "F-2"), {"reason": "Non", "sequel": "again", "until": "2026-12-01"})
    told = owner.follow(owner.send(accord(desk, "F-2"), one, on="/a-valider"))
    assert told.shows("member@firm.fr")
    desk.clock.move(minutes=5)
    desk.deliver()
    assert outbox.sent == []


def test_readers_see_and_cannot_act(desk: Desk, signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    page = reader.open("/a-valider")
    assert page.shows("F-1")
    assert 'name="message"' not in page.html
    for address in (accord(desk, "F-2"), refus(desk, "F-2"), text(desk, "F-2")):
        reader.open(address, status=403)
    choices = ("/a-valider/choix", "/a-relancer/choix")
    for address in (*choices, accord(desk, "F-2"), refus(desk, "F-2"), text(desk, "F-2")):
        reader.send(address, {"token": "x" * 36, "reason": "Non"}, on="/compte", status=403)
    assert desk.states("F-2") == [STATES.APPROVAL]


def test_bad_addresses_and_forms_are_answered_plainly(desk: Desk, member: Browser) -> None:
    for asked in (
        "",
        "?messages=abc",
        "?messages=1-99999999",
        "?messages=-1",
        "?messages=" + "9" * 40,
        "?messages=999",
    ):
        for where in ("accord", "refus"):
            assert 'role="alert"' in member.follow(member.open(f"/a-valider/{where}{asked}", status=303)).html, asked
    for asked in ("page=abc", "page=" + "9" * 30, "par=0"):
        member.open(f"/a-valider?{asked}")
    member.send("/a-valider/choix", {"act": "approve"}, status=422)
    member.send("/a-valider/choix", {"act": "approve", "message": "abc"}, status=422)
    member.send(accord(desk, "F-2"), {"token": "x"}, status=422)
    for key in ("999", "9" * 40):
        member.open(f"/a-valider/{key}/texte", status=404)
    assert member.send("/a-valider/choix", {"act": "refuse", "tout": "1"}).location.endswith("messages=1-2")


def test_the_list_takes_few_queries_however_long_it_is(desk: Desk, member: Browser) -> None:
    more_invoices(desk, 30)
    page = member.open("/a-valider?par=100")
    assert page.html.count('name="message"') == 32
    assert desk.queries_of(lambda: member.open("/a-valider?par=100")) <= 45


def test_holds_of_a_refusal_are_the_invoices_own(desk: Desk, member: Browser) -> None:
    member.send(refus(desk, "F-2"), {"reason": "Litige", "sequel": "dispute", "until": "2026-12-01"})
    holds: list[Hold] = [*desk.holds("F-2"), *desk.holds("F-3")]
    assert [(one.kind, one.note, one.opened_by) for one in holds] == [("dispute", "Litige", "member@firm.fr")] * 2
    assert desk.holds("F-1") == []
