"""relance backup and relance restore."""

import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from relance.cli.single import OnlyCopy
from relance.domain.status import MessageState
from relance.services.database import open_database
from relance.services.same_machine import SendingLock
from relance.storage import db
from relance.storage.models import Firm
from tests.channels.smtp_server import SmtpServer
from tests.cli.office import Office, an_office


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, server: SmtpServer) -> Office:
    return an_office(tmp_path, server)


def rows(office: Office, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(office.data / "relance.db") as opened:
        found = opened.execute(query).fetchall()
    opened.close()
    return found


def test_after_a_restore_nothing_leaves_before_a_person_confirms(office: Office, server: SmtpServer) -> None:
    office.bring(["F-1"])
    archive = str(office.folder / "backup.zip")
    assert office.call("backup", archive).exit_code == 0
    office.call("run")
    assert len(server.mails) == 1
    assert office.call("restore", archive).exit_code == 0
    assert rows(office, "SELECT enabled, sending_lock FROM firm") == [(1, SendingLock.RESTORED)]
    office.call("run")
    assert len(server.mails) == 1


def test_what_waited_at_the_backup_is_held_after_the_restore(office: Office, server: SmtpServer) -> None:
    office.bring(["F-1", "F-2"])
    server.script("BANNER", "554 no service", "554 no service")
    office.call("run")
    archive = str(office.folder / "backup.zip")
    office.call("backup", archive)
    office.call("restore", archive)
    assert set(office.states().values()) == {MessageState.HELD}
    office.call("run")
    assert server.mails == []


def test_the_journal_stays_where_it_is_and_is_no_part_of_the_backup(office: Office) -> None:
    lines = office.data / "journal" / "sent-2026-11.log"
    lines.parent.mkdir(exist_ok=True)
    lines.write_text("{}\n", encoding="ascii")
    archive = office.folder / "backup.zip"
    office.call("backup", str(archive))
    with zipfile.ZipFile(archive) as opened:
        assert not [name for name in opened.namelist() if "journal" in name]
    office.call("restore", str(archive))
    assert lines.read_text(encoding="ascii") == "{}\n"


def test_the_data_of_before_are_kept_and_nothing_else_is_left_behind(office: Office) -> None:
    archive = office.folder / "backup.zip"
    office.call("backup", str(archive))
    office.bring(["F-1"])
    assert office.call("restore", str(archive)).exit_code == 0
    assert rows(office, "SELECT count(*) FROM invoice") == [(0,)]
    with sqlite3.connect(office.data / "before-restore-1" / "relance.db") as kept:
        assert kept.execute("SELECT count(*) FROM invoice").fetchone() == (1,)
    kept.close()
    assert not list(office.data.glob("restoring-*"))


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_backup_changes_nothing(office: Office, content: bytes) -> None:
    office.bring(["F-1"])
    archive = office.folder / "backup.zip"
    archive.write_bytes(content)
    assert office.call("restore", str(archive)).exit_code == 2
    assert rows(office, "SELECT count(*), (SELECT sending_lock FROM firm) FROM invoice") == [(1, None)]
    assert not list(office.data.glob("restoring-*"))


def test_a_zip_with_another_database_changes_nothing(office: Office) -> None:
    other = office.folder / "other.db"
    with sqlite3.connect(other) as opened:
        opened.execute("CREATE TABLE firm (id INTEGER)")
    opened.close()
    archive = office.folder / "backup.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.write(other, "relance.db")
    assert office.call("restore", str(archive)).exit_code == 2
    assert rows(office, "SELECT count(*), sending_lock FROM firm") == [(1, None)]


def test_a_backup_of_a_newer_program_is_refused(office: Office) -> None:
    archive = office.folder / "backup.zip"
    with sqlite3.connect(office.data / "relance.db") as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.write(office.data / "relance.db", "relance.db")
    (office.data / "relance.db").unlink()
    assert office.call("restore", str(archive)).exit_code == 2
    assert not (office.data / "relance.db").exists()


def test_a_machine_of_its_own_can_be_filled_from_a_backup(office: Office, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from relance.cli.main import relance
    from relance.config import Settings

    office.bring(["F-1"])
    archive = str(office.folder / "backup.zip")
    office.call("backup", archive)
    fresh = tmp_path / "fresh" / "folder"
    assert CliRunner().invoke(relance, ["--data-dir", str(fresh), "restore", archive]).exit_code == 0
    engine = open_database(Settings(fresh))
    with db.reading(engine) as session:
        assert session.get_one(Firm, 1).sending_lock == SendingLock.RESTORED
    engine.dispose()


@pytest.mark.parametrize("name", ["serve", "worker"])
def test_nothing_is_restored_while_relance_runs_on_the_folder(office: Office, name: str) -> None:
    archive = str(office.folder / "backup.zip")
    office.call("backup", archive)
    office.bring(["F-1"])
    running = OnlyCopy(office.data, name)
    assert running.take()
    refused = office.call("restore", archive)
    assert refused.exit_code == 2
    assert str(office.data) in refused.stderr
    assert rows(office, "SELECT count(*), sending_lock FROM invoice, firm") == [(1, None)]
    running.release()
    assert office.call("restore", archive).exit_code == 0
    assert running.take()
    running.release()
