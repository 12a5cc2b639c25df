"""The reminder as it would read now, on the invoice's page; the language a person picks instead of the customer's."""

from flask import Flask
from pytest import fixture

from relance.app import create_app
from relance.config import Settings
from relance.services.accounts import Role
from tests.web.client import Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish
from tests.web.test_sending import address_of, confirm


@fixture
def outbox() -> Outbox:
    return Outbox()


@fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)


@fixture
def desk(app: Flask, settings: Settings, clock: Clock, outbox: Outbox) -> Desk:
    engine = app.extensions["relance"].engine
    furnish(engine, clock())
    return Desk(engine, settings, clock, outbox)


@fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def preview(page: Page) -> str:
    return page.html.split('id="preview"')[1].split("</section>")[0] if 'id="preview"' in page.html else ""


def test_the_page_shows_the_message_of_the_step_offered(desk: Desk, member: Browser, outbox: Outbox) -> None:
    shown = preview(member.open(desk.address("F-1")))
    assert 'lang="fr"' in shown
    assert "compta@aubry.example" in shown
    assert "F-1" in shown
    assert (outbox.sent, desk.messages("F-1")) == ([], [])


def test_a_person_looks_at_another_step_and_another_language(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    asked = {"etape": "3", "canal": "email", "langue": "de", "then": "look"}
    page = member.send(f"{address}/essai", asked, on=address)
    assert page.location == f"{address}?etape=3&canal=email&langue=de#preview"
    shown = preview(member.open(page.location))
    assert 'lang="de"' in shown
    assert "Rechnung" in shown


def test_a_test_and_the_real_reminder_leave_in_the_language_picked(desk: Desk, member: Browser, outbox: Outbox) -> None:
    address = desk.address("F-1")
    member.send(f"{address}/essai", {"etape": "3", "langue": "nl", "then": "test"}, on=address)
    assert "factuur" in outbox.sent[-1].text.lower()
    to = member.send(f"{address}/essai", {"etape": "3", "langue": "nl", "then": "remind"}, on=address).location
    assert member.open(to).shows("Nederlands")
    confirm(member, address_of(desk, "F-1", etape="3", langue="nl"))
    desk.clock.move(minutes=3)
    desk.deliver()
    [message] = desk.messages("F-1")
    assert message.language == "nl"
    assert "factuur" in message.body.lower()


def test_without_a_word_of_it_the_customers_language_stays(desk: Desk, member: Browser) -> None:
    confirm(member, address_of(desk, "F-1", etape="3"))
    assert desk.messages("F-1")[0].language == "fr"


def test_what_cannot_be_written_says_why(desk: Desk, member: Browser) -> None:
    shown = preview(member.open(f"{desk.address('F-4')}?etape=3&canal="))
    assert 'class="note warn"' in shown


BAD = (
    "etape=9",
    "etape=x",
    "etape=3&langue=xx",
    "etape=3&canal=fax",
    "etape=3&langue=" + "x" * 500,
    "etape=²&langue=de",
)


def test_an_address_that_makes_no_sense_shows_the_step_offered(desk: Desk, member: Browser) -> None:
    for asked in BAD:
        assert 'lang="fr"' in preview(member.open(f"{desk.address('F-1')}?{asked}")), asked


def test_a_language_that_is_none_is_refused(desk: Desk, member: Browser, outbox: Outbox) -> None:
    address = desk.address("F-1")
    for bad in ("xx", "fr-FR", "' OR 1=1 --"):
        sent = {"etape": "3", "langue": bad, "then": "test"}
        assert 'id="langue-error"' in member.send(f"{address}/essai", sent, on=address, status=422).html, bad
        member.open(address_of(desk, "F-1", langue=bad), status=404)
    assert outbox.sent == []


def test_a_paid_invoice_has_no_message_to_show(desk: Desk, member: Browser) -> None:
    given = {"pay-amount": "2745", "pay-paid_on": desk.today.isoformat(), "pay-after": "0"}
    member.send(f"{desk.address('F-1')}/reglements", given, on=desk.address("F-1"))
    assert preview(member.open(desk.address("F-1"))) == ""
