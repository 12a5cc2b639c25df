"""A real Relance in a process of its own, and a real Chromium that looks at it."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.screen import Screen

CHROMIUM = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
PASSWORD = "une phrase facile à retenir"


@dataclass(frozen=True)
class Server:
    """A running `relance serve`."""

    address: str
    setup: str  # the address of the first account
    data_dir: Path


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """`relance serve` on a data folder, without its worker: a day has but one run."""
    port = a_free_port()
    command = [sys.executable, "-m", "relance", "--data-dir", str(folder), "serve", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--no-browser", "--no-worker"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "RELANCE_LANG": "fr"},
    ) as process:
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            found = re.search(r"http://\S+", said)
            assert found, said
            yield Server(f"http://127.0.0.1:{port}", found[0], folder)
        finally:
            process.send_signal(signal.SIGTERM)
            ended = process.wait(30)
        assert ended == 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Started for each file, on an empty data folder."""
    with served(tmp_path_factory.mktemp("relance")) as running:
        yield running


@pytest.fixture(scope="session")
def driver() -> Iterator[WebDriver]:
    """Chromium, which reports everything that its console says."""
    if not (CHROMIUM.exists() and DRIVER.exists()):
        pytest.fail("These tests need Chromium: sudo apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"intl.accept_languages": "fr"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    made = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield made
    made.quit()


@pytest.fixture
def screen(driver: WebDriver, server: Server) -> Iterator[Screen]:
    """A signed-in owner in front of Chromium. In the end its console is empty: no CSP violation, nothing missing."""
    shown = Screen(driver, server.address)
    shown.look()  # as wide as at first, whatever the test before looked at
    shown.clear_console()
    _sign_in(shown, server)
    yield shown
    assert shown.console() == []


def _sign_in(screen: Screen, server: Server) -> None:
    screen.open("/compte")
    if "/bienvenue" in screen.driver.current_url:
        screen.clear_console()  # it notes that the page was closed without its token
        screen.driver.get(server.setup)
        screen.fill(name="Claire Bonnet", email="claire@bonnet.fr", password=PASSWORD)
    elif "/connexion" in screen.driver.current_url:
        screen.fill(email="claire@bonnet.fr", password=PASSWORD)
    else:
        return
    screen.press("main form button")
    WebDriverWait(screen.driver, 10).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, "#menu"))
