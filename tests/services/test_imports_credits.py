"""Credit notes in files of invoices."""

from pathlib import Path

import pytest

from relance.domain.documents import DocumentKind
from tests.services.imported import Desk, a_list, fresh_engine

HEADINGS = "Numéro;Type;Client;Total TTC;Référence"
WITH_BALANCE = "Numéro;Type;Client;Total TTC;Solde;Référence"
INVOICE = "F-1;Facture;Aubry;100;"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(fresh_engine(tmp_path))


@pytest.mark.parametrize("files", [[INVOICE, "A-1;Avoir;Aubry;-40;F-1"], [f"{INVOICE}\nA-1;Avoir;Aubry;-40;F-1"]])
def test_a_credit_note_settles_the_invoice_that_it_names(desk: Desk, files: list[str]) -> None:
    for rows in files:
        desk.bring(a_list(HEADINGS, rows))
    assert desk.amounts("F-1") == (10000, 0, 4000, 6000)
    assert desk.amounts("A-1") == (4000, 0, 4000, 0)
    assert desk.invoice("A-1").kind is DocumentKind.CREDIT_NOTE
    assert desk.bring(a_list(HEADINGS, INVOICE, "A-1;Avoir;Aubry;-40;F-1")).unchanged == 2


def test_a_credit_note_that_came_first_waits_for_its_invoice(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, "A-1;Avoir;Aubry;40;F-1"))
    assert desk.amounts("A-1") == (4000, 0, 0, 4000)
    desk.bring(a_list(HEADINGS, INVOICE))
    assert (desk.amounts("F-1")[3], desk.amounts("A-1")[3]) == (6000, 0)


def test_more_credit_than_is_owed_stays_free(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, INVOICE, "A-1;Avoir;Aubry;130;F-1"))
    assert (desk.amounts("F-1")[3], desk.amounts("A-1")[3]) == (0, 3000)


@pytest.mark.parametrize("row", ["A-1;Avoir;Mercier;40;F-1", "A-1;Avoir;Aubry;40;F-9", "A-1;Avoir;Aubry;40 $;F-1"])
def test_a_note_of_another_customer_currency_or_invoice_stays_free(desk: Desk, row: str) -> None:
    desk.bring(a_list(HEADINGS, INVOICE, row))
    assert (desk.amounts("F-1")[3], desk.amounts("A-1")[3]) == (10000, 4000)


def test_a_balance_that_takes_account_of_the_note_is_not_paid_twice(desk: Desk) -> None:
    desk.bring(a_list(WITH_BALANCE, "F-1;Facture;Aubry;100;60;", "A-1;Avoir;Aubry;40;0;F-1"))
    assert desk.amounts("F-1") == (10000, 0, 4000, 6000)
    assert desk.amounts("A-1") == (4000, 0, 4000, 0)


def test_a_balance_that_ignores_the_note_takes_no_payment_back(desk: Desk) -> None:
    content = a_list(WITH_BALANCE, "F-1;Facture;Aubry;100;100;", "A-1;Avoir;Aubry;40;40;F-1")
    desk.bring(content)
    assert desk.amounts("F-1") == (10000, 0, 4000, 6000)
    assert desk.payments("F-1") == []
    assert desk.bring(content).unchanged == 2


def test_a_note_used_elsewhere_has_that_much_less_to_give(desk: Desk) -> None:
    desk.bring(a_list("Numéro;Type;Client;Total TTC;Solde", "A-1;Avoir;Aubry;40;15"))
    assert desk.amounts("A-1") == (4000, 2500, 0, 1500)
