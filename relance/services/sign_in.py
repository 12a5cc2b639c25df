"""Signing in and out: sessions kept by the server, and a brake on guessing.

A failure is written before the password is compared, and taken back when it was right: many guesses at the same
moment can't pass the brake together.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, func, select, update
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.services import passwords
from relance.services.accounts import LONGEST_EMAIL, Role, fingerprint
from relance.services.refusal import Refused
from relance.storage.db import writing
from relance.storage.models import LoginSession, SignInFailure, User

FREE_TRIES = 5  # for one account
FREE_TRIES_FROM_ADDRESS = 20  # a whole office may share one
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
REMEMBERED = timedelta(hours=1)  # failures older than this count no more
SEEN_EVERY = timedelta(minutes=5)  # how exact the idle limit is: not every page view is a write


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts without use, and at all."""

    idle: timedelta
    absolute: timedelta


def limits(settings: Settings) -> Limits:
    """Longer on one's own machine than on a server."""
    if settings.behind_tls:
        return Limits(timedelta(hours=1), timedelta(hours=12))
    return Limits(timedelta(hours=12), timedelta(days=30))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks, as of this request."""

    session: int
    user: int
    email: str
    name: str
    role: Role
    language: str
    theme: str
    token: str
    seen_at: datetime
    shortcuts: bool


def sign_in(engine: Engine, *, email: str, password: str, address: str, now: datetime) -> str:
    """The token of a new session, or Refused: `sign_in.wrong`, whatever was wrong, or `sign_in.wait`."""
    account = email.strip().casefold()[:LONGEST_EMAIL]
    with writing(engine) as session:
        _brake(session, account, address, now)
        session.add(SignInFailure(account=account, address=address[:64], at=now))
        user = session.scalar(select(User).where(User.email == account, User.active))
        user_id, stored = (user.id, user.password_hash) if user else (None, None)
    if not passwords.matches(stored, password) or user_id is None or stored is None:
        raise Refused("sign_in.wrong")
    with writing(engine) as session:
        session.execute(delete(SignInFailure).where(SignInFailure.account == account))
        if passwords.is_outdated(stored):
            session.execute(update(User).where(User.id == user_id).values(password_hash=passwords.kept(password)))
        return open_session(session, user_id, now)


def open_session(session: Session, user_id: int, now: datetime) -> str:
    """The random token of a new session; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(LoginSession(token_hash=fingerprint(token), user_id=user_id, created_at=now, seen_at=now))
    return token


def who(session: Session, token: str, now: datetime, limits: Limits) -> SignedIn | None:
    """Whose session it is, with the role of this very moment; None when it is over."""
    query = select(LoginSession, User).join(LoginSession.user).where(LoginSession.token_hash == fingerprint(token))
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    kept, user = row
    if not user.active or now - kept.seen_at > limits.idle or now - kept.created_at > limits.absolute:
        return None
    return SignedIn(
        session=kept.id,
        user=user.id,
        email=user.email,
        name=user.name,
        role=Role(user.role),
        language=user.language,
        theme=user.theme,
        token=token,
        seen_at=kept.seen_at,
        shortcuts=user.shortcuts,
    )


def note_use(engine: Engine, who: SignedIn, now: datetime) -> None:
    """Move the idle limit of a session; most calls write nothing."""
    if now - who.seen_at >= SEEN_EVERY:
        with writing(engine) as session:
            session.execute(update(LoginSession).where(LoginSession.id == who.session).values(seen_at=now))


def sign_out(session: Session, token: str) -> None:
    """End a session for good."""
    session.execute(delete(LoginSession).where(LoginSession.token_hash == fingerprint(token)))


def forget_old(session: Session, now: datetime, limits: Limits) -> None:
    """Remove the sessions that are over."""
    over = (LoginSession.seen_at < now - limits.idle) | (LoginSession.created_at < now - limits.absolute)
    session.execute(delete(LoginSession).where(over))


def wait_after(failures: int, free: int) -> timedelta:
    """How long after the last failure the next try must wait."""
    if failures < free:
        return timedelta(0)
    doublings = min(failures - free, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _brake(session: Session, account: str, address: str, now: datetime) -> None:
    session.execute(delete(SignInFailure).where(SignInFailure.at < now - REMEMBERED))
    waits = (
        _wait(session, SignInFailure.account == account, FREE_TRIES, now),
        _wait(session, SignInFailure.address == address[:64], FREE_TRIES_FROM_ADDRESS, now),
    )
    if max(waits) > timedelta(0):
        raise Refused("sign_in.wait", seconds=max(waits).total_seconds())


def _wait(session: Session, whose: ColumnElement[bool], free: int, now: datetime) -> timedelta:
    query = select(func.count(), func.max(SignInFailure.at)).where(whose, SignInFailure.at <= now)
    failures, last = session.execute(query).one()
    wait: timedelta = last + wait_after(failures, free) - now if last else timedelta(0)
    return wait
