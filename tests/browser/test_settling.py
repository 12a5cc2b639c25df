"""A payment and a dispute, entered on the page of an invoice in a real browser: nobody is chased for nothing."""

from datetime import UTC, datetime

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

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


def shows(screen: Screen, selector: str, words: str) -> None:
    """Wait until a part of the page says something."""
    said = lambda driver: words in driver.find_element(By.CSS_SELECTOR, selector).text  # noqa: E731
    WebDriverWait(screen.driver, 10, ignored_exceptions=[StaleElementReferenceException]).until(said)


@pytest.mark.usefixtures("furnished")
def test_what_is_paid_is_settled_and_chased_no_more_until_the_payment_is_taken_back(screen: Screen) -> None:
    to_invoice(screen, "F-1")
    address = screen.driver.current_url
    screen.press("#pay summary")
    screen.fill(**{"pay-amount": "2745,00"})  # today is proposed as its day
    screen.press("#pay form button")
    shows(screen, "[role=status]", "Règlement saisi")
    assert "Payée" in screen.text("main")
    assert not screen.driver.find_elements(By.CSS_SELECTOR, "button[value=remind]")
    screen.open("/factures?etat=payees")
    shows(screen, "main table", "F-1")
    screen.driver.get(address)
    screen.press("[aria-labelledby=payments] td button")
    WebDriverWait(screen.driver, 10).until(lambda it: it.find_elements(By.CSS_SELECTOR, "button[value=remind]"))


@pytest.mark.usefixtures("furnished")
def test_a_dispute_holds_an_invoice_until_it_is_settled(screen: Screen) -> None:
    to_invoice(screen, "F-2")
    screen.driver.find_element(By.XPATH, "//summary[contains(., 'litige')]").click()
    screen.driver.find_element(By.CSS_SELECTOR, "details[open] [name=dispute-note]").send_keys("Marchandise abîmée")
    screen.press("details[open] form button")
    shows(screen, "[aria-labelledby=holds]", "Marchandise abîmée")
    screen.open("/simulation")
    shows(screen, "main", "litige")
    to_invoice(screen, "F-2")
    screen.press("[aria-labelledby=holds] div form button")
    shows(screen, "[role=status]", "les relances reprennent")
    assert "F-2" in screen.text("h1")
