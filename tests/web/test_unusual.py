"""An unusually big run on the pages: seen everywhere, confirmed once, by those who may (RELIABILITY 3.4)."""

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.services import unusual
from relance.services.accounts import Role
from relance.services.run import run_today
from relance.storage import db
from tests.services.past_runs import past_runs
from tests.web.client import Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.office import Outbox, furnish

PAGE = "/simulation/volume"
HEADING = "N° facture;Client;E-mail;Date facture;Échéance;Total TTC"


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    made = create_app(settings, clock=clock, channels=outbox.outlets)
    made.testing = True
    return made


@pytest.fixture
def waits(engine: Engine, clock: Clock) -> int:
    """A run of thirty messages, held back."""
    rows = [f"F-{one};Client {one};c{one}@a.example;15/09/2026;15/10/2026;100,00" for one in range(30)]
    clock.move(hours=2)
    furnish(engine, clock(), invoices="\n".join((HEADING, *rows)))
    past_runs(engine, clock())
    return run_today(engine, clock(), by="test").held_back


def held(engine: Engine) -> int:
    with db.reading(engine) as session:
        return unusual.count(session)


def token(page: Page) -> str:
    return page.html.partition('name="token" type="hidden" value="')[2].partition('"')[0]


def test_it_is_said_on_every_page_and_stands_among_what_waits(waits: int, owner: Browser) -> None:
    assert waits == 30
    assert f'href="{PAGE}"' in owner.open("/compte").html
    assert owner.open("/a-faire").html.count(f'href="{PAGE}"') == 2


def test_the_page_says_how_many_to_whom_and_how_much(waits: int, owner: Browser) -> None:
    page = owner.open(PAGE)
    assert "30" in page.heading
    assert page.shows("3\u202f000,00\u00a0€") or "3 000,00" in page.words
    assert page.html.count('class="p"') == 1


def test_a_person_confirms_once_and_it_leaves_in_two_minutes(waits: int, owner: Browser, engine: Engine) -> None:
    shown = token(owner.open(PAGE))
    first = owner.send(PAGE, {"token": shown, "payments": "y"}, on=PAGE)
    assert held(engine) == 0
    again = owner.send(PAGE, {"token": shown, "payments": "y"}, on="/compte")
    assert again.location == first.location
    owner.follow(first)


def test_the_payments_are_asked_about_first(waits: int, owner: Browser, engine: Engine) -> None:
    page = owner.send(PAGE, {"token": token(owner.open(PAGE))}, status=422)
    assert 'id="payments-error"' in page.html
    owner.send(PAGE, {"token": "x" * 5000, "payments": "y"}, on=PAGE, status=422)
    owner.send(PAGE, {"payments": "y"}, on=PAGE)
    assert held(engine) == 0


def test_without_anything_that_waits_the_page_leads_away(owner: Browser, engine: Engine, clock: Clock) -> None:
    furnish(engine, clock())
    assert owner.open(PAGE, status=303).location.endswith("/simulation")
    owner.send(PAGE, {"token": "old", "payments": "y"}, on="/compte")


def test_a_reader_confirms_nothing(waits: int, signed_in: SignIn, engine: Engine) -> None:
    reader = signed_in(Role.READER)
    reader.open(PAGE, status=403)
    reader.send(PAGE, {"token": "t", "payments": "y"}, on="/compte", status=403)
    assert held(engine) == 30
