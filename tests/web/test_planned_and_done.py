"""The simulation page before and after the run of its day: what mends a row, what was planned, what became of it."""

import re
from datetime import timedelta

from flask import Flask
from pytest import fixture

from relance.app import create_app
from relance.config import Settings
from relance.domain.book import Choose, Invoice
from relance.domain.documents import DocumentKind
from relance.domain.reasons import Reason, ReasonCode
from relance.services.accounts import Role
from relance.services.run import run_today
from relance.storage.models import Customer
from relance.web import mends
from tests.builders import an_invoice
from tests.web.client import BASE, Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk, no_such_address
from tests.web.office import Outbox, furnish


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


def row_of(page: Page, number: str) -> str:
    """The row of an invoice among those of the simulation."""
    table = page.html.split('id="detail"')[1]
    return next(row for row in table.split("<tr>") if f">{number}</a></th>" in row).split("</tr>")[0]


def done(page: Page) -> dict[str, str]:
    """What stands under "planned and done", by its word."""
    part = page.html.split('id="done"')[1].split("</dl>")[0]
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(?:<strong>)?(.*?)(?:</strong>)?</dd>", part))


def test_a_row_without_an_address_leads_to_its_customers_addresses(desk: Desk, member: Browser) -> None:
    row = row_of(member.open("/simulation"), "F-4")
    assert f'href="/clients/{desk.invoice("F-4").customer_id}#contacts"' in row


def test_a_dispute_and_a_customer_never_reminded_lead_to_where_they_end(desk: Desk, member: Browser) -> None:
    member.send(f"{desk.address('F-1')}/blocages/dispute", {"dispute-note": ""}, on=desk.address("F-1"))
    garage = desk.invoice("F-2").customer_id
    desk.change(Customer, garage, program_choice=Choose.NEVER)
    page = member.open("/simulation")
    assert f'href="{desk.address("F-1")}#holds"' in row_of(page, "F-1")
    assert f'href="/clients/{garage}#how"' in row_of(page, "F-2")


def test_every_reason_but_those_of_time_has_a_mend(app: Flask) -> None:
    waits = {ReasonCode.WAIT, ReasonCode.TOO_SOON, ReasonCode.APPROVAL}
    invoice: Invoice = an_invoice()
    with app.test_request_context("/", base_url=BASE):
        for code in ReasonCode:
            found = mends.of_reason(Reason(code, {"kind": DocumentKind.QUOTE}), invoice)
            assert (found is None) is (code in waits), code
            assert found is None or found[1], code


def test_before_the_run_nothing_is_said_of_it(desk: Desk, member: Browser) -> None:
    page = member.open("/simulation")
    assert 'id="done"' not in page.html
    assert 'href="/envoi-automatique"' in page.html  # pause everything


def test_after_the_run_the_page_says_what_was_planned_and_what_became_of_it(desk: Desk, member: Browser) -> None:
    planned = member.open("/simulation").html.split("<b>")[1].split("</b>")[0]
    desk.clock.move(hours=2)
    desk.run()
    page = member.open("/simulation")
    found = done(page)
    assert f"{planned} factures" in next(iter(found.values()))
    assert found["Envoyé"] == str(len({one.id for number in ("F-1", "F-2", "F-5") for one in desk.messages(number)}))
    assert page.html.split('id="done"')[1].split('id="detail"')[0].count('scope="row"') == int(found["Envoyé"])


def test_a_refusal_stands_among_what_was_done(desk: Desk, member: Browser, outbox: Outbox) -> None:
    desk.clock.move(hours=2)
    outbox.refusal = no_such_address()
    desk.run()
    assert "Refusé" in done(member.open("/simulation"))


def test_a_run_that_had_nothing_to_send_says_so(desk: Desk, member: Browser) -> None:
    for number in ("F-1", "F-2", "F-3", "F-4", "F-5"):
        member.send(f"{desk.address(number)}/blocages/dispute", {"dispute-note": ""}, on=desk.address(number))
    desk.clock.move(hours=2)
    run_today(desk.engine, desk.clock(), by="test")
    page = member.open("/simulation")
    assert 'id="done"' in page.html
    assert "<dl" not in page.html.split('id="done"')[1].split('id="detail"')[0]


def test_an_empty_day_names_the_next_one_and_leads_to_it(desk: Desk, member: Browser) -> None:
    for number in ("F-1", "F-2", "F-3", "F-4", "F-5"):
        member.send(f"{desk.address(number)}/exclusion", {"exclude-note": ""}, on=desk.address(number))
    page = member.open("/simulation?voir=send")
    empty = page.html.split('class="card empty"')[1].split("</div>")[0]
    day = re.search(r'href="[^"]*date=(\d{4}-\d\d-\d\d)', empty)
    assert day is not None
    assert day[1] > (desk.today + timedelta(days=1)).isoformat()
    assert "Café de la Poste" in member.open(f"/simulation?date={day[1]}").words
