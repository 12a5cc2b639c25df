"""Marked as reminded, on a page that counts first: one invoice, or those chosen in the list."""

import re
from datetime import timedelta

import pytest

from relance.domain.book import ReminderKind
from relance.domain.status import MessageState
from relance.services.accounts import Role
from tests.web.client import BASE, Browser
from tests.web.conftest import SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish

PAGE = "/relances/marquer"


@pytest.fixture
def desk(engine, settings, clock) -> Desk:  # type: ignore[no-untyped-def]
    furnish(engine, clock())
    return Desk(engine, settings, clock, Outbox())


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def form(desk: Desk, *numbers: str, **values: str) -> dict[str, str]:
    ids = ",".join(str(desk.invoice(number).id) for number in numbers)
    return {"factures": ids, "means": "call", "day": "23/11/2026", "step": "", "number": "", "note": "", **values}


def address(desk: Desk, *numbers: str) -> str:
    return f"{PAGE}?factures={form(desk, *numbers)['factures']}"


def test_the_invoices_page_leads_there(desk: Desk, member: Browser) -> None:
    assert address(desk, "F-1") in member.open(desk.address("F-1")).html


def test_one_invoice_is_marked_and_its_page_shows_it(desk: Desk, member: Browser) -> None:
    member.open(address(desk, "F-1"))
    page = member.follow(member.send(PAGE, form(desk, "F-1", note="promet de payer"), on=address(desk, "F-1")))
    assert page.shows("Niveau 1")
    [message] = desk.messages("F-1")
    assert (message.kind, message.state, message.note) == (ReminderKind.MARKED, MessageState.SENT, "promet de payer")
    assert desk.invoice("F-1").level == 1


def test_the_page_counts_people_and_invoices(desk: Desk, member: Browser) -> None:
    page = member.open(address(desk, "F-1", "F-2", "F-3"))
    assert "F-1, F-2, F-3" in page.words
    assert re.search(r"<dd>2</dd>", page.html)


def test_several_are_marked_at_once_and_what_can_not_be_is_named(desk: Desk, member: Browser) -> None:
    paid = desk.address("F-1")
    member.send(f"{paid}/reglements", {"pay-amount": "2745", "pay-paid_on": "2026-11-22"}, on=paid)
    page = member.open(address(desk, "F-1", "F-2"))
    assert page.html.count(f'href="{paid}"') == 1
    member.send(
        PAGE, form(desk, "F-1", "F-2", means="letter", number="1A 5", day="20/11/2026"), on=PAGE + "?factures=1"
    )
    assert desk.messages("F-1") == []
    [message] = desk.messages("F-2")
    assert message.tracking == "1A 5"
    assert desk.invoice("F-2").last_reminder_on == desk.today - timedelta(days=3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "24/11/2026"},
        {"day": "01/01/2026"},
        {"day": ""},
        {"day": "x"},
        {"means": "pigeon"},
        {"step": "99"},
        {"step": "x"},
        {"number": "<b>"},
        {"number": "1" * 41},
        {"note": "x" * 1001},
    ],
)
def test_what_can_not_be_is_said_at_its_field(desk: Desk, member: Browser, wrong: dict[str, str]) -> None:
    page = member.send(PAGE, form(desk, "F-1", **wrong), on=address(desk, "F-1"), status=422)
    assert 'role="alert"' in page.html
    assert desk.messages("F-1") == []


def test_a_second_click_says_that_it_is_done(desk: Desk, member: Browser) -> None:
    member.send(PAGE, form(desk, "F-1"), on=address(desk, "F-1"))
    page = member.send(PAGE, form(desk, "F-1"), on=address(desk, "F-1"), status=422)
    assert 'role="alert"' in page.html
    assert len(desk.messages("F-1")) == 1


def test_it_can_be_taken_back_today(desk: Desk, member: Browser) -> None:
    member.send(PAGE, form(desk, "F-1"), on=address(desk, "F-1"))
    [message] = desk.messages("F-1")
    here = f"/historique/{message.id}"
    assert member.open(here).shows("Telephone") or member.open(here).shows("Téléphone")
    member.send(f"{PAGE}/{message.id}/annuler", {}, on=here)
    assert desk.states("F-1") == [MessageState.WITHDRAWN]
    assert desk.invoice("F-1").level is None
    assert 'role="alert"' in member.follow(member.send(f"{PAGE}/{message.id}/annuler", {}, on=here)).html


def test_marks_stand_in_the_history_and_its_file(desk: Desk, member: Browser) -> None:
    member.send(PAGE, form(desk, "F-1"), on=address(desk, "F-1"))
    assert member.open("/historique").shows("F-1")
    assert "phone" in member.client.get("/historique.csv", base_url=BASE).get_data(as_text=True).lower()


@pytest.mark.parametrize("named", ["", "0", "x", "9" * 40, "1-999999999", "<b>", "-1"])
def test_no_invoice_is_no_fault(desk: Desk, member: Browser, named: str) -> None:
    answer = member.client.get(PAGE, query_string={"factures": named}, base_url=BASE)
    assert answer.status_code in (200, 303)


def test_a_reader_may_not(desk: Desk, signed_in: SignIn) -> None:
    signed_in(Role.READER).open(address(desk, "F-1"), status=403)
