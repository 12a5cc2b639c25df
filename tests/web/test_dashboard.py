"""The first page: problems before tasks, figures that agree with the lists, and its empty forms."""

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.jobs import heartbeat
from relance.services.accounts import Role
from relance.storage.models import Firm, MailAccount
from tests.web.client import Browser
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk, no_such_address
from tests.web.office import INVOICES, Outbox, furnish

NBSP, THIN = "\u00a0", "\u202f"


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock, outbox: Outbox) -> Desk:
    furnish(engine, clock())
    heartbeat.beat(settings, clock())
    return Desk(engine, settings, clock, outbox)


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def pay(desk: Desk, person: Browser, number: str) -> None:
    """All that is left of an invoice, by its page."""
    left = f"{desk.invoice(number).balance / 100:.2f}".replace(".", ",")
    address = desk.address(number)
    person.send(f"{address}/reglements", {"pay-amount": left, "pay-paid_on": "2026-11-23"}, on=address)


def test_an_empty_firm_is_led_to_the_import(owner: Browser) -> None:
    page = owner.open("/")
    assert 'href="/import"' in page.html
    assert "<table" not in page.html
    assert page.html.count('class="btn p"') == 1


def test_the_first_steps_stand_on_it_until_they_are_done(owner: Browser, engine: Engine, clock: Clock) -> None:
    assert 'href="/premiers-pas"' in owner.open("/").html
    furnish(engine, clock())  # switches sending on
    assert 'href="/premiers-pas"' not in owner.open("/").html


def test_a_member_is_not_led_to_steps_that_only_an_owner_takes(signed_in: SignIn) -> None:
    page = signed_in(Role.MEMBER).open("/")
    assert 'href="/premiers-pas"' not in page.html
    assert page.html.count('class="btn p"') == 1


def test_the_figures_are_those_of_the_lists(member: Browser) -> None:
    page = member.open("/")
    assert page.shows("7 156 €")  # 2745 + 1480,40 + 120 + 312 + 2350 + 148,50
    assert page.shows("4 657 €")  # what is late
    assert member.open("/factures").shows("4 657,40 €")


def test_amounts_do_not_break(member: Browser) -> None:
    assert f"7{THIN}156{NBSP}€" in member.open("/").html


def test_problems_come_first_and_lead_to_their_mend(desk: Desk, outbox: Outbox, member: Browser) -> None:
    outbox.refusal = no_such_address()
    desk.clock.move(hours=2)
    desk.run()
    page = member.open("/")
    problems = page.html.split('id="problems"')[1].split("</section>")[0]
    assert 'href="/historique?etat=echec"' in problems
    assert 'href="/a-corriger"' in problems
    assert page.html.index('id="problems"') < page.html.index('class="grid g4"') < page.html.index('id="today"')


def test_a_refused_account_stands_once_on_the_page(desk: Desk, signed_in: SignIn) -> None:
    desk.change(MailAccount, 1, held_code="smtp.auth_refused")
    page = signed_in(Role.OWNER).open("/")
    assert page.html.split("<main")[1].count('href="/reglages/e-mail"') == 1
    assert 'href="/reglages/e-mail"' not in page.html.split("<main")[0].split('class="state"')[1]


def test_a_stopped_worker_and_stale_payments_stand_in_the_bar(desk: Desk, member: Browser) -> None:
    for _ in range(9):
        desk.clock.move(hours=11)
        member.open("/compte")
    for _ in range(9):
        desk.clock.move(hours=11)
        page = member.open("/")
    bar = page.html.split("<main")[0]
    assert bar.count('class="err"') + bar.count('class="warn"') >= 2


def test_the_button_counts_what_the_simulation_shows(desk: Desk, member: Browser) -> None:
    page = member.open("/")
    link = page.html.split('class="btn p" href="')[1]
    assert link.startswith("/simulation?date=2026-11-23")
    assert "(4)" in link.split("</a>")[0]
    assert "<b>4</b>" in member.open("/simulation?date=2026-11-23").html


def test_after_the_run_the_button_names_the_next_day(desk: Desk, member: Browser) -> None:
    desk.clock.move(hours=2)
    desk.run()
    assert '/simulation?date=2026-11-24"' in member.open("/").html


def test_while_sending_is_off_nothing_is_promised(desk: Desk, member: Browser) -> None:
    desk.change(Firm, 1, enabled=False)
    page = member.open("/")
    assert 'href="/simulation"' in page.html
    assert "/simulation?date=" not in page.html


def test_a_payment_changes_the_figures_at_once(desk: Desk, member: Browser) -> None:
    before = member.open("/")
    pay(desk, member, "F-1")
    after = member.open("/")
    assert before.shows("4 657 €")
    assert after.shows("1 912 €")
    assert after.shows("2 745,00 €")  # among the last days


def test_when_nothing_is_late_the_next_due_date_is_said(engine: Engine, clock: Clock, signed_in: SignIn) -> None:
    heading, *rows = INVOICES.splitlines()
    furnish(engine, clock(), invoices="\n".join([heading, *rows[-2:]]) + "\n")
    page = signed_in(Role.MEMBER).open("/")
    assert page.html.count('class="note ok"') == 1
    assert page.shows("lundi 30 novembre 2026")


def test_when_all_is_paid_the_page_says_so(desk: Desk, member: Browser) -> None:
    for number in ("F-1", "F-2", "F-3", "F-4", "F-5", "F-6"):
        pay(desk, member, number)
    member.open("/")  # which says that the payment is noted
    page = member.open("/")
    assert page.html.count('class="note ok"') == 1
    assert page.shows("0 €")


def test_other_currencies_stand_apart(desk: Desk, member: Browser) -> None:
    own = desk.invoice("F-6")
    desk.change(type(own), own.id, currency="GBP")
    page = member.open("/")
    assert page.shows("7 007 €")
    assert page.shows("149 £GB") or page.shows("148 £GB")


def test_the_last_days_say_what_left_and_what_came_in(desk: Desk, member: Browser) -> None:
    desk.clock.move(hours=2)
    desk.run()
    page = member.open("/")
    days = page.html.split('id="days"')[1].split("</section>")[0]
    assert "23/11/2026" in days
    assert days.count("<dt>") == 1


def test_an_old_backup_is_asked_for_of_owners_alone(desk: Desk, signed_in: SignIn) -> None:
    backup = 'href="/reglages/sauvegarde"'
    assert backup not in signed_in(Role.OWNER).open("/").html.split("<main")[1]
    desk.clock.move(days=31)
    owner, member = signed_in(Role.OWNER), signed_in(Role.MEMBER)
    assert backup in owner.open("/").html.split("<main")[1]
    assert backup not in member.open("/").html.split("<main")[1]
    desk.change(Firm, 1, backed_up_at=desk.clock())
    assert backup not in owner.open("/").html.split("<main")[1]


def test_a_hostile_name_is_text(desk: Desk, signed_in: SignIn) -> None:
    owner = signed_in(Role.OWNER)
    owner.send("/compte", {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in owner.open("/").html


def test_the_page_takes_the_same_few_queries_however_long_the_book_is(
    engine: Engine, desk: Desk, member: Browser
) -> None:
    member.open("/")
    few = desk.queries_of(lambda: member.open("/"))
    heading = INVOICES.splitlines()[0]
    more = [f"G-{n};C{n};Client {n};a{n}@b.example;01/10/2026;31/10/2026;10,00" for n in range(60)]
    furnish(engine, desk.clock(), invoices="\n".join([heading, *more]) + "\n", more="")
    member.open("/")
    assert desk.queries_of(lambda: member.open("/")) == few
    assert few <= 30
