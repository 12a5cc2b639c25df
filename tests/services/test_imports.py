"""Files of invoices: what a row does to its invoice, and what it leaves alone."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from relance.domain.book import Choose, DocumentStatus
from relance.domain.documents import DocumentKind
from relance.importers.fields import Field, FileKind
from relance.services import imports
from relance.services.imports import ImportOptions, RowState
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import ImportBatch, ImportProfile, Invoice, Payment, Program
from tests.services.imported import NOON, TODAY, Desk, a_list, codes_of, fresh_engine

HEADINGS = "Numéro;Code client;Client;E-mail;Date;Échéance;Total TTC;Payé"
FIRST = "F-1;C1;Aubry;compta@aubry.fr;2026-10-01;2026-10-31;120,00;0"
SECOND = "F-2;C2;Mercier;compta@mercier.fr;2026-10-02;2026-11-01;80,50;0"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(fresh_engine(tmp_path))


def test_new_rows_become_invoices_and_customers(desk: Desk) -> None:
    result = desk.bring(a_list(HEADINGS, FIRST, SECOND))
    assert (result.created, result.updated, result.unchanged) == (2, 0, 0)
    invoice = desk.invoice("F-2")
    assert (invoice.total, invoice.balance, invoice.currency, invoice.chased) == (8050, 8050, "EUR", True)
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 10, 2), date(2026, 11, 1))
    assert (invoice.kind, invoice.status, invoice.entered_at) == (DocumentKind.INVOICE, DocumentStatus.ISSUED, NOON)
    assert desk.customer("C2").name == "Mercier"
    assert desk.emails("C2") == ["compta@mercier.fr"]


def test_the_same_file_again_touches_no_row_but_is_fresh_data(desk: Desk) -> None:
    content = a_list(HEADINGS, FIRST, SECOND)
    desk.bring(content)
    before = _everything_but_batches(desk)
    desk.later(days=3)
    result = desk.bring(content)
    assert (result.created, result.updated, result.unchanged) == (0, 0, 2)
    assert _everything_but_batches(desk) == before
    assert desk.firm().data_fresh_at == desk.now


def _everything_but_batches(desk: Desk) -> list[tuple[object, ...]]:
    tables = ("invoice", "customer", "contact", "payment", "hold", "credit_application")
    with desk.engine.connect() as connection:
        return [tuple(row) for table in tables for row in connection.execute(text(f"SELECT * FROM {table}"))]


def test_a_paid_amount_that_grows_is_a_payment_of_the_difference(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST))
    desk.later(days=1)
    result = desk.bring(a_list(HEADINGS, FIRST.replace(";0", ";120,00")))
    assert (result.updated, result.unchanged) == (1, 0)
    assert desk.payments("F-1") == [(12000, date(2026, 11, 24), "deduced")]
    assert desk.amounts("F-1") == (12000, 12000, 0, 0)


def test_a_paid_amount_that_shrinks_takes_the_payment_back(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST.replace(";0", ";120,00")))
    desk.bring(a_list(HEADINGS, FIRST))
    assert desk.payments("F-1") == [(12000, TODAY, "deduced"), (-12000, TODAY, "deduced")]
    assert desk.amounts("F-1") == (12000, 0, 0, 12000)


def test_a_payment_entered_meanwhile_survives_the_same_file(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST))
    _enter_payment(desk, "F-1", 12000, TODAY)
    desk.bring(a_list(HEADINGS, FIRST, SECOND))
    assert desk.amounts("F-1") == (12000, 12000, 0, 0)


def test_a_file_that_learns_of_an_entered_payment_counts_it_once(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST))
    _enter_payment(desk, "F-1", 12000, TODAY)
    desk.bring(a_list(HEADINGS, FIRST.replace(";0", ";120,00")))
    assert desk.amounts("F-1") == (12000, 12000, 0, 0)


def _enter_payment(desk: Desk, number: str, amount: int, on: date) -> None:
    from relance.services import balances

    invoice = desk.invoice(number)
    with db.writing(desk.engine) as session:
        session.add(
            Payment(
                invoice_id=invoice.id,
                customer_id=invoice.customer_id,
                amount=amount,
                currency=invoice.currency,
                paid_on=on,
                origin="entered",
                created_at=desk.now,
            )
        )
        balances.refresh(session, [invoice.id], TODAY)


@pytest.mark.parametrize(
    ("rows", "amounts"),
    [
        pytest.param(["100,00;40,00"], (10000, 6000, 0, 4000), id="a balance below the total was paid"),
        pytest.param(["100,00;100,00", "100,00;0"], (10000, 10000, 0, 0), id="a balance that falls to zero"),
        pytest.param(["100,00;0", "100,00;25,00"], (10000, 7500, 0, 2500), id="a balance that comes back"),
        pytest.param(["100,00;100,00", "90,00;90,00"], (9000, 0, 0, 9000), id="a total that changes"),
    ],
)
def test_a_balance_tells_what_was_paid(desk: Desk, rows: list[str], amounts: tuple[int, int, int, int]) -> None:
    for row in rows:
        desk.bring(a_list("Numéro;Client;Total TTC;Reste dû", f"F-1;Aubry;{row}"))
    assert desk.amounts("F-1") == amounts


def test_a_file_of_balances_alone_leaves_the_total_of_known_invoices(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST))
    desk.bring(a_list("Numéro;Code client;Reste dû", "F-1;C1;20,00"))
    assert desk.amounts("F-1") == (12000, 10000, 0, 2000)


def test_a_day_of_full_payment_dates_the_payment(desk: Desk) -> None:
    headings = "Numéro;Client;Total TTC;Échéance;Statut;Date de paiement"
    desk.bring(a_list(headings, "F-1;Aubry;100,00;2026-11-01;Payée;2026-11-12"))
    assert desk.payments("F-1") == [(10000, date(2026, 11, 12), "deduced")]


def test_a_bare_status_that_turns_back_reopens_the_invoice(desk: Desk) -> None:
    headings = "Numéro;Client;Total TTC;Statut"
    desk.bring(a_list(headings, "F-1;Aubry;100,00;Payée"))
    assert desk.amounts("F-1")[3] == 0
    desk.bring(a_list(headings, "F-1;Aubry;100,00;Impayée"))
    assert desk.amounts("F-1")[3] == 10000


def test_empty_cells_never_erase(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST))
    result = desk.bring(a_list(HEADINGS, "F-1;C1;;;;;120,00;"))
    assert result.unchanged == 1
    invoice = desk.invoice("F-1")
    assert (invoice.due_date, invoice.issue_date) == (date(2026, 10, 31), date(2026, 10, 1))
    assert (desk.customer("C1").name, desk.emails("C1")) == ("Aubry", ["compta@aubry.fr"])


def test_what_a_row_fills_is_updated(desk: Desk) -> None:
    headings = "Numéro;Client;Total TTC;Échéance;Statut;Type;Exclue;Référence;Devise"
    desk.bring(a_list(headings, "F-1;Aubry;100,00;2026-10-31;Validée;Facture;non;PO 1;EUR"))
    desk.bring(a_list(headings, "F-1;Aubry;110,00;2026-11-30;Annulée;Acompte;oui;PO 2;USD"))
    one = desk.invoice("F-1")
    assert (one.total, one.due_date, one.status, one.kind) == (
        11000,
        date(2026, 11, 30),
        DocumentStatus.CANCELLED,
        DocumentKind.DEPOSIT,
    )
    assert (one.excluded, one.reference, one.currency, one.chased) == (True, "PO 2", "USD", False)
    desk.bring(a_list(headings, "F-1;Aubry;110,00;;;;non;;"))
    assert desk.invoice("F-1").excluded is False


def test_a_currency_without_column_stays_what_it_was(desk: Desk) -> None:
    desk.bring(a_list("Numéro;Client;Total TTC;Devise", "F-1;Aubry;100;USD"))
    assert desk.bring(a_list("Numéro;Client;Total TTC", "F-1;Aubry;100")).unchanged == 1
    assert desk.invoice("F-1").currency == "USD"


def test_amounts_are_kept_in_the_currencys_own_minor_units(desk: Desk) -> None:
    desk.bring(a_list("Numéro;Client;Total TTC;Devise", "F-1;Aubry;5000;JPY", "F-2;Aubry;5,125;TND"))
    assert (desk.invoice("F-1").total, desk.invoice("F-2").total) == (5000, 5125)


def test_the_currency_of_a_paid_invoice_cannot_change(desk: Desk) -> None:
    headings = "Numéro;Client;Total TTC;Payé;Devise"
    desk.bring(a_list(headings, "F-1;Aubry;100;10;EUR"))
    shown = desk.preview(a_list(headings, "F-1;Aubry;100;10;USD"))
    assert codes_of(shown.problems) == ["currency_conflict"]
    assert shown.problems[0].column == "Devise"
    assert shown.rows[0].state is RowState.CONFLICT


def test_a_program_column_is_the_invoices_own_choice(desk: Desk) -> None:
    headings = "Numéro;Client;Total TTC;Programme"
    with db.writing(desk.engine) as session:
        session.add(Program(name="Souple"))
    desk.bring(a_list(headings, "F-1;Aubry;100;souple", "F-2;Aubry;100;Jamais", "F-3;Aubry;100;"))
    with db.reading(desk.engine) as session:
        souple = session.scalars(select(Program.id).where(Program.name == "Souple")).one()
    assert desk.invoice("F-1").program_id == souple
    assert (desk.invoice("F-2").program_choice, desk.invoice("F-2").program_id) == (Choose.NEVER, None)
    assert (desk.invoice("F-3").program_choice, desk.invoice("F-3").program_id) == (Choose.INHERIT, None)
    desk.bring(a_list(headings, "F-1;Aubry;100;", "F-2;Aubry;100;Souple"))
    assert desk.invoice("F-1").program_id == desk.invoice("F-2").program_id == souple


def test_an_unknown_program_is_a_problem_of_its_row(desk: Desk) -> None:
    shown = desk.preview(a_list("Numéro;Client;Total TTC;Programme", "F-1;Aubry;100;Dur"))
    (found,) = shown.problems
    assert (found.row, found.column, found.code.value, found.value) == (2, "Programme", "unknown_program", "Dur")


def test_a_bad_row_keeps_the_whole_file_out(desk: Desk) -> None:
    content = a_list(HEADINGS, FIRST, SECOND.replace("2026-11-01", "31/11/2026"))
    with pytest.raises(Refused, match=r"import\.problems"):
        desk.bring(content)
    assert desk.numbers() == []
    assert desk.firm().data_fresh_at is None


def test_the_good_rows_come_in_when_bad_ones_are_skipped(desk: Desk) -> None:
    content = a_list(HEADINGS, FIRST, SECOND.replace("2026-11-01", "31/11/2026"))
    result = desk.bring(content, skip_bad_rows=True)
    assert (result.created, codes_of(result.problems)) == (1, ["date_impossible"])
    assert desk.numbers() == ["F-1"]


def test_a_file_without_a_usable_row_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"import\.nothing_usable"):
        desk.bring(a_list(HEADINGS, SECOND.replace("2026-11-01", "31/11/2026")), skip_bad_rows=True)
    assert desk.firm().data_fresh_at is None


def test_a_second_click_changes_nothing_and_says_the_same(desk: Desk) -> None:
    content = a_list(HEADINGS, FIRST, SECOND)
    shown = desk.preview(content)
    first = desk.bring(content)
    with db.writing(desk.engine) as session:
        batch = session.get_one(ImportBatch, first.batch)
        again = imports.apply(
            session, batch, shown, skip_bad_rows=False, complete_confirmed=False, by="test", now=desk.now
        )
    assert again == first
    assert desk.numbers() == ["F-1", "F-2"]


def test_a_preview_writes_nothing_and_tells_each_row(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST, SECOND))
    third = "F-3;C1;Aubry;;2026-10-01;2026-10-31;10,00;0"
    shown = desk.preview(a_list(HEADINGS, FIRST, SECOND.replace("2026-11-01", "2026-12-01"), third))
    assert [row.state for row in shown.rows] == [RowState.IDENTICAL, RowState.CHANGED, RowState.NEW]
    (change,) = shown.rows[1].changes
    assert (change.field, change.before, change.after) == ("due_date", date(2026, 11, 1), date(2026, 12, 1))
    assert desk.numbers() == ["F-1", "F-2"]


def test_the_same_bytes_are_told_until_they_are_undone(desk: Desk) -> None:
    content = a_list(HEADINGS, FIRST)
    desk.bring(content)

    def told() -> bool:
        with db.reading(desk.engine) as session:
            return imports.already_applied(session, FileKind.INVOICES, content.encode()) is not None

    assert told()
    desk.undo()
    assert not told()


def test_a_complete_list_names_the_open_invoices_that_it_lacks(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST, SECOND, "F-3;C1;Aubry;;;;10,00;10,00"))
    shown = desk.preview(a_list(HEADINGS, FIRST), complete=True)
    assert shown.missing == ("F-2",)
    assert desk.preview(a_list(HEADINGS, FIRST)).missing == ()
    assert desk.bring(a_list(HEADINGS, FIRST), complete=True).settled == ()
    assert desk.amounts("F-2")[3] == 8050


def test_a_confirmed_complete_list_settles_what_it_lacks(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST, SECOND))
    result = desk.bring(a_list(HEADINGS, FIRST), complete=True, settle=True)
    assert result.settled == ("F-2",)
    assert desk.payments("F-2") == [(8050, TODAY, "deduced")]
    desk.bring(a_list(HEADINGS, FIRST, SECOND))
    assert desk.amounts("F-2") == (8050, 0, 0, 8050)


def test_an_invoice_of_a_bad_row_is_not_missing(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST, SECOND))
    content = a_list(HEADINGS, FIRST, SECOND.replace("80,50", "beaucoup"))
    result = desk.bring(content, skip_bad_rows=True, complete=True, settle=True)
    assert (result.missing, result.settled) == ((), ())


def test_an_announced_payment_is_not_settled_twice(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST, SECOND))
    desk.pay(a_list("Facture;Date de paiement;Montant", "F-2;2026-12-24;80,50"))
    assert desk.preview(a_list(HEADINGS, FIRST), complete=True).missing == ()


def test_answers_are_remembered_for_the_same_headings(desk: Desk) -> None:
    headings = "Piece;Tiers;Montant A;Échéance"
    answers = ImportOptions(
        mapping={"Piece": Field.NUMBER, "Tiers": Field.CUSTOMER_NAME, "Montant A": Field.TOTAL},
        profile="Compta",
    )
    desk.bring(a_list(headings, "F-1;Aubry;10,00;2026-11-01"), options=answers)
    shown = desk.preview(a_list(headings, "F-2;Aubry;10,00;2026-11-01"))
    assert (shown.questions, [row.number for row in shown.rows]) == ((), ["F-2"])
    assert shown.options.profile == "Compta"


def test_a_named_profile_is_used_where_headings_differ(desk: Desk) -> None:
    answers = ImportOptions(mapping={"Montant A": Field.TOTAL, "Quoi": Field.NUMBER}, profile="Compta")
    desk.bring(a_list("Quoi;Client;Montant A", "F-1;Aubry;10,00"), options=answers)
    other = a_list("Quoi;Client;Montant A;Ville", "F-2;Aubry;10,00;Lyon")
    shown = desk.preview(other, options=ImportOptions(profile="Compta"))
    assert [row.number for row in shown.rows] == ["F-2"]
    with db.reading(desk.engine) as session:
        assert list(session.scalars(select(ImportProfile.name))) == ["Compta"]


def test_a_mapped_heading_that_the_file_lacks_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"import\.map_heading"):
        desk.preview(a_list(HEADINGS, FIRST), options=ImportOptions(mapping={"Ech.": Field.DUE_DATE}))


def test_an_open_question_stops_the_import(desk: Desk) -> None:
    content = a_list("Number,Customer,Total,Due date", "F-1,Aubry,10.00,03/04/2026")
    assert [one.code.value for one in desk.preview(content).questions] == ["date_order"]
    with pytest.raises(Refused, match=r"import\.questions"):
        desk.bring(content)


def test_a_failed_import_leaves_the_batch_out_too(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.bring(a_list(HEADINGS, SECOND.replace("80,50", "x")))
    with db.reading(desk.engine) as session:
        assert session.scalars(select(ImportBatch)).all() == []


def test_a_changed_address_lets_a_failed_step_be_tried_again(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, FIRST, SECOND))
    with db.writing(desk.engine) as session:
        session.execute(update(Invoice).values(failed_step=2))
    desk.bring(a_list(HEADINGS, FIRST.replace("compta@", "bonjour@"), SECOND))
    assert desk.invoice("F-1").failed_step is None
    assert desk.invoice("F-2").failed_step == 2
