"""Test or remind: a test goes to oneself alone, through any channel, and changes nothing."""

import pytest
from flask import Flask

from relance.app import create_app
from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.storage.models import Customer, Invoice, Message, SmsAccount
from tests.web.client import BASE, Browser
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish, refused
from tests.web.test_sending import address_of, confirm


class AllChannels(Outbox):
    """Text messages leave through it, too."""

    def outlets(self, *_of: object) -> object:
        return {ChannelName.EMAIL: lambda: self, ChannelName.SMS: lambda: self}


@pytest.fixture
def outbox() -> AllChannels:
    return AllChannels()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: AllChannels) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)  # type: ignore[arg-type]


@pytest.fixture
def desk(app: Flask, settings: Settings, clock: Clock, outbox: AllChannels) -> Desk:
    engine = app.extensions["relance"].engine
    furnish(engine, clock())
    return Desk(engine, settings, clock, outbox)


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def with_mobile(desk: Desk, number: str) -> None:
    desk.change(SmsAccount, 1, provider="vonage", sender="Bonnet")
    desk.change(Customer, desk.invoice(number).customer_id, phone="06 12 34 56 78")


def with_street(desk: Desk, number: str) -> None:
    street = {"address_1": "12 rue des Lilas", "postcode": "75001", "city": "Paris", "country": "FR"}
    desk.change(Customer, desk.invoice(number).customer_id, **street)


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


def test_a_text_message_is_tested_on_ones_own_telephone(desk: Desk, member: Browser, outbox: Outbox) -> None:
    with_mobile(desk, "F-1")
    address = desk.address("F-1")
    sent = {"etape": "3", "canal": "sms", "numero": "07 98 76 54 32", "then": "test"}
    page = member.follow(member.send(f"{address}/essai", sent, on=address))
    [text] = outbox.sent
    assert text.to == ("+33798765432",)
    assert text.text.upper().startswith("TEST")
    assert "07 98 76 54 32" in page.html.split('name="numero"')[1].split(">")[0]  # kept for the next one
    assert desk.messages("F-1") == []


def test_a_test_by_text_message_wants_a_mobile_number(desk: Desk, member: Browser, outbox: Outbox) -> None:
    with_mobile(desk, "F-1")
    address = desk.address("F-1")
    for number in ("", "01 42 00 00 00", "abc", "0", "9" * 60):
        sent = {"etape": "3", "canal": "sms", "numero": number, "then": "test"}
        page = member.send(f"{address}/essai", sent, on=address, status=422)
        assert 'id="numero-error"' in page.html, number
    assert outbox.sent == []


def test_a_letter_is_tested_as_a_file_to_look_at(desk: Desk, member: Browser, outbox: Outbox) -> None:
    with_street(desk, "F-1")
    address = desk.address("F-1")
    member.open(address)
    answer = member.client.post(
        f"{address}/essai",
        data={"csrf_token": member.token, "etape": "5", "canal": "letter", "then": "test"},
        base_url=BASE,
        headers={"Origin": BASE},
    )
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == "attachment; filename=test-F-1.pdf"
    assert outbox.sent == []
    assert desk.messages("F-1") == []


def test_channels_that_do_not_lead_to_the_customer_are_closed_with_why(desk: Desk, member: Browser) -> None:
    page = member.open(desk.address("F-1"))
    options = page.html.split('name="canal"')[1].split("</select>")[0]
    closed = [part.split(">")[0] for part in options.split("<option")[1:] if "disabled" in part]
    assert [one.split('value="')[1].split('"')[0] for one in closed] == ["sms", "letter"]
    assert 'name="numero"' not in page.html
    with_mobile(desk, "F-1")
    with_street(desk, "F-1")
    page = member.open(desk.address("F-1"))
    assert "disabled" not in page.html.split('name="canal"')[1].split("</select>")[0]
    assert 'name="numero"' in page.html


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


def test_a_step_or_a_channel_that_is_none_is_refused(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    for step in ("0", "9", "x", "", "9" * 40):
        member.send(f"{address}/essai", {"etape": step, "then": "test"}, on=address, status=422)
    for channel in ("fax", "E-MAIL", "x" * 500):
        member.send(f"{address}/essai", {"etape": "3", "canal": channel, "then": "test"}, on=address, status=422)
    member.open(f"{address}/relancer?etape=77", status=303)


def test_a_reminder_that_leaves_at_this_moment_is_not_doubled(desk: Desk, member: Browser) -> None:
    desk.clock.move(hours=2)
    desk.run()
    [message] = desk.messages("F-1")
    desk.change(Message, message.id, state=MessageState.CLAIMED)
    assert "<article" not in member.open(address_of(desk, "F-1", etape="4")).html


def test_what_waited_for_approval_is_replaced_by_the_reminder_by_hand(desk: Desk, member: Browser) -> None:
    desk.clock.move(hours=2)
    desk.run()
    [message] = desk.messages("F-1")
    for reminder in desk.reminders("F-1"):
        desk.change(type(reminder), reminder.id, done=False)
    desk.change(Message, message.id, state=MessageState.APPROVAL)
    confirm(member, address_of(desk, "F-1", etape="4"))
    assert desk.states("F-1") == [MessageState.WITHDRAWN, MessageState.QUEUED]


def test_a_settled_invoice_can_be_reminded_of_by_nobody(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    member.send(f"{address}/reglements", {"pay-amount": "2745", "pay-paid_on": "2026-11-22"}, on=address)
    assert "<article" not in member.open(address_of(desk, "F-1")).html
    assert 'name="etape"' not in member.open(address).html


def test_without_an_address_the_page_leads_to_the_customer(desk: Desk, member: Browser) -> None:
    customer = f'href="/clients/{desk.invoice("F-4").customer_id}"'
    assert customer in member.open(desk.address("F-4")).html.split('id="by-hand"')[1]


def test_an_invoice_without_a_due_date_has_no_step_to_send(desk: Desk, member: Browser) -> None:
    desk.change(Invoice, desk.invoice("F-1").id, due_date=None)
    assert 'name="etape"' not in member.open(desk.address("F-1")).html
    assert "<article" not in member.open(address_of(desk, "F-1")).html
