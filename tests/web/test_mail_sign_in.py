"""Signing in to Microsoft and Google from a page, against a token server that answers as they do (RELIABILITY 3.5)."""

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.channels.oauth import MicrosoftApp
from relance.channels.oauth.google import GoogleApp
from relance.clock import utc_now
from relance.config import Settings
from relance.services.accounts import Role
from relance.services.delivery import account_values
from relance.storage import db
from relance.storage.models import MailAccount
from tests.channels.certificates import authority
from tests.channels.token_server import PENDING, USER, TokenServer, error, token_server
from tests.web.client import BASE, Browser, Page
from tests.web.conftest import Clock, SignIn

MICROSOFT, GOOGLE = "/reglages/e-mail/microsoft", "/reglages/e-mail/google"
CHECK, BACK, LEAVE = f"{MICROSOFT}/verifier", f"{GOOGLE}/retour", f"{GOOGLE}/continuer"
CLIENT = "12345678-1234-1234-1234-123456789012"
GOOGLES = {"address": "claire@bonnet.example", "client": "1.apps.googleusercontent.com", "secret": "client-secret"}


@pytest.fixture(autouse=True)
def now(clock: Clock) -> None:
    """The library that speaks to Microsoft looks at the system's clock."""
    clock.now = utc_now()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenServer]:
    """Stands for both providers."""
    cafile = authority().cafile

    def microsoft(account: MailAccount) -> MicrosoftApp:
        return MicrosoftApp(account.oauth_client, account.oauth_tenant or "organizations", running.url, cafile)

    def google(settings: Settings, account: MailAccount) -> GoogleApp:
        return GoogleApp(account.oauth_client, "client-secret", token_url=f"{running.url}/token", cafile=cafile)

    with token_server() as running:
        monkeypatch.setattr(account_values, "microsoft_app", microsoft)
        monkeypatch.setattr(account_values, "google_app", google)
        yield running


@pytest.fixture
def secrets(settings: Settings) -> Path:
    return settings.data_dir / "secrets"


def account_of(engine: Engine) -> MailAccount:
    with db.reading(engine) as session:
        account = session.get_one(MailAccount, 1)
        session.expunge(account)
    return account


def ask_for_a_code(owner: Browser, *, tenant: str = "") -> Page:
    return owner.follow(owner.send(MICROSOFT, {"client": CLIENT, "tenant": tenant}))


def test_microsoft_signs_in_by_a_code(owner: Browser, engine: Engine, server: TokenServer, secrets: Path) -> None:
    page = ask_for_a_code(owner)
    assert page.shows("ABCD-EFGH")
    assert 'href="https://microsoft.com/devicelogin"' in page.html
    assert "the-device-code" not in page.html
    page = owner.follow(owner.send(CHECK, {}, on=MICROSOFT))
    account = account_of(engine)
    assert (account.sign_in, account.username, account.sender) == ("microsoft", USER, USER)
    assert (account.preset, account.host, account.port) == ("microsoft_365", "smtp.office365.com", 587)
    assert page.shows(USER)
    assert "access-1" not in page.html
    tokens = secrets / "microsoft-tokens"
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
    assert [one.name for one in secrets.iterdir()] == ["microsoft-tokens"]


def test_until_the_code_is_typed_microsoft_is_asked_again(
    owner: Browser, engine: Engine, server: TokenServer, secrets: Path
) -> None:
    ask_for_a_code(owner)
    server.script.extend([PENDING, error("slow_down")])
    for _ in range(2):
        assert owner.follow(owner.send(CHECK, {}, on=MICROSOFT)).shows("ABCD-EFGH")
    assert stat.S_IMODE((secrets / "microsoft-flow").stat().st_mode) == 0o600
    assert account_of(engine).sign_in == "password"


def test_the_code_outlives_a_restart(
    owner: Browser, engine: Engine, server: TokenServer, settings: Settings, clock: Clock
) -> None:
    ask_for_a_code(owner)
    again = create_app(settings, engine=engine, clock=clock)
    again.testing = True
    restarted = Browser(again)
    cookie = owner.client.get_cookie("relance-8710", "127.0.0.1")
    assert cookie is not None
    restarted.client.set_cookie(cookie.key, cookie.value, domain="127.0.0.1")
    assert restarted.open(MICROSOFT).shows("ABCD-EFGH")
    restarted.send(CHECK, {}, on=MICROSOFT)
    assert account_of(engine).sign_in == "microsoft"


@pytest.mark.parametrize("word", ["authorization_declined", "expired_token", "invalid_client"])
def test_what_can_no_longer_succeed_is_forgotten_and_said(
    word: str, owner: Browser, engine: Engine, server: TokenServer, secrets: Path
) -> None:
    ask_for_a_code(owner)
    server.script.append(error(word))
    page = owner.send(CHECK, {}, on=MICROSOFT, status=422)
    assert "ABCD-EFGH" not in page.html
    assert word in page.html.partition("<details>")[2]
    assert list(secrets.iterdir()) == []
    assert account_of(engine).sign_in == "password"


def test_a_dead_network_loses_no_code(owner: Browser, server: TokenServer) -> None:
    ask_for_a_code(owner)
    server.script.append((503, "down"))
    page = owner.send(CHECK, {}, on=MICROSOFT, status=422)
    assert page.shows("ABCD-EFGH")


def test_no_code_can_be_had_from_a_server_that_refuses(owner: Browser, server: TokenServer, secrets: Path) -> None:
    for answer in (error("invalid_client"), (500, "<html>"), (200, "[]"), (200, {"user_code": 1})):
        server.device_answer = answer
        page = owner.send(MICROSOFT, {"client": CLIENT}, on=MICROSOFT, status=422)
        assert 'role="alert"' in page.html
    assert not secrets.exists() or list(secrets.iterdir()) == []


def test_an_old_code_is_not_shown_any_more(owner: Browser, server: TokenServer, clock: Clock) -> None:
    ask_for_a_code(owner)
    clock.move(minutes=16)
    assert "ABCD-EFGH" not in owner.open(MICROSOFT).html
    owner.send(CHECK, {}, on=MICROSOFT, status=422)


def test_what_cannot_be_an_application_is_refused_at_its_field(owner: Browser, server: TokenServer) -> None:
    for field, bad in (("client", ""), ("client", "abc"), ("client", "١" * 36), ("tenant", "a/../b"), ("tenant", "é")):
        page = owner.send(MICROSOFT, {"client": CLIENT, field: bad}, on=MICROSOFT, status=422)
        assert f'id="{field}-error"' in page.html, (field, bad)
    assert server.forms == []


def test_a_private_microsoft_account_sends_by_its_own_server(
    owner: Browser, engine: Engine, server: TokenServer
) -> None:
    ask_for_a_code(owner, tenant="consumers")
    owner.send(CHECK, {}, on=MICROSOFT)
    assert account_of(engine).preset == "outlook"


def test_signing_out_forgets_the_tokens(owner: Browser, engine: Engine, server: TokenServer, secrets: Path) -> None:
    ask_for_a_code(owner)
    owner.send(CHECK, {}, on=MICROSOFT)
    owner.send("/reglages/e-mail/deconnexion", {}, on=MICROSOFT)
    assert account_of(engine).sign_in == "password"
    assert list(secrets.iterdir()) == []


def test_a_typed_password_is_used_instead_and_another_provider_gets_no_token(
    owner: Browser, engine: Engine, server: TokenServer
) -> None:
    for change in ({"password": "a secret"}, {"preset": "ovh", "host": "ssl0.ovh.net"}):
        ask_for_a_code(owner)
        owner.send(CHECK, {}, on=MICROSOFT)
        owner.send("/reglages/e-mail", {"do": "save"}, on="/reglages/e-mail")
        assert account_of(engine).sign_in == "microsoft"
        owner.send("/reglages/e-mail", {"do": "save", **change}, on="/reglages/e-mail")
        assert account_of(engine).sign_in == "password"


def to_google(owner: Browser, **typed: str) -> dict[str, str]:
    """Begin; what the browser takes along to Google."""
    page = owner.follow(owner.send(GOOGLE, {**GOOGLES, **typed}))
    link = page.html.partition('href="https://accounts.google.com/')[2].partition('"')[0].replace("&amp;", "&")
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def test_google_signs_in_by_its_own_page(owner: Browser, engine: Engine, server: TokenServer, secrets: Path) -> None:
    asked = to_google(owner)
    assert asked["redirect_uri"] == BASE + BACK
    assert asked["login_hint"] == "claire@bonnet.example"
    assert asked["code_challenge_method"] == "S256"
    page = owner.follow(owner.open(f"{BACK}?state={asked['state']}&code=the-code", status=303))
    account = account_of(engine)
    assert (account.sign_in, account.username) == ("google", "claire@bonnet.example")
    assert (account.preset, account.host) == ("gmail", "smtp.gmail.com")
    assert page.shows("claire@bonnet.example")
    [form] = server.forms
    assert form["code"] == "the-code"
    assert form["redirect_uri"] == asked["redirect_uri"]
    assert {one.name for one in secrets.iterdir()} == {"google-tokens", "google-client"}
    assert {stat.S_IMODE(one.stat().st_mode) for one in secrets.iterdir()} == {0o600}


def test_the_verifier_and_the_secret_are_on_no_page(owner: Browser, server: TokenServer, secrets: Path) -> None:
    to_google(owner)
    flow = (secrets / "google-flow").read_text()
    verifier = flow.partition('"verifier": "')[2].partition('"')[0]
    for path in (LEAVE, GOOGLE):
        html = owner.open(path).html
        assert verifier not in html
        assert "client-secret" not in html


def test_an_answer_counts_once(owner: Browser, engine: Engine, server: TokenServer) -> None:
    asked = to_google(owner)
    answer = f"{BACK}?state={asked['state']}&code=the-code"
    owner.open(answer, status=303)
    owner.open(answer, status=422)
    assert len(server.forms) == 1


def test_an_answer_with_another_state_changes_nothing(owner: Browser, engine: Engine, server: TokenServer) -> None:
    asked = to_google(owner)
    for bad in (
        "",
        "?code=x",
        "?state=&code=x",
        "?state=wrong&code=x",
        "?state=%C3%A9%00&code=x",
        f"?state={'x' * 9000}",
    ):
        owner.open(BACK + bad, status=422)
    assert (account_of(engine).sign_in, server.forms) == ("password", [])
    owner.open(f"{BACK}?state={asked['state']}&code=the-code", status=303)


def test_an_answer_in_another_session_changes_nothing(
    owner: Browser, engine: Engine, server: TokenServer, signed_in: SignIn
) -> None:
    asked = to_google(owner)
    answer = f"{BACK}?state={asked['state']}&code=the-code"
    signed_in(Role.OWNER).open(answer, status=422)
    signed_in(Role.MEMBER).open(answer, status=403)
    assert (account_of(engine).sign_in, server.forms) == ("password", [])


def test_an_answer_after_ten_minutes_comes_too_late(
    owner: Browser, engine: Engine, server: TokenServer, clock: Clock
) -> None:
    asked = to_google(owner)
    clock.now += timedelta(minutes=10)
    owner.open(f"{BACK}?state={asked['state']}&code=the-code", status=422)
    owner.open(LEAVE, status=303)
    assert server.forms == []


def test_a_refusal_at_google_is_said(owner: Browser, engine: Engine, server: TokenServer) -> None:
    asked = to_google(owner)
    page = owner.open(f"{BACK}?state={asked['state']}&error=access_denied", status=422)
    assert 'role="alert"' in page.html
    asked = to_google(owner)
    server.script.append(error("invalid_grant"))
    page = owner.open(f"{BACK}?state={asked['state']}&code=stale", status=422)
    assert "invalid_grant" in page.words
    assert account_of(engine).sign_in == "password"


def test_the_secret_is_kept_and_needs_no_second_typing(owner: Browser, server: TokenServer) -> None:
    page = owner.send(GOOGLE, {**GOOGLES, "secret": ""}, status=422)
    assert 'id="secret-error"' in page.html
    to_google(owner)
    assert to_google(owner, secret="")["client_id"] == GOOGLES["client"]
    for field, bad in (("client", "a b"), ("address", "nobody"), ("address", ""), ("secret", "x" * 2000)):
        page = owner.send(GOOGLE, {**GOOGLES, field: bad}, on=GOOGLE, status=422)
        assert f'id="{field}-error"' in page.html, (field, bad)


def test_google_is_not_asked_to_come_back_to_an_address_that_it_refuses(
    settings: Settings, engine: Engine, clock: Clock, signed_in: SignIn
) -> None:
    from dataclasses import replace

    lan = "http://relance.lan"
    app: Flask = create_app(replace(settings, public_url=lan), engine=engine, clock=clock)
    browser = Browser(app)
    signed_in(Role.OWNER)
    page = browser.client.get("/connexion", base_url=lan)
    token = page.get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]
    typed = {"csrf_token": token, "email": "owner@firm.fr", "password": "correct horse battery"}
    browser.client.post("/connexion", data=typed, base_url=lan, headers={"Origin": lan})
    shown = browser.client.get(GOOGLE, base_url=lan).get_data(as_text=True)
    token = shown.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = browser.client.post(GOOGLE, data={"csrf_token": token, **GOOGLES}, base_url=lan, headers={"Origin": lan})
    assert answer.status_code == 422
    assert "https" in answer.get_data(as_text=True)
