"""Signing in to Gmail with the firm's own Google application: consent in the browser with PKCE, then access tokens.

Google's device code flow doesn't give access to mail, so the browser comes back to a local address.
"""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from relance.channels.oauth.store import Tokens, TokenStore, keep, loaded, refusal, unreachable
from relance.domain.delivery import DeliveryFailed, Fate

MAIL_SCOPE = "https://mail.google.com/"
EARLY = timedelta(minutes=2)  # a token about to end is renewed before it is used


@dataclass(frozen=True, slots=True)
class GoogleApp:
    """An application that the firm registered with Google, of the kind for computers."""

    client_id: str
    client_secret: str = field(repr=False)
    authorisation_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105  (an address)
    cafile: str | None = None


def google_authorisation_url(
    app: GoogleApp, *, redirect_uri: str, state: str, verifier: str, login_hint: str = ""
) -> str:
    """Where the browser goes for consent. `state` and `verifier` are random, kept by the caller until it comes back."""
    challenge = urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
    query = {
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": MAIL_SCOPE,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",  # otherwise a second sign-in brings no refresh token
    }
    return f"{app.authorisation_url}?{urlencode(query | ({'login_hint': login_hint} if login_hint else {}))}"


def google_exchange(app: GoogleApp, *, code: str, redirect_uri: str, verifier: str, now: datetime) -> Tokens:
    """The tokens for the code that the browser brought back. The name to sign in with is the firm's address."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    answer = _ask(app, form)
    if MAIL_SCOPE not in str(answer.get("scope", MAIL_SCOPE)).split():
        raise refusal("access_denied", "no access to mail was granted")
    if not isinstance(answer.get("refresh_token"), str):
        raise refusal("no_refresh_token")
    return Tokens("", _kept(answer, str(answer["refresh_token"]), now))


def google_refresh(app: GoogleApp, cache: str, now: datetime) -> str:
    """The kept text with a new access token in it."""
    token = _read(cache).get("refresh_token")
    if not isinstance(token, str):
        raise DeliveryFailed("oauth.not_signed_in", Fate.HOLD)
    answer = _ask(app, {"grant_type": "refresh_token", "refresh_token": token})
    return _kept(answer, str(answer.get("refresh_token", token)), now)


class GoogleTokens:
    """Gives an access token for the account in the store, renewed when it is about to end. Threads may share it."""

    def __init__(self, app: GoogleApp, store: TokenStore, *, now: Callable[[], datetime]) -> None:
        self._app = app
        self._store = store
        self._now = now
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """DeliveryFailed where a person must sign in again, or where Google can't be reached."""
        with self._lock:
            text = loaded(self._store)
            if not (token := _fresh(_read(text), self._now())):
                text = google_refresh(self._app, text, self._now())
                keep(self._store, text)
                token = str(_read(text)["access_token"])
            return token


def _fresh(kept: Mapping[str, Any], now: datetime) -> str:
    token, until = kept.get("access_token"), kept.get("expires_at")
    if isinstance(token, str) and isinstance(until, int | float) and until > (now + EARLY).timestamp():
        return token
    return ""


def _read(text: str) -> dict[str, Any]:
    try:
        kept = json.loads(text)
    except ValueError as error:
        raise DeliveryFailed("oauth.not_signed_in", Fate.HOLD, str(error)) from error
    if not isinstance(kept, dict):
        raise DeliveryFailed("oauth.not_signed_in", Fate.HOLD)
    return kept


def _kept(answer: Mapping[str, Any], refresh_token: str, now: datetime) -> str:
    token, lasts = answer.get("access_token"), answer.get("expires_in", 0)
    if not isinstance(token, str) or not token or not isinstance(lasts, int):
        raise unreachable("unreadable answer: no access token")
    until = now.astimezone(UTC) + timedelta(seconds=min(max(lasts, 0), 86_400))
    return json.dumps({"refresh_token": refresh_token, "access_token": token, "expires_at": int(until.timestamp())})


def _ask(app: GoogleApp, form: Mapping[str, str]) -> dict[str, Any]:
    from relance.channels.oauth.http import TokenHttp

    secrets = {"client_id": app.client_id, "client_secret": app.client_secret}
    try:
        with TokenHttp(app.cafile) as http:
            response = http.post(app.token_url, data={**form, **secrets})
            answer = response.json()
    except (OSError, ValueError) as error:
        raise unreachable(error) from error
    if not isinstance(answer, dict) or response.status_code >= 500:
        raise unreachable(f"status {response.status_code}")
    if response.status_code != 200:
        raise refusal(answer.get("error"), answer.get("error_description", ""))
    return answer
