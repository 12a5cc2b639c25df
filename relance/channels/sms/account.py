"""An account with the SMS provider: credentials, sender, address; it checks itself without asking anybody."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

MAX_SENDER_LETTERS = 11
MAX_CALLBACK = 100  # the provider's limit
TIMEOUT = 30.0


class AccountFault(StrEnum):
    """What is wrong with an account as it was entered."""

    NO_KEY = "sms.no_key"
    NO_SECRET = "sms.no_secret"  # noqa: S105  a code, not a secret
    BAD_SENDER = "sms.bad_sender"
    BAD_BASE_URL = "sms.bad_base_url"
    BAD_CALLBACK = "sms.bad_callback"


@dataclass(frozen=True, slots=True)
class SmsAccount:
    """What is needed to send through the provider. `sender` is a name of at most 11 letters and digits, or a number."""

    key: str
    secret: str = field(repr=False)
    sender: str
    base_url: str = ""  # empty: the provider's own; else https://host[:port][/path]
    callback: str = ""  # where delivery receipts go; empty: nowhere
    timeout: float = TIMEOUT  # seconds for the whole answer
    without_accents: bool = False


def fault(account: SmsAccount) -> AccountFault | None:
    """The first thing wrong with an account; None when it can be tried."""
    checks = (
        (bool(_VISIBLE.fullmatch(account.key)), AccountFault.NO_KEY),
        (bool(_VISIBLE.fullmatch(account.secret)), AccountFault.NO_SECRET),
        (wire_sender(account.sender) is not None, AccountFault.BAD_SENDER),
        (not account.base_url or bool(rest_host(account.base_url)), AccountFault.BAD_BASE_URL),
        (not account.callback or _is_address(account.callback), AccountFault.BAD_CALLBACK),
    )
    return next((wrong for good, wrong in checks if not good), None)


_VISIBLE = re.compile(r"[!-~]+")
_NAME = re.compile(rf"(?=.*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9 ]{{0,{MAX_SENDER_LETTERS - 2}}}[A-Za-z0-9])?")
_NUMBER = re.compile(r"(?:\+|00)?([1-9][0-9]{2,14})")


def wire_sender(sender: str) -> str | None:
    """The sender as the provider takes it: the name, or the digits of a number; None for neither."""
    number = _NUMBER.fullmatch(re.sub(r"(?<=\d) (?=\d)", "", sender))
    if number:
        return number.group(1)
    return sender if _NAME.fullmatch(sender) else None


def rest_host(base_url: str) -> str | None:
    """host[:port][/path] of a secure address, or of one of this very machine; None for anything else."""
    try:
        split = urlsplit(base_url)
        _ = split.port  # raises for nonsense
    except ValueError:
        return None
    plain = _VISIBLE.fullmatch(base_url) and "@" not in split.netloc and not split.query and not split.fragment
    secure = split.scheme == "https" or is_plain(base_url)
    if not secure or not split.hostname or not plain or "\\" in base_url:
        return None
    return split.netloc + split.path.rstrip("/")


def is_plain(base_url: str) -> bool:
    """Whether an address is spoken to without encryption: on this very machine nothing passes over a network."""
    split = urlsplit(base_url)
    if split.scheme != "http" or not split.hostname:
        return False
    try:
        return ip_address(split.hostname).is_loopback
    except ValueError:
        return split.hostname == "localhost"


def _is_address(callback: str) -> bool:
    try:
        split = urlsplit(callback)
    except ValueError:
        return False
    secure = split.scheme in ("https", "http") and bool(split.hostname)
    return secure and len(callback) <= MAX_CALLBACK and bool(_VISIBLE.fullmatch(callback))
