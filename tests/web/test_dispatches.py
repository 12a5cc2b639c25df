"""A send after its confirmation: the two minutes, how far it is, what became of it, what can be mended."""

import pytest
from flask import Flask

from relance.app import create_app
from relance.config import Settings
from relance.domain.delivery import BeforeHandover, Message, Receipt, Refusal
from relance.domain.status import MessageState
from relance.jobs import heartbeat
from relance.services.accounts import Role
from relance.services.dispatches import hold_late
from relance.storage import db, models
from tests.web.client import BASE, Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk, no_such_address
from tests.web.office import Outbox, furnish, refused
from tests.web.test_sending import address_of, confirm


class Picky(Outbox):
    """A server that doesn't know some addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.unknown: set[str] = set()
        self.partly: set[str] = set()

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        if self.unknown & set(message.to):
            raise no_such_address()
        receipt = super().send(message, before_handover=before_handover)
        refused = [Refusal(one, 550, "5.1.1 unknown") for one in message.to if one in self.partly]
        return Receipt(receipt.provider_id, receipt.response, refused=tuple(refused))


@pytest.fixture
def outbox() -> Picky:
    return Picky()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Picky) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)


@pytest.fixture
def desk(app: Flask, settings: Settings, clock: Clock, outbox: Picky) -> Desk:
    engine = app.extensions["relance"].engine
    furnish(engine, clock())
    return Desk(engine, settings, clock, outbox)


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def begin(browser: Browser, desk: Desk, *numbers: str) -> str:
    return confirm(browser, address_of(desk, *numbers)).location


def state_of(browser: Browser, address: str) -> dict[str, object]:
    answer = browser.client.get(f"{address}.json", base_url=BASE)
    assert answer.status_code == 200
    found: dict[str, object] = answer.get_json()
    return found


def leave(desk: Desk) -> None:
    desk.clock.move(minutes=2)
    desk.deliver()


def test_the_countdown_tells_the_true_time(desk: Desk, member: Browser) -> None:
    address = begin(member, desk, "F-1", "F-2")
    desk.clock.move(seconds=20)
    page = member.open(address)
    assert page.shows("1 min 40 s")
    assert page.shows("9 h 02")
    assert "<progress" in page.html
    assert 'http-equiv="refresh"' not in page.html
    found = state_of(member, address)
    assert (found["done"], found["total"], found["finished"]) == (0, 2, False)


def test_a_send_is_called_back_within_its_two_minutes(desk: Desk, member: Browser, outbox: Picky) -> None:
    address = begin(member, desk, "F-1", "F-2")
    page = member.follow(member.send(f"{address}/annuler", {}, on=address))
    assert page.html.count('role="status"') == 1
    leave(desk)
    assert outbox.sent == []
    assert desk.states("F-1") == [MessageState.WITHDRAWN]
    assert state_of(member, address)["finished"] is True
    late = member.follow(member.send(f"{address}/annuler", {}, on=address))
    assert 'role="alert"' in late.html
    assert begin(member, desk, "F-1") == "/envois/2"  # it may be sent anew


def test_what_has_left_cannot_be_called_back(desk: Desk, member: Browser, outbox: Picky) -> None:
    address = begin(member, desk, "F-1")
    member.open(address)
    leave(desk)
    member.send(f"{address}/annuler", {}, on="/factures?etat=toutes")
    assert desk.states("F-1") == [MessageState.SENT]
    assert "/annuler" not in member.open(address).html


def test_the_result_names_every_failure_with_its_mend(desk: Desk, member: Browser, outbox: Picky) -> None:
    outbox.unknown = {"compta@lenoir.example"}
    address = begin(member, desk, "F-1", "F-2", "F-3")
    leave(desk)
    page = member.open(address)
    customer = desk.invoice("F-2").customer_id
    assert page.shows("550 5.1.1 no such user")
    troubles = page.html.split('id="troubles"')[1].split("</section>")[0]
    assert f'href="/clients/{customer}"' in troubles
    invoices = f"{desk.invoice('F-2').id}-{desk.invoice('F-3').id}"
    assert f"factures={invoices}&amp;etape=3&amp;canal=letter" in troubles
    assert f"factures={invoices}&amp;etape=3&amp;canal=email" in troubles
    assert "Menuiserie" not in troubles
    assert state_of(member, address)["finished"] is True


def test_a_failed_reminder_can_be_tried_again_at_once(desk: Desk, member: Browser, outbox: Picky) -> None:
    outbox.unknown = {"compta@aubry.example"}
    begin(member, desk, "F-1")
    leave(desk)
    outbox.unknown = set()
    desk.change(models.Invoice, desk.invoice("F-1").id, emails=["neuf@aubry.example"])
    confirm(member, address_of(desk, "F-1", etape="3", canal="email"))
    leave(desk)
    assert [mail.to for mail in outbox.sent] == [("neuf@aubry.example",)]


def test_a_refused_account_leads_to_its_settings(desk: Desk, signed_in: SignIn, outbox: Picky) -> None:
    owner = signed_in(Role.OWNER)
    outbox.refusal = refused()
    address = begin(owner, desk, "F-1")
    leave(desk)
    page = owner.open(address)
    assert 'href="/reglages/e-mail"' in page.html.split('id="troubles"')[1]


def test_an_address_that_was_refused_among_others_is_named(desk: Desk, member: Browser, outbox: Picky) -> None:
    desk.change(models.Invoice, desk.invoice("F-1").id, emails=["a@aubry.example", "b@aubry.example"])
    outbox.partly = {"b@aubry.example"}
    address = begin(member, desk, "F-1")
    leave(desk)
    page = member.open(address)
    assert "b@aubry.example" in page.html.split('id="partly"')[1].split("</section>")[0]


def test_what_was_left_out_stays_with_the_send(desk: Desk, member: Browser) -> None:
    address = begin(member, desk, "F-1", "F-4")
    behind = member.open(address).html.split('id="not"')[1]
    assert "F-4" in behind
    assert f'href="/clients/{desk.invoice("F-4").customer_id}"' in behind


def test_a_payment_within_the_two_minutes_takes_its_reminder_out(desk: Desk, member: Browser, outbox: Picky) -> None:
    address = begin(member, desk, "F-1")
    paid = desk.address("F-1")
    member.send(f"{paid}/reglements", {"pay-amount": "2745", "pay-paid_on": "2026-11-23"}, on=paid)
    leave(desk)
    assert outbox.sent == []
    assert state_of(member, address)["finished"] is True
    assert member.open(address).status == 200


def test_after_a_long_stop_a_send_asks_again(desk: Desk, member: Browser, outbox: Picky) -> None:
    address = begin(member, desk, "F-1", "F-2")
    desk.clock.move(hours=1)
    with db.writing(desk.engine) as session:
        assert hold_late(session, desk.clock()) == 2
    desk.deliver()
    assert outbox.sent == []
    page = member.open(address)
    assert "note warn" in page.html
    assert f'action="{address}/poursuivre"' in page.html
    member.send(f"{address}/poursuivre", {}, on=address)
    desk.deliver()
    assert outbox.sent == []
    leave(desk)
    assert len(outbox.sent) == 2
    again = member.follow(member.send(f"{address}/poursuivre", {}, on="/envois"))
    assert 'role="alert"' in again.html


def test_a_send_that_waits_for_a_word_can_be_cancelled(desk: Desk, member: Browser, outbox: Picky) -> None:
    address = begin(member, desk, "F-1")
    desk.clock.move(hours=1)
    with db.writing(desk.engine) as session:
        hold_late(session, desk.clock())
    member.send(f"{address}/annuler", {}, on=address)
    leave(desk)
    assert outbox.sent == []
    assert desk.states("F-1") == [MessageState.WITHDRAWN]


def test_the_report_has_every_message_and_every_invoice_left_out(desk: Desk, member: Browser, outbox: Picky) -> None:
    outbox.unknown = {"compta@lenoir.example"}
    address = begin(member, desk, "F-1", "F-2", "F-4")
    leave(desk)
    answer = member.client.get(f"{address}.csv", base_url=BASE)
    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert len(lines) == 4
    assert sorted(line.split(";")[1] for line in lines[1:]) == ["F-1", "F-2", "F-4"]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_result_says_what_follows(desk: Desk, member: Browser) -> None:
    address = begin(member, desk, "F-1")
    leave(desk)
    assert member.open(address).html.count("<h3>") == 1


def test_a_worker_that_stopped_is_said(desk: Desk, member: Browser, settings: Settings) -> None:
    address = begin(member, desk, "F-1")
    assert "note err" in member.open(address).html
    heartbeat.beat(settings, desk.clock())
    assert "note err" not in member.open(address).html


def test_sends_are_listed_the_newest_first(desk: Desk, member: Browser) -> None:
    assert "<table" not in member.open("/envois").html
    begin(member, desk, "F-1")
    begin(member, desk, "F-2")
    page = member.open("/envois")
    assert page.html.index("/envois/2") < page.html.index('/envois/1"')
    for asked in ("page=9", "page=abc", "par=7"):
        member.open(f"/envois?{asked}")


def test_a_send_that_is_none_is_not_found(desk: Desk, member: Browser) -> None:
    for key in ("99", "0", "9" * 30):
        for path in ("", ".json", ".csv"):
            member.open(f"/envois/{key}{path}", status=404)
        member.send(f"/envois/{key}/annuler", {}, on="/factures", status=404)
        member.send(f"/envois/{key}/poursuivre", {}, on="/factures", status=404)
    member.open("/envois/abc", status=404)


def test_a_reader_looks_and_changes_nothing(desk: Desk, member: Browser, signed_in: SignIn) -> None:
    address = begin(member, desk, "F-1")
    reader = signed_in(Role.READER)
    page: Page = reader.open(address)
    assert "/annuler" not in page.html
    reader.open("/compte")
    reader.send(f"{address}/annuler", {}, on="/compte", status=403)


def test_the_worker_is_called_for_the_end_of_the_two_minutes(desk: Desk, member: Browser, app: Flask) -> None:
    begin(member, desk, "F-1")
    queue, _tasks = app.extensions["relance.jobs"]
    [task] = queue.pending()
    queue.execute(queue.dequeue())  # it is too early: kept for its time
    [scheduled] = queue.scheduled()
    assert (task.name, scheduled.name) == ("wake", "wake")
    assert scheduled.eta is not None


def test_looking_costs_the_same_few_queries_however_long_the_send(desk: Desk, member: Browser) -> None:
    one, three = begin(member, desk, "F-1"), begin(member, desk, "F-2", "F-3")
    leave(desk)
    member.open(one)
    assert desk.queries_of(lambda: member.open(one)) == desk.queries_of(lambda: member.open(three))
