"""Colours, language and keys: each person's own."""

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from relance.services.accounts import Role
from relance.storage.db import reading
from relance.storage.models import User
from tests.web.client import Browser
from tests.web.conftest import SignIn

PAGE = "/reglages/apparence"
DARK = {"theme": "dark", "language": "en", "shortcuts": "y"}


def test_the_screens_take_the_colours_and_the_language(owner: Browser) -> None:
    page = owner.follow(owner.send(PAGE, DARK))
    assert page.heading == "Settings: appearance"
    assert 'lang="en"' in page.html
    assert 'data-theme="dark"' in page.html


def test_the_system_decides_on_the_colours_until_a_person_does(owner: Browser) -> None:
    assert "data-theme" not in owner.open(PAGE).html


def test_keys_do_something_until_they_are_switched_off(owner: Browser) -> None:
    assert 'data-keys="/aide/clavier"' in owner.open(PAGE).html
    owner.send(PAGE, {"theme": "auto", "language": "fr"})
    assert "data-keys" not in owner.open(PAGE).html
    owner.send(PAGE, {"theme": "auto", "language": "fr", "shortcuts": "y"})
    assert "data-keys" in owner.open(PAGE).html


def test_a_reader_chooses_too_and_for_nobody_else(engine: Engine, owner: Browser, signed_in: SignIn) -> None:
    signed_in(Role.READER).send(PAGE, DARK)
    assert 'lang="fr"' in owner.open(PAGE).html
    with reading(engine) as session:
        themes = {row.email: row.theme for row in session.scalars(select(User))}
    assert themes == {"owner@firm.fr": "auto", "reader@firm.fr": "dark"}


@pytest.mark.parametrize(
    "sent",
    [
        {"theme": "pink", "language": "fr"},
        {"theme": "dark", "language": "xx"},
        {"theme": "", "language": ""},
        {"theme": "dark\x00", "language": "fr"},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(owner: Browser, engine: Engine, sent: dict[str, str]) -> None:
    page = owner.send(PAGE, sent, status=422)
    assert 'role="alert"' in page.html
    with reading(engine) as session:
        user = session.scalars(select(User)).one()
    assert (user.theme, user.language, user.shortcuts) == ("auto", "fr", True)


def test_a_stranger_has_no_keys(app: Flask, owner: Browser) -> None:
    assert "data-keys" in owner.open("/compte").html
    assert "data-keys" not in Browser(app).open("/connexion").html
