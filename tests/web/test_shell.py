"""What surrounds every page: the menu, the state bar, pages of long lists."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.datastructures import MultiDict

from relance.app import create_app
from relance.config import Settings
from relance.jobs import heartbeat
from relance.services.database import the_firm
from relance.storage.db import writing
from relance.storage.models import MailAccount
from relance.web import shell
from relance.web.paging import paging
from tests.web.client import Browser
from tests.web.conftest import PASSWORD, Clock


def switch_on(engine: Engine, clock: Clock) -> None:
    with writing(engine) as session:
        firm = the_firm(session)
        firm.enabled, firm.activated_at, firm.data_fresh_at = True, clock(), clock()


def test_the_menu_leads_only_to_pages_there_are(app: Flask, owner: Browser) -> None:
    page = owner.open("/compte")
    with app.test_request_context():
        there = [name for endpoint, name in shell.MENU if endpoint in app.view_functions]
    assert page.html.count("<nav") >= 1
    assert page.html.split("</nav>")[0].count("<a href") == len(there)


def test_the_bar_says_that_nothing_is_sent_before_it_is_switched_on(owner: Browser) -> None:
    assert owner.open("/compte").shows("Relances automatiques arrêtées.")


def test_the_bar_says_when_it_sends_next(owner: Browser, engine: Engine, clock: Clock, settings: Settings) -> None:
    switch_on(engine, clock)
    heartbeat.beat(settings, clock())
    page = owner.open("/compte")
    assert page.shows("prochain envoi lundi 23 novembre 2026 à 10 h 00.")
    assert page.shows("Règlements à jour au 23/11/2026.")
    assert not page.shows("arrêtés")


def test_a_worker_that_stopped_is_seen_on_every_page(
    owner: Browser, engine: Engine, clock: Clock, settings: Settings
) -> None:
    switch_on(engine, clock)
    heartbeat.beat(settings, clock())
    clock.move(minutes=4)
    assert owner.open("/none", status=404).shows("Les envois sont arrêtés")


def test_stale_payments_are_seen_on_every_page(owner: Browser, engine: Engine, clock: Clock) -> None:
    switch_on(engine, clock)
    for _ in range(9):
        clock.move(hours=11)
        owner.open("/compte")
    for _ in range(9):
        clock.move(hours=11)
        page = owner.open("/compte")
    assert page.shows("Règlements non mis à jour depuis le 23/11/2026")


def test_a_refused_mail_account_is_seen(owner: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.get_one(MailAccount, 1).held_code = "smtp.auth_refused"
    assert owner.open("/compte").shows("Le serveur d’e-mail refuse le compte")


def test_a_demonstration_says_that_nothing_can_be_sent(settings: Settings, owner: Browser, clock: Clock) -> None:
    demo = Browser(create_app(replace(settings, demo=True), clock=clock))
    demo.send("/connexion", {"email": "owner@firm.fr", "password": PASSWORD})
    assert demo.open("/compte").shows("rien ne peut partir")


@pytest.mark.parametrize(
    ("asked", "number", "per", "first", "last"),
    [
        ({}, 1, 25, 1, 25),
        ({"page": "2"}, 2, 25, 26, 50),
        ({"page": "3", "par": "50"}, 3, 50, 101, 103),
        ({"page": "99"}, 5, 25, 101, 103),
        ({"page": "-1", "par": "7"}, 1, 25, 1, 25),
        ({"page": "x", "par": "y"}, 1, 25, 1, 25),
    ],
)
def test_a_page_that_does_not_exist_is_the_nearest_one(
    asked: dict[str, str], number: int, per: int, first: int, last: int
) -> None:
    found = paging(MultiDict(asked), 103)
    assert (found.number, found.per, found.first, found.last) == (number, per, first, last)


def test_an_empty_list_has_one_page_and_no_row() -> None:
    found = paging(MultiDict(), 0)
    assert (found.count, found.first, found.last) == (1, 0, 0)


def test_an_address_keeps_the_rest_of_its_query(app: Flask) -> None:
    with app.test_request_context("/factures?etat=retard&page=3&q=a%26b"):
        assert shell.here(page=4) == "/factures?etat=retard&page=4&q=a%26b"
        assert shell.here(page=None, etat=None, q=None) == "/factures"
