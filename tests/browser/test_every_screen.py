"""Every screen of a filled firm, wide and narrow, light and dark: nothing wrong that can be found."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
import requests
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browser.conftest import PASSWORD, Server, served
from tests.browser.everything import Place, places
from tests.browser.faults import by_axe, seen
from tests.browser.screen import NARROW, WIDE, Screen

pytestmark = pytest.mark.browser

EMAIL = "odile@bonnet.example"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The made-up firm, and one more owner in it."""
    folder = tmp_path_factory.mktemp("filled") / "data"
    relance = [sys.executable, "-m", "relance", "--data-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "scripts.demo", str(folder)], check=True, capture_output=True)
    added = [*relance, "user", "add", EMAIL, "--role", "owner", "--password-stdin"]
    subprocess.run(added, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)
    with served(folder) as running:
        yield running


@pytest.fixture(scope="module")
def owner(driver: WebDriver, filled: Server) -> Screen:
    """The owner, signed in."""
    screen = Screen(driver, filled.address)
    driver.delete_all_cookies()
    screen.open("/connexion")
    screen.fill(email=EMAIL, password=PASSWORD)
    screen.press("main form button:not(.quiet)")
    screen.clear_console()
    return screen


@pytest.fixture(scope="module")
def screens(owner: Screen, filled: Server) -> list[Place]:
    """The addresses that answer with a page of their own. None fails."""
    session = requests.Session()
    for cookie in owner.driver.get_cookies():
        session.cookies.set(cookie["name"], cookie["value"])
    found = []
    for place in places(filled.data_dir):
        answer = session.get(filled.address + place.address, allow_redirects=False, timeout=30)
        assert answer.status_code < 500, place
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            found.append(place)
    return found


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_is_wrong_on_any_screen(owner: Screen, screens: list[Place], width: int) -> None:
    faults = {}
    for place in screens:
        owner.look(width=width)
        owner.open(place.address)
        wrong = [*seen(owner.driver), *by_axe(owner.driver)]
        owner.look(width=width, dark=True)
        wrong += [f"dark: {fault}" for fault in by_axe(owner.driver)]
        wrong += owner.console()
        if wrong:
            faults[place.address] = wrong
    owner.look()
    assert faults == {}


def test_every_screen_has_a_title_of_its_own(owner: Screen, screens: list[Place]) -> None:
    titles = {}
    for place in screens:
        owner.open(place.address)
        titles[place.address] = owner.driver.title
    shared = {title for title, times in Counter(titles.values()).items() if times > 1}
    assert {address: title for address, title in titles.items() if title in shared} == {}
