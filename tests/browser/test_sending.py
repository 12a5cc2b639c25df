"""Invoices chosen in the list, confirmed, called back; then sent, with one refusal, in a real browser."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from sqlalchemy import Engine, update

from relance.config import Settings
from relance.domain.delivery import BeforeHandover, DeliveryFailed, Fate, Message, Receipt
from relance.services.database import open_database
from relance.services.delivery.deliver import deliver_due
from relance.storage import db, models
from tests.browser.conftest import Server
from tests.browser.screen import NARROW, WIDE, Screen
from tests.web.office import Outbox, furnish

pytestmark = pytest.mark.browser
UNKNOWN = "compta@refuse.example"
WATCHED = (
    "/factures?q=S-",
    "/envois",
    "/factures/choix/pause?tout=1&q=S-",
    "/envois/nouveau?tout=1&q=S-",
    "/simulation",
)


class Picky(Outbox):
    """A server that knows everybody but one."""

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        if UNKNOWN in message.to:
            raise DeliveryFailed("smtp.recipient_refused", Fate.FAIL, "550 5.1.1 no such user", (UNKNOWN,))
        return super().send(message, before_handover=before_handover)


def some_invoices(today: datetime) -> str:
    late, issued = (today - timedelta(days=20)).date(), (today - timedelta(days=50)).date()
    people = [
        ("1", "Scierie Sapin", "compta@sapin.example"),
        ("2", "Garage Lemoine", "compta@lemoine.example"),
        ("3", "Boulangerie Refus", UNKNOWN),
        ("4", "Studio Muet", ""),
    ]
    heading = "N° facture;Code client;Client;E-mail;Date facture;Échéance;Total TTC"
    rows = [f"S-{key};S{key};{name};{email};{issued};{late};1{key}48,50" for key, name, email in people]
    return "\n".join((heading, *rows))


@pytest.fixture
def engine(server: Server, screen: Screen) -> Engine:
    """The data of the running firm, with four late invoices."""
    made = open_database(Settings(data_dir=server.data_dir))
    furnish(made, datetime.now(UTC), more="", invoices=some_invoices(datetime.now(UTC)))
    return made


def wait_for(screen: Screen, selector: str) -> None:
    WebDriverWait(screen.driver, 10).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, selector))


def choose_three_and_confirm(screen: Screen) -> None:
    screen.open("/factures?q=S-&tri=numero")
    for box in screen.driver.find_elements(By.NAME, "facture")[:3]:
        box.click()
    assert screen.text(".counted").startswith("3")
    screen.press("button[name=act][value=remind]")
    wait_for(screen, "article")
    assert len(screen.driver.find_elements(By.CSS_SELECTOR, "article")) == 3
    screen.press("main form button.p")
    wait_for(screen, "progress")


def let_it_leave(engine: Engine, server: Server) -> None:
    """Its two minutes are over."""
    with db.writing(engine) as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(models.Dispatch).values(leaves_at=past))
        session.execute(update(models.Message).where(models.Message.state == "queued").values(next_at=past))
    deliver_due(engine, Settings(data_dir=server.data_dir), outlets_of=Picky().outlets)


def test_a_send_is_called_back_then_made_and_its_refusal_can_be_mended(
    screen: Screen, server: Server, engine: Engine, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("RELANCE_PICTURES", tmp_path))
    screen.look()
    choose_three_and_confirm(screen)
    assert "min" in screen.text("[data-poll-when]")
    screen.press("[data-poll] .acts > button")  # stop updating
    screen.picture(folder / "envoi-attend.png")
    screen.press("form[action$='/annuler'] button")
    wait_for(screen, ".note.ok")
    assert not screen.driver.find_elements(By.CSS_SELECTOR, "progress")

    choose_three_and_confirm(screen)
    address = screen.driver.current_url.removeprefix(screen.address)
    let_it_leave(engine, server)
    wait_for(screen, "#result")  # the page found out by itself
    assert len(screen.driver.find_elements(By.CSS_SELECTOR, "#troubles ~ .tasks > li")) == 1
    assert "canal=letter" in screen.driver.page_source
    for path in (address, *WATCHED):
        for width, dark in ((WIDE, True), (NARROW, False)):
            screen.look(width=width, dark=dark)
            screen.open(path)
            screen.picture(folder / f"{path[1:].replace('/', '-').replace('?', '-')}-{width}.png")
            assert not screen.overflows(), (path, width)
    screen.look()
    engine.dispose()
