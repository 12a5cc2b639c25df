"""A firm whose first reminders want a person's word, and one whose steps a person sends."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from relance.config import Settings
from relance.importers.fields import FileKind
from relance.services import accounts, imports
from relance.services.accounts import Role
from relance.services.database import open_database, the_firm
from relance.services.imports import ImportOptions
from relance.services.run import run_today
from relance.storage import db
from relance.storage.models import DailyRun, Message
from tests.web.client import Browser, Page
from tests.web.conftest import PASSWORD, Clock
from tests.web.desk import Desk
from tests.web.office import ON, Outbox, furnish

# F-1 is late enough for a formal notice; F-2 and F-3 go together; F-5 is for the telephone.
PROGRAMS = """
[[program]]
name = "Standard"
general = true
[[program.step]]
level = 1
offset = 3
channels = ["email"]
mode = "approval"
[[program.step]]
level = 2
offset = 20
channels = ["email"]

[[program]]
name = "Dure"
[[program.step]]
level = 3
offset = 10
channels = ["email"]
mode = "approval"

[[program]]
name = "À la main"
[[program.step]]
level = 0
offset = -7
channels = ["email"]
mode = "manual"
[[program.step]]
level = 1
offset = 5
channels = ["email"]

[[customer]]
code = "AUB"
name = "Menuiserie Aubry"
program = "Dure"

[[customer]]
code = "KES"
name = "Studio Kessler"
program = "À la main"
"""


START, RUN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC), timedelta(hours=2)
HEADINGS = "N° facture;Code client;Client;E-mail;Date facture;Échéance;Total TTC"


def waiting_firm(folder: Path, empty: Path) -> Settings:
    """A copy of the firm after its run of eleven o'clock, with an account of each role; it is made once."""
    ready = empty.parent / "waiting.db"
    if not ready.exists():
        _make(empty, ready)
    shutil.copy(ready, folder / "relance.db")
    return Settings(data_dir=folder)


def _make(empty: Path, ready: Path) -> None:
    settings = Settings(data_dir=empty.parent / "waiting")
    settings.data_dir.mkdir()
    shutil.copy(empty, settings.database)
    clock, outbox = Clock(START), Outbox()
    engine = open_database(settings)
    furnish_waiting(Desk(engine, settings, clock, outbox))
    with db.writing(engine) as session:
        for role in Role:
            accounts.add_user(session, email=f"{role.value}@firm.fr", password=PASSWORD, role=role, now=clock())
        the_firm(session).machine = ""  # each test has a copy: none of them is the only one
    engine.dispose()
    shutil.copy(settings.database, ready)


def furnish_waiting(desk: Desk) -> None:
    """The firm after its run of eleven o'clock: two messages wait for a word, one invoice for a person."""
    furnish(desk.engine, desk.clock(), more=ON + PROGRAMS)
    desk.clock.now += RUN
    desk.run()


def more_invoices(desk: Desk, count: int) -> None:
    """Invoices of as many customers, each with a message that waits: the run is made once more."""
    rows = (f"M-{one};C{one};Client {one};c{one}@x.example;16/10/2026;16/11/2026;{one + 1},00" for one in range(count))
    content = "\n".join((HEADINGS, *rows)).encode()
    with db.writing(desk.engine) as session:
        shown = imports.preview(session, FileKind.INVOICES, content, ImportOptions())
        batch = imports.receive(session, FileKind.INVOICES, "plus.csv", content, by="test", now=desk.clock())
        imports.apply(session, batch, shown, skip_bad_rows=False, complete_confirmed=False, by="test", now=desk.clock())
        for made in session.query(DailyRun):
            made.local_date -= timedelta(days=3)
    run_today(desk.engine, desk.clock(), by="test")


def key_of(desk: Desk, number: str) -> int:
    """The newest message of an invoice."""
    key: int = desk.messages(number)[-1].id
    return key


def row(desk: Desk, number: str) -> Message:
    """The same, whole."""
    return desk.messages(number)[-1]


def accord(desk: Desk, *numbers: str) -> str:
    return "/a-valider/accord?messages=" + ",".join(str(key_of(desk, number)) for number in numbers)


def refus(desk: Desk, *numbers: str) -> str:
    return accord(desk, *numbers).replace("accord", "refus")


def text(desk: Desk, number: str) -> str:
    return f"/a-valider/{key_of(desk, number)}/texte"


def confirmation(page: Page) -> dict[str, str]:
    """The hidden fields of the page that confirms."""
    found = dict(re.findall(r'name="(token|vu)"[^>]*value="([^"]+)"', page.html))
    assert set(found) == {"token", "vu"}
    return found


def approve(browser: Browser, address: str, status: int = 303, **more: str) -> Page:
    page = browser.open(address)
    return browser.send(address, {**confirmation(page), **more}, on=address, status=status)


def seen(page: Page) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]+)"', page.html)
    assert found
    return found[1]


def pay(desk: Desk, browser: Browser, number: str, amount: str) -> None:
    address = desk.address(number)
    given = {"pay-amount": amount, "pay-paid_on": desk.today.isoformat(), "pay-after": "0"}
    browser.send(f"{address}/reglements", given, on=address)


def hidden(page: Page) -> dict[str, str]:
    main = page.html.partition("<main")[2]
    return dict(re.findall(r'<input[^>]*name="(vu|ecartees|jeton)"[^>]*value="([^"]*)"', main))
