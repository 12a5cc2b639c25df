"""The first account: by the token of the console, once."""

from flask import Flask
from sqlalchemy import Engine, select

from relance.services import accounts
from relance.services.accounts import Role
from relance.storage.db import reading, writing
from relance.storage.models import User
from tests.web.client import Browser
from tests.web.conftest import Clock

FIRST = {"language": "fr", "name": "Claire", "email": "Claire@Bonnet.fr", "password": "une phrase facile"}


def a_token(engine: Engine, clock: Clock) -> str:
    with writing(engine) as session:
        return accounts.open_setup(session, clock())


def test_the_first_person_becomes_an_owner_and_is_signed_in(app: Flask, engine: Engine, clock: Clock) -> None:
    browser = Browser(app)
    moved = browser.open(f"/bienvenue?jeton={a_token(engine, clock)}", status=303)
    assert moved.location == "/bienvenue"
    assert browser.send("/bienvenue", FIRST).location == "/premiers-pas"
    assert browser.open("/compte").shows("claire@bonnet.fr")
    with reading(engine) as session:
        assert session.scalars(select(User.role)).all() == [Role.OWNER]


def test_the_page_is_gone_once_there_is_an_account(app: Flask, engine: Engine, clock: Clock) -> None:
    token = a_token(engine, clock)
    first, second = Browser(app), Browser(app)
    for browser in (first, second):
        browser.open(f"/bienvenue?jeton={token}", status=303)
        browser.open("/bienvenue")
    first.send("/bienvenue", FIRST)
    assert second.send("/bienvenue", FIRST).location == "/connexion"
    assert Browser(app).open("/bienvenue", status=303).location == "/connexion"


def test_without_its_token_the_page_stays_closed(app: Flask, engine: Engine) -> None:
    assert Browser(app).open("/", status=303).location == "/connexion"
    assert Browser(app).open("/connexion", status=303).location == "/bienvenue"
    Browser(app).open("/bienvenue", status=403)
    browser = Browser(app)
    browser.open("/bienvenue?jeton=guessed", status=303)
    browser.open("/bienvenue", status=403)


def test_the_token_lasts_a_quarter_of_an_hour(app: Flask, engine: Engine, clock: Clock) -> None:
    browser = Browser(app)
    browser.open(f"/bienvenue?jeton={a_token(engine, clock)}", status=303)
    browser.open("/bienvenue")
    clock.move(minutes=15)
    browser.send("/bienvenue", FIRST, status=403)


def test_a_newer_token_replaces_the_older(app: Flask, engine: Engine, clock: Clock) -> None:
    old, new = a_token(engine, clock), a_token(engine, clock)
    for token, status in ((old, 403), (new, 200)):
        browser = Browser(app)
        browser.open(f"/bienvenue?jeton={token}", status=303)
        browser.open("/bienvenue", status=status)


def test_a_weak_password_is_refused_at_its_field(app: Flask, engine: Engine, clock: Clock) -> None:
    browser = Browser(app)
    browser.open(f"/bienvenue?jeton={a_token(engine, clock)}", status=303)
    page = browser.send("/bienvenue", {**FIRST, "password": "court"}, status=422)
    assert 'id="password-error"' in page.html
    assert 'value="Claire@Bonnet.fr"' in page.html
