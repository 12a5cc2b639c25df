"""From the list to a reminder, in a real browser: the test, the confirmation, the history."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from relance.config import Settings
from relance.services.database import open_database
from tests.browser.conftest import Server
from tests.browser.screen import NARROW, WIDE, Screen
from tests.web.office import furnish

pytestmark = pytest.mark.browser


@pytest.fixture
def furnished(server: Server, screen: Screen) -> Screen:
    """A signed-in person in front of a firm with late invoices."""
    engine = open_database(Settings(data_dir=server.data_dir))
    furnish(engine, datetime.now(UTC), more="")
    engine.dispose()
    return screen


def wait_for(screen: Screen, selector: str) -> None:
    WebDriverWait(screen.driver, 10).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, selector))


def test_a_customer_is_reminded_in_three_clicks_and_the_history_shows_it(furnished: Screen, tmp_path: Path) -> None:
    screen, folder = furnished, Path(os.environ.get("RELANCE_PICTURES", tmp_path))
    screen.look()
    screen.open("/factures?q=F-1")
    screen.press("tbody th a")
    wait_for(screen, "#by-hand")
    screen.press("button[value=remind]")
    wait_for(screen, "article")
    assert "compta@aubry.example" in screen.text("main")
    screen.press("main form button.p")
    wait_for(screen, "progress")
    screen.open("/historique")
    screen.press("tbody td:last-child a")
    wait_for(screen, "pre.mail")
    for path in ("/factures", "/historique", "/factures/1", "/historique/1"):
        for width, dark in ((WIDE, True), (NARROW, False)):
            screen.look(width=width, dark=dark)
            screen.open(path)
            screen.picture(folder / f"{path[1:].replace('/', '-')}-{width}.png")
            assert not screen.overflows(), (path, width)
    screen.look()
