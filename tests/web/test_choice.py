"""Choosing invoices in the list, and one act on all of them: confirmed on a page of its own, done at once."""

from datetime import date

import pytest
from flask import Flask

from relance.app import create_app
from relance.config import Settings
from relance.services.accounts import Role
from relance.storage.models import Invoice
from relance.web import selection
from tests.web.client import Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish

LIST = "/factures?etat=retard&tri=numero"
CHOICE = "/factures/choix?etat=retard&tri=numero"


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


def choose(browser: Browser, desk: Desk, act: str, *numbers: str, status: int = 303, **more: str) -> Page:
    ticked = [str(desk.invoice(number).id) for number in numbers]
    return browser.send(CHOICE, {"act": act, "facture": ticked, **more}, on=LIST, status=status)


def hidden(page: Page, name: str) -> str:
    return page.html.split(f'name="{name}" value="')[1].split('"')[0]


def confirmed(browser: Browser, to: Page, values: dict[str, str]) -> Page:
    """Open the page that confirms, and send its form."""
    page = browser.follow(to)
    action = page.html.split('<form method="post" action="/factures/choix')[1].split('"')[0].replace("&amp;", "&")
    return browser.send(f"/factures/choix{action}", {"factures": hidden(page, "factures"), **values}, on=to.location)


def test_a_selection_is_written_in_few_characters() -> None:
    assert selection.compact([7, 1, 2, 3, 9, 8, 3]) == "1-3,7-9"
    assert selection.expand("1-3,7-9") == [1, 2, 3, 7, 8, 9]
    assert selection.expand("x,4,-2,3-,9-8, 5 ,٣,1;DROP") == [4, 5]
    assert selection.expand("") == []


def test_nothing_chosen_is_said_on_the_list_itself(desk: Desk, member: Browser) -> None:
    page = choose(member, desk, "pause", status=422)
    assert 'role="alert"' in page.html
    assert page.html.count('name="facture"') == 4
    assert "etat=retard" in page.html


def test_an_act_that_is_none_keeps_what_was_chosen(desk: Desk, member: Browser) -> None:
    page = choose(member, desk, "explode", "F-1", "F-2", status=422)
    assert page.html.count(" checked") == 2


def test_a_pause_of_several_invoices_is_counted_confirmed_and_done(desk: Desk, member: Browser) -> None:
    to = choose(member, desk, "pause", "F-1", "F-2", "F-3")
    page = member.follow(to)
    assert page.shows("4 345,40 €")
    for text in ("F-1", "F-2", "F-3", "Menuiserie Aubry"):
        assert page.shows(text), text
    assert desk.holds("F-1") == []
    done = confirmed(member, to, {"until": "2026-12-24", "note": "fêtes"})
    assert done.location.startswith("/factures?")
    assert "etat=retard" in done.location
    assert "tri=numero" in done.location
    for number in ("F-1", "F-2", "F-3"):
        [hold] = desk.holds(number)
        assert (hold.kind, hold.until, hold.note, hold.opened_by) == (
            "pause",
            date(2026, 12, 24),
            "fêtes",
            "member@firm.fr",
        )
    assert desk.holds("F-4") == []
    assert 'role="status"' in member.follow(done).html


def test_everything_that_the_filters_give_is_chosen_across_pages(desk: Desk, member: Browser) -> None:
    to = choose(member, desk, "dispute", tout="1")
    assert "tout=1" in to.location
    confirmed(member, to, {"note": "lot défectueux"})
    assert [len(desk.holds(number)) for number in ("F-1", "F-2", "F-3", "F-4", "F-5")] == [1, 1, 1, 1, 0]


def test_the_other_acts_reach_every_invoice(desk: Desk, member: Browser) -> None:
    confirmed(member, choose(member, desk, "promise", "F-1", "F-2"), {"until": "2026-11-30", "note": ""})
    confirmed(member, choose(member, desk, "exclude", "F-3"), {"note": "litige ancien"})
    confirmed(member, choose(member, desk, "program", "F-4", "F-1"), {"program": "never"})
    assert [desk.holds(number)[0].kind for number in ("F-1", "F-2", "F-3")] == ["promise", "promise", "exclusion"]
    assert desk.invoice("F-3").excluded
    assert desk.invoice("F-4").program_choice.value == "never"
    assert desk.invoice("F-1").program_choice.value == "never"


def test_what_an_act_cannot_be_done_to_is_named_with_why(desk: Desk, member: Browser) -> None:
    desk.change(Invoice, desk.invoice("F-1").id, balance=0, paid=274500)
    to = choose(member, desk, "exclude", "F-1", "F-2")
    page = member.follow(to)
    assert page.html.index("F-1") > page.html.index("F-2")
    done = member.follow(confirmed(member, to, {"note": ""}))
    assert desk.invoice("F-2").excluded
    assert not desk.invoice("F-1").excluded
    assert done.shows("1")


def test_what_changed_between_the_page_and_the_click_is_left_as_it_is(desk: Desk, member: Browser) -> None:
    to = choose(member, desk, "pause", "F-1", "F-2")
    member.follow(to)
    desk.change(Invoice, desk.invoice("F-1").id, balance=0, paid=274500)
    ids = selection.compact(desk.invoice(number).id for number in ("F-1", "F-2"))
    member.send("/factures/choix/pause", {"factures": ids, "until": ""}, on=to.location)
    assert [len(desk.holds(number)) for number in ("F-1", "F-2")] == [0, 1]


def test_a_bad_value_keeps_the_selection(desk: Desk, member: Browser) -> None:
    to = choose(member, desk, "promise", "F-1", "F-2")
    ids = hidden(member.follow(to), "factures")
    for values in (
        {"until": ""},
        {"until": "31/02/2026"},
        {"until": "2020-01-01"},
        {"until": "2026-12-01", "note": "x" * 600},
    ):
        page = member.send("/factures/choix/promise", {"factures": ids, **values}, on=to.location, status=422)
        assert hidden(page, "factures") == ids, values
        assert 'role="alert"' in page.html
    assert desk.holds("F-1") == []


def test_invoices_that_are_gone_are_passed_over_with_a_word(desk: Desk, member: Browser) -> None:
    known = desk.invoice("F-2").id
    page = member.open(f"/factures/choix/pause?factures={known},99001-99003")
    assert "note warn" in page.html
    assert page.shows("3")
    assert hidden(page, "factures") == str(known)


IMPOSSIBLE = ("", "0", "abc", "99999999999999999999", "1-5001", "1-999999999999", "' OR 1=1 --", "5-1")


def test_an_address_that_names_no_invoice_leads_back_to_the_list(desk: Desk, member: Browser) -> None:
    for text in IMPOSSIBLE:
        answer = member.client.get(
            "/factures/choix/pause", query_string={"factures": text}, base_url="http://127.0.0.1:8710"
        )
        assert answer.status_code in (200, 303), text
        if answer.status_code == 200:  # numbers that no invoice has
            assert "note err" in answer.get_data(as_text=True)
    member.open("/factures/choix/explode?factures=1", status=404)


def test_a_reader_sees_no_boxes_and_may_do_nothing(desk: Desk, signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    assert 'name="facture"' not in reader.open(LIST).html
    reader.open("/factures/choix/pause?factures=1", status=403)


def test_the_address_of_the_choice_opened_again_is_the_list(member: Browser) -> None:
    assert member.open(CHOICE, status=302).location.startswith("/factures?etat=retard")


def test_an_act_takes_as_many_statements_for_three_invoices_as_for_one(desk: Desk, member: Browser) -> None:
    def pause(*numbers: str) -> int:
        to = choose(member, desk, "pause", *numbers)
        values = {"factures": hidden(member.follow(to), "factures"), "until": "2026-12-01"}
        return desk.queries_of(lambda: member.send("/factures/choix/pause", values))

    assert pause("F-1") == pause("F-2", "F-3", "F-4")
