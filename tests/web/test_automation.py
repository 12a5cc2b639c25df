"""Switching automatic sending on and off, and its rules."""

import re

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.domain.book import Scope
from relance.services.accounts import Role
from relance.services.database import the_firm
from relance.services.run import run_today
from relance.storage import db
from relance.storage.models import Firm, MailAccount, Program
from tests.web.client import Browser
from tests.web.conftest import Clock, SignIn
from tests.web.office import ON, Outbox, furnish

RULES = {
    "run_at": "08:30",
    "working_days_only": "y",
    "minimum_gap_days": "4",
    "threshold": "12,50",
    "freshness_days": "0",
    "promise_grace_days": "3",
    "manual_cancels_hours": "10",
}


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Flask:
    made = create_app(settings, clock=clock, channels=Outbox().outlets)
    made.testing = True
    return made


@pytest.fixture
def office(engine: Engine, clock: Clock) -> Engine:
    """Set up, with invoices from before, and off."""
    furnish(engine, clock(), more="")
    clock.move(minutes=5)
    return engine


def firm_of(engine: Engine) -> Firm:
    with db.reading(engine) as session:
        firm = the_firm(session)
        session.expunge(firm)
    return firm


def test_it_says_what_each_choice_would_send(owner: Browser, office: Engine) -> None:
    page = owner.open("/envoi-automatique")
    assert page.html.count('type="radio"') == 3
    assert 'value="upcoming" checked' in page.html
    cells = re.findall(r'<td class="n" data-l="[^"]*">([^<]*)</td>', page.html)
    assert [row[0] for row in zip(*[iter(cells)] * 4, strict=True)] == ["1", "4", "0"]
    assert [row[2] for row in zip(*[iter(cells)] * 4, strict=True)] == ["1", "3", "0"]


def test_switching_on_takes_a_confirmation_and_stamps_the_moment(owner: Browser, office: Engine, clock: Clock) -> None:
    confirm = owner.open("/envoi-automatique/activer?scope=all")
    assert confirm.shows("Garage Lenoir")
    assert not firm_of(office).enabled
    owner.follow(owner.send("/envoi-automatique/activer", {"scope": "all"}, on="/envoi-automatique/activer?scope=all"))
    firm = firm_of(office)
    assert (firm.enabled, firm.scope, firm.activated_at) == (True, Scope.ALL, clock())


@pytest.mark.parametrize(("scope", "invoices"), [("all", 4), ("upcoming", 1), ("new", 0)])
def test_what_was_promised_is_what_the_first_run_does(
    owner: Browser, office: Engine, clock: Clock, scope: str, invoices: int
) -> None:
    address = f"/envoi-automatique/activer?scope={scope}"
    page = owner.open(address)
    listed = page.html.count('<th scope="row" class="ref">')
    owner.send("/envoi-automatique/activer", {"scope": scope}, on=address)
    clock.move(hours=2)
    found = run_today(office, clock(), by="test")
    assert listed == invoices == sum(one.outcome.value == "send" for one in found.simulation.plan.decisions)


def test_a_second_click_changes_nothing(owner: Browser, office: Engine, clock: Clock) -> None:
    owner.send("/envoi-automatique/activer", {"scope": "all"}, on="/envoi-automatique")
    stamped = firm_of(office).activated_at
    clock.move(minutes=1)
    owner.send("/envoi-automatique/activer", {"scope": "new"}, on="/envoi-automatique")
    assert (firm_of(office).activated_at, firm_of(office).scope) == (stamped, Scope.ALL)


def test_an_empty_firm_can_not_be_switched_on(owner: Browser, engine: Engine) -> None:
    page = owner.open("/envoi-automatique")
    assert 'href="/reglages/e-mail"' in page.html
    assert "Continu" not in page.words
    owner.send("/envoi-automatique/activer", {"scope": "all"}, on="/envoi-automatique", status=422)
    assert not firm_of(engine).enabled


def test_without_an_active_program_it_stays_off(owner: Browser, office: Engine) -> None:
    with db.writing(office) as session:
        session.get_one(Program, 1).active = False
    owner.send("/envoi-automatique/activer", {"scope": "all"}, on="/envoi-automatique", status=422)
    assert not firm_of(office).enabled


def test_without_a_senders_address_it_stays_off(owner: Browser, office: Engine) -> None:
    with db.writing(office) as session:
        session.get_one(MailAccount, 1).sender = the_firm(session).email = ""
    owner.send("/envoi-automatique/activer", {"scope": "all"}, on="/envoi-automatique", status=422)


def test_stale_payments_keep_it_off_until_a_person_says_they_are_known(
    office: Engine, clock: Clock, signed_in: SignIn
) -> None:
    clock.move(days=9)
    owner = signed_in(Role.OWNER)
    owner.send("/envoi-automatique/activer", {"scope": "all"}, on="/envoi-automatique", status=422)
    back = owner.send("/simulation/reglements-a-jour", {"then": "automation"}, on="/envoi-automatique")
    assert back.location == "/envoi-automatique"
    owner.send("/envoi-automatique/activer", {"scope": "all"}, on="/envoi-automatique")
    assert firm_of(office).enabled


def test_one_click_switches_off(owner: Browser, engine: Engine, clock: Clock) -> None:
    furnish(engine, clock(), more=ON)
    owner.follow(owner.send("/envoi-automatique/arreter", {}, on="/envoi-automatique"))
    assert not firm_of(engine).enabled


def test_a_scope_that_is_none_is_not_found(owner: Browser, office: Engine) -> None:
    for bad in ("", "everything", "'"):
        owner.open(f"/envoi-automatique/activer?scope={bad}", status=404)


def test_the_rules_are_kept(owner: Browser, office: Engine) -> None:
    owner.follow(owner.send("/envoi-automatique/regles", RULES, on="/envoi-automatique"))
    firm = firm_of(office)
    assert (firm.run_at, firm.minimum_gap_days, str(firm.threshold)) == ("08:30", 4, "12.500")
    assert (firm.working_days_only, firm.freshness_days, firm.manual_cancels_hours) == (True, 0, 10)
    assert 'value="12,5"' in owner.open("/envoi-automatique").html


BAD_RULES = [
    ("run_at", "25:00"),
    ("run_at", ""),
    ("minimum_gap_days", "-1"),
    ("minimum_gap_days", "many"),
    ("threshold", "-5"),
    ("threshold", "1e99"),
    ("freshness_days", "99999999999999999999"),
    ("promise_grace_days", ""),
    ("manual_cancels_hours", "1.5"),
]


def test_a_rule_that_cannot_be_is_refused_at_its_field(owner: Browser, office: Engine) -> None:
    for field, bad in BAD_RULES:
        page = owner.send("/envoi-automatique/regles", {**RULES, field: bad}, on="/envoi-automatique", status=422)
        assert f'id="{field}-error"' in page.html, (field, bad)
        assert f'href="#{field}"' in page.html
    assert firm_of(office).run_at == "10:00"


def test_only_an_owner_switches_on_but_a_member_may_stop(
    owner: Browser, engine: Engine, clock: Clock, signed_in: SignIn
) -> None:
    furnish(engine, clock(), more=ON)
    member = signed_in(Role.MEMBER)
    page = member.open("/envoi-automatique")
    assert 'action="/envoi-automatique/regles"' not in page.html
    member.open("/envoi-automatique/activer?scope=all", status=403)
    member.follow(member.send("/envoi-automatique/arreter", {}, on="/envoi-automatique"))
    assert not firm_of(engine).enabled
