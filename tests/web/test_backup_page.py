"""A backup to take away, and what the page says of those there are."""

import io
import os
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from relance.config import Settings
from relance.services import copies
from relance.services.accounts import Role
from relance.services.backup import restore_backup
from relance.services.database import the_firm
from relance.services.refusal import Refused
from relance.storage.db import reading
from tests.web.client import BASE, Browser
from tests.web.conftest import Clock, SignIn
from tests.web.office import furnish

PAGE, DOWNLOAD = "/reglages/sauvegarde", "/reglages/sauvegarde/telecharger"


def downloaded(browser: Browser) -> bytes:
    browser.open(PAGE)
    answer = browser.client.post(DOWNLOAD, data={"csrf_token": browser.token}, base_url=BASE, headers={"Origin": BASE})
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == "attachment; filename=relance-2026-11-23-0900.zip"
    return answer.get_data()


def test_a_backup_holds_the_data_and_can_be_restored(
    owner: Browser, engine: Engine, clock: Clock, settings: Settings
) -> None:
    furnish(engine, clock())
    (settings.data_dir / "secrets").mkdir()
    (settings.data_dir / "secrets" / "smtp").write_text("hunter2")
    content = downloaded(owner)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert "relance.db" in archive.namelist()
        assert not any("secret" in name for name in archive.namelist())
    file = settings.data_dir / "taken.zip"
    file.write_bytes(content)
    elsewhere = Settings(data_dir=settings.data_dir / "elsewhere")
    assert restore_backup(elsewhere, file, clock()) == ""


def test_the_day_of_the_last_backup_is_kept(owner: Browser, engine: Engine, clock: Clock) -> None:
    with reading(engine) as session:
        assert the_firm(session).backed_up_at is None
    downloaded(owner)
    with reading(engine) as session:
        assert the_firm(session).backed_up_at == clock()
    assert owner.open(PAGE).shows("23/11/2026 9 h 00")


def test_a_backup_that_cannot_be_made_is_said_and_not_noted(
    owner: Browser, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_of: object) -> int:
        raise Refused("backup.not_written", file="x.zip", error="No space left on device")

    monkeypatch.setattr(copies, "write_backup", refuse)
    page = owner.send(DOWNLOAD, {}, on=PAGE, status=422)
    assert page.shows("No space left on device")
    with reading(engine) as session:
        assert the_firm(session).backed_up_at is None


def test_nothing_of_a_backup_stays_in_the_data_folder(owner: Browser, settings: Settings) -> None:
    downloaded(owner)
    assert not list(settings.data_dir.rglob("*.zip*"))


def test_copies_made_before_upgrades_are_listed_newest_first(owner: Browser, settings: Settings) -> None:
    kept = settings.data_dir / "before-upgrade"
    kept.mkdir()
    for age, name in enumerate(("relance-0001.db", "relance-0002.db", "notes.txt")):
        (kept / name).write_bytes(b"x" * 2500)
        os.utime(kept / name, (1_790_000_000 + age, 1_790_000_000 + age))
    page = owner.open(PAGE)
    assert page.html.index("relance-0002.db") < page.html.index("relance-0001.db")
    assert "notes.txt" not in page.html


@pytest.mark.parametrize("role", [Role.MEMBER, Role.READER])
def test_only_an_owner_takes_the_data_away(signed_in: SignIn, role: Role) -> None:
    browser = signed_in(role)
    browser.open(PAGE, status=403)
    browser.open("/compte")
    answer = browser.client.post(DOWNLOAD, data={"csrf_token": browser.token}, base_url=BASE, headers={"Origin": BASE})
    assert answer.status_code == 403


def test_a_backup_is_old_after_a_month(clock: Clock) -> None:
    now = clock()
    assert copies.is_old(None, now)
    assert not copies.is_old(now - timedelta(days=30), now)
    assert copies.is_old(now - timedelta(days=30, seconds=1), now)


def test_the_folder_of_the_data_is_for_owners(signed_in: SignIn, settings: Settings) -> None:
    folder = str(settings.data_dir)
    assert signed_in(Role.OWNER).open("/reglages/a-propos").shows(folder)
    assert not signed_in(Role.READER).open("/reglages/a-propos").shows(folder)
