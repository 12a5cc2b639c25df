"""Setting up in a real browser: a program by the keyboard, the e-mail account, the pages on a phone."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.screen import NARROW, WIDE, Screen

pytestmark = pytest.mark.browser

PAGES = (
    "/simulation",
    "/programmes",
    "/programmes/1",
    "/programmes/nouveau",
    "/envoi-automatique",
    "/reglages",
    "/reglages/e-mail",
    "/reglages/e-mail?fournisseur=other",
    "/reglages/e-mail/microsoft",
    "/reglages/e-mail/google",
)


def send(screen: Screen, selector: str, *keys: str) -> None:
    """Press a button, or type into a field, and wait for the page that answers."""
    shown = screen.driver.find_element(By.TAG_NAME, "html")
    found = screen.driver.find_element(By.CSS_SELECTOR, selector)
    if keys:
        found.clear()
        found.send_keys(*keys)
    else:
        found.click()
    WebDriverWait(screen.driver, 10).until(staleness_of(shown))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_page_of_the_settings_scrolls_sideways(screen: Screen, width: int) -> None:
    screen.look(width=width)
    for path in PAGES:
        screen.open(path)
        assert not screen.overflows(), path
    screen.look()


def test_the_enter_key_previews_a_program_and_saves_nothing(screen: Screen) -> None:
    screen.open("/programmes/1")
    send(screen, "#s2-days", "9", Keys.ENTER)
    assert screen.driver.find_element(By.CSS_SELECTOR, ".note[role=status]")
    screen.open("/programmes/1")
    assert screen.driver.find_element(By.NAME, "s2-days").get_attribute("value") == "7"


def test_a_program_is_changed_and_its_example_follows(screen: Screen) -> None:
    screen.open("/programmes/nouveau")
    screen.fill(name="Souple")
    screen.press("details summary")
    screen.fill(offsets="-3, 0, 5")
    send(screen, "button[value=list]")
    assert len(screen.driver.find_elements(By.CSS_SELECTOR, ".tl time")) == 3
    send(screen, ".acts button[value=save]")
    assert "Souple" in screen.text("h1")
    assert len(screen.driver.find_elements(By.NAME, "s2-days")) == 1


def test_a_known_provider_asks_for_an_address_and_a_password(screen: Screen) -> None:
    screen.open("/reglages/e-mail?fournisseur=")
    send(screen, "a[href$='fournisseur=ovh']")
    screen.fill(sender="claire@bonnet.example", password="not shown again")
    send(screen, "button[value=save]")
    screen.open("/reglages/e-mail")
    assert screen.driver.find_element(By.NAME, "password").get_attribute("value") == ""
    assert "not shown again" not in screen.driver.page_source
    assert screen.driver.find_element(By.NAME, "host").get_attribute("value") == "ssl0.ovh.net"


def test_the_way_to_google_is_open_under_our_own_policy(screen: Screen) -> None:
    screen.open("/reglages/e-mail/google")
    screen.fill(address="bonnet@gmail.com", client="1.apps.googleusercontent.com", secret="a secret")
    send(screen, "form[action$='/google'] button")
    link = screen.driver.find_element(By.CSS_SELECTOR, "a.btn.p")
    # As the link is, but to a page that answers here: nothing leaves this machine, the policy is the same.
    address = "http://localhost:" + screen.address.rpartition(":")[2] + "/connexion"
    screen.driver.execute_script("arguments[0].href = arguments[1]", link, address)
    link.click()
    WebDriverWait(screen.driver, 10).until(lambda driver: driver.current_url == address)
