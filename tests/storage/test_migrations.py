"""The schema that migrations build is the models'; a database of an earlier release keeps all it holds."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, select, text

from relance import paths
from relance.config import Settings
from relance.services.database import open_database
from relance.storage import db
from relance.storage.models import BadAddress, Base, MailAccount

FIRST_RELEASE = "0001"


def _at(folder: Path, revision: str) -> Engine:
    engine = db.open_engine(db.sqlite_url(folder / "relance.db"))
    config = Config()
    config.set_main_option("script_location", str(paths.migrations()))
    config.attributes["engine"] = engine
    command.upgrade(config, revision)
    return engine


FILLED: tuple[tuple[str, dict[str, object]], ...] = (
    ("firm", {"id": 1, "name": "Bonnet Conseil", "scope": "upcoming"}),
    ("mail_account", {"id": 1, "host": "smtp.bonnet.example", "bcc": "[]"}),
    ("sms_account", {"id": 1}),
    ("program", {"id": 1, "name": "Standard"}),
    ("template", {"id": 1, "name": "Relance maison", "channel": "email"}),
    ("template_text", {"id": 1, "template_id": 1, "language": "fr", "subject": "Facture #REF#", "body": "Bonjour"}),
    ("step", {"id": 1, "program_id": 1, "channels": '["email"]', "templates": "{}"}),
    ("customer", {"id": 1, "code": "C1", "name": "Aubry"}),
    ("contact", {"id": 1, "customer_id": 1, "email": "compta@aubry.example"}),
    ("contact", {"id": 2, "customer_id": 1, "email": "Parti@aubry.example", "dead": 1}),
    ("contact", {"id": 3, "customer_id": 1, "email": "parti@aubry.example", "dead": 1}),
    ("contact", {"id": 4, "customer_id": 1, "email": "", "dead": 1}),
    ("message", {"id": 1, "uid": "u", "customer_id": 1, "program_id": 1, "subject": "Facture"}),
)


def _fill(file: Path) -> None:
    """Rows in each table that the next migrations change, by the columns of the first release."""
    with sqlite3.connect(file) as rows:
        for table, given in FILLED:
            columns = rows.execute(f"PRAGMA table_info({table})").fetchall()
            needed: dict[str, object] = {
                name: "" if "CHAR" in kind or kind == "TEXT" else 0
                for _, name, kind, is_needed, *_ in columns
                if is_needed
            }
            row = {**needed, **given}
            names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
            rows.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))


def test_the_migrations_build_what_the_models_say(tmp_path: Path) -> None:
    engine = _at(tmp_path, "head")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert db.schema_version(engine) == db.HEAD


def test_a_database_of_the_first_release_keeps_its_rows(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    _at(tmp_path, FIRST_RELEASE).dispose()
    _fill(settings.database)
    engine = open_database(settings)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name, sending_lock FROM firm")).one() == ("Bonnet Conseil", None)
        mail = connection.execute(text("SELECT host, sign_in, per_hour FROM mail_account")).one()
        assert mail == ("smtp.bonnet.example", "password", 0)
        assert connection.execute(text("SELECT subject, news, parts FROM message")).one() == ("Facture", "", 0)
        contacts = connection.execute(text("SELECT id, email, use_by_level FROM contact ORDER BY id")).all()
        assert contacts[:2] == [(1, "compta@aubry.example", "{}"), (2, "Parti@aubry.example", "{}")]
        assert connection.execute(text("SELECT way FROM letter_account")).one() == ("print",)
        texts = connection.execute(
            text("SELECT name, body FROM template_text JOIN template ON template_id = template.id")
        )
        assert texts.all() == [("Relance maison", "Bonjour")]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_dead_contact_of_the_first_release_is_a_dead_address(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    _at(tmp_path, FIRST_RELEASE).dispose()
    _fill(settings.database)
    with db.reading(open_database(settings)) as session:
        (row,) = session.scalars(select(BadAddress))
        assert (row.address, row.until, row.code) == ("parti@aubry.example", None, "smtp.recipient_refused")
        assert row.marked_at.tzinfo is not None


def test_a_copy_is_kept_before_the_schema_changes(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    _at(tmp_path, FIRST_RELEASE).dispose()
    _fill(settings.database)
    open_database(settings).dispose()
    copy = tmp_path / "before-upgrade" / f"relance-{FIRST_RELEASE}.db"
    with sqlite3.connect(copy) as rows:
        assert rows.execute("SELECT version_num FROM alembic_version").fetchone() == (FIRST_RELEASE,)
        assert rows.execute("SELECT name FROM firm").fetchone() == ("Bonnet Conseil",)


def test_a_new_database_has_nothing_to_keep(tmp_path: Path) -> None:
    open_database(Settings(data_dir=tmp_path)).dispose()
    assert not (tmp_path / "before-upgrade").exists()


def test_an_older_database_can_hold_a_second_mail_account(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    _at(tmp_path, FIRST_RELEASE).dispose()
    _fill(settings.database)
    with db.writing(open_database(settings)) as session:
        session.add(MailAccount(host="smtp.lyon.example"))
        session.flush()
        assert session.scalars(select(MailAccount.id).order_by(MailAccount.id)).all() == [1, 2]
