"""Test or remind: a test goes to oneself alone; a reminder leaves once, whatever is clicked."""

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.storage.models import Invoice, Message
from tests.web.client import Browser
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish, refused


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock, outbox: Outbox) -> Desk:
    furnish(engine, clock())
    return Desk(engine, settings, clock, outbox)


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def test_a_test_goes_to_oneself_and_changes_nothing(desk: Desk, member: Browser, outbox: Outbox) -> None:
    address = desk.address("F-1")
    page = member.follow(member.send(f"{address}/essai", {"etape": "3", "then": "test"}, on=address))
    [mail] = outbox.sent
    assert mail.to == ("member@firm.fr",)
    assert (mail.cc, mail.bcc) == ((), ())
    assert mail.subject.startswith("[Test]")
    assert "compta@aubry.example" in mail.text
    assert page.shows("member@firm.fr")
    assert desk.messages("F-1") == []
    assert desk.invoice("F-1").level is None


def test_a_test_that_did_not_leave_says_why(desk: Desk, member: Browser, outbox: Outbox) -> None:
    outbox.refusal = refused()
    address = desk.address("F-1")
    page = member.follow(member.send(f"{address}/essai", {"etape": "3", "then": "test"}, on=address))
    assert 'role="alert"' in page.html
    assert page.shows("535 5.7.8 bad credentials")


def test_the_offered_step_is_chosen_already(desk: Desk, member: Browser) -> None:
    page = member.open(desk.address("F-1"))
    panel = page.html.split('name="etape"')[1].split("</select>")[0]
    assert 'value="3" selected' in panel or 'selected value="3"' in panel
    assert panel.count("<option") == 5


def test_a_step_that_is_none_is_refused(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    for step in ("0", "9", "x", "", "9" * 40):
        member.send(f"{address}/essai", {"etape": step, "then": "test"}, on=address, status=422)
        member.send(f"{address}/relancer", {"etape": step}, on=address, status=422)
    member.open(f"{address}/relancer?etape=77", status=404)


def test_the_customer_is_reminded_from_a_page_that_names_everything(
    desk: Desk, member: Browser, outbox: Outbox
) -> None:
    address = desk.address("F-1")
    to_confirm = member.send(f"{address}/essai", {"etape": "4", "then": "remind"}, on=address)
    page = member.follow(to_confirm)
    for text in ("compta@aubry.example", "2 745,00 €", "Niveau 2", "claire@bonnet.example", "F-1"):
        assert page.shows(text), text
    assert outbox.sent == []
    member.send(f"{address}/relancer", {"etape": "4"}, on=to_confirm.location)
    desk.deliver()
    [mail] = outbox.sent
    assert mail.to == ("compta@aubry.example",)
    assert mail.subject in page.html.replace("&#39;", "'")
    assert desk.invoice("F-1").level == 2
    assert desk.messages("F-1")[0].decided_by == "member@firm.fr"


def test_a_second_click_sends_nothing_more(desk: Desk, member: Browser, outbox: Outbox) -> None:
    address = desk.address("F-1")
    for _ in range(2):
        member.send(f"{address}/relancer", {"etape": "3"}, on=f"{address}/relancer")
    assert len(desk.messages("F-1")) == 1
    desk.deliver()
    page = member.follow(member.send(f"{address}/relancer", {"etape": "3"}, on=address))
    assert page.shows("9 h 00")
    desk.deliver()
    assert len(outbox.sent) == 1
    assert desk.states("F-1") == [MessageState.SENT]


def test_a_reminder_that_leaves_at_this_moment_is_not_doubled(desk: Desk, member: Browser) -> None:
    desk.clock.move(hours=2)
    address = desk.address("F-1")
    desk.run()
    [message] = desk.messages("F-1")
    desk.change(Message, message.id, state=MessageState.CLAIMED)
    member.send(f"{address}/relancer", {"etape": "4"}, on=address)
    assert len(desk.messages("F-1")) == 1


def test_what_waited_for_approval_is_replaced_by_the_reminder_by_hand(desk: Desk, member: Browser) -> None:
    desk.clock.move(hours=2)
    desk.run()
    [message] = desk.messages("F-1")
    for reminder in desk.reminders("F-1"):
        desk.change(type(reminder), reminder.id, done=False)
    desk.change(Message, message.id, state=MessageState.APPROVAL)
    member.send(f"{desk.address('F-1')}/relancer", {"etape": "4"}, on=desk.address("F-1"))
    assert desk.states("F-1") == [MessageState.WITHDRAWN, MessageState.QUEUED]


def test_a_settled_invoice_can_be_reminded_of_by_nobody(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    member.open(f"{address}/relancer")
    member.send(f"{address}/reglements", {"pay-amount": "2745", "pay-paid_on": "2026-11-22"}, on=address)
    page = member.send(f"{address}/relancer", {"etape": "3"}, on=address, status=422)
    assert 'role="alert"' in page.html
    assert desk.messages("F-1") == []
    assert 'name="etape"' not in member.open(address).html


def test_without_an_address_the_page_leads_to_the_customer(desk: Desk, member: Browser) -> None:
    address = desk.address("F-4")
    customer = f'href="/clients/{desk.invoice("F-4").customer_id}"'
    assert customer in member.open(address).html.split('id="by-hand"')[1]
    page = member.open(f"{address}/relancer")
    assert customer in page.html
    assert "bulk" in page.html
    assert '<button class="p">' not in page.html
    member.send(f"{address}/relancer", {"etape": "3"}, on=address, status=422)


def test_a_person_is_told_of_a_dispute_and_may_go_on(desk: Desk, member: Browser, outbox: Outbox) -> None:
    address = desk.address("F-1")
    member.send(f"{address}/blocages/dispute", {"dispute-note": ""}, on=address)
    page = member.open(f"{address}/relancer")
    assert "note warn" in page.html
    assert page.shows("litige")
    member.send(f"{address}/relancer", {"etape": "3"}, on=f"{address}/relancer")
    desk.deliver()
    assert len(outbox.sent) == 1


def test_an_invoice_without_a_due_date_has_no_step_to_send(desk: Desk, member: Browser) -> None:
    desk.change(Invoice, desk.invoice("F-1").id, due_date=None)
    address = desk.address("F-1")
    assert 'name="etape"' not in member.open(address).html
    page = member.send(f"{address}/relancer", {}, on=address, status=422)
    assert 'role="alert"' in page.html or "note err" in page.html
