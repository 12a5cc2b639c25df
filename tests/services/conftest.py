"""The firms that tests of services share: one in a folder of its own, one with a mailbox on a real server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from relance.config import Settings
from relance.services.database import open_database
from tests.channels.dovecot_server import DovecotServer
from tests.channels.smtp_server import SmtpServer
from tests.services.firm import SmallFirm, a_small_firm
from tests.services.post_office import PostOffice


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[SmallFirm]:
    with SmtpServer() as server:
        yield a_small_firm(tmp_path / "data", server)


@pytest.fixture(scope="session")
def mailbox() -> Iterator[DovecotServer]:
    with DovecotServer() as one:
        yield one


@pytest.fixture(scope="session")
def outgoing() -> Iterator[SmtpServer]:
    with SmtpServer() as one:
        yield one


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as it is at the first start; each test gets a copy."""
    settings = Settings(tmp_path_factory.mktemp("blank"))
    open_database(settings).dispose()
    return settings.database


@pytest.fixture
def office(tmp_path: Path, blank: Path, outgoing: SmtpServer, mailbox: DovecotServer) -> PostOffice:
    """A firm with an empty mailbox."""
    shutil.copy(blank, tmp_path / blank.name)
    outgoing.mails.clear()
    made = PostOffice(a_small_firm(tmp_path, outgoing), mailbox)
    made.empty()
    made.connect()
    return made
