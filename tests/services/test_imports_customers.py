"""Customers and addresses that come with files of invoices."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from relance.domain.documents import CustomerKind
from relance.services.database import the_firm
from relance.storage import db
from relance.storage.models import BadAddress, Contact, Customer, CustomerGroup, Invoice, Payment, Reminder
from tests.services.imported import TODAY, Desk, a_list, codes_of, fresh_engine

NAMED = "Numéro;Client;Total TTC"
CODED = "Numéro;Code client;Client;Total TTC"
MAILED = "Numéro;Code client;Client;Total TTC;E-mail"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(fresh_engine(tmp_path))


def test_a_name_without_case_accents_and_spaces_is_the_same_customer(desk: Desk) -> None:
    desk.bring(a_list(NAMED, "F-1;Société Dupré;10", "F-2;SOCIETE  DUPRE;10"))
    desk.bring(a_list(NAMED, "F-3;societe dupré;10"))
    assert desk.codes() == ["SOCIETE-DUPRE"]
    assert desk.customer("SOCIETE-DUPRE").name == "Société Dupré"


def test_names_that_give_the_same_code_get_a_rank(desk: Desk) -> None:
    desk.bring(a_list(NAMED, "F-1;Dupont;10", "F-2;Dupont !;10", "F-3;日本;10"))
    assert desk.codes() == ["CLIENT", "DUPONT", "DUPONT-2"]


def test_two_codes_with_the_same_name_are_two_customers(desk: Desk) -> None:
    desk.bring(a_list(CODED, "F-1;D1;Dupont;10", "F-2;D2;Dupont;10"))
    assert desk.codes() == ["D1", "D2"]
    shown = desk.preview(a_list(NAMED, "F-3;Dupont;10", "F-1;Dupont;10"))
    assert codes_of(shown.problems) == ["customer_ambiguous"]
    assert [row.number for row in shown.rows] == ["F-1"]


def test_a_row_without_code_joins_the_coded_customer_of_its_name(desk: Desk) -> None:
    desk.bring(a_list(CODED, "F-1;;Dupont;10", "F-2;D2;Dupont;10"))
    assert desk.codes() == ["D2"]


def test_a_customer_without_name_is_called_by_its_code(desk: Desk) -> None:
    desk.bring(a_list("Numéro;Code client;Total TTC", "F-1;D1;10"))
    assert desk.customer("D1").name == "D1"


def test_what_a_file_fills_of_a_known_customer_is_updated(desk: Desk) -> None:
    headings = "Numéro;Code client;Client;Total TTC;Téléphone;Adresse;Code postal;Ville;Pays;Langue;Type de client"
    desk.bring(a_list(headings, "F-1;D1;Dupont;10;0123456789;1 rue A;75001;Paris;France;fr;Professionnel"))
    result = desk.bring(a_list(headings, "F-1;D1;Dupont SA;10;;2 rue B;;Lyon;Belgique;en;Particulier"))
    one = desk.customer("D1")
    assert (one.name, one.phone, one.address_1, one.postcode) == ("Dupont SA", "0123456789", "2 rue B", "75001")
    assert (one.city, one.country, one.language, one.kind) == ("Lyon", "BE", "en", CustomerKind.CONSUMER)
    assert result.updated == 1


def test_a_group_is_found_or_made_by_its_name(desk: Desk) -> None:
    headings = "Numéro;Code client;Total TTC;Groupe"
    desk.bring(a_list(headings, "F-1;D1;10;Grands comptes", "F-2;D2;10;grands comptes", "F-3;D3;10;"))
    with db.reading(desk.engine) as session:
        (group,) = session.scalars(select(CustomerGroup))
        assert group.name == "Grands comptes"
    assert desk.customer("D1").group_id == desk.customer("D2").group_id == group.id
    assert desk.customer("D3").group_id is None
    assert desk.bring(a_list(headings, "F-1;D1;10;Grands comptes")).unchanged == 1


def test_an_invoice_never_reminded_moves_with_its_payments(desk: Desk) -> None:
    headings = "Numéro;Code client;Total TTC;Payé"
    desk.bring(a_list(headings, "F-1;D1;10;4"))
    desk.bring(a_list(headings, "F-1;D2;10;4"))
    moved = desk.customer("D2").id
    assert desk.invoice("F-1").customer_id == moved
    with db.reading(desk.engine) as session:
        assert set(session.scalars(select(Payment.customer_id))) == {moved}


def test_a_reminded_invoice_stays_with_its_customer(desk: Desk) -> None:
    desk.bring(a_list(CODED, "F-1;D1;Dupont;10"))
    remind(desk, "F-1")
    shown = desk.preview(a_list(CODED, "F-1;D2;Durand;10"))
    (found,) = shown.problems
    assert (found.code.value, found.column, found.value) == ("customer_conflict", "Code client", "D2")


def remind(desk: Desk, number: str) -> None:
    """Mark an invoice as reminded by hand."""
    with db.writing(desk.engine) as session:
        session.add(
            Reminder(
                invoice_id=desk.invoice(number).id,
                program_id=1,
                cycle=1,
                step=1,
                occurrence=1,
                level=1,
                channel="email",
                kind="marked",
                done=True,
                day=TODAY,
                at=desk.now,
            )
        )


def test_addresses_that_all_rows_share_are_the_customers(desk: Desk) -> None:
    both = "D1;Dupont;10;a@d.fr, b@d.fr"
    desk.bring(a_list(MAILED, f"F-1;{both}", f"F-2;{both}", "F-3;D1;Dupont;10;"))
    assert desk.emails("D1") == ["a@d.fr", "b@d.fr"]
    assert [desk.invoice(number).emails for number in ("F-1", "F-2", "F-3")] == [[], [], []]


def test_shared_addresses_that_change_replace_the_imported_ones(desk: Desk) -> None:
    desk.bring(a_list(MAILED, "F-1;D1;Dupont;10;a@d.fr, b@d.fr"))
    _kill(desk, "b@d.fr")
    desk.bring(a_list(MAILED, "F-1;D1;Dupont;10;b@d.fr, c@d.fr"))
    assert desk.emails("D1") == ["b@d.fr", "c@d.fr"]
    assert _dead(desk) == {"b@d.fr"}


def _kill(desk: Desk, address: str) -> None:
    with db.writing(desk.engine) as session:
        session.add(BadAddress(address=address, marked_at=desk.now))


def _dead(desk: Desk) -> set[str]:
    with db.reading(desk.engine) as session:
        return set(session.scalars(select(BadAddress.address)))


def test_a_row_that_differs_gives_its_addresses_to_its_invoice(desk: Desk) -> None:
    content = a_list(MAILED, "F-1;D1;Dupont;10;a@d.fr", "F-2;D1;Dupont;10;chantier@d.fr")
    desk.bring(content)
    assert desk.emails("D1") == ["a@d.fr"]
    assert (desk.invoice("F-1").emails, desk.invoice("F-2").emails) == ([], ["chantier@d.fr"])
    assert desk.bring(content).unchanged == 2


def test_an_invoices_own_address_goes_when_its_file_says_the_usual_one(desk: Desk) -> None:
    desk.bring(a_list(MAILED, "F-1;D1;Dupont;10;a@d.fr", "F-2;D1;Dupont;10;chantier@d.fr"))
    desk.bring(a_list(MAILED, "F-1;D1;Dupont;10;a@d.fr", "F-2;D1;Dupont;10;a@d.fr"))
    assert desk.invoice("F-2").emails == []


def test_addresses_that_a_person_gave_to_an_invoice_stay(desk: Desk) -> None:
    content = a_list(MAILED, "F-1;D1;Dupont;10;a@d.fr")
    desk.bring(content)
    with db.writing(desk.engine) as session:
        session.execute(update(Invoice).values(emails=["moi@d.fr"]))
    result = desk.bring(content)
    assert (result.unchanged, codes_of(result.notices)) == (1, ["email_kept"])
    assert desk.invoice("F-1").emails == ["moi@d.fr"]


def test_addresses_that_a_person_entered_stay_and_the_preview_says_so(desk: Desk) -> None:
    desk.bring(a_list(MAILED, "F-1;D1;Dupont;10;a@d.fr"))
    with db.writing(desk.engine) as session:
        session.execute(update(Customer).values(email_origin="user"))
        session.execute(update(Contact).values(email="moi@d.fr"))
    result = desk.bring(a_list(MAILED, "F-1;D1;Dupont;10;a@d.fr", "F-2;D1;Dupont;10;a@d.fr"))
    assert (result.unchanged, result.created, codes_of(result.notices)) == (1, 1, ["email_kept"])
    assert desk.emails("D1") == ["moi@d.fr"]
    assert desk.invoice("F-2").emails == []


def _own(desk: Desk, address: str) -> None:
    with db.writing(desk.engine) as session:
        the_firm(session).email = address


def test_the_firms_own_address_is_left_out_of_its_row_with_a_notice(desk: Desk) -> None:
    _own(desk, "Moi@firme.fr")
    result = desk.bring(a_list(MAILED, "F-1;D1;Dupont;10;moi@FIRME.fr, a@d.fr", "F-2;D2;Martin;10;MOI@firme.fr"))
    assert (result.created, codes_of(result.notices)) == (2, ["email_own", "email_own"])
    assert (desk.emails("D1"), desk.emails("D2")) == (["a@d.fr"], [])
    assert [desk.invoice(number).emails for number in ("F-1", "F-2")] == [[], []]


def test_a_row_with_the_firms_address_alone_takes_none_away(desk: Desk) -> None:
    desk.bring(a_list(MAILED, "F-1;D1;Dupont;10;a@d.fr"))
    _own(desk, "moi@firme.fr")
    desk.bring(a_list(MAILED, "F-1;D1;Dupont;10;moi@firme.fr"))
    assert desk.emails("D1") == ["a@d.fr"]


def test_a_new_way_to_reach_a_customer_or_an_invoice_takes_it_off_the_list(desk: Desk) -> None:
    desk.bring(a_list(MAILED, "F-1;D1;Dupont;10;a@d.fr", "F-2;D2;Martin;10;b@d.fr", "F-3;D3;Noir;10;c@d.fr"))
    with db.writing(desk.engine) as session:
        session.execute(update(Invoice).values(unreachable_on=TODAY))
    desk.bring(a_list(MAILED, "F-1;D1;Dupont;10;new@d.fr", "F-3;D3;Noir;10;c@d.fr"))
    days = [desk.invoice(number).unreachable_on for number in ("F-1", "F-2", "F-3")]
    assert days == [None, TODAY, TODAY]
