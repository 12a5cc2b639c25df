"""What is let in, and what every answer says to the browser."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from relance.app import create_app
from relance.config import Settings
from relance.services.accounts import Role
from relance.services.refusal import Refused
from relance.web.headers import PAGE_POLICY
from relance.web.security import secret_key
from tests.web.client import BASE, Browser
from tests.web.conftest import PASSWORD, Clock, SignIn


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "localhost:8711", "127.0.0.1:8710.evil", ""]
)
def test_another_host_is_misdirected(app: Flask, host: str) -> None:
    answer = app.test_client().get("/connexion", headers={"Host": host})
    assert answer.status_code == 421
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("host", ["127.0.0.1:8710", "localhost:8710", "[::1]:8710", "LOCALHOST:8710"])
def test_our_own_names_are_answered(app: Flask, host: str) -> None:
    assert app.test_client().get("/connexion", headers={"Host": host}).status_code == 303


def test_every_answer_has_its_headers(app: Flask, owner: Browser) -> None:
    for path, status in (("/compte", 200), ("/none", 404), ("/favicon.ico", 200), ("/static/relance.css", 200)):
        headers = owner.open(path, status=status).headers
        assert headers["Content-Security-Policy"] == PAGE_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers
    assert owner.open("/compte").headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_changes_nothing(app: Flask, owner: Browser) -> None:
    for token in ("", "made-up"):
        page = owner.send("/compte", {"name": "X", "csrf_token": token}, status=400)
        assert page.shows("Ce formulaire a expiré")
    assert owner.open("/compte").heading == "Mon compte"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8710"},
    ],
)
def test_what_another_page_sends_is_refused_even_with_a_good_token(owner: Browser, headers: dict[str, str]) -> None:
    owner.open("/compte")
    data = {"csrf_token": owner.token, "name": "X"}
    assert owner.client.post("/compte", data=data, base_url=BASE, headers=headers).status_code == 403
    assert owner.client.post("/compte", data=data, base_url=BASE).status_code == 303


def test_a_form_that_is_too_large_is_refused_in_plain_words(owner: Browser) -> None:
    page = owner.send("/compte", {"name": "x" * (12 * 1024 * 1024)}, on="/compte", status=413)
    assert page.heading == "Le fichier est trop gros"


def test_errors_have_a_page_of_their_own(app: Flask, owner: Browser) -> None:
    assert owner.open("/none", status=404).heading == "Il n’y a rien ici"
    assert owner.open("/deconnexion", status=405).heading == "Cette page ne s’ouvre pas ainsi"
    assert Browser(app).open("/none", status=404).heading == "Il n’y a rien ici"


def test_a_fault_shows_no_stack_and_needs_no_database(
    app: Flask, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.testing = False

    def broken() -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setitem(app.view_functions, "account.profile", broken)
    page = owner.open("/compte", status=500)
    assert "secret" not in page.html
    assert page.heading == "Relance a rencontré une erreur"


def test_behind_tls_cookies_are_bound_to_the_host(settings: Settings, clock: Clock, signed_in: SignIn) -> None:
    signed_in(Role.OWNER)
    app = create_app(replace(settings, public_url="https://relance.firm.fr"), clock=clock)
    client, base = app.test_client(), "https://relance.firm.fr"
    shown = client.get("/connexion", base_url=base)
    token = shown.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "email": "owner@firm.fr", "password": PASSWORD}
    answer = client.post("/connexion", data=sent, base_url=base, headers={"Referer": f"{base}/connexion"})
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-relance=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    clock.move(minutes=59)
    assert client.get("/compte", base_url=base).status_code == 200
    clock.move(minutes=61)
    assert client.get("/compte", base_url=base).status_code == 303


def test_a_proxy_is_believed_only_when_one_is_configured(settings: Settings, app: Flask) -> None:
    forged = {"X-Forwarded-Host": "relance.firm.fr", "X-Forwarded-Proto": "https"}
    plain = app.test_client().get("/connexion", base_url=BASE, headers=forged)
    assert "Strict-Transport-Security" not in plain.headers
    behind = create_app(replace(settings, public_url="https://relance.firm.fr"))
    answer = behind.test_client().get("/connexion", base_url=BASE, headers=forged)
    assert "Strict-Transport-Security" in answer.headers
    evil = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    assert behind.test_client().get("/connexion", base_url=BASE, headers=evil).status_code == 421


def test_the_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret.key"
    key = secret_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret_key(path) == key
    path.write_bytes(b"short")
    with pytest.raises(Refused) as refused:
        secret_key(path)
    assert refused.value.code == "secret_key.too_short"


def test_files_are_kept_by_the_browser_under_their_fingerprint(owner: Browser) -> None:
    page = owner.open("/compte")
    address = page.html.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "immutable" in owner.open(address).headers["Cache-Control"]


def test_style_and_script_stay_small() -> None:
    static = Path(__file__).parents[2] / "static"
    assert sum((static / name).stat().st_size for name in ("relance.css", "relance.js")) <= 40_000
