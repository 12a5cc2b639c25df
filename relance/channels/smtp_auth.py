"""The ways to sign in to an SMTP server with a name and a password."""

from base64 import b64encode
from collections.abc import Callable, Collection

from relance.channels.email_account import EmailAccount
from relance.channels.smtp_outcomes import Reply
from relance.domain.delivery import DeliveryFailed, Fate

Ask = Callable[[str], Reply]

CONTINUE = 334
UNKNOWN_MECHANISM = 504


def encoded(secret: str) -> str:
    """Base64, as AUTH wants it."""
    # A password read from the environment may hold surrogates: they go back to the bytes they were.
    return b64encode(secret.encode("utf-8", "surrogateescape")).decode("ascii")


def plain_response(account: EmailAccount) -> str:
    return encoded(f"\0{account.username}\0{account.password}")


def _plain(ask: Ask, account: EmailAccount) -> Reply:
    return ask(f"AUTH PLAIN {plain_response(account)}")


def _login(ask: Ask, account: EmailAccount) -> Reply:
    reply = ask("AUTH LOGIN")
    for answer in (account.username, account.password):
        if reply.code == CONTINUE:
            reply = ask(encoded(answer))
    return reply


MECHANISMS: tuple[tuple[str, Callable[[Ask, EmailAccount], Reply]], ...] = (
    ("PLAIN", _plain),
    ("LOGIN", _login),
)


def sign_in(ask: Ask, offered: Collection[str], account: EmailAccount) -> Reply:
    """The server's verdict. A refused password is tried once: insisting locks accounts."""
    usable = [way for name, way in MECHANISMS if name in offered]
    if not usable:
        raise DeliveryFailed("smtp.auth_not_offered", Fate.HOLD, " ".join(offered))
    for way in usable:
        reply = way(ask, account)
        if reply.code != UNKNOWN_MECHANISM:
            break
    return reply
