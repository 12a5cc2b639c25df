"""The application on a fresh data folder, and people who are signed in to it."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.services import accounts
from relance.services.accounts import Role
from relance.services.database import open_database
from relance.storage.db import writing
from tests.web.client import Browser

PASSWORD = "correct horse battery"


class Clock:
    """The time of a test: it stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass: hours=3."""
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as it is at the first start; each test gets a copy."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("empty"))
    open_database(settings).dispose()
    return settings.database


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    shutil.copy(empty_database, tmp_path / "relance.db")
    return Settings(data_dir=tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Flask:
    made = create_app(settings, clock=clock)
    made.testing = True
    return made


@pytest.fixture
def engine(app: Flask) -> Engine:
    found: Engine = app.extensions["relance"].engine
    return found


SignIn = Callable[[Role], Browser]


@pytest.fixture
def signed_in(app: Flask, engine: Engine, clock: Clock) -> SignIn:
    """Makes an account of a role, and its browser, signed in. `owner@firm.fr`, `member@firm.fr`, `reader@firm.fr`."""

    def make(role: Role) -> Browser:
        email = f"{role.value}@firm.fr"
        with writing(engine) as session:
            if not any(one.email == email for one in accounts.everybody(session)):
                accounts.add_user(session, email=email, password=PASSWORD, role=role, now=clock())
        browser = Browser(app)
        browser.send("/connexion", {"email": email, "password": PASSWORD})
        return browser

    return make


@pytest.fixture
def owner(signed_in: SignIn) -> Browser:
    return signed_in(Role.OWNER)
