"""Error pages: what, why and how, in both languages, for every status that is answered."""

import sqlite3

import pytest
from flask import Flask, abort
from sqlalchemy.exc import NoResultFound, OperationalError

from relance.services.refusal import Refused
from relance.web.access import ACCESS, Access
from relance.web.errors import WORDS
from relance.web.labels.refusals import refusal
from tests.web.client import Browser
from tests.web.conftest import SignIn


def breaking(app: Flask, monkeypatch: pytest.MonkeyPatch, fault: Exception | int) -> None:
    """A page that fails."""

    def fail() -> str:
        return abort(fault) if isinstance(fault, int) else raised(fault)

    monkeypatch.setitem(ACCESS, "broken", Access.SELF)
    app._got_first_request = False
    app.add_url_rule("/broken", "broken", fail)


def raised(fault: Exception) -> str:
    raise fault


@pytest.mark.parametrize("code", [code for code in WORDS if code not in (405, 421, 500)])
def test_a_refusal_says_what_why_and_how(
    app: Flask, owner: Browser, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    breaking(app, monkeypatch, code)
    page = owner.open("/broken", status=code)
    assert page.heading
    assert page.html.count("<p>") >= 3
    assert 'href="/"' in page.html


@pytest.mark.parametrize("code", [406, 418, 429, 504])
def test_a_status_nobody_thought_of_has_a_page_too(
    app: Flask, owner: Browser, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(app, "testing", False)
    breaking(app, monkeypatch, code)
    assert owner.open("/broken", status=code).heading


def test_what_was_taken_away_meanwhile_is_not_found(
    app: Flask, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(app, monkeypatch, NoResultFound("no row"))
    assert not owner.open("/broken", status=404).shows("no row")


def test_a_refusal_that_comes_too_late_says_why(app: Flask, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    breaking(app, monkeypatch, Refused("import.done"))
    page = owner.open("/broken", status=409)
    assert page.shows(" ".join(refusal(Refused("import.done"), "fr").split()))


def test_a_database_held_by_other_work_asks_to_wait(
    app: Flask, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(app, monkeypatch, OperationalError("BEGIN", {}, sqlite3.OperationalError("database is locked")))
    assert "select" not in owner.open("/broken", status=503).html.lower()


def test_a_database_out_of_order_is_a_fault_without_its_words(
    app: Flask, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(app, monkeypatch, OperationalError("SELECT secret", {}, sqlite3.OperationalError("disk I/O error")))
    page = owner.open("/broken", status=500)
    assert "secret" not in page.html
    assert "disk" not in page.html


def test_a_fault_shows_no_stack(app: Flask, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "testing", False)
    breaking(app, monkeypatch, RuntimeError("the inner secret"))
    page = owner.open("/broken", status=500)
    assert "inner secret" not in page.html
    assert "Traceback" not in page.html


def test_a_stranger_is_told_in_the_browsers_language(app: Flask, signed_in: SignIn) -> None:
    assert Browser(app, language="en").open("/no-such-page", status=404).heading == "There is nothing here"
