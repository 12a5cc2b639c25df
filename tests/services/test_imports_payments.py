"""Files of payments."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from relance.importers.fields import FileKind
from relance.services import balances
from relance.services.imports import RowState
from relance.storage import db
from relance.storage.models import Payment
from tests.services.imported import TODAY, Desk, a_list, codes_of, fresh_engine

HEADINGS = "Facture;Code client;Client;Date de paiement;Montant;Devise;Référence"
TENTH = date(2026, 11, 10)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(fresh_engine(tmp_path))
    found.bring(
        a_list(
            "Numéro;Code client;Client;Total TTC;Devise;Payé",
            "F-1;C1;Aubry;120;EUR;0",
            "F 2;C2;Mercier;80;USD;0",
            "F-3;C1;Aubry;60;EUR;60",
        )
    )
    return found


def _pay(*rows: str) -> str:
    return a_list(HEADINGS, *rows)


def test_a_payment_settles_the_invoice_of_its_number(desk: Desk) -> None:
    result = desk.pay(_pay("f-1;;;2026-11-10;120,00;;VIR 1", "F2;;;2026-11-10;30;USD;"))
    assert (result.created, result.updated, result.unchanged, result.missing) == (2, 0, 0, ())
    assert desk.payments("F-1") == [(12000, TENTH, "file")]
    assert desk.amounts("F-1") == (12000, 12000, 0, 0)
    assert desk.amounts("F 2") == (8000, 3000, 0, 5000)


def test_the_same_and_overlapping_files_add_nothing_twice(desk: Desk) -> None:
    first = "F-1;;;2026-11-10;20;;VIR 1"
    desk.pay(_pay(first))
    assert desk.pay(_pay(first)).unchanged == 1
    result = desk.pay(_pay(first, "F-1;;;2026-11-10;20;;VIR 2"))
    assert (result.created, result.unchanged) == (1, 1)
    assert desk.amounts("F-1")[1] == 4000


def test_two_like_rows_of_one_file_are_two_payments(desk: Desk) -> None:
    row = "F-1;;;2026-11-10;20;;"
    assert desk.pay(_pay(row, row)).created == 2
    assert desk.pay(_pay(row, row)).unchanged == 2
    assert desk.pay(_pay(row, row, row)).created == 1


def test_a_deduced_payment_is_explained_by_the_files_own(desk: Desk) -> None:
    result = desk.pay(_pay("F-3;;;2026-11-10;60;;CHQ 7"))
    assert (result.created, result.updated) == (0, 1)
    assert desk.payments("F-3") == [(6000, TENTH, "file")]
    assert desk.amounts("F-3") == (6000, 6000, 0, 0)


def test_a_payment_entered_by_hand_is_not_counted_twice(desk: Desk) -> None:
    invoice = desk.invoice("F-1")
    with db.writing(desk.engine) as session:
        session.add(
            Payment(
                invoice_id=invoice.id,
                customer_id=invoice.customer_id,
                amount=12000,
                currency="EUR",
                paid_on=TENTH,
                origin="entered",
                created_at=desk.now,
            )
        )
        balances.refresh(session, [invoice.id], TODAY)
    result = desk.pay(_pay("F-1;;;2026-11-10;120;;VIR 1"))
    assert (result.created, result.unchanged, codes_of(result.notices)) == (0, 1, ["entered_by_hand"])


def test_an_invoice_file_that_learns_of_a_payment_deduces_nothing(desk: Desk) -> None:
    desk.pay(_pay("F-1;;;2026-11-10;120;;VIR 1"))
    desk.bring(a_list("Numéro;Code client;Total TTC;Payé", "F-1;C1;120;120"))
    assert desk.payments("F-1") == [(12000, TENTH, "file")]


def test_an_overpayment_and_money_taken_back_are_taken_as_they_are(desk: Desk) -> None:
    desk.pay(_pay("F-1;;;2026-11-10;150;;", "F-1;;;2026-11-11;-20;;"))
    assert desk.amounts("F-1") == (12000, 13000, 0, -1000)


def test_a_payment_of_a_coming_day_is_announced_until_it_comes(desk: Desk) -> None:
    desk.pay(_pay("F-1;;;2026-12-01;120;;"))
    assert desk.amounts("F-1") == (12000, 0, 0, 12000)
    with db.writing(desk.engine) as session:
        balances.advance(session, date(2026, 12, 1))
    assert desk.amounts("F-1") == (12000, 12000, 0, 0)
    assert desk.firm().balances_on == date(2026, 12, 1)


@pytest.mark.parametrize("row", [";C1;;2026-11-10;50;;", ";;AUBRY;2026-11-10;50;;"])
def test_a_payment_without_invoice_is_the_customers(desk: Desk, row: str) -> None:
    assert desk.pay(_pay(row)).created == 1
    with db.reading(desk.engine) as session:
        (found,) = session.scalars(select(Payment).where(Payment.invoice_id.is_(None)))
    assert (found.customer_id, found.amount) == (desk.customer("C1").id, 5000)
    assert desk.pay(_pay(row)).unchanged == 1


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("F-9;;;2026-11-10;50;;", "invoice_unknown", "Facture"),
        ("F-1;;;2026-11-10;50;USD;", "currency_conflict", "Devise"),
        (";C9;;2026-11-10;50;;", "customer_unknown", "Code client"),
        (";;Nobody;2026-11-10;50;;", "customer_unknown", "Client"),
        ("F-1;;;;50;;", "payment_date_missing", "Date de paiement"),
    ],
)
def test_a_row_that_settles_nothing_known_is_a_problem(desk: Desk, row: str, code: str, column: str) -> None:
    shown = desk.preview(_pay(row, "F-1;;;2026-11-10;5;;"), FileKind.PAYMENTS)
    (found,) = shown.problems
    assert (found.row, found.code.value, found.column) == (2, code, column)
    assert [(one.row, one.state) for one in shown.rows] == [(3, RowState.NEW)]


def test_numbers_that_differ_by_spaces_alone_must_be_written_exactly(desk: Desk) -> None:
    desk.bring(a_list("Numéro;Client;Total TTC", "F2;Mercier;10"))
    desk.bring(a_list("Numéro;Client;Total TTC", "f 2;Mercier;10"))
    assert codes_of(desk.preview(_pay("f2;;;2026-11-10;5;;"), FileKind.PAYMENTS).problems) == ["invoice_ambiguous"]
    assert desk.preview(_pay("F2;;;2026-11-10;5;;"), FileKind.PAYMENTS).problems == ()


def test_a_number_is_followed_though_the_row_names_another_customer(desk: Desk) -> None:
    result = desk.pay(_pay("F-1;C2;;2026-11-10;20;;"))
    assert (result.created, codes_of(result.notices)) == (1, ["customer_differs"])


def test_payments_are_fresh_data(desk: Desk) -> None:
    desk.later(days=2)
    desk.pay(_pay("F-1;;;2026-11-10;20;;"))
    assert desk.firm().data_fresh_at == desk.now


def test_a_payment_that_a_list_took_back_explains_no_later_one(desk: Desk) -> None:
    lists = "Numéro;Code client;Client;Total TTC;Devise;Payé"
    desk.bring(a_list(lists, "F-1;C1;Aubry;120;EUR;100"))
    desk.bring(a_list(lists, "F-1;C1;Aubry;120;EUR;0"))
    assert desk.pay(_pay("F-1;;;2026-11-10;100;;")).created == 1
    assert desk.amounts("F-1")[1] == 10000


def test_a_payment_later_than_the_list_is_another_one(desk: Desk) -> None:
    lists = "Numéro;Code client;Client;Total TTC;Devise;Payé"
    desk.bring(a_list(lists, "F-1;C1;Aubry;120;EUR;60"))
    later = TODAY + timedelta(days=1)
    desk.pay(_pay(f"F-1;;;{TODAY:%Y-%m-%d};60;;VIR 1", f"F-1;;;{later:%Y-%m-%d};60;;VIR 2"))
    assert [amount for amount, _, _ in desk.payments("F-1")] == [6000, 6000]
