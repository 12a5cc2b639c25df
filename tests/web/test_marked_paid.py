"""Marking many invoices as paid: counted and confirmed first, done at once, and taken back by one click."""

from datetime import timedelta

import pytest
from flask import Flask

from relance.app import create_app
from relance.config import Settings
from relance.services.accounts import Role
from relance.services.run import run_today
from tests.web.client import Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish
from tests.web.test_choice import choose, confirmed, hidden

PAID = "/factures/reglees"


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Flask:
    return create_app(settings, clock=clock, channels=Outbox().outlets)


@pytest.fixture
def desk(app: Flask, settings: Settings, clock: Clock) -> Desk:
    engine = app.extensions["relance"].engine
    furnish(engine, clock())
    return Desk(engine, settings, clock, Outbox())


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def marked(member: Browser, desk: Desk, *numbers: str, **values: str) -> Page:
    """Choose, confirm, and open the page that says what was done."""
    asked = {"paid_on": desk.today.isoformat(), **values}
    return member.follow(confirmed(member, choose(member, desk, "pay", *numbers), asked))


def test_the_page_that_confirms_names_the_invoices_and_their_sum_and_enters_nothing(
    desk: Desk, member: Browser
) -> None:
    page = member.follow(choose(member, desk, "pay", "F-1", "F-2", "F-3"))
    for text in ("F-1", "F-2", "F-3", "4 345,40 €"):
        assert page.shows(text), text
    assert page.html.count('class="p"') == 1
    assert desk.payments("F-1") == []


def test_each_invoice_is_settled_in_full_on_the_day_given(desk: Desk, member: Browser) -> None:
    day = desk.today - timedelta(days=3)
    page = marked(member, desk, "F-1", "F-2", paid_on=day.isoformat(), reference="VIR 12")
    for number, amount in (("F-1", 274_500), ("F-2", 148_040)):
        [payment] = desk.payments(number)
        assert (payment.amount, payment.paid_on, payment.reference) == (amount, day, "VIR 12")
        assert (payment.origin, payment.created_by) == ("entered", "member@firm.fr")
        assert desk.invoice(number).balance == 0
        assert page.shows(number)
    assert desk.payments("F-3") == []


def test_only_what_is_left_is_entered_and_what_is_paid_is_left_as_it_is(desk: Desk, member: Browser) -> None:
    given = {"pay-amount": "745,00", "pay-paid_on": desk.today.isoformat(), "pay-after": "0"}
    member.send(f"{desk.address('F-1')}/reglements", given, on=desk.address("F-1"))
    marked(member, desk, "F-1")
    assert [one.amount for one in desk.payments("F-1")] == [74_500, 200_000]
    page = member.follow(choose(member, desk, "pay", "F-1", "F-2"))
    assert page.shows("1 480,40 €")
    assert len(desk.payments("F-1")) == 2


def test_what_waits_to_leave_is_taken_back(desk: Desk, member: Browser) -> None:
    desk.clock.move(hours=2)
    run_today(desk.engine, desk.clock(), by="test")
    assert desk.states("F-1") == ["queued"]
    marked(member, desk, "F-1")
    assert desk.states("F-1") == ["withdrawn"]


def test_the_payments_are_removed_again_and_a_second_click_is_harmless(desk: Desk, member: Browser) -> None:
    page = marked(member, desk, "F-1", "F-2")
    sent = {"reglements": hidden(page, "reglements")}
    for _click in range(2):
        member.send(PAID, sent, on="/factures")
        assert desk.payments("F-1") == desk.payments("F-2") == []
        assert desk.invoice("F-1").balance == 274_500
    assert member.open(f"{PAID}?reglements={sent['reglements']}", status=303).location.startswith("/factures")


def test_a_second_click_on_the_confirmation_enters_nothing_twice(desk: Desk, member: Browser) -> None:
    to = choose(member, desk, "pay", "F-1")
    asked = {"paid_on": desk.today.isoformat()}
    page = member.follow(to)
    action = page.html.split('<form method="post" action="/factures/choix')[1].split('"')[0].replace("&amp;", "&")
    sent = {"factures": hidden(page, "factures"), **asked}
    member.send(f"/factures/choix{action}", sent, on=to.location)
    member.send(f"/factures/choix{action}", sent, on=to.location, status=422)
    assert len(desk.payments("F-1")) == 1


BAD_DAYS = ("", "no", "31/02/2026", "2026-11-24", "1990-01-01", "9999-99-99", "'; drop table payment", "²")


def test_a_day_that_cannot_be_is_refused_at_its_field(desk: Desk, member: Browser) -> None:
    to = choose(member, desk, "pay", "F-1")
    page = member.follow(to)
    action = page.html.split('<form method="post" action="/factures/choix')[1].split('"')[0].replace("&amp;", "&")
    for bad in BAD_DAYS:
        sent = {"factures": hidden(page, "factures"), "paid_on": bad}
        answer = member.send(f"/factures/choix{action}", sent, on=to.location, status=422)
        assert 'id="paid_on-error"' in answer.html, bad
        assert desk.payments("F-1") == [], bad


def test_payments_that_are_none_lead_back_to_the_list(desk: Desk, member: Browser) -> None:
    for bad in ("", "x", "0", "999999", "1-999999999", "-5", "' OR 1=1 --"):
        assert member.open(f"{PAID}?reglements={bad}", status=303).location.startswith("/factures"), bad
        member.send(PAID, {"reglements": bad}, on="/factures")


def test_a_reader_marks_nothing(desk: Desk, signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    reader.open("/factures/choix/pay?factures=1", status=403)
    reader.open(f"{PAID}?reglements=1", status=403)
