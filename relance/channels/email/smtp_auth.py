"""The ways to sign in to an SMTP server: with a name and a password, or with an access token (RELIABILITY 3.5)."""

from base64 import b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from relance.channels.email.smtp_outcomes import Reply
from relance.domain.delivery import DeliveryFailed, Fate

Ask = Callable[[str], Reply]

CONTINUE = 334
UNKNOWN_MECHANISM = 504


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name, and the secret that proves it."""

    username: str
    secret: str = field(repr=False)
    is_token: bool = False

    @property
    def written(self) -> tuple[str, ...]:
        """Every form in which the secret travels, longest first: none of them may be shown."""
        forms = (xoauth2_response(self),) if self.is_token else (plain_response(self),)
        return (*forms, encoded(self.secret), self.secret) if self.secret else ()


def encoded(secret: str) -> str:
    """Base64, as AUTH wants it."""
    # A password read from the environment may hold surrogates: they go back to the bytes they were.
    return b64encode(secret.encode("utf-8", "surrogateescape")).decode("ascii")


def plain_response(who: Credentials) -> str:
    return encoded(f"\0{who.username}\0{who.secret}")


def xoauth2_response(who: Credentials) -> str:
    return encoded(f"user={who.username}\1auth=Bearer {who.secret}\1\1")


def _plain(ask: Ask, who: Credentials) -> Reply:
    return ask(f"AUTH PLAIN {plain_response(who)}")


def _login(ask: Ask, who: Credentials) -> Reply:
    reply = ask("AUTH LOGIN")
    for answer in (who.username, who.secret):
        if reply.code == CONTINUE:
            reply = ask(encoded(answer))
    return reply


def _xoauth2(ask: Ask, who: Credentials) -> Reply:
    reply = ask(f"AUTH XOAUTH2 {xoauth2_response(who)}")
    # A refusal comes first as a challenge that explains itself; an empty line fetches the verdict.
    return ask("") if reply.code == CONTINUE else reply


# Name, whether it takes a token, and how; in order of preference.
MECHANISMS: tuple[tuple[str, bool, Callable[[Ask, Credentials], Reply]], ...] = (
    ("XOAUTH2", True, _xoauth2),
    ("PLAIN", False, _plain),
    ("LOGIN", False, _login),
)


def sign_in(ask: Ask, offered: Collection[str], who: Credentials) -> Reply:
    """The server's verdict. A refused password is tried once: insisting locks accounts."""
    usable = [way for name, takes_token, way in MECHANISMS if name in offered and takes_token is who.is_token]
    if not usable:
        raise DeliveryFailed("smtp.auth_not_offered", Fate.HOLD, " ".join(offered))
    for way in usable:
        reply = way(ask, who)
        if reply.code != UNKNOWN_MECHANISM:
            break
    return reply
