"""A batch of letters in a real browser: printed as one file, marked as posted, undone."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from relance.config import Settings
from relance.services.database import open_database
from relance.services.delivery.deliver import deliver_due
from relance.services.run import run_today
from relance.services.settings import loading as services
from relance.storage import db
from relance.storage.models import Firm, Program
from tests.browser.conftest import Server
from tests.browser.screen import NARROW, WIDE, Screen
from tests.web.office import ON, furnish

pytestmark = pytest.mark.browser

FIRM = "5 quai Jules-Courmont\n69002 Lyon"
PAGES = (
    "/lettres",
    "/lettres?etat=poster",
    "/lettres?etat=postees",
    "/reglages/lettres",
    "/relances/marquer?factures=1",
)


def invoices(today: date) -> str:
    lines = ["N° facture;Code client;Client;Adresse;Code postal;Ville;Date facture;Échéance;Total TTC"]
    due, issued = today - timedelta(days=12), today - timedelta(days=42)
    for number, (code, name, town) in enumerate((("ZOE", "Zoé Fleurs", "Lyon"), ("ABE", "Abel Bois", "Nice"))):
        lines.append(
            f"P-{number};{code};{name};{number + 1} rue A;6900{number};{town};{issued:%d/%m/%Y};{due:%d/%m/%Y};1480,40"
        )
    return "\n".join(lines)


@pytest.fixture
def to_print(server: Server, screen: Screen) -> Iterator[Screen]:
    """A signed-in person in front of a firm with letters to print."""
    settings, now = Settings(data_dir=server.data_dir), datetime.now(UTC)
    engine = open_database(settings)
    steps = '[[program.step]]\nlevel = 1\noffset = 5\nchannels = ["letter"]\n'
    furnish(engine, now, invoices=invoices(now.date()), more=ON + 'run_at = "00:00"\nworking_days_only = false\n')
    with db.writing(engine) as session:
        services.load(session, f'[[program]]\nname = "Papier"\ngeneral = true\n{steps}', now=now)
        session.get_one(Firm, 1).address = FIRM
    run_today(engine, now, by="test", after_absence=True)
    deliver_due(engine, settings)
    yield screen
    with db.writing(engine) as session:
        for program in session.query(Program):
            program.general = program.name != "Papier"
        session.get_one(Firm, 1).enabled = False
    engine.dispose()


def wait_for(screen: Screen, selector: str) -> None:
    WebDriverWait(screen.driver, 10).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, selector))


def test_a_batch_is_printed_and_marked_as_posted(to_print: Screen, tmp_path: Path) -> None:
    screen, folder = to_print, Path(os.environ.get("RELANCE_PICTURES", tmp_path))
    screen.look()
    screen.open("/lettres")
    screen.press("input[data-all=lettre]")
    screen.picture(folder / "lettres-a-imprimer.png")
    screen.press("button[value=print]")
    wait_for(screen, "a[href*='/lettres/lots/']")
    screen.picture(folder / "lettres-imprimees.png")
    screen.press("input[data-all=lettre]")
    screen.press("button[value=posted]")
    wait_for(screen, "input[name^=number-]")
    screen.picture(folder / "lettres-postees.png")
    screen.press("form.stack button.p")
    wait_for(screen, ".note.ok")
    assert "Zoé Fleurs" in screen.text("table")
    for path in PAGES:
        for width, dark in ((WIDE, True), (NARROW, False)):
            screen.look(width=width, dark=dark)
            screen.open(path)
            screen.picture(folder / f"{path[1:].replace('/', '-').replace('?', '-')}-{width}.png")
            assert not screen.overflows(), (path, width)
    screen.look()
