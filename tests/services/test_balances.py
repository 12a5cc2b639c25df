"""The sums kept on invoices."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from relance.services import balances
from relance.storage import db
from relance.storage.models import Firm, Invoice, Payment
from tests.services.imported import TODAY, Desk, a_list, fresh_engine

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(fresh_engine(tmp_path))
    found.bring(a_list("Numéro;Client;Total TTC;Payé", "F-1;Aubry;100;10", "F-2;Aubry;50;0"))
    return found


def _pay(desk: Desk, number: str, amount: int, on: date) -> None:
    invoice = desk.invoice(number)
    with db.writing(desk.engine) as session:
        session.add(
            Payment(
                invoice_id=invoice.id,
                customer_id=invoice.customer_id,
                amount=amount,
                currency="EUR",
                paid_on=on,
                origin="entered",
                created_at=desk.now,
            )
        )


def test_refreshing_some_invoices_leaves_the_others(desk: Desk) -> None:
    _pay(desk, "F-1", 500, TODAY)
    _pay(desk, "F-2", 500, TODAY)
    with db.writing(desk.engine) as session:
        balances.refresh(session, [desk.invoice("F-1").id], TODAY)
    assert desk.amounts("F-1") == (10000, 1500, 0, 8500)
    assert desk.amounts("F-2") == (5000, 0, 0, 5000)
    with db.writing(desk.engine) as session:
        balances.refresh(session, None, TODAY)
    assert desk.amounts("F-2") == (5000, 500, 0, 4500)


def test_a_database_without_a_day_gets_one_and_all_its_sums(desk: Desk) -> None:
    with db.writing(desk.engine) as session:
        session.execute(update(Firm).values(balances_on=None))
        session.execute(update(Invoice).values(paid=0, balance=0, chased=False))
        assert balances.advance(session, TODAY) == TODAY
    assert desk.amounts("F-1") == (10000, 1000, 0, 9000)
    assert desk.invoice("F-1").chased


def test_a_clock_set_back_takes_no_payment_back(desk: Desk) -> None:
    _pay(desk, "F-1", 500, TOMORROW)
    with db.writing(desk.engine) as session:
        assert balances.advance(session, TOMORROW) == TOMORROW
        assert balances.advance(session, TODAY) == TOMORROW
        balances.refresh(session, None, TODAY)
    assert desk.amounts("F-1") == (10000, 1500, 0, 8500)


def test_an_invoice_held_by_the_session_shows_its_new_sums(desk: Desk) -> None:
    with db.writing(desk.engine) as session:
        invoice = session.get_one(Invoice, desk.invoice("F-1").id)
        invoice.total = 20000
        balances.refresh(session, [invoice.id], TODAY)
        assert (invoice.total, invoice.balance) == (20000, 19000)
