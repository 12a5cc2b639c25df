"""Every screen, wide and narrow, light and dark, French and English: nothing wrong that can be found."""

import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait

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
    subprocess.run([sys.executable, "-m", "scripts.demo", str(folder)], check=True, capture_output=True)
    _add_owner(folder)
    with served(folder) as running:
        yield running


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A firm that has nothing yet, whose owner reads English."""
    folder = tmp_path_factory.mktemp("empty")
    _add_owner(folder)
    with sqlite3.connect(folder / "relance.db") as rows:
        rows.execute("UPDATE user_account SET language = 'en'")
    with served(folder) as running:
        yield running


def _add_owner(folder: Path) -> None:
    command = [sys.executable, "-m", "relance", "--data-dir", str(folder), "user", "add", EMAIL]
    added = [*command, "--role", "owner", "--password-stdin"]
    subprocess.run(added, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)


def _enter(driver: WebDriver, server: Server) -> Screen:
    screen = Screen(driver, server.address)
    driver.delete_all_cookies()
    screen.look()
    screen.open("/connexion")
    screen.fill(email=EMAIL, password=PASSWORD)
    screen.press("main form button:not(.quiet)")
    WebDriverWait(driver, 10).until(lambda it: it.find_elements(By.CSS_SELECTOR, "#menu"))
    screen.clear_console()
    return screen


def _screens(screen: Screen, server: Server) -> list[Place]:
    """The addresses that answer with a page of their own. None fails."""
    session = requests.Session()
    for cookie in screen.driver.get_cookies():
        session.cookies.set(cookie["name"], cookie["value"])
    found = []
    for place in places(server.data_dir):
        answer = session.get(server.address + place.address, allow_redirects=False, timeout=30)
        assert answer.status_code < 500, place
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            found.append(place)
    return found


def _faults(screen: Screen, screens: list[Place], width: int) -> dict[str, list[str]]:
    faults = {}
    for place in screens:
        screen.look(width=width)
        screen.open(place.address)
        wrong = [*seen(screen.driver), *by_axe(screen.driver)]
        screen.look(width=width, dark=True)
        wrong += [f"dark: {fault}" for fault in by_axe(screen.driver)]
        wrong += screen.console()
        if wrong:
            faults[place.address] = wrong
    screen.look()
    return faults


def test_nothing_is_wrong_on_any_screen_of_a_filled_firm_and_each_has_its_title(
    driver: WebDriver, filled: Server
) -> None:
    screen = _enter(driver, filled)
    screens = _screens(screen, filled)
    assert len(screens) > 70
    assert _faults(screen, screens, WIDE) == {}
    assert _faults(screen, screens, NARROW) == {}
    assert _shared_titles(screen, [place for place in screens if place.endpoint]) == {}


def test_nothing_is_wrong_on_any_screen_of_an_empty_firm_in_english(driver: WebDriver, empty: Server) -> None:
    screen = _enter(driver, empty)
    screens = _screens(screen, empty)
    assert len(screens) > 50
    assert _faults(screen, screens, NARROW) == {}


def _shared_titles(screen: Screen, screens: list[Place]) -> dict[str, str]:
    titles = {}
    for place in screens:
        screen.open(place.address)
        titles[place.address] = screen.driver.title
    times = Counter(titles.values())
    return {address: title for address, title in titles.items() if times[title] > 1}
