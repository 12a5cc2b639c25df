"""The first account, in a real browser, and how the first pages look."""

import os
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from tests.browser.screen import NARROW, WIDE, Screen

pytestmark = pytest.mark.browser

PAGES = ("/compte", "/utilisateurs", "/nulle-part")
SIZES = [(WIDE, False), (WIDE, True), (NARROW, False), (NARROW, True)]


def test_the_token_of_the_console_makes_the_first_account(screen: Screen) -> None:
    screen.open("/compte")
    assert screen.text("h1") == "Mon compte"
    assert screen.driver.find_element(By.NAME, "name").get_attribute("value") == "Claire Bonnet"


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_no_page_scrolls_sideways(screen: Screen, tmp_path: Path, width: int, *, dark: bool) -> None:
    folder = Path(os.environ.get("RELANCE_PICTURES", tmp_path))
    screen.look(width=width, dark=dark)
    for path in PAGES:
        screen.open(path)
        screen.picture(folder / f"{path[1:]}-{width}-{'dark' if dark else 'light'}.png")
        assert not screen.overflows(), path
    assert [line for line in screen.console() if "/nulle-part - Failed to load" not in line] == []


def test_the_menu_of_a_phone_opens_without_script(screen: Screen) -> None:
    screen.look(width=NARROW)
    screen.open("/compte")
    menu = screen.driver.find_element(By.ID, "menu")
    assert not menu.is_displayed()
    screen.press(".burger")
    assert menu.is_displayed()
    screen.look()


def test_a_password_can_be_shown(screen: Screen) -> None:
    screen.open("/compte")
    box = screen.driver.find_element(By.NAME, "old")
    assert box.get_attribute("type") == "password"
    screen.press("#old + label.show input")
    assert box.get_attribute("type") == "text"


def test_a_violation_of_the_policy_would_be_noticed(screen: Screen) -> None:
    screen.open("/compte")
    screen.driver.execute_script("document.body.setAttribute('style', 'color: red')")
    assert any("Content Security Policy" in line for line in screen.console())
