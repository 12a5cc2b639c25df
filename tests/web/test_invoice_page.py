"""The page of one invoice: what it is, why it is or isn't chased, payments, and what holds it back."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.storage.models import Invoice, Message
from tests.web.client import BASE, Browser
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish

PDF = b"%PDF-1.4 a small file"


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Flask:
    return create_app(settings, clock=clock, channels=Outbox().outlets)


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock) -> Desk:
    furnish(engine, clock())
    return Desk(engine, settings, clock, Outbox())


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def test_the_page_says_what_is_due_since_when_and_what_follows(desk: Desk, member: Browser) -> None:
    page = member.open(desk.address("F-1"))
    assert page.heading.endswith("F-1")
    for text in ("2 745,00 €", "15/10/2026", "Menuiserie Aubry", "Standard", "39"):
        assert page.shows(text), text


def test_an_invoice_is_found_by_its_number_too(desk: Desk, member: Browser) -> None:
    assert member.open("/factures/F-1", status=302).location == desk.address("F-1")
    desk.change(Invoice, desk.invoice("F-2").id, number="20261001")
    assert member.open("/factures/20261001", status=302).location == desk.address("20261001")


@pytest.mark.parametrize("address", ["/factures/999", "/factures/" + "9" * 30, "/factures/nothing", "/factures/1%00"])
def test_an_unknown_invoice_is_not_there(member: Browser, address: str) -> None:
    member.open(address, status=404)


def test_every_reason_of_today_is_said(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    member.send(f"{address}/blocages/dispute", {"dispute-note": ""}, on=address)
    member.send(f"{address}/exclusion", {"exclude-note": "client ami"}, on=address)
    page = member.open(address)
    told = page.html.split('id="today"')[1].split("</section>")[0]
    assert told.count("<li>") == 2
    assert page.shows("client ami")


def test_a_reader_sees_the_page_without_its_forms(desk: Desk, signed_in: SignIn) -> None:
    page = signed_in(Role.READER).open(desk.address("F-1"))
    assert page.html.count("<form") == 1  # signing out


def test_a_payment_settles_the_invoice_and_takes_its_reminder_out(desk: Desk, member: Browser) -> None:
    desk.change(Invoice, desk.invoice("F-1").id, level=None)
    address = desk.address("F-1")
    sent = {"pay-amount": "2 745,00 €", "pay-paid_on": "2026-11-22", "pay-reference": "VIR 12", "pay-after": "0"}
    member.send(f"{address}/reglements", sent, on=address)
    member.send(f"{address}/reglements", sent, on=address)  # a second click
    [payment] = desk.payments("F-1")
    assert (payment.amount, payment.origin, payment.created_by) == (274500, "entered", "member@firm.fr")
    assert desk.invoice("F-1").balance == 0
    assert member.open(address).shows("VIR 12")


def test_the_same_payment_a_second_time_is_one_more_once_the_page_showed_the_first(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    sent = {"pay-amount": "100", "pay-paid_on": "2026-11-22"}
    member.send(f"{address}/reglements", {**sent, "pay-after": "0"}, on=address)
    first = desk.payments("F-1")[0].id
    member.send(f"{address}/reglements", {**sent, "pay-after": str(first)}, on=address)
    assert len(desk.payments("F-1")) == 2


def test_a_payment_to_come_is_announced_and_not_counted(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    later = (desk.today + timedelta(days=4)).isoformat()
    member.send(f"{address}/reglements", {"pay-amount": "2745", "pay-paid_on": later}, on=address)
    assert desk.invoice("F-1").balance == 274500
    desk.clock.move(hours=2)
    desk.run()
    assert desk.messages("F-1") == []


def test_a_payment_entered_by_hand_can_be_taken_back(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    member.send(f"{address}/reglements", {"pay-amount": "2745", "pay-paid_on": "2026-11-22"}, on=address)
    [payment] = desk.payments("F-1")
    for _ in range(2):
        member.send(f"{address}/reglements/{payment.id}/supprimer", {}, on=address)
    assert desk.payments("F-1") == []
    assert desk.invoice("F-1").balance == 274500


def test_a_payment_of_another_invoice_is_left_alone(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    member.send(f"{address}/reglements", {"pay-amount": "10", "pay-paid_on": "2026-11-22"}, on=address)
    [payment] = desk.payments("F-1")
    member.send(f"{desk.address('F-2')}/reglements/{payment.id}/supprimer", {}, on=address)
    member.send(f"{address}/reglements/{'9' * 30}/supprimer", {}, on=address, status=404)
    assert len(desk.payments("F-1")) == 1


WRONG_PAYMENTS = (
    {"pay-amount": "", "pay-paid_on": "2026-11-22"},
    {"pay-amount": "beaucoup", "pay-paid_on": "2026-11-22"},
    {"pay-amount": "-5", "pay-paid_on": "2026-11-22"},
    {"pay-amount": "0", "pay-paid_on": "2026-11-22"},
    {"pay-amount": "-", "pay-paid_on": "2026-11-22"},
    {"pay-amount": "9" * 40, "pay-paid_on": "2026-11-22"},
    {"pay-amount": "10 USD", "pay-paid_on": "2026-11-22"},
    {"pay-amount": "10", "pay-paid_on": "31/11/2026"},
    {"pay-amount": "10", "pay-paid_on": "0001-01-01"},
    {"pay-amount": "10", "pay-paid_on": "2090-01-01"},
    {"pay-amount": "10", "pay-paid_on": ""},
    {"pay-amount": "10", "pay-paid_on": "2026-11-22", "pay-reference": "x" * 300},
)


def test_a_payment_that_cannot_be_is_said_at_its_field_and_keeps_what_was_typed(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    for wrong in WRONG_PAYMENTS:
        page = member.send(f"{address}/reglements", wrong, on=address, status=422)
        assert 'role="alert"' in page.html, wrong
        assert "aria-invalid" in page.html, wrong
        assert "Not a valid" not in page.html
    assert desk.payments("F-1") == []


def test_a_payment_is_fresh_data(desk: Desk, signed_in: SignIn) -> None:
    desk.clock.move(days=1)
    member = signed_in(Role.MEMBER)
    address = desk.address("F-1")
    member.send(f"{address}/reglements", {"pay-amount": "1,50", "pay-paid_on": "2026-11-24"}, on=address)
    assert member.open(address).shows("24/11/2026")
    assert desk.payments("F-1")[0].amount == 150


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("pause", {"pause-until": "2026-12-24", "pause-note": "congés"}),
        ("pause", {"pause-until": ""}),
        ("dispute", {"dispute-note": "prix"}),
        ("promise", {"promise-until": "2026-12-01"}),
    ],
)
def test_a_hold_keeps_the_run_away_until_it_is_closed(
    desk: Desk, member: Browser, kind: str, sent: dict[str, str]
) -> None:
    address = desk.address("F-1")
    for _ in range(2):  # a second click changes nothing
        member.send(f"{address}/blocages/{kind}", sent, on=address)
    [hold] = desk.holds("F-1")
    assert (hold.kind, hold.opened_by, hold.note) == (kind, "member@firm.fr", sent.get(f"{kind}-note", ""))
    member.send(f"{address}/blocages/{hold.id}/lever", {}, on=address)
    [hold] = desk.holds("F-1")
    assert hold.closed_by == "member@firm.fr"
    desk.clock.move(hours=2)
    desk.run()
    assert len(desk.messages("F-1")) == 1


def test_an_open_hold_stops_the_run(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    member.send(f"{address}/blocages/pause", {"pause-until": "2026-12-24"}, on=address)
    desk.clock.move(hours=2)
    desk.run()
    assert desk.messages("F-1") == []


def test_another_date_replaces_the_one_before(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    for day in ("2026-12-01", "2026-12-24"):
        member.send(f"{address}/blocages/promise", {"promise-until": day}, on=address)
    assert [hold.closed_at is None for hold in desk.holds("F-1")] == [False, True]


def test_a_hold_that_cannot_be_is_said(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    wrong = (
        ("pause", {"pause-until": "2026-11-23"}),
        ("pause", {"pause-until": "demain"}),
        ("promise", {"promise-until": ""}),
        ("promise", {"promise-until": "2026-11-01"}),
        ("pause", {"pause-note": "x" * 600}),
    )
    for kind, sent in wrong:
        member.send(f"{address}/blocages/{kind}", sent, on=address, status=422)
    member.send(f"{address}/blocages/revenge", {}, on=address, status=404)
    assert desk.holds("F-1") == []


def test_a_pause_takes_back_what_waits_for_approval(desk: Desk, member: Browser) -> None:
    desk.change(Invoice, desk.invoice("F-1").id, due_date=desk.today - timedelta(days=39))
    desk.clock.move(hours=2)
    desk.run()
    [message] = desk.messages("F-1")
    desk.change(Message, message.id, state=MessageState.APPROVAL)
    member.send(f"{desk.address('F-1')}/blocages/pause", {"pause-until": "2026-12-24"}, on=desk.address("F-1"))
    assert desk.states("F-1") == [MessageState.WITHDRAWN]
    assert desk.reminders("F-1")[0].withdrawn_code == "paused"


def test_an_excluded_invoice_comes_back_by_one_click(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    member.send(f"{address}/exclusion", {"exclude-note": ""}, on=address)
    assert desk.invoice("F-1").excluded
    member.send(f"{address}/exclusion", {"again": "1"}, on=address)
    assert not desk.invoice("F-1").excluded
    assert desk.holds("F-1")[0].closed_by == "member@firm.fr"


def test_a_restart_begins_at_the_first_step_once(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    for _ in range(2):
        member.send(f"{address}/recommencer", {"cycle": "1"}, on=address)
    assert desk.invoice("F-1").cycle == 2
    assert [hold.kind for hold in desk.holds("F-1")] == ["restart"]


def test_an_invoice_may_have_its_own_program_or_none(desk: Desk, member: Browser) -> None:
    address = desk.address("F-1")
    member.send(f"{address}/programme", {"program": "never"}, on=address)
    assert desk.invoice("F-1").program_choice.value == "never"
    member.send(f"{address}/programme", {"program": "1"}, on=address)
    assert desk.invoice("F-1").program_id == 1
    for wrong in ("999", "x", ""):
        member.send(f"{address}/programme", {"program": wrong}, on=address, status=422)


def test_the_file_of_the_invoice_is_there_to_download(desk: Desk, member: Browser) -> None:
    folder = desk.settings.data_dir / "pdf"
    folder.mkdir()
    (folder / "f1.pdf").write_bytes(PDF)
    desk.change(Invoice, desk.invoice("F-1").id, pdf_name="f1.pdf")
    assert member.open(desk.address("F-1")).shows("f1.pdf")
    answer = member.client.get(f"{desk.address('F-1')}/pdf", base_url=BASE)
    assert answer.data == PDF
    desk.change(Invoice, desk.invoice("F-2").id, pdf_name="../relance.db")
    member.open(f"{desk.address('F-2')}/pdf", status=404)


def test_unknown_invoices_and_values_are_refused_everywhere(desk: Desk, member: Browser) -> None:
    member.open(desk.address("F-1"))
    for path in ("reglements", "exclusion", "recommencer", "programme", "blocages/pause", "essai"):
        for key in ("999", "9" * 30):
            member.send(f"/factures/{key}/{path}", {}, status=404)
    member.open("/factures/999/relancer", status=404)
