"""The import pages: four steps, nothing stored before the last, nothing twice."""

import pytest
from sqlalchemy import Engine, func, select

from relance.services.accounts import Role
from relance.storage.db import reading
from relance.storage.models import Customer, Firm, ImportBatch, ImportProfile, Invoice, Payment
from tests.web.client import Browser
from tests.web.conftest import Clock, SignIn
from tests.web.importing import (
    HEADINGS,
    KIND,
    LIST,
    PAYMENTS,
    WITH_BAD_ROWS,
    batch,
    boxes,
    bring,
    columns_agreed,
    upload,
)


def numbers(engine: Engine) -> dict[str, int]:
    """Every invoice and what is left to pay of it."""
    with reading(engine) as session:
        return dict(session.execute(select(Invoice.number, Invoice.balance).order_by(Invoice.number)).all())


def count(engine: Engine, table: type[Customer] | type[ImportBatch] | type[ImportProfile] | type[Payment]) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_file_goes_through_four_steps_and_only_the_last_stores_anything(owner: Browser, engine: Engine) -> None:
    received = upload(owner, LIST)
    start = batch(received)
    page = owner.follow(received)
    assert page.shows("F-1") and page.shows("31 octobre 2026") and page.shows("1 200,00 €")
    check = columns_agreed(owner, start)
    assert (numbers(engine), count(engine, Customer)) == ({}, 0)
    assert check.html.count("<b>3</b>") == 1
    done = owner.follow(owner.send(f"{start}/verification", KIND, on=f"{start}/verification"))
    assert done.html.count("<b>3</b>") == 1
    assert numbers(engine) == {"F-1": 120000, "F-2": 20050, "F-3": 8000}


def test_a_second_click_changes_nothing(owner: Browser, engine: Engine) -> None:
    start = batch(upload(owner, LIST))
    columns_agreed(owner, start)
    owner.open(f"{start}/verification")
    token = owner.token
    for _ in range(2):
        answer = owner.send(f"{start}/verification", {**KIND, "csrf_token": token}, on="/compte")
        assert answer.location == f"{start}/resultat"
    assert (len(numbers(engine)), count(engine, Payment)) == (3, 1)


def test_an_imported_file_is_past_its_columns_and_its_check(owner: Browser) -> None:
    start = bring(owner, LIST)
    for step in ("colonnes", "verification"):
        assert owner.open(f"{start}/{step}", status=303).location == f"{start}/resultat"
    assert owner.send(f"{start}/lecture", {}, on="/import").location == f"{start}/resultat"
    assert owner.send(f"{start}/nature", {}, on="/import").location == f"{start}/resultat"


def test_a_result_without_an_import_leads_back_to_the_columns(owner: Browser) -> None:
    start = batch(upload(owner, LIST))
    assert owner.open(f"{start}/resultat", status=303).location == f"{start}/colonnes"
    assert owner.open(f"{start}/annulation", status=303).location == f"{start}/resultat"


def test_the_same_file_again_is_said_to_be_known(owner: Browser, engine: Engine) -> None:
    bring(owner, LIST)
    again = batch(upload(owner, LIST))
    assert 'class="note warn"' in owner.open(f"{again}/colonnes").html
    check = columns_agreed(owner, again)
    assert 'class="note warn"' in check.html
    owner.send(f"{again}/verification", KIND, on=f"{again}/verification")
    assert (len(numbers(engine)), count(engine, Payment)) == (3, 1)


def test_bad_rows_stop_the_import_until_they_are_left_out(owner: Browser, engine: Engine) -> None:
    start = batch(upload(owner, WITH_BAD_ROWS))
    check = columns_agreed(owner, start)
    assert check.shows("31/11/2026") and check.shows("beaucoup")
    refused = owner.send(f"{start}/verification", KIND, on=f"{start}/verification", status=422)
    assert 'role="alert"' in refused.html and numbers(engine) == {}
    owner.send(f"{start}/verification", {**KIND, "skip": "y"}, on=f"{start}/verification")
    assert len(numbers(engine)) == 3
    assert owner.open(f"{start}/resultat").shows("31/11/2026")


@pytest.mark.parametrize("imported", [False, True])
def test_the_bad_rows_are_a_file_to_correct(owner: Browser, *, imported: bool) -> None:
    start = batch(upload(owner, WITH_BAD_ROWS))
    columns_agreed(owner, start)
    if imported:
        owner.send(f"{start}/verification", {**KIND, "skip": "y"}, on=f"{start}/verification")
    answer = owner.client.get(f"{start}/refus.csv", base_url="http://127.0.0.1:8710")
    lines = answer.get_data(as_text=True).splitlines()
    assert lines[0].endswith(HEADINGS) and len(lines) == 3
    assert lines[1].startswith("5;") and "F-4;DUPONT" in lines[1]


def test_a_file_without_a_good_row_offers_no_import(owner: Browser) -> None:
    start = batch(upload(owner, f"{HEADINGS}\nF-1;D;Dupont;;;;beaucoup;"))
    check = columns_agreed(owner, start)
    assert f'action="{start}/verification"' not in check.html
    owner.send(f"{start}/verification", {**KIND, "skip": "y"}, on=f"{start}/colonnes", status=422)


def test_a_changed_invoice_shows_what_changes(owner: Browser, engine: Engine) -> None:
    bring(owner, LIST)
    start = batch(upload(owner, LIST.replace("31/10/2026;1 200,00;0,00", "15/11/2026;1 200,00;200,00")))
    check = columns_agreed(owner, start)
    assert check.shows("15/11/2026") and check.shows("200,00 €")
    owner.send(f"{start}/verification", KIND, on=f"{start}/verification")
    assert numbers(engine)["F-1"] == 100000


def test_open_invoices_that_a_complete_list_lacks_are_settled_on_a_persons_word(owner: Browser, engine: Engine) -> None:
    bring(owner, LIST)
    shorter = "\n".join(LIST.splitlines()[:2])
    start = batch(upload(owner, shorter))
    check = columns_agreed(owner, start)
    assert check.shows("280,50 €") and check.shows("F-3")
    told = check.html.split('name="absent" value="')[1].split('"')[0]
    owner.send(f"{start}/verification", {**KIND, "settle": "y", "absent": told}, on=f"{start}/verification")
    assert numbers(engine) == {"F-1": 120000, "F-2": 0, "F-3": 0}
    assert owner.open(f"{start}/resultat").shows("F-2, F-3")


def test_a_list_that_claims_nothing_settles_nothing(owner: Browser, engine: Engine) -> None:
    bring(owner, LIST)
    bring(owner, "\n".join(LIST.splitlines()[:2]))
    assert numbers(engine)["F-3"] == 8000


def test_what_was_shown_is_what_is_settled(owner: Browser, engine: Engine) -> None:
    bring(owner, LIST)
    start = batch(upload(owner, "\n".join(LIST.splitlines()[:2])))
    told = columns_agreed(owner, start).html.split('name="absent" value="')[1].split('"')[0]
    bring(owner, LIST.replace("80,00;0,00", "80,00;30,00"))
    sent = {**KIND, "settle": "y", "absent": told}
    refused = owner.send(f"{start}/verification", sent, on=f"{start}/verification", status=422)
    assert 'role="alert"' in refused.html and numbers(engine)["F-3"] == 5000


def test_addresses_entered_by_a_person_are_kept_and_this_is_said(owner: Browser, engine: Engine) -> None:
    bring(owner, LIST)
    owner.send("/clients/1", {**CUSTOMER, "email_0": "direction@dupont.example", "use_0": "to"})
    start = batch(upload(owner, LIST + "\nF-9;DUPONT;Dupont SARL;compta@dupont.example;;31/12/2026;5,00;"))
    check = columns_agreed(owner, start)
    assert check.shows("direction@dupont.example")


CUSTOMER = {"name": "Dupont SARL", "kind": "company", "language": "", "program": "inherit"}


def test_an_import_is_undone_on_a_page_of_its_own(owner: Browser, engine: Engine) -> None:
    start = bring(owner, LIST)
    assert numbers(engine)
    owner.open(f"{start}/annulation")
    owner.send(f"{start}/annulation", {}, on=f"{start}/annulation")
    assert (numbers(engine), count(engine, Customer)) == ({}, 0)
    assert owner.open(f"{start}/resultat")
    owner.send(f"{start}/annulation", {}, on="/import")


def test_an_import_that_a_later_one_built_on_is_not_undone(owner: Browser, engine: Engine) -> None:
    first = bring(owner, LIST)
    bring(owner, PAYMENTS, kind="payments")
    refused = owner.send(f"{first}/annulation", {}, on=f"{first}/annulation", status=422)
    assert 'role="alert"' in refused.html and len(numbers(engine)) == 3


def test_payments_take_the_same_way(owner: Browser, engine: Engine) -> None:
    bring(owner, LIST)
    start = bring(owner, PAYMENTS, kind="payments")
    assert numbers(engine)["F-1"] == 100000
    assert owner.open(f"{start}/resultat").html.count("<b>1</b>") == 1


def test_a_list_of_payments_taken_for_invoices_can_change_its_kind(owner: Browser, engine: Engine) -> None:
    bring(owner, LIST)
    start = batch(upload(owner, PAYMENTS.replace("Date de règlement", "Date paiement").replace("Référence", "Client")))
    page = owner.open(f"{start}/colonnes")
    assert f'action="{start}/nature"' in page.html
    owner.send(f"{start}/colonnes", boxes(page), on=f"{start}/colonnes", status=422)
    other = owner.send(f"{start}/nature", {}, on=f"{start}/colonnes")
    assert "payment_date" in owner.follow(other).html
    columns_agreed(owner, start)
    owner.send(f"{start}/verification", KIND, on=f"{start}/verification")
    assert numbers(engine)["F-1"] == 100000


def test_a_form_shown_for_another_file_imports_nothing(owner: Browser, engine: Engine) -> None:
    start = batch(upload(owner, LIST))
    columns_agreed(owner, start)
    owner.send(f"{start}/verification", {"file": "0" * 64}, on=f"{start}/verification", status=422)
    assert numbers(engine) == {}


def test_rows_can_be_pasted_from_a_spreadsheet(owner: Browser, engine: Engine) -> None:
    pasted = LIST.replace(";", "\t").replace("\n", "\r\n")
    start = batch(owner.send("/import", {"kind": "invoices", "text": pasted}, on="/import"))
    columns_agreed(owner, start)
    owner.send(f"{start}/verification", KIND, on=f"{start}/verification")
    assert len(numbers(engine)) == 3


def test_a_file_that_was_not_imported_can_be_thrown_away(owner: Browser, engine: Engine) -> None:
    start = batch(upload(owner, LIST))
    owner.send(f"{start}/abandon", {}, on=f"{start}/colonnes")
    assert count(engine, ImportBatch) == 0
    kept = bring(owner, LIST)
    owner.send(f"{kept}/abandon", {}, on="/import")
    assert (count(engine, ImportBatch), len(numbers(engine))) == (1, 3)


def test_a_persons_word_makes_the_data_fresh(owner: Browser, engine: Engine, clock: Clock) -> None:
    owner.send("/import/reglements-a-jour", {}, on="/import")
    with reading(engine) as session:
        assert session.get_one(Firm, 1).data_fresh_at == clock()


def test_the_list_names_every_file_and_what_became_of_it(owner: Browser, signed_in: SignIn) -> None:
    bring(owner, LIST)
    batch(upload(owner, PAYMENTS, kind="payments", name="reglements.csv"))
    page = owner.open("/import")
    assert page.shows("l.csv") and page.shows("reglements.csv") and page.shows("owner@firm.fr")
    seen = signed_in(Role.READER).open("/import")
    assert seen.shows("l.csv") and "/colonnes" not in seen.html and 'type="file"' not in seen.html
