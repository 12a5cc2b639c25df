"""What waits for a word, in a real browser: one is written anew and approved, one refused, one left alone."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from relance.config import Settings
from relance.importers.fields import FileKind
from relance.services import imports
from relance.services.database import open_database
from relance.services.imports import ImportOptions
from relance.services.run import run_today
from relance.services.settings import loading as settings
from relance.storage import db
from tests.browser.conftest import Server
from tests.browser.screen import NARROW, WIDE, Screen

pytestmark = pytest.mark.browser

OFFICE = """
[firm]
name = "Bonnet Conseil"
email = "claire@bonnet.example"
phone = "01 42 00 00 00"
iban = "FR76 3000 4000 0312 3456 7890 143"
[email]
host = "smtp.bonnet.example"
sender = "claire@bonnet.example"
[automation]
enabled = true
scope = "all"
run_at = "00:00"
working_days_only = false
"""
PROGRAMS = """
[[program]]
name = "Sur accord {level}"
[[program.step]]
level = {level}
offset = 5
channels = ["email"]
mode = "{mode}"
"""
CUSTOMERS = (("W1", "Menuiserie Aubry & Fils", 3), ("W2", "Garage Lenoir", 1), ("W3", "Studio Kessler", 1))
CALLED = ("W4", "Imprimerie du Port", 2)


def furnish(server: Server) -> None:
    engine, now = open_database(Settings(data_dir=server.data_dir)), datetime.now(UTC)
    whose = "".join(
        f'[[customer]]\ncode = "{code}"\nname = "{name}"\nprogram = "Sur accord {level}"\n'
        for code, name, level in (*CUSTOMERS, CALLED)
    )
    modes = ((1, "approval"), (2, "manual"), (3, "approval"))
    programs = "".join(PROGRAMS.format(level=level, mode=mode) for level, mode in modes)
    with db.writing(engine) as session:
        settings.load(session, OFFICE + programs + whose, now=now)
        content = invoices(now.date()).encode()
        shown = imports.preview(session, FileKind.INVOICES, content, ImportOptions())
        batch = imports.receive(session, FileKind.INVOICES, "attente.csv", content, by="test", now=now)
        imports.apply(session, batch, shown, skip_bad_rows=False, complete_confirmed=False, by="test", now=now)
    run_today(engine, now, by="test")
    engine.dispose()


def invoices(today: date) -> str:
    issued, due = (f"{today - timedelta(days=days):%d/%m/%Y}" for days in (40, 9))
    rows = [
        f"W-{code[1]}{part};{code};{name};{code.lower()}@x.example;{issued};{due};{amount}"
        for code, name, level in (*CUSTOMERS, CALLED)
        for part, amount in ((1, "2745,00"), (2, "120,50"))[: 1 if level == 3 else 2]
    ]
    return "\n".join(("N° facture;Code client;Client;E-mail;Date facture;Échéance;Total TTC", *rows))


def wait_for(screen: Screen, selector: str) -> None:
    WebDriverWait(screen.driver, 10).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, selector))


def tick(screen: Screen, customer: str) -> None:
    screen.press(f'input[name=message][aria-label^="{customer}"]')


def test_messages_are_written_anew_approved_and_refused(server: Server, screen: Screen, tmp_path: Path) -> None:
    furnish(server)
    folder = Path(os.environ.get("RELANCE_PICTURES", tmp_path))
    screen.look()
    photograph(screen, folder, "/a-faire", "/a-relancer", "/a-valider")
    write_anew(screen, folder)
    approve_two(screen, folder)
    refuse_the_last(screen, folder)


def write_anew(screen: Screen, folder: Path) -> None:
    screen.open("/a-valider")
    screen.press('a[href$="/texte"]')
    wait_for(screen, "textarea")
    photograph(screen, folder, screen.driver.current_url.removeprefix(screen.address))
    screen.look()
    screen.fill(text="Bonjour,\nil reste #RESTE_DUE#.")
    screen.press("main form.stack button")
    wait_for(screen, ".summary")
    assert all("422" in line for line in screen.console())
    screen.picture(folder / "texte-refuse.png")
    screen.fill(text="Bonjour,\nil reste #RESTE_DU# à régler. Merci.")
    screen.press("main form.stack button")
    wait_for(screen, ".note.ok")
    screen.picture(folder / "a-valider-modifie.png")


def approve_two(screen: Screen, folder: Path) -> None:
    tick(screen, "Menuiserie Aubry")
    tick(screen, "Garage Lenoir")
    assert screen.text("[data-count=message]") == "2"
    screen.press("button[value=approve]")
    wait_for(screen, "input[name=typed]")
    confirmation = screen.driver.current_url.removeprefix(screen.address)
    photograph(screen, folder, confirmation)
    screen.look()
    screen.open(confirmation)
    screen.press("main form.stack button")
    wait_for(screen, ".summary")
    assert all("422" in line for line in screen.console())
    screen.picture(folder / "accord-refuse.png")
    screen.fill(typed="menuiserie aubry & fils")
    screen.press("main form.stack button")
    wait_for(screen, "h1")
    assert "/envois/" in screen.driver.current_url
    screen.picture(folder / "envoi.png")


def refuse_the_last(screen: Screen, folder: Path) -> None:
    screen.open("/a-valider")
    tick(screen, "Studio Kessler")
    screen.press("button[value=refuse]")
    wait_for(screen, "textarea")
    photograph(screen, folder, screen.driver.current_url.removeprefix(screen.address))
    screen.fill(reason="Vu au téléphone : il paie vendredi.")
    screen.press("main form.stack button")
    wait_for(screen, ".note.ok")
    screen.look()
    assert "tbody" not in screen.driver.page_source
    screen.picture(folder / "a-valider-vide.png")


def photograph(screen: Screen, folder: Path, *paths: str) -> None:
    for path in paths:
        name = path.partition("?")[0].strip("/").replace("/", "-")
        for width, dark in ((WIDE, False), (WIDE, True), (NARROW, False)):
            screen.look(width=width, dark=dark, height=1500)
            screen.open(path)
            screen.picture(folder / f"{name}-{width}{'-sombre' if dark else ''}.png")
            assert not screen.overflows(), (path, width)
