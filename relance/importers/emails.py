"""The e-mail addresses of a cell: one or several, bare or with a name before them."""

import re
from functools import lru_cache

from relance.importers.reading import BadValue, ProblemCode
from relance.importers.text import Cell, written

_BRACKETED = re.compile(r"<([^<>]*)>")
_BETWEEN = re.compile(r"[,;/|\s]+")
# Addresses so plain that the slow validator has nothing to say about them.
_PLAIN = re.compile(
    r"[a-z0-9](?:[._-]?[a-z0-9]){0,59}@(?:[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){0,30}\.){1,4}(?:[a-z]{2}|com|net|org)"
)
_LONGEST = 150
_PRIVATE = (".local", ".invalid", ".localhost", ".onion")


def parse_emails(cell: Cell) -> tuple[str, ...]:
    """Every address of the cell, once each, its domain in lower case and in ASCII.

    Raises BadValue naming the address: one that isn't one, or whose part before the @ needs SMTPUTF8 (DEPS 7).
    """
    text = written(cell)
    parts = _BRACKETED.findall(text) or _BETWEEN.split(text)
    addresses = (part.strip().removeprefix("mailto:") for part in parts)
    return tuple(dict.fromkeys(_address(address) for address in addresses if address))


@lru_cache(maxsize=8192)
def _address(text: str) -> str:
    if len(text) <= _LONGEST and "--" not in text and _PLAIN.fullmatch(text):
        return text
    return _validated(text)


def _validated(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    local, _, domain = text.rpartition("@")
    if local and "." in domain and not local.isascii():
        raise BadValue(ProblemCode.EMAIL_NOT_ASCII, address=text)
    # A firm's own network has domains such as .local, which the library takes for mistakes.
    private = next((name for name in _PRIVATE if domain.lower().endswith(name)), "")
    checked = text.removesuffix(domain) + domain[: -len(private)] + ".fr" if private else text
    try:
        valid = validate_email(checked, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError) as error:
        raise BadValue(ProblemCode.EMAIL_INVALID, address=text) from error
    if valid.ascii_email is None or "." not in valid.domain:
        raise BadValue(ProblemCode.EMAIL_INVALID, address=text)
    return valid.ascii_email.removesuffix(".fr") + private if private else valid.ascii_email
