"""The firm that tests of services share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.smtp_server import SmtpServer
from tests.services.firm import SmallFirm, a_small_firm


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[SmallFirm]:
    with SmtpServer() as server:
        yield a_small_firm(tmp_path / "data", server)
