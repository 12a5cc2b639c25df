"""Signing in, staying signed in, and one's own account."""

from flask import Flask
from sqlalchemy import Engine, select

from relance.services.accounts import Role
from relance.services.sign_in import FREE_TRIES
from relance.storage.db import reading
from relance.storage.models import LoginSession
from tests.web.client import Browser
from tests.web.conftest import PASSWORD, Clock, SignIn


def test_a_person_signs_in_and_out(owner: Browser) -> None:
    assert owner.open("/compte").heading == "Mon compte"
    owner.send("/deconnexion", {}, on="/compte")
    assert owner.open("/compte", status=303).location.startswith("/connexion")


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(app: Flask, owner: Browser) -> None:
    thief = Browser(app)
    cookie = owner.client.get_cookie("relance-8710", domain="127.0.0.1")
    assert cookie is not None
    thief.client.set_cookie("relance-8710", cookie.value, domain="127.0.0.1")
    thief.open("/compte")
    owner.send("/deconnexion", {}, on="/compte")
    thief.open("/compte", status=303)


def test_the_cookie_is_hidden_from_scripts_and_other_sites(app: Flask, signed_in: SignIn) -> None:
    signed_in(Role.OWNER)
    page = Browser(app).send("/connexion", {"email": "owner@firm.fr", "password": PASSWORD})
    assert "HttpOnly" in page.headers["Set-Cookie"]
    assert "SameSite=Lax" in page.headers["Set-Cookie"]


def test_only_the_hash_of_the_session_is_kept(owner: Browser, engine: Engine) -> None:
    with owner.client.session_transaction(base_url="http://127.0.0.1:8710") as kept, reading(engine) as session:
        assert kept["_user_id"] not in session.scalars(select(LoginSession.token_hash)).all()


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(app: Flask, signed_in: SignIn) -> None:
    signed_in(Role.OWNER)
    answers = [
        Browser(app).send("/connexion", {"email": email, "password": "not the right one"}, status=422).words
        for email in ("owner@firm.fr", "nobody@firm.fr")
    ]
    assert answers[0] == answers[1]


def test_a_failed_form_says_so_in_its_title_and_keeps_what_was_entered(app: Flask, signed_in: SignIn) -> None:
    signed_in(Role.OWNER)
    page = Browser(app).send("/connexion", {"email": "owner@firm.fr", "password": ""}, status=422)
    assert page.title.startswith("Erreur")
    assert 'value="owner@firm.fr"' in page.html
    assert 'href="#password"' in page.html


def test_guessing_is_slowed_down_and_the_brake_lets_go_by_itself(app: Flask, signed_in: SignIn, clock: Clock) -> None:
    signed_in(Role.OWNER)
    right = {"email": "owner@firm.fr", "password": PASSWORD}
    for _ in range(FREE_TRIES):
        Browser(app).send("/connexion", {**right, "password": "a wrong password"}, status=422)
    Browser(app).send("/connexion", right, status=422)
    clock.move(seconds=31)
    Browser(app).send("/connexion", right, status=303)


def test_after_signing_in_one_lands_on_the_page_asked_for(app: Flask, signed_in: SignIn) -> None:
    signed_in(Role.OWNER)
    browser = Browser(app)
    asked = browser.open("/compte", status=303).location
    assert asked == "/connexion?next=/compte"
    page = browser.send(asked, {"email": "owner@firm.fr", "password": PASSWORD})
    assert page.location == "/compte"


def test_next_never_leads_to_another_site(app: Flask, signed_in: SignIn) -> None:
    signed_in(Role.OWNER)
    for bad in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/%0d%0aX:1"):
        browser = Browser(app)
        page = browser.send(f"/connexion?next={bad}", {"email": "owner@firm.fr", "password": PASSWORD})
        assert page.location == "/"


def test_an_idle_session_ends(owner: Browser, clock: Clock) -> None:
    for _ in range(3):
        clock.move(hours=11)
        owner.open("/compte")
    clock.move(hours=12, minutes=1)
    owner.open("/compte", status=303)


def test_a_session_ends_after_thirty_days_however_much_it_is_used(owner: Browser, clock: Clock) -> None:
    for _ in range(30 * 24 // 8):
        clock.move(hours=8)
        owner.open("/compte")
    clock.move(hours=1)
    owner.open("/compte", status=303)


def test_a_new_password_signs_out_the_other_browsers(app: Flask, signed_in: SignIn) -> None:
    here, elsewhere = signed_in(Role.MEMBER), signed_in(Role.MEMBER)
    new = {"old": PASSWORD, "password": "another long phrase"}
    here.send("/compte/mot-de-passe", new, on="/compte")
    here.open("/compte")
    elsewhere.open("/compte", status=303)
    Browser(app).send("/connexion", {"email": "member@firm.fr", "password": PASSWORD}, status=422)
    Browser(app).send("/connexion", {"email": "member@firm.fr", "password": "another long phrase"})


def test_a_new_password_takes_the_old_one(owner: Browser) -> None:
    wrong = {"old": "not my password", "password": "another long phrase"}
    page = owner.send("/compte/mot-de-passe", wrong, on="/compte", status=422)
    assert 'id="old-error"' in page.html


def test_a_person_is_called_as_they_wish(owner: Browser) -> None:
    owner.send("/compte", {"name": "  Claire   Bonnet "})
    assert 'value="Claire Bonnet"' in owner.open("/compte").html
    assert owner.open("/").heading.endswith(" Claire")


def test_a_name_has_its_length(owner: Browser) -> None:
    owner.send("/compte", {"name": "x" * 101}, status=422)


def test_before_signing_in_the_browsers_language_counts(app: Flask, signed_in: SignIn) -> None:
    signed_in(Role.OWNER)
    assert Browser(app, language="en").open("/connexion").heading == "Sign in"
    assert Browser(app, language="de").open("/connexion").heading == "Se connecter"
