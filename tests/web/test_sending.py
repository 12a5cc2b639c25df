"""Confirming a send: everything is named before it leaves, and nothing leaves that wasn't."""

import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from relance.app import create_app
from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.services.delivery.outlets import ToPrint
from relance.storage.models import Contact, Customer, Invoice, LetterAccount, MailAccount, SmsAccount
from relance.web import selection
from tests.web.client import Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import INVOICES, Outbox, furnish

ADDRESS = "12 rue des Lilas"


class Office(Outbox):
    """Letters wait here to be printed."""

    def outlets(self, *_of: Any) -> Any:
        return {ChannelName.EMAIL: lambda: self, ChannelName.LETTER: ToPrint}


@pytest.fixture
def outbox() -> Outbox:
    return Office()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)


@pytest.fixture
def desk(app: Flask, settings: Settings, clock: Clock, outbox: Outbox) -> Desk:
    engine = app.extensions["relance"].engine
    furnish(engine, clock())
    return Desk(engine, settings, clock, outbox)


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def ids_of(desk: Desk, *numbers: str) -> str:
    return selection.compact(desk.invoice(number).id for number in numbers)


def address_of(desk: Desk, *numbers: str, **more: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in {"factures": ids_of(desk, *numbers), **more}.items())
    return f"/envois/nouveau?{query}"


def fields(page: Page) -> dict[str, str]:
    """What the confirmation's own form holds."""
    form = page.html.split('<form method="post" action="/envois/nouveau')[1].split("</form>")[0]
    return dict(re.findall(r'name="(vu|ecartees|jeton)"[^>]* value="([^"]*)"', form))


def confirm(browser: Browser, address: str, *, status: int = 303, **values: str) -> Page:
    page = browser.open(address)
    return browser.send(address, {**fields(page), **values}, on=address, status=status)


def test_a_page_names_everyone_and_everything_before_it_leaves(desk: Desk, member: Browser, outbox: Outbox) -> None:
    page = member.open(address_of(desk, "F-1", "F-2", "F-3"))
    for text in ("compta@aubry.example", "compta@lenoir.example", "4 345,40 €", "F-1", "F-2", "F-3", "Niveau 1"):
        assert page.shows(text), text
    assert page.html.count("<article") == 2  # one customer, one message (RULES 4.4)
    assert page.html.count('<pre class="mail"') == 2
    assert page.html.count('class="p"') == 1
    assert outbox.sent == []
    assert desk.messages("F-1") == []


def test_a_send_waits_two_minutes_then_leaves_as_it_was_shown(desk: Desk, member: Browser, outbox: Outbox) -> None:
    done = confirm(member, address_of(desk, "F-1", "F-2", "F-3"))
    assert done.location == "/envois/1"
    desk.deliver()
    assert outbox.sent == []
    desk.clock.move(seconds=119)
    desk.deliver()
    assert outbox.sent == []
    desk.clock.move(seconds=1)
    desk.deliver()
    assert sorted(mail.to for mail in outbox.sent) == [("compta@aubry.example",), ("compta@lenoir.example",)]
    assert desk.messages("F-2")[0].id == desk.messages("F-3")[0].id
    assert desk.messages("F-1")[0].decided_by == "member@firm.fr"


def test_a_second_click_is_the_same_send(desk: Desk, member: Browser) -> None:
    address = address_of(desk, "F-1")
    values = fields(member.open(address))
    first = member.send(address, values)
    second = member.send(address, values, on=address)
    assert (first.location, second.location) == ("/envois/1", "/envois/1")
    assert len(desk.messages("F-1")) == 1


def test_what_was_paid_between_the_page_and_the_click_is_left_out_and_said(
    desk: Desk, member: Browser, outbox: Outbox
) -> None:
    address = address_of(desk, "F-1", "F-2")
    values = fields(member.open(address))
    paid = desk.address("F-1")
    member.send(f"{paid}/reglements", {"pay-amount": "2745", "pay-paid_on": "2026-11-23"}, on=paid)
    page = member.follow(member.send(address, values, on=address))
    assert page.html.count('role="status"') == 1
    assert page.shows("F-1")
    desk.clock.move(minutes=2)
    desk.deliver()
    assert [mail.to for mail in outbox.sent] == [("compta@lenoir.example",)]


def test_a_new_address_since_the_page_wants_a_second_look(desk: Desk, member: Browser, outbox: Outbox) -> None:
    address = address_of(desk, "F-1")
    values = fields(member.open(address))
    desk.change(Invoice, desk.invoice("F-1").id, emails=["autre@aubry.example"])
    page = member.send(address, values, on=address, status=422)
    assert page.shows("autre@aubry.example")
    assert desk.messages("F-1") == []
    member.send(address, fields(page))
    desk.clock.move(minutes=2)
    desk.deliver()
    assert outbox.sent[0].to == ("autre@aubry.example",)


def test_nothing_leaves_that_was_not_on_the_page(desk: Desk, member: Browser) -> None:
    address = address_of(desk, "F-1", "F-4")  # F-4 has no address
    values = fields(member.open(address))
    assert values["ecartees"] == ids_of(desk, "F-4")
    desk.change(Invoice, desk.invoice("F-4").id, emails=["neuf@pinson.example"])
    member.send(address, values, on=address)
    assert len(desk.messages("F-1")) == 1
    assert desk.messages("F-4") == []


def test_what_stays_behind_has_its_reason_and_its_mend(desk: Desk, member: Browser) -> None:
    desk.change(Invoice, desk.invoice("F-2").id, balance=0, paid=148040)
    page = member.open(address_of(desk, "F-1", "F-2", "F-4"))
    behind = page.html.split('aria-labelledby="not"')[1]
    assert f'href="/clients/{desk.invoice("F-4").customer_id}"' in behind
    assert f'href="{desk.address("F-2")}"' in behind
    assert page.html.count("<article") == 1


def test_where_nothing_can_leave_there_is_no_button(desk: Desk, member: Browser) -> None:
    page = member.open(address_of(desk, "F-4"))
    assert 'class="p"' not in page.html
    assert "note err" in page.html


def test_five_messages_want_the_word_that_payments_are_entered(
    app: Flask, clock: Clock, signed_in: SignIn, settings: Settings, outbox: Outbox
) -> None:
    engine = app.extensions["relance"].engine
    rows = [f"G-{key};C{key};Client {key};c{key}@c.example;01/09/2026;01/11/2026;{key},00" for key in range(1, 6)]
    furnish(engine, clock(), invoices="\n".join((INVOICES.splitlines()[0], *rows)))
    desk, browser = Desk(engine, settings, clock, outbox), signed_in(Role.MEMBER)
    four = address_of(desk, *(f"G-{key}" for key in range(1, 5)))
    assert 'name="a_jour"' not in browser.open(four).html
    five = address_of(desk, *(f"G-{key}" for key in range(1, 6)))
    page = confirm(browser, five, status=422)
    assert page.html.split('name="a_jour"')[1].startswith(' type="checkbox"') or 'aria-invalid="true"' in page.html
    assert desk.messages("G-1") == []
    assert confirm(browser, five, a_jour="y").location == "/envois/1"


def test_a_formal_notice_wants_the_name_of_its_customer(desk: Desk, member: Browser) -> None:
    address = address_of(desk, "F-1", etape="5")
    for typed in ("", "Garage Lenoir", "1", "menuiserie"):
        confirm(member, address, status=422, nom=typed)
    assert desk.messages("F-1") == []
    confirm(member, address, nom="  menuiserie  AUBRY ")
    assert desk.messages("F-1")[0].level == 3


def test_several_formal_notices_want_their_number(desk: Desk, member: Browser) -> None:
    address = address_of(desk, "F-1", "F-2", etape="5")
    for typed in ("", "Menuiserie Aubry", "1", "3"):
        confirm(member, address, status=422, nom=typed)
    assert confirm(member, address, nom="2").location == "/envois/1"


def test_a_person_is_told_of_a_dispute_and_can_leave_it_out(desk: Desk, member: Browser, outbox: Outbox) -> None:
    held = desk.address("F-1")
    member.send(f"{held}/blocages/dispute", {"dispute-note": ""}, on=held)
    page = member.open(address_of(desk, "F-1", "F-2"))
    assert "note warn" in page.html
    assert page.shows("litige")
    assert f"factures={ids_of(desk, 'F-2')}" in page.html
    confirm(member, address_of(desk, "F-1", "F-2"))
    desk.clock.move(minutes=2)
    desk.deliver()
    assert len(outbox.sent) == 2


def reach(desk: Desk, number: str, *, phone: str = "", street: str = "") -> None:
    values = {"address_1": street, "postcode": "75001", "city": "Paris", "country": "FR"} if street else {}
    desk.change(Customer, desk.invoice(number).customer_id, phone=phone, **values)


def test_text_messages_are_counted_in_parts_with_their_price(desk: Desk, member: Browser) -> None:
    desk.change(SmsAccount, 1, provider="vonage", sender="Bonnet", price_per_part=Decimal("0.0650"))
    reach(desk, "F-1", phone="06 12 34 56 78")
    page = member.open(address_of(desk, "F-1", canal="sms"))
    assert page.shows("+33612345678")
    assert re.search(r"0,(07|13|20|26) €", page.words)


def test_a_channel_that_is_not_set_up_sends_nothing_and_says_where_to_set_it_up(desk: Desk, signed_in: SignIn) -> None:
    reach(desk, "F-1", phone="06 12 34 56 78")
    page = signed_in(Role.OWNER).open(address_of(desk, "F-1", canal="sms"))
    assert 'href="/reglages/sms"' in page.html.split('aria-labelledby="not"')[1]
    assert "<article" not in page.html


def test_letters_that_the_firm_prints_are_prepared_not_sent(desk: Desk, member: Browser, outbox: Outbox) -> None:
    reach(desk, "F-1", street=ADDRESS)
    with_address = {"address": "1 place Bellecour\n69002 Lyon"}
    desk.change(type(desk.firm()), 1, **with_address)
    page = member.follow(confirm(member, address_of(desk, "F-1", canal="letter")))
    assert page.heading
    desk.clock.move(minutes=2)
    desk.deliver()
    [message] = desk.messages("F-1")
    assert (message.channel, message.state, message.code) == (
        ChannelName.LETTER,
        MessageState.HELD,
        "letter.to_print",
    )
    assert outbox.sent == []


def test_a_person_chooses_how_a_formal_notice_is_posted(desk: Desk, member: Browser) -> None:
    desk.change(LetterAccount, 1, way="post", prices={"prioritaire": "1.90", "lrar": "7.50"})
    desk.change(type(desk.firm()), 1, address="1 place Bellecour\n69002 Lyon")
    reach(desk, "F-1", street=ADDRESS)
    plain = member.open(address_of(desk, "F-1", canal="letter"))
    assert "affranchissement" not in plain.html
    assert plain.shows("1,90 €")
    address = address_of(desk, "F-1", canal="letter", etape="5")
    assert member.open(address).shows("7,50 €")
    confirm(member, address, status=422, nom="Menuiserie Aubry", affranchissement="pigeon")
    confirm(member, address, nom="Menuiserie Aubry", affranchissement="lrar")
    assert desk.messages("F-1")[0].postage == "lrar"


def test_an_account_that_refuses_is_said_before_the_click(desk: Desk, member: Browser) -> None:
    desk.change(MailAccount, 1, held_code="smtp.auth_refused", held_detail="535 bad credentials")
    page = member.open(address_of(desk, "F-1"))
    assert page.shows("535 bad credentials")


def test_the_simulation_sends_what_it_shows(desk: Desk, member: Browser) -> None:
    page = member.open("/simulation")
    assert 'href="/envois/nouveau?simulation=1"' in page.html
    shown = member.open("/envois/nouveau?simulation=1")
    assert [shown.shows(number) for number in ("F-1", "F-2", "F-3", "F-5", "F-6")] == [True, True, True, True, False]
    assert confirm(member, "/envois/nouveau?simulation=1").location == "/envois/1"
    assert "simulation=1" not in member.open("/simulation").html  # all of it is on its way


def test_the_page_of_an_invoice_leads_to_its_confirmation(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    to = member.send(f"{address}/essai", {"etape": "4", "canal": "", "then": "remind"}, on=address)
    assert to.location == f"/envois/nouveau?factures={desk.invoice('F-1').id}&etape=4"
    page = member.follow(to)
    assert page.shows("Niveau 2")
    assert f'href="{address}"' in page.html
    old = member.open(f"{address}/relancer?etape=4", status=303)
    assert old.location == to.location


SENSELESS = ("canal=fax", "etape=x", "etape=0", "etape=-1", "etape=100", "etape=" + "9" * 40)


def test_an_address_that_makes_no_sense_is_refused(desk: Desk, member: Browser) -> None:
    for asked in SENSELESS:
        member.open(f"/envois/nouveau?factures=1&{asked}", status=404)
    for text in ("", "abc", "1-9999999", "9" * 30):
        member.open(f"/envois/nouveau?factures={text}", status=303)
    member.open("/envois/nouveau?factures=99999")


def test_a_form_that_was_tampered_with_sends_nothing(desk: Desk, member: Browser) -> None:
    address = address_of(desk, "F-1")
    good = fields(member.open(address))
    for vu in ("", "x", f"{desk.invoice('F-1').id}", f"{desk.invoice('F-1').id}.00000000", "1;DROP.x", "9" * 300_000):
        member.open(address)
        answer = member.client.post(
            address,
            data={"csrf_token": member.token, **good, "vu": vu},
            base_url="http://127.0.0.1:8710",
            headers={"Origin": "http://127.0.0.1:8710"},
        )
        assert answer.status_code in (303, 422), (vu[:20], answer.status_code)
        if answer.status_code == 303:
            assert "/envois/" not in answer.location
    for token in ("", "x" * 500, "../../", str(uuid4())[:8]):  # none is known: a new send, of what still may leave
        member.open(address)
        answer = member.client.post(
            address,
            data={"csrf_token": member.token, **good, "jeton": token},
            base_url="http://127.0.0.1:8710",
            headers={"Origin": "http://127.0.0.1:8710"},
        )
        assert answer.status_code in (303, 422), token
    assert len(desk.messages("F-1")) == 1


def test_a_reader_may_not_send(desk: Desk, signed_in: SignIn) -> None:
    signed_in(Role.READER).open(address_of(desk, "F-1"), status=403)


def test_the_page_takes_the_same_few_queries_however_many_invoices(desk: Desk, member: Browser) -> None:
    for number in ("F-4", "F-5", "F-6"):
        with_address = desk.invoice(number)
        desk.change(Invoice, with_address.id, emails=["x@y.example"])
    one, all_of_them = address_of(desk, "F-1"), address_of(desk, "F-1", "F-2", "F-3", "F-4")
    member.open(one)
    few = desk.queries_of(lambda: member.open(one))
    assert desk.queries_of(lambda: member.open(all_of_them)) <= few + 2


def test_contacts_in_copy_are_named(desk: Desk, member: Browser) -> None:
    customer = desk.invoice("F-1").customer_id
    desk.add(Contact(customer_id=customer, email="patron@aubry.example", use="cc"))
    assert member.open(address_of(desk, "F-1")).shows("patron@aubry.example")


def test_a_reminder_made_today_is_not_made_again(desk: Desk, member: Browser) -> None:
    confirm(member, address_of(desk, "F-1"))
    page = member.open(address_of(desk, "F-1"))
    assert "<article" not in page.html
    desk.clock.move(minutes=3)
    desk.deliver()
    assert "<article" not in member.open(address_of(desk, "F-1")).html
