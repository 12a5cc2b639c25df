"""relance export: shapes that other programs read, and cells that no spreadsheet runs."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from relance.cli.export import harmless
from relance.cli.main import relance
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.storage import db
from relance.storage.models import Message, Reminder
from relance.storage.queries import exports
from tests.services.imported import TODAY, Desk, a_list, fresh_engine

LIST = a_list(
    "Numéro;Code client;Client;E-mail;Date;Échéance;Total TTC;Payé;Devise;Langue",
    "F-2;C1;=Aubry;a@aubry.fr;2026-10-01;2026-10-31;120,50;20,50;EUR;fr",
    "F-1;C2;Mercier;;;;5000;0;JPY;",
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(fresh_engine(tmp_path))
    found.bring(LIST)
    return found


def _export(folder: Path, *arguments: str) -> str:
    done = CliRunner().invoke(relance, ["--data-dir", str(folder), "export", *arguments])
    assert done.exit_code == 0, done.stderr
    return done.stdout


def _documents(folder: Path, what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_export(folder, what, "--json"))
    return found


def test_invoices_come_in_their_exact_shape(desk: Desk, tmp_path: Path) -> None:
    assert _documents(tmp_path, "invoices") == [
        {
            "number": "F-1",
            "kind": "invoice",
            "status": "issued",
            "customer": {"code": "C2", "name": "Mercier", "emails": [], "language": None},
            "issue_date": None,
            "due_date": None,
            "total": "5000",
            "paid": "0",
            "balance": "5000",
            "currency": "JPY",
            "level": None,
            "last_reminder_on": None,
        },
        {
            "number": "F-2",
            "kind": "invoice",
            "status": "issued",
            "customer": {"code": "C1", "name": "=Aubry", "emails": ["a@aubry.fr"], "language": "fr"},
            "issue_date": "2026-10-01",
            "due_date": "2026-10-31",
            "total": "120.50",
            "paid": "20.50",
            "balance": "100.00",
            "currency": "EUR",
            "level": None,
            "last_reminder_on": None,
        },
    ]


def test_a_payment_whose_day_has_come_counts_in_an_export(desk: Desk) -> None:
    desk.pay(a_list("Facture;Date de paiement;Montant", "F-2;2026-12-01;100"))
    with db.reading(desk.engine) as session:
        before = exports.invoices(session, TODAY)[1]
        after = exports.invoices(session, TODAY + timedelta(days=8))[1]
        owed = {row["code"]: row["owed"] for row in exports.customers(session, TODAY + timedelta(days=8))}
    assert (before["balance"], after["paid"], after["balance"]) == ("100.00", "120.50", "0.00")
    assert owed == {"C1": [], "C2": [{"currency": "JPY", "balance": "5000"}]}


def test_customers_come_with_how_to_reach_them_and_what_they_owe(desk: Desk, tmp_path: Path) -> None:
    first = _documents(tmp_path, "customers")[0]
    told = {key: first[key] for key in ("code", "name", "emails", "program", "group", "owed")}
    assert told == {
        "code": "C1",
        "name": "=Aubry",
        "emails": ["a@aubry.fr"],
        "program": "inherit",
        "group": None,
        "owed": [{"currency": "EUR", "balance": "100.00"}],
    }


def test_csv_opens_in_a_spreadsheet_and_runs_nothing(desk: Desk, tmp_path: Path) -> None:
    text = _export(tmp_path, "invoices", "--csv")
    assert text.startswith("\ufeffnumber;kind;status;customer_code;")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert [(row["number"], row["customer_name"], row["balance"]) for row in rows] == [
        ("F-1", "Mercier", "5000"),
        ("F-2", "'=Aubry", "100.00"),
    ]


@pytest.mark.parametrize("what", ["invoices", "customers", "history"])
def test_an_empty_export_still_has_its_headings(tmp_path: Path, what: str) -> None:
    fresh_engine(tmp_path)
    assert _documents(tmp_path, what) == []
    assert len(_export(tmp_path, what, "--csv").splitlines()) == 1


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+33 1", "'+33 1"),
        ("-cmd", "'-cmd"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("-12.50", "-12.50"),
        ("12", "12"),
    ],
)
def test_a_cell_that_would_be_a_formula_is_made_text(cell: str, written: str) -> None:
    assert harmless(cell) == written


AFTERWARDS = {"news": None, "parts": 0, "price": None, "currency": None, "tracking": None, "test_mode": False}


def test_the_history_lists_messages_and_steps_done_without_one(desk: Desk, tmp_path: Path) -> None:
    both = [desk.invoice(number).id for number in ("F-2", "F-1")]
    with db.writing(desk.engine) as session:
        session.add(_message(desk, [_reminder(desk, key, "auto") for key in both]))
        session.add(_reminder(desk, both[0], "superseded", after=1, channel=""))
    assert _documents(tmp_path, "history") == [
        {
            "id": "1",
            "at": desk.now.isoformat(),
            "kind": "auto",
            "channel": "email",
            "state": "sent",
            "level": 1,
            "step": 3,
            "occurrence": 1,
            "invoices": ["F-1", "F-2"],
            "to": ["a@aubry.fr"],
            "subject": "Facture F-2",
            **AFTERWARDS,
        },
        {
            "id": "r3",
            "at": (desk.now + timedelta(hours=1)).isoformat(),
            "kind": "superseded",
            "channel": None,
            "state": None,
            "level": 1,
            "step": 3,
            "occurrence": 1,
            "invoices": ["F-2"],
            "to": [],
            "subject": "",
            **AFTERWARDS,
        },
    ]


def _reminder(desk: Desk, invoice: int, kind: str, *, after: int = 0, channel: str = "email") -> Reminder:
    return Reminder(
        invoice_id=invoice,
        program_id=1,
        cycle=1,
        step=3,
        occurrence=1,
        level=1,
        channel=channel,
        kind=kind,
        day=TODAY,
        at=desk.now + timedelta(hours=after),
    )


def _message(desk: Desk, reminders: list[Reminder]) -> Message:
    return Message(
        uid="1",
        kind="auto",
        channel=ChannelName.EMAIL,
        state=MessageState.SENT,
        customer_id=desk.invoice("F-2").customer_id,
        program_id=1,
        step=3,
        level=1,
        language="fr",
        recipients=["a@aubry.fr"],
        subject="Facture F-2",
        created_at=desk.now - timedelta(hours=1),
        next_at=desk.now,
        sent_at=desk.now,
        reminders=reminders,
    )
