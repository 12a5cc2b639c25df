"""An e-mail address, with or without a name, as SMTP and the headers can carry it."""

import re
from dataclasses import dataclass

import idna

from relance.domain.delivery import DeliveryFailed, Fate

WRITTEN = re.compile(r'\s*(?:(?P<name>[^<>]*?)\s*<\s*(?P<boxed>[^<>\s]+)\s*>|(?P<bare>[^<>\s"(),;:]+))\s*')
LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
DOMAIN = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The name may hold any text; the address is plain ASCII."""

    name: str
    local: str
    domain: str

    @property
    def address(self) -> str:
        return f"{self.local}@{self.domain}"


def parse_mailbox(text: str) -> Mailbox:
    """`Name <address>` or `address`; DeliveryFailed where SMTP could not carry it."""
    written = WRITTEN.fullmatch(text)
    if written is None:
        raise DeliveryFailed("email.address_malformed", Fate.FAIL, text)
    local, at, domain = (written["boxed"] or written["bare"]).rpartition("@")
    if at and not local.isascii():
        raise DeliveryFailed("email.address_not_ascii", Fate.FAIL, text)
    domain = _ascii_domain(domain)
    if not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(domain):
        raise DeliveryFailed("email.address_malformed", Fate.FAIL, text)
    return Mailbox(_unquoted(written["name"] or ""), local, domain)


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        # The current standard: the standard library's own codec would turn straße.de into strasse.de, another firm.
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _unquoted(name: str) -> str:
    if len(name) >= 2 and name[0] == name[-1] == '"':
        return re.sub(r"\\(.)", r"\1", name[1:-1])
    return name
