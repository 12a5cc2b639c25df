"""A payment and a dispute, entered on the page of an invoice in a real browser: nobody is chased for nothing."""

from datetime import UTC, datetime

import pytest
from selenium.webdriver.common.by import By

from relance.config import Settings
from relance.services.database import open_database
from tests.browser.conftest import Server
from tests.browser.screen import Screen
from tests.web.office import furnish

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def furnished(server: Server) -> None:
    """A firm with late invoices."""
    engine = open_database(Settings(data_dir=server.data_dir))
    furnish(engine, datetime.now(UTC), more="")
    engine.dispose()


def to_invoice(screen: Screen, number: str) -> None:
    screen.look()
    screen.open(f"/factures?etat=toutes&q={number}")
    screen.press("tbody th a")


def unfold(screen: Screen, selector: str) -> None:
    screen.driver.execute_script("arguments[0].scrollIntoView()", screen.driver.find_element(By.CSS_SELECTOR, selector))
    screen.press(f"{selector} summary")


@pytest.mark.usefixtures("furnished")
def test_what_is_paid_is_settled_and_no_more_chased(screen: Screen) -> None:
    to_invoice(screen, "F-1")
    address = screen.driver.current_url
    assert screen.driver.find_elements(By.CSS_SELECTOR, "button[value=remind]")
    unfold(screen, "#pay")
    screen.press("#pay form button:last-of-type")  # the whole of what is left is proposed, paid today
    assert "Payée" in screen.text("main")
    assert not screen.driver.find_elements(By.CSS_SELECTOR, "button[value=remind]")
    screen.open("/factures?etat=payees")
    assert "F-1" in screen.text("main table")
    screen.driver.get(address)
    screen.press("[aria-labelledby=payments] td button")  # a payment is taken back
    assert screen.driver.find_elements(By.CSS_SELECTOR, "button[value=remind]")


@pytest.mark.usefixtures("furnished")
def test_a_dispute_stops_the_reminders_until_it_is_settled(screen: Screen) -> None:
    to_invoice(screen, "F-2")
    screen.driver.find_element(By.XPATH, "//summary[contains(., 'En litige')]").click()
    box = screen.driver.find_element(By.CSS_SELECTOR, "details[open] [name=note]")
    box.send_keys("Marchandise abîmée")
    screen.press("details[open] form button")
    assert "Marchandise abîmée" in screen.text("[aria-labelledby=holds]")
    screen.open("/simulation")
    assert "litige" in screen.text("main")
    to_invoice(screen, "F-2")
    screen.press("[aria-labelledby=holds] form button")
    assert "Régler le litige" not in screen.text("[aria-labelledby=holds]")
