"""Signing in to Microsoft 365 and Outlook.com by the device code flow, and access tokens ever after (RELIABILITY 3.5).

The only module that knows msal. Whoever signs in types a short code on Microsoft's own page: no password comes near us.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any

from relance.channels.oauth.store import Tokens, TokenStore, keep, loaded, refusal, unreachable
from relance.domain.delivery import DeliveryFailed, Fate

if TYPE_CHECKING:
    from msal import PublicClientApplication, SerializableTokenCache

# msal adds offline_access by itself: it is what makes the sign-in last.
MAIL_SCOPES = ("https://outlook.office.com/SMTP.Send", "https://outlook.office.com/IMAP.AccessAsUser.All")
PENDING = ("authorization_pending", "slow_down")


@dataclass(frozen=True, slots=True)
class MicrosoftApp:
    """An application registered with Microsoft, as a public client."""

    client_id: str
    tenant: str = "organizations"  # the firm's own tenant, or "consumers" for Outlook.com
    authority: str = "https://login.microsoftonline.com"
    cafile: str | None = None  # trusted instead of the usual authorities


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the person who signs in must do, and what `poll` needs to see whether it is done."""

    user_code: str
    verification_uri: str
    expires_at: datetime
    interval: int  # seconds to leave between two polls
    message: str  # Microsoft's own words, in English
    flow: str = field(repr=False)


def begin(app: MicrosoftApp, scopes: Sequence[str] = MAIL_SCOPES) -> DeviceCode:
    """Ask for a code to type; DeliveryFailed with a code of the family "oauth" where there is none."""
    with _readable():
        flow = _client(app).initiate_device_flow(scopes=list(scopes))
        if "user_code" not in flow:
            raise refusal(flow.get("error"), flow.get("error_description", ""))
        return DeviceCode(
            user_code=str(flow["user_code"]),
            verification_uri=str(flow["verification_uri"]),
            expires_at=datetime.fromtimestamp(float(flow["expires_at"]), UTC),
            interval=int(flow["interval"]),
            message=str(flow.get("message", "")),
            flow=json.dumps(flow),
        )


def poll(app: MicrosoftApp, flow: str) -> Tokens | None:
    """The tokens, once the code was typed; None until then. Asks once and never waits."""
    from msal import SerializableTokenCache

    cache = SerializableTokenCache()
    with _readable():
        client = _client(app, cache)
        answer = client.acquire_token_by_device_flow(json.loads(flow), exit_condition=lambda flow: True)
        if answer.get("error") in PENDING:
            return None
        if "access_token" not in answer:
            raise refusal(answer.get("error"), answer.get("error_description", ""))
        return Tokens(str(_accounts(client)[0].get("username", "")), cache.serialize())


class MicrosoftTokens:
    """Gives an access token for the account in the store, renewed when it is about to end. Threads may share it."""

    def __init__(self, app: MicrosoftApp, store: TokenStore, scopes: Sequence[str] = MAIL_SCOPES) -> None:
        self._app = app
        self._store = store
        self._scopes = list(scopes)
        self._lock = threading.Lock()
        self._text = ""
        self._client: PublicClientApplication | None = None

    def __call__(self) -> str:
        """DeliveryFailed where a person must sign in again, or where Microsoft can't be reached."""
        with self._lock, _readable():
            client = self._current()
            accounts = _accounts(client)
            answer: dict[str, Any] | None = client.acquire_token_silent_with_error(self._scopes, account=accounts[0])
            if answer is None:
                raise DeliveryFailed("oauth.not_signed_in", Fate.HOLD)
            if "access_token" not in answer:
                raise refusal(answer.get("error"), answer.get("error_description", ""))
            self._keep(client.token_cache)
            return str(answer["access_token"])

    def _current(self) -> "PublicClientApplication":
        """The client of what is kept now: another process may have renewed it, or a person signed in again."""
        from msal import SerializableTokenCache

        text = loaded(self._store)
        if self._client is None or text != self._text:
            cache = SerializableTokenCache()
            try:
                cache.deserialize(text)
            except ValueError as error:
                raise DeliveryFailed("oauth.not_signed_in", Fate.HOLD, str(error)) from error
            self._client, self._text = _client(self._app, cache), text
        return self._client

    def _keep(self, cache: "SerializableTokenCache") -> None:
        if cache.has_state_changed:
            self._text = cache.serialize()
            keep(self._store, self._text)


def _accounts(client: "PublicClientApplication") -> list[dict[str, Any]]:
    """Whose tokens are kept; DeliveryFailed where there are none, or nothing that makes sense."""
    try:
        if accounts := list(client.get_accounts()):
            return accounts
    except (KeyError, TypeError, AttributeError) as error:
        raise DeliveryFailed("oauth.not_signed_in", Fate.HOLD, repr(error)) from error
    raise DeliveryFailed("oauth.not_signed_in", Fate.HOLD)


def _client(app: MicrosoftApp, cache: "SerializableTokenCache | None" = None) -> "PublicClientApplication":
    from msal import PublicClientApplication

    from relance.channels.oauth.http import TokenHttp

    return PublicClientApplication(
        app.client_id,
        authority=f"{app.authority}/{app.tenant}",
        token_cache=cache,
        http_client=TokenHttp(app.cafile),
        # The authority is ours to choose: nobody else needs to be asked about it.
        instance_discovery=False,
    )


@contextmanager
def _readable() -> Iterator[None]:
    """What the network and msal raise, as DeliveryFailed."""
    from msal.exceptions import MsalError

    try:
        yield
    except (OSError, MsalError, RuntimeError) as error:
        raise unreachable(error) from error
    except (KeyError, TypeError, AttributeError, JSONDecodeError) as error:
        raise unreachable(f"unreadable answer: {error!r}") from error
    except ValueError as error:
        if isinstance(error.__context__, JSONDecodeError):
            raise unreachable(error) from error
        raise refusal("invalid_request", error) from error
