"""Who asks: Flask-Login over the sessions that the server keeps. The cookie holds a random token, no name, no role."""

from datetime import timedelta
from typing import Any

import flask_login
from flask import Flask, g, session

from relance.services import sign_in
from relance.services.sign_in import SignedIn
from relance.web.database import now, reading, wiring, writing


class Visitor:
    """A person who is signed in, as Flask-Login wants one."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, who: SignedIn) -> None:
        self.who = who

    def get_id(self) -> str:
        """What the cookie keeps."""
        return self.who.token


def register(app: Flask) -> None:
    """Start Flask-Login."""
    manager = flask_login.LoginManager()
    manager.session_protection = None  # the server ends sessions itself
    manager.user_loader(_load)
    manager.init_app(app)


def _load(token: str) -> Visitor | None:
    made = wiring()
    who = sign_in.who(reading(), token, now(), sign_in.limits(made.settings))
    if who is None:
        session.clear()
        return None
    sign_in.note_use(made.engine, who, now())
    return Visitor(who)


def visitor() -> SignedIn | None:
    """The person who asks, with the role of this moment; None before signing in."""
    current: Any = flask_login.current_user
    return current.who if current and current.is_authenticated else None


def known_visitor() -> SignedIn | None:
    """The same, but only if it was found out already: error pages must not need the database."""
    current: Any = g.get("_login_user")
    return current.who if current is not None and current.is_authenticated else None


def me() -> SignedIn:
    """The person who asks, on a page that only signed-in people reach."""
    who = visitor()
    if who is None:
        raise RuntimeError("this page is not in the access table as one for signed-in people")
    return who


def enter(token: str) -> None:
    """This browser is signed in from now on, under a fresh cookie."""
    reading().rollback()  # to see the session that was just written
    who = sign_in.who(reading(), token, now(), sign_in.limits(wiring().settings))
    session.clear()
    session.permanent = True
    if who is not None:
        flask_login.login_user(Visitor(who))


def leave() -> None:
    """This browser is signed out; its token is worth nothing any more."""
    who = visitor()
    if who is not None:
        with writing() as change:
            sign_in.sign_out(change, who.token)
            sign_in.forget_old(change, now(), sign_in.limits(wiring().settings))
    flask_login.logout_user()
    session.clear()


def cookie_lifetime(app: Flask) -> timedelta:
    """As long as a session may last at all."""
    return sign_in.limits(app.extensions["relance"].settings).absolute
