"""Google's consent in the browser and its renewals, against a local server."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from relance.channels.oauth.google import (
    GoogleApp,
    GoogleTokens,
    google_authorisation_url,
    google_exchange,
    google_refresh,
)
from relance.domain.delivery import DeliveryFailed, Fate
from tests.channels.builders import MOMENT
from tests.channels.certificates import authority
from tests.channels.token_server import Answer, TokenServer, error, token_server
from tests.channels.token_store import Memory

VERIFIER = "v" * 64
BACK = "http://127.0.0.1:8710/settings/google"


def an_app(server: TokenServer) -> GoogleApp:
    return GoogleApp("id.apps.example", "s3cret", token_url=f"{server.url}/token", cafile=authority().cafile)


def exchanged(server: TokenServer) -> str:
    return google_exchange(an_app(server), code="4/abc", redirect_uri=BACK, verifier=VERIFIER, now=MOMENT).cache


def failure_of_exchange(server: TokenServer) -> tuple[str, Fate]:
    with pytest.raises(DeliveryFailed) as caught:
        exchanged(server)
    assert "s3cret" not in str(caught.value)
    return caught.value.code, caught.value.fate


def test_the_consent_page_gets_the_challenge_and_never_the_verifier_or_the_secret() -> None:
    app = GoogleApp("id.apps.example", "s3cret")
    url = google_authorisation_url(app, redirect_uri=BACK, state="xyz&=", verifier=VERIFIER, login_hint="a@b.example")
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert (parts.scheme, parts.netloc) == ("https", "accounts.google.com")
    assert query["code_challenge"] == urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    assert (query["state"], query["redirect_uri"], query["login_hint"]) == ("xyz&=", BACK, "a@b.example")
    assert (query["scope"], query["access_type"], query["prompt"]) == ("https://mail.google.com/", "offline", "consent")
    assert VERIFIER not in url
    assert "s3cret" not in url + repr(app)


def test_the_code_is_exchanged_with_the_verifier() -> None:
    with token_server() as server:
        cache = exchanged(server)
        [form] = server.forms
    assert (form["code"], form["code_verifier"], form["redirect_uri"]) == ("4/abc", VERIFIER, BACK)
    assert (form["client_id"], form["client_secret"]) == ("id.apps.example", "s3cret")
    assert "refresh-1" in cache


def a_token_answer(**changes: Any) -> Answer:
    return 200, {"access_token": "a", "refresh_token": "r", "expires_in": 3600} | changes


@pytest.mark.parametrize(
    ("answer", "code", "fate"),
    [
        (error("invalid_grant"), "oauth.expired", Fate.HOLD),
        (error("access_denied"), "oauth.declined", Fate.HOLD),
        (error("invalid_client", 401), "oauth.refused", Fate.HOLD),
        (a_token_answer(scope="openid"), "oauth.declined", Fate.HOLD),
        (a_token_answer(refresh_token=None), "oauth.refused", Fate.HOLD),
        (a_token_answer(access_token=""), "oauth.unreachable", Fate.REQUEUE),
        (a_token_answer(expires_in="soon"), "oauth.unreachable", Fate.REQUEUE),
        (a_token_answer(expires_in=float("nan")), "oauth.unreachable", Fate.REQUEUE),
        ((200, "<html>"), "oauth.unreachable", Fate.REQUEUE),
        ((200, "[]"), "oauth.unreachable", Fate.REQUEUE),
        ((503, "{}"), "oauth.unreachable", Fate.REQUEUE),
        ((302, "{}"), "oauth.unreachable", Fate.REQUEUE),
    ],
)
def test_an_exchange_that_fails_says_how(answer: Answer, code: str, fate: Fate) -> None:
    with token_server() as server:
        server.script.append(answer)
        assert failure_of_exchange(server) == (code, fate)
        assert len(server.forms) == 1


def test_a_server_that_is_gone_is_unreachable() -> None:
    with token_server() as server:
        pass
    assert failure_of_exchange(server) == ("oauth.unreachable", Fate.REQUEUE)


def test_a_token_is_used_until_shortly_before_its_end_and_then_renewed() -> None:
    with token_server() as server:
        store = Memory(exchanged(server))
        moment = MOMENT
        tokens = GoogleTokens(an_app(server), store, now=lambda: moment)
        assert tokens() == "access-1"
        moment = MOMENT + timedelta(minutes=57)
        assert tokens() == "access-1"
        moment = MOMENT + timedelta(minutes=59)
        assert tokens() == "access-2"
        assert server.forms[-1]["refresh_token"] == "refresh-1"
        assert len(store.saved) == 1


def test_a_refresh_token_that_google_does_not_repeat_is_kept() -> None:
    with token_server() as server:
        server.script.append((200, {"access_token": "new", "expires_in": 3599}))
        cache = google_refresh(an_app(server), '{"refresh_token": "old"}', MOMENT)
    assert '"refresh_token": "old"' in cache


@pytest.mark.parametrize("text", ["", "{}", "[]", "no", '{"refresh_token": 5}', '{"access_token": "a"}'])
def test_without_a_sign_in_a_person_is_needed(text: str) -> None:
    with token_server() as server, pytest.raises(DeliveryFailed) as caught:
        GoogleTokens(an_app(server), Memory(text), now=lambda: MOMENT)()
    assert (caught.value.code, caught.value.fate) == ("oauth.not_signed_in", Fate.HOLD)


def test_a_revoked_sign_in_holds_the_account_and_loses_nothing() -> None:
    with token_server() as server:
        store = Memory('{"refresh_token": "old"}')
        server.script.append(error("invalid_grant"))
        with pytest.raises(DeliveryFailed) as caught:
            GoogleTokens(an_app(server), store, now=lambda: MOMENT)()
    assert (caught.value.code, caught.value.fate) == ("oauth.expired", Fate.HOLD)
    assert store.saved == []
