"""Single keys lead to pages and rows, rest while somebody types, can be switched off, and never send anything."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.conftest import Server
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

INVOICES = """N° facture;Client;E-mail;Date facture;Échéance;Total TTC
K-1;Menuiserie Aubry;compta@aubry.example;15/09/2025;15/10/2025;2745,00
K-2;Garage Lenoir;compta@lenoir.example;16/09/2025;16/10/2025;1480,40
K-3;Boulangerie Pinson;compta@pinson.example;17/09/2025;17/10/2025;312,00
"""


@pytest.fixture(scope="module", autouse=True)
def invoices(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    file = tmp_path_factory.mktemp("files") / "factures.csv"
    file.write_text(INVOICES, encoding="utf-8")
    relance = [sys.executable, "-m", "relance", "--data-dir", str(server.data_dir)]
    subprocess.run([*relance, "import", "invoices", str(file)], check=True, capture_output=True)
    yield file


def type_keys(screen: Screen, keys: str) -> None:
    ActionChains(screen.driver).send_keys(*keys).perform()


def path_of(screen: Screen) -> str:
    return str(screen.driver.current_url).removeprefix(screen.address).partition("?")[0]


def focused(screen: Screen) -> str:
    return str(screen.driver.switch_to.active_element.text)


def switch(screen: Screen) -> None:
    """The shortcuts on or off."""
    screen.open("/reglages/apparence")
    screen.press("#shortcuts")
    screen.press("main form .p")
    WebDriverWait(screen.driver, 5).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, "main [role=status]"))


@pytest.mark.parametrize(
    ("keys", "path"), [("gf", "/factures"), ("gc", "/clients"), ("gh", "/historique"), ("gt", "/")]
)
def test_g_and_a_letter_lead_to_a_page(screen: Screen, keys: str, path: str) -> None:
    screen.open("/compte")
    type_keys(screen, keys)
    WebDriverWait(screen.driver, 5).until(lambda _: path_of(screen) == path)


def test_j_and_k_walk_along_the_rows_and_x_chooses(screen: Screen) -> None:
    screen.open("/factures?etat=toutes&tri=numero")
    type_keys(screen, "j")
    assert focused(screen) == "K-1"
    type_keys(screen, "jjj")
    assert focused(screen) == "K-3"  # there is no row after the last
    type_keys(screen, "kx")
    assert focused(screen) == "K-2"
    boxes = screen.driver.find_elements(By.NAME, "facture")
    assert [box.is_selected() for box in boxes] == [False, True, False]
    type_keys(screen, "x")
    assert not any(box.is_selected() for box in boxes)


def test_enter_opens_the_row(screen: Screen) -> None:
    screen.open("/factures?etat=toutes&tri=numero")
    type_keys(screen, "j" + Keys.ENTER)
    WebDriverWait(screen.driver, 5).until(lambda _: screen.text("h1").endswith("K-1"))


def test_a_slash_leads_to_the_search_and_keys_rest_there(screen: Screen) -> None:
    screen.open("/factures?etat=toutes")
    type_keys(screen, "/")
    type_keys(screen, "gf?jx/")
    assert screen.driver.find_element(By.NAME, "q").get_attribute("value") == "gf?jx/"
    assert not screen.driver.find_elements(By.CSS_SELECTOR, "dialog")


def test_a_question_mark_shows_the_keys_and_escape_hides_them(screen: Screen) -> None:
    screen.open("/factures")
    type_keys(screen, "?")
    dialog = WebDriverWait(screen.driver, 5).until(lambda driver: driver.find_element(By.CSS_SELECTOR, "dialog[open]"))
    assert dialog.get_attribute("aria-label")
    assert len(dialog.find_elements(By.CSS_SELECTOR, "kbd")) > 10
    type_keys(screen, "gc")  # rests while the keys are shown
    assert path_of(screen) == "/factures"
    type_keys(screen, Keys.ESCAPE)
    WebDriverWait(screen.driver, 5).until(lambda driver: not driver.find_elements(By.CSS_SELECTOR, "dialog"))


def test_with_control_alt_or_command_a_key_is_the_browsers(screen: Screen) -> None:
    screen.open("/factures?etat=toutes")
    for held in (Keys.CONTROL, Keys.ALT, Keys.META):
        ActionChains(screen.driver).key_down(held).send_keys("j").key_up(held).perform()
    assert focused(screen) != "K-1"


def test_no_key_alone_sends_a_form(screen: Screen) -> None:
    screen.open("/factures?etat=toutes")
    before = screen.driver.current_url
    type_keys(screen, "abdeilmnoqsuvwyz0123456789.,;:!*+-=")
    assert screen.driver.current_url == before


def test_keys_switched_off_do_nothing(screen: Screen) -> None:
    switch(screen)
    screen.open("/factures?etat=toutes")
    type_keys(screen, "j?gc")
    assert focused(screen) != "K-1"
    assert path_of(screen) == "/factures"
    assert not screen.driver.find_elements(By.CSS_SELECTOR, "dialog")
    switch(screen)
