"""Where the tokens of a mail account are kept, and how signing in by token fails (RELIABILITY 3.5)."""

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from relance.domain.delivery import DeliveryFailed, Fate

LONGEST_DETAIL = 500

# The words of RFC 6749 and RFC 8628, and Microsoft's own. Anything else is a refusal.
DECLINED = frozenset(("authorization_declined", "access_denied"))
EXPIRED = frozenset(("expired_token", "code_expired", "invalid_grant", "interaction_required", "consent_required"))
FOR_NOW = frozenset(("temporarily_unavailable", "server_error"))


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a finished sign-in gives: the text to keep, and the name to sign in with where it is known."""

    username: str
    cache: str = field(repr=False)


class TokenStore(Protocol):
    """One text, kept between runs. It is as good as a password."""

    def load(self) -> str:
        """The text; empty where there is none."""
        ...

    def save(self, text: str) -> None:
        """Keep it in place of the one before."""
        ...


@dataclass(frozen=True, slots=True)
class FileTokenStore:
    """A file that only its owner can read, replaced in one step."""

    path: Path

    def load(self) -> str:
        try:
            return self.path.read_text("utf-8")
        except FileNotFoundError:
            return ""

    def save(self, text: str) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made with mode 0600, so that nobody else can ever read it.
        handle, name = tempfile.mkstemp(prefix=".token-", dir=self.path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise


def loaded(store: TokenStore) -> str:
    """The kept text; DeliveryFailed where nobody has signed in."""
    try:
        text = store.load()
    except (OSError, ValueError) as error:
        raise DeliveryFailed("oauth.not_signed_in", Fate.HOLD, str(error)) from error
    if not text.strip():
        raise DeliveryFailed("oauth.not_signed_in", Fate.HOLD)
    return text


def keep(store: TokenStore, text: str) -> None:
    """Keep new tokens; the old ones may be worth nothing any more, so a failure is not passed over."""
    try:
        store.save(text)
    except OSError as error:
        raise DeliveryFailed("oauth.not_kept", Fate.REQUEUE, str(error)) from error


def refusal(error: object, description: object = "") -> DeliveryFailed:
    """What an error answer of a token server means."""
    if not error:
        return unreachable("unreadable answer: neither tokens nor an error")
    word = str(error)
    detail = " ".join(f"{word}: {description}".split())[:LONGEST_DETAIL]
    if word in FOR_NOW:
        return unreachable(detail)
    code = "oauth.declined" if word in DECLINED else "oauth.expired" if word in EXPIRED else "oauth.refused"
    return DeliveryFailed(code, Fate.HOLD, detail)


def unreachable(detail: object) -> DeliveryFailed:
    """No answer, or none that can be read: nothing is wrong with the account as far as we know."""
    return DeliveryFailed("oauth.unreachable", Fate.REQUEUE, str(detail)[:LONGEST_DETAIL])
