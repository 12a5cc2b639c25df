"""Signing the e-mail account in to Microsoft or Google (RELIABILITY 3.5).

What waits for the person meanwhile is kept in a file beside the other secrets, never in a page: it outlives a restart.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from relance.channels.email.presets import BY_KEY, MailPreset, SignIn, preset_for
from relance.channels.oauth.store import FileTokenStore, Tokens, keep
from relance.config import Settings
from relance.domain.delivery import DeliveryFailed, Fate
from relance.services import mail_settings
from relance.services.delivery.account_values import GOOGLE, GOOGLE_SECRET, MICROSOFT, TOKENS
from relance.services.delivery.outcomes import release_account
from relance.services.refusal import Refused
from relance.services.secrets import keep_secret, secret_of
from relance.services.settings.apply import set_columns
from relance.services.settings.change import check_email
from relance.storage.models import MailAccount

if TYPE_CHECKING:
    from relance.channels.oauth import MicrosoftApp
    from relance.channels.oauth.google import GoogleApp

CONSUMERS = "consumers"  # Microsoft's word for the accounts of private persons
TEN_MINUTES = timedelta(minutes=10)
_FLOWS = {MICROSOFT: "secrets/microsoft-flow", GOOGLE: "secrets/google-flow"}
_PRESETS = {MICROSOFT: "microsoft_365", GOOGLE: "gmail"}


@dataclass(frozen=True, slots=True)
class Code:
    """What the person types on Microsoft's page."""

    user_code: str
    address: str
    expires_at: datetime


def save_app(session: Session, client: str, tenant: str) -> None:
    """Keep which application signs in. Raises Refused."""
    set_columns(session.get_one(MailAccount, 1), check_email({"oauth_client": client, "oauth_tenant": tenant}))


def save_google_secret(settings: Settings, secret: str) -> None:
    """Keep the application's secret in a file; an empty one leaves it. Raises Refused."""
    if secret:
        keep_secret(settings.data_dir / GOOGLE_SECRET, secret)


def has_google_secret(settings: Settings) -> bool:
    """Whether one is kept."""
    return bool(secret_of(settings, "", GOOGLE_SECRET))


def is_signed_in(settings: Settings, account: MailAccount, provider: str) -> bool:
    """Whether the account uses tokens of this provider, and some are kept."""
    return account.sign_in == provider and (settings.data_dir / TOKENS[provider]).is_file()


def begin_microsoft(settings: Settings, app: "MicrosoftApp") -> None:
    """Ask Microsoft for a code; it waits for the person. Raises DeliveryFailed."""
    from relance.channels.oauth import begin

    code = begin(app)
    _keep_flow(
        settings,
        MICROSOFT,
        {"code": code.user_code, "address": code.verification_uri, "flow": code.flow},
        code.expires_at,
    )


def code_to_type(settings: Settings, now: datetime) -> Code | None:
    """The code that waits, while it is worth something."""
    flow = _flow(settings, MICROSOFT, now)
    return Code(flow["code"], flow["address"], _until(flow)) if flow else None


def finish_microsoft(settings: Settings, app: "MicrosoftApp", now: datetime) -> Tokens | None:
    """The tokens, kept, once the code was typed; None until then. Raises DeliveryFailed."""
    from relance.channels.oauth import poll

    flow = _flow(settings, MICROSOFT, now)
    if flow is None:
        forget_flow(settings, MICROSOFT)
        raise DeliveryFailed("oauth.expired", Fate.HOLD)
    try:
        tokens = poll(app, flow["flow"])
    except DeliveryFailed as error:
        if error.fate is Fate.HOLD:  # declined, or no longer worth anything: only a new code helps
            forget_flow(settings, MICROSOFT)
        raise
    if tokens is not None:
        _keep_tokens(settings, MICROSOFT, tokens)
    return tokens


def begin_google(settings: Settings, *, address: str, redirect_uri: str, visit: str, now: datetime) -> None:
    """Get ready for the browser's way to Google and back, within ten minutes and in the same session.

    `address` is the account to sign in to, `visit` the secret token of the person's session. Raises DeliveryFailed.
    """
    facts = {
        "address": address,
        "state": token_urlsafe(32),
        "verifier": token_urlsafe(64),
        "redirect_uri": redirect_uri,
        "visit": _mark(visit),
    }
    _keep_flow(settings, GOOGLE, facts, now + TEN_MINUTES)


@dataclass(frozen=True, slots=True)
class Way:
    """Where the browser goes, and for which account."""

    link: str
    address: str


def way_to_google(settings: Settings, app: "GoogleApp", *, visit: str, now: datetime) -> Way | None:
    """The way that waits for this person; None where none does."""
    from relance.channels.oauth.google import google_authorisation_url

    flow = _flow(settings, GOOGLE, now)
    if flow is None or not compare_digest(flow["visit"], _mark(visit)):
        return None
    address, back = flow["address"], flow["redirect_uri"]
    link = google_authorisation_url(
        app, redirect_uri=back, state=flow["state"], verifier=flow["verifier"], login_hint=address
    )
    return Way(link, address)


def finish_google(
    settings: Settings, app: "GoogleApp", answer: Mapping[str, str], *, visit: str, now: datetime
) -> Tokens:
    """Keep the tokens for what the browser brought back from Google. Raises DeliveryFailed.

    The answer must carry the state that was given to this session; it counts once.
    """
    from relance.channels.oauth.google import google_exchange
    from relance.channels.oauth.store import refusal

    flow = _flow(settings, GOOGLE, now)
    known = flow is not None and _same(flow["state"], answer.get("state", ""))
    if flow is None or not known or not compare_digest(flow["visit"], _mark(visit)):
        raise DeliveryFailed("oauth.unasked", Fate.HOLD)
    forget_flow(settings, GOOGLE)
    if "code" not in answer:
        raise refusal(answer.get("error", "invalid_request"), answer.get("error_description", ""))
    redirect_uri, verifier = flow["redirect_uri"], flow["verifier"]
    tokens = google_exchange(app, code=answer["code"], redirect_uri=redirect_uri, verifier=verifier, now=now)
    _keep_tokens(settings, GOOGLE, tokens)
    return replace(tokens, username=flow["address"])


def signed_in(session: Session, provider: str, username: str) -> int:
    """The account uses its tokens from now on, at their provider's own server; how many held messages go on."""
    account = session.get_one(MailAccount, 1)
    if SignIn(provider) not in mail_settings.preset_of(account).sign_in:
        private = provider == MICROSOFT and account.oauth_tenant == CONSUMERS
        _move_to(account, BY_KEY["outlook" if private else _PRESETS[provider]])
    account.preset, account.sign_in = mail_settings.preset_of(account).key, provider
    account.username = username or account.username
    if not account.sender or preset_for(account.sender) not in (None, account.preset):
        account.sender = account.username  # an address of another provider can't leave from here
    session.flush()
    return release_account(session)


def _move_to(account: MailAccount, preset: MailPreset) -> None:
    if preset.smtp is None:
        raise ValueError(preset.key)
    account.preset = preset.key
    account.host, account.port, account.security = preset.smtp.host, preset.smtp.port, preset.smtp.security.value
    pace = preset.pace
    account.per_minute, account.per_hour, account.per_day = pace.per_minute, pace.per_hour, pace.per_day
    account.connections = pace.connections


def sign_out(session: Session, settings: Settings) -> None:
    """Forget the tokens: the account needs a password, or a new sign-in. Raises Refused."""
    try:
        for path in (*TOKENS.values(), *_FLOWS.values()):
            (settings.data_dir / path).unlink(missing_ok=True)
    except OSError as error:
        raise Refused("mail.not_forgotten", error=error.strerror or str(error)) from error
    session.get_one(MailAccount, 1).sign_in = SignIn.PASSWORD.value


def forget_flow(settings: Settings, provider: str) -> None:
    """What waited is worth nothing any more."""
    (settings.data_dir / _FLOWS[provider]).unlink(missing_ok=True)


def _keep_tokens(settings: Settings, provider: str, tokens: Tokens) -> None:
    keep(FileTokenStore(settings.data_dir / TOKENS[provider]), tokens.cache)
    forget_flow(settings, provider)


def _keep_flow(settings: Settings, provider: str, facts: Mapping[str, str], until: datetime) -> None:
    text = json.dumps({**facts, "until": until.astimezone(UTC).isoformat()})
    keep(FileTokenStore(settings.data_dir / _FLOWS[provider]), text)


def _flow(settings: Settings, provider: str, now: datetime) -> dict[str, str] | None:
    """What waits, unless it is too old or can't be read."""
    try:
        found: Any = json.loads((settings.data_dir / Path(_FLOWS[provider])).read_text(encoding="utf-8"))
        flow = {str(key): str(value) for key, value in found.items()}
        return flow if _until(flow) > now else None
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return None


def _until(flow: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(flow["until"])


def _mark(visit: str) -> str:
    return sha256(visit.encode()).hexdigest()


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode("utf-8", "replace"))
