"""relance selftest: proves that this executable holds all it needs. It touches no data of the firm."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from relance.cli.context import FAILURES


@click.command()
def selftest() -> None:
    """Prove that this executable is complete."""
    failed = False
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name, check in _checks(Path(folder)):
            try:
                said = check()
            except Exception as error:  # whatever is missing, the next checks still say what they find
                failed = True
                said = f"FAILED: {type(error).__name__}: {error}"
            click.echo(f"{name}: {said}")
    if failed:
        sys.exit(FAILURES)


def _checks(folder: Path) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "migration", lambda: _migration(folder)
    yield "page", lambda: _page(folder)
    yield "languages", _languages
    yield "time zone", _time_zone
    yield "holidays", _holidays
    yield "letter", _letter
    yield "message", _message
    yield "table", _table
    yield "telephone", _telephone


def _expect(found: object, wanted: object) -> None:
    if found != wanted:
        raise RuntimeError(f"{found!r}, not {wanted!r}")


def _migration(folder: Path) -> str:
    import sqlite3

    from relance.config import Settings
    from relance.services.database import open_database
    from relance.storage import db

    engine = open_database(Settings(folder))
    _expect(db.schema_version(engine), db.HEAD)
    engine.dispose()
    return f"{db.HEAD}, SQLite {sqlite3.sqlite_version}"


def _page(folder: Path) -> str:
    from relance import clock
    from relance.app import create_app
    from relance.config import Settings
    from relance.services.accounts import open_setup
    from relance.services.database import open_database
    from relance.storage import db

    settings = Settings(folder)
    engine = open_database(settings)
    with db.writing(engine) as session:
        token = open_setup(session, clock.utc_now())
    client, host = create_app(settings, engine=engine).test_client(), f"http://127.0.0.1:{settings.port}"
    answer = client.get(f"/bienvenue?jeton={token}", base_url=host, follow_redirects=True)
    _expect(answer.status_code, 200)
    _expect(client.get("/static/relance.css", base_url=host).status_code, 200)
    engine.dispose()
    return f"{len(answer.data)} bytes"


def _languages() -> str:
    from decimal import Decimal

    from relance import i18n, paths

    french = i18n.translator("fr", paths.locales()).gettext("Settings")
    _expect(french == "Settings", False)
    amount = i18n.money(Decimal("6120"), "EUR", "fr")
    _expect(i18n.money(Decimal("6120"), "EUR", "en"), "€6,120.00")
    return f"{french}, {amount}"


def _time_zone() -> str:
    from datetime import UTC, datetime

    from relance import clock

    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    _expect(clock.local_day(summer.replace(hour=23), "Europe/Paris").day, 2)
    _expect(clock.local_day(summer.replace(hour=20), "Indian/Reunion").day, 2)
    return "Europe/Paris, Indian/Reunion"


def _holidays() -> str:
    from datetime import date

    from relance import workdays

    _expect(workdays.working_days("FR")(date(2026, 7, 14)), False)
    _expect(workdays.working_days("FR", "alsace-moselle")(date(2026, 4, 3)), False)
    return "FR, Alsace-Moselle"


def _letter() -> str:
    from decimal import Decimal

    from relance import paths
    from relance.channels.letter import Letter, Letterhead, PaymentPart, epc_payload, to_pdf

    text = "Reste dû\u00a0: 1\u202f234,50\u00a0€, œuvre, Échéance, Ελλάδα"
    code = epc_payload("Bonnet", "FR7630004000031234567890143", "", Decimal("1234.50"), "EUR", "F-1")
    payment = PaymentPart("IBAN", (("IBAN", "FR7630004000031234567890143"),), code)
    letter = Letter(Letterhead(("Bonnet",)), ("Mercier", "75001 PARIS"), "Paris", "Niveau\u00a01", (text,), payment)
    return f"{len(to_pdf([letter], paths.static() / 'fonts'))} bytes"


def _message() -> str:
    from relance.domain.delivery import ChannelName
    from relance.services.texts import builtin, catalogue

    for model in catalogue():
        for channel in model.channels:
            _expect({"fr", "en"} <= set(builtin(model.name, channel)), True)
    from relance.channels.email import SmtpChannel

    return f"{len(catalogue())} texts, {SmtpChannel.__name__}, {', '.join(ChannelName)}"


def _table() -> str:
    from relance.importers.csv_rows import read_invoices
    from relance.importers.reading import ReadOptions

    content = "N° facture;Client;Échéance;Montant TTC\r\nF-1;Mercier;31/10/2026;1 234,50\r\n".encode("cp1252")
    _expect(len(read_invoices(content, options=ReadOptions()).candidates), 1)
    import openpyxl

    return f"CSV, openpyxl {openpyxl.__version__}"


def _telephone() -> str:
    from relance.storage.recipients import mobile

    _expect(mobile("06 12 34 56 78", "FR"), "+33612345678")
    _expect(mobile("01 42 00 00 00", "FR"), None)
    return "FR"
