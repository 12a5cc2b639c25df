"""A list of invoices from a file to the customers' pages, in a real browser."""

import os
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.screen import NARROW, WIDE, Screen
from tests.web.importing import LIST, WITH_BAD_ROWS

pytestmark = pytest.mark.browser


def test_a_file_becomes_invoices_and_customers(screen: Screen, tmp_path: Path) -> None:
    file = tmp_path / "impayes.csv"
    file.write_bytes(WITH_BAD_ROWS.encode("cp1252"))
    screen.look()
    screen.open("/import")
    screen.driver.find_element(By.NAME, "file").send_keys(str(file))
    screen.press("form[enctype] button")
    arrive(screen, "/colonnes")
    look_everywhere(screen, "columns")
    screen.press("form[action$='/colonnes'] button")
    arrive(screen, "/verification")
    look_everywhere(screen, "check")
    screen.press("form[action$='/verification'] button")
    WebDriverWait(screen.driver, 10).until(lambda driver: driver.title.startswith("Erreur"))
    screen.clear_console()  # Chromium notes every answer 422
    look_everywhere(screen, "check-refused")
    screen.clear_console()
    screen.press("#customer_kind-0")
    screen.press("#skip")
    screen.press("form[action$='/verification'] button")
    arrive(screen, "/resultat")
    look_everywhere(screen, "result")
    for name, path in PAGES.items():
        screen.open(path)
        look_everywhere(screen, name)
    file.write_text(LIST.replace("31/10/2026;1 200,00;0,00", "15/11/2026;1 200,00;200,00").rpartition("\n")[0])
    screen.open("/import")
    screen.driver.find_element(By.NAME, "file").send_keys(str(file))
    screen.press("form[enctype] button")
    arrive(screen, "/verification")  # its columns are known
    look_everywhere(screen, "check-changes")
    screen.look()


PAGES = {
    "imports": "/import",
    "customers": "/clients",
    "customer": "/clients/1",
    "undo": "/import/1/annulation",
}


def arrive(screen: Screen, end: str) -> None:
    """Wait until the next page is there."""
    WebDriverWait(screen.driver, 10).until(lambda driver: driver.current_url.endswith(end))


def look_everywhere(screen: Screen, name: str) -> None:
    """No page scrolls sideways, on a desk or on a phone; pictures where they are asked for."""
    folder = os.environ.get("RELANCE_PICTURES")
    for width, dark in ((WIDE, False), (WIDE, True), (NARROW, False), (NARROW, True)):
        if folder is None and dark:
            continue
        screen.look(width=width, dark=dark, height=int(screen_height(screen)) if folder else 900)
        if folder:
            screen.picture(Path(folder) / f"{name}-{width}-{'dark' if dark else 'light'}.png")
        assert not screen.overflows(), (name, width)
    screen.look()


def screen_height(screen: Screen) -> int:
    """How tall the page is, so that a picture shows all of it."""
    tall: int = screen.driver.execute_script("return document.documentElement.scrollHeight")
    return max(900, min(tall + 200, 6000))
