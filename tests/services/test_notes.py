"""What people wrote down outlives the import that brought its invoice."""

from pathlib import Path

from sqlalchemy import select

from relance.services import notes
from relance.storage import db
from relance.storage.models import Customer, Invoice
from tests.services.imported import Desk, a_list, fresh_engine


def test_a_note_on_an_invoice_that_an_undone_import_takes_away_stays_with_its_customer(tmp_path: Path) -> None:
    desk = Desk(fresh_engine(tmp_path))
    desk.bring(a_list("Numéro;Code client;Client;Échéance;Total TTC", "F-1;C1;Aubry;2026-10-31;100"))
    with db.writing(desk.engine) as session:
        row = session.scalars(select(Invoice)).one()
        notes.add(session, "Appelé", customer=row.customer_id, invoice=row.id, by="claire", now=desk.now)
    desk.later(hours=1)
    desk.undo()
    with db.reading(desk.engine) as session:
        assert session.scalars(select(Invoice)).all() == []
        [customer] = session.scalars(select(Customer))
        [kept] = notes.of_customer(session, customer.id)
        assert (kept.text, kept.invoice) == ("Appelé", None)
