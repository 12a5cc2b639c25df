"""Passwords: which are accepted, how they are kept, how they are compared."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from relance.services.refusal import Refused

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 512  # bounds the work of a comparison; no phrase is that long
FEWEST_DIFFERENT = 5

# Of the commonest passwords, those long enough to pass otherwise, and what this program's users would try.
COMMONEST = frozenset(
    (
        "administrateur",
        "administrator",
        "adminadmin123",
        "administration",
        "azertyuiop12",
        "azertyuiop123",
        "azertyuiopqsdf",
        "bienvenue123",
        "bienvenue2026",
        "changeme1234",
        "changezmoi123",
        "comptabilite",
        "entreprise123",
        "factures2026",
        "iloveyou1234",
        "jetaime12345",
        "letmein12345",
        "loulou123456",
        "marseille123",
        "marseille13000",
        "monmotdepasse",
        "motdepasse12",
        "motdepasse123",
        "motdepasse1234",
        "passw0rd1234",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "princesse123",
        "q1w2e3r4t5y6",
        "qwerty123456",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopasdf",
        "relance12345",
        "relancerelance",
        "soleil123456",
        "welcome12345",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "012345678910",
        "123456789012",
        "1234567890123",
        "123456789123",
        "0987654321098",
        "abcdefghijkl",
        "abcdef123456",
        "abc123abc123",
        "123456azerty",
        "azerty123456",
        "qwerty012345",
        "superman1234",
        "unknown12345",
    )
)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("an account that does not exist")


def check(password: str, email: str) -> None:
    """Raise Refused for a password that is too short, too long, common, or that the e-mail address gives away."""
    if len(password) < MINIMUM_LENGTH:
        raise Refused("account.password_short", minimum=MINIMUM_LENGTH)
    if len(password) > MAXIMUM_LENGTH:
        raise Refused("account.password_long", maximum=MAXIMUM_LENGTH)
    bare = "".join(password.casefold().split())
    given_away = bare in (email, email.replace("@", ""), email.partition("@")[0] * 2)
    if bare in COMMONEST or given_away or len(set(bare)) < FEWEST_DIFFERENT:
        raise Refused("account.password_common")


def kept(password: str) -> str:
    """What is stored of a password."""
    return _hasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password. The work is the same when there is no account (`stored` is None)."""
    try:
        _hasher().verify(stored or _nobodys_hash(), password[:MAXIMUM_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether it was stored with weaker parameters than today's."""
    return _hasher().check_needs_rehash(stored)
