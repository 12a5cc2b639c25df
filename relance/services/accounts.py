"""Who may open Relance: the first owner by a one-time token, then the people an owner adds."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from relance.i18n import SCREEN_LANGUAGES
from relance.services import passwords
from relance.services.refusal import Refused
from relance.storage.models import LoginSession, SetupToken, User

SETUP_LASTS = timedelta(minutes=15)
THEMES = ("auto", "light", "dark")
LONGEST_EMAIL = 254


class Role(StrEnum):
    """What a person may do: everything, daily work, or look."""

    OWNER = "owner"
    MEMBER = "member"
    READER = "reader"


def fingerprint(token: str) -> str:
    """What is stored of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def any_account(session: Session) -> bool:
    """Whether somebody can sign in already."""
    return session.scalar(select(User.id).limit(1)) is not None


def open_setup(session: Session, now: datetime) -> str:
    """A new token for the page of the first account; those given before are worth nothing any more."""
    if any_account(session):
        raise Refused("account.setup_closed")
    token = secrets.token_urlsafe(24)
    session.execute(delete(SetupToken))
    session.add(SetupToken(token_hash=fingerprint(token), expires_at=now + SETUP_LASTS))
    return token


def setup_is_open(session: Session, token: str, now: datetime) -> bool:
    """Whether a token still opens the page of the first account."""
    query = select(SetupToken.id).where(SetupToken.token_hash == fingerprint(token), SetupToken.expires_at > now)
    return not any_account(session) and session.scalar(query) is not None


def create_owner(
    session: Session, token: str, *, email: str, name: str, password: str, language: str, now: datetime
) -> User:
    """The first account, against its token, which is used up."""
    if any_account(session):
        raise Refused("account.setup_closed")
    if not setup_is_open(session, token, now):
        raise Refused("account.setup_expired")
    user = add_user(session, email=email, name=name, password=password, role=Role.OWNER, language=language, now=now)
    session.execute(delete(SetupToken))
    return user


def add_user(
    session: Session, *, email: str, password: str, role: Role, now: datetime, name: str = "", language: str = "fr"
) -> User:
    """A new account. Refused for a bad or known e-mail address and for a weak password."""
    address = _address(email)
    if _by_email(session, address):
        raise Refused("account.exists", email=address)
    passwords.check(password, address)
    user = User(
        email=address,
        name=name.strip(),
        password_hash=passwords.kept(password),
        role=role.value,
        language=_language(language),
        created_at=now,
    )
    session.add(user)
    session.execute(delete(SetupToken))
    session.flush()
    return user


def change_password(session: Session, user_id: int, *, old: str, new: str, keep: int) -> None:
    """A person's new password, against the old one. Other browsers are signed out; `keep` is this one's session."""
    user = _user(session, user_id)
    if not passwords.matches(user.password_hash, old):
        raise Refused("account.wrong_password")
    _set_password(session, user, new)
    session.execute(delete(LoginSession).where(LoginSession.user_id == user_id, LoginSession.id != keep))


def reset_password(session: Session, email: str, new: str) -> None:
    """A new password given by whoever holds the machine; every browser is signed out."""
    user = _by_email(session, _address(email))
    if user is None:
        raise Refused("account.unknown", email=email)
    _set_password(session, user, new)
    session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))


def confirm_password(session: Session, user_id: int, password: str) -> None:
    """Ask again before a grave act."""
    if not passwords.matches(_user(session, user_id).password_hash, password):
        raise Refused("account.wrong_password")


def change_name(session: Session, user_id: int, name: str) -> None:
    """How a person is called."""
    _user(session, user_id).name = " ".join(name.split())


def change_appearance(session: Session, user_id: int, *, theme: str, language: str, shortcuts: bool) -> None:
    """Light or dark, the language of the screens, and whether single keys do something, for one person."""
    user = _user(session, user_id)
    user.theme = theme if theme in THEMES else "auto"
    user.language = _language(language)
    user.shortcuts = shortcuts


def change_access(session: Session, user_id: int, *, role: Role, active: bool) -> None:
    """What a person may do from now on; one who may no longer sign in is signed out. The last owner stays."""
    user = _user(session, user_id)
    keeps_owner = role is Role.OWNER and active
    if not keeps_owner and user.role == Role.OWNER and user.active and _owners(session) == 1:
        raise Refused("account.last_owner", email=user.email)
    user.role, user.active = role.value, active
    if not active:
        session.execute(delete(LoginSession).where(LoginSession.user_id == user_id))


def everybody(session: Session) -> list[User]:
    """All accounts, in the order of their addresses."""
    return list(session.scalars(select(User).order_by(User.email)))


def _owners(session: Session) -> int:
    query = select(func.count()).select_from(User).where(User.role == Role.OWNER.value, User.active)
    return session.scalar(query) or 0


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise Refused("account.unknown", email="")
    return user


def _by_email(session: Session, address: str) -> User | None:
    return session.scalar(select(User).where(User.email == address))


def _set_password(session: Session, user: User, new: str) -> None:
    passwords.check(new, user.email)
    user.password_hash = passwords.kept(new)


def _address(email: str) -> str:
    try:
        valid = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise Refused("account.bad_email", email=email.strip()) from error
    return valid.normalized.casefold()


def _language(language: str) -> str:
    return language if language in SCREEN_LANGUAGES else SCREEN_LANGUAGES[0]
