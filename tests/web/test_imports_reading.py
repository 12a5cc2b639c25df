"""How files are read on the import pages: what can't be read, what is asked, what is remembered."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, func, select

from relance.importers.csv_rows import read_invoices, read_payments
from relance.importers.fields import Field, FileKind
from relance.importers.reading import Facts, Question, QuestionCode
from relance.services.imports.columns import read_columns
from relance.storage.db import reading
from relance.storage.models import ImportBatch, ImportProfile, Invoice
from relance.web.labels.import_wizard import QUESTIONS, question
from tests.web.client import BASE, Browser
from tests.web.importing import KIND, LIST, batch, boxes, bring, columns_agreed, upload


def a_workbook() -> bytes:
    book, stream = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Impayés"
    sheet.append(["N° facture", "Client", "Echéance", "Montant TTC"])
    sheet.append(["F-1", "Dupont", date(2026, 10, 31), 1200.5])
    book.save(stream)
    return stream.getvalue()


def a_bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (300 * 1024 * 1024))
    return stream.getvalue()


UNREADABLE = {
    "empty": b"",
    "blank": b" \r\n \n",
    "pdf": b"%PDF-1.7\n...",
    "picture": b"\x89PNG\r\n\x1a\n....",
    "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "zip": b"PK\x03\x04" + b"\0" * 40,
    "noise": bytes(range(256)) * 20,
    "web page": b"<html><body><table></table></body></html>",
    "headings alone": b"N\xc2\xb0 facture;Client;Montant TTC\n",
    "too large": b"N facture;Client;Montant\n" + b"F;C;1\n" * 1_760_000,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_at_once(owner: Browser, engine: Engine, name: str) -> None:
    page = upload(owner, UNREADABLE[name], status=422)
    assert 'role="alert"' in page.html and 'id="file-error"' in page.html
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(ImportBatch)) == 0


@pytest.mark.slow
def test_a_zip_bomb_is_refused(owner: Browser) -> None:
    assert 'id="file-error"' in upload(owner, a_bomb(), name="x.xlsx", status=422).html


def test_a_request_beyond_all_measure_is_refused(owner: Browser) -> None:
    owner.open("/import")
    sent = {"csrf_token": owner.token, "kind": "invoices", "file": (io.BytesIO(b"0" * (12 * 1024 * 1024)), "x.csv")}
    assert owner.client.post("/import", data=sent, base_url=BASE).status_code == 413


def test_as_many_rows_can_be_pasted_as_a_file_may_have(owner: Browser) -> None:
    owner.open("/import")
    rows = "N facture\n" + "\n" * 6 * 1024 * 1024
    sent = {"csrf_token": owner.token, "kind": "invoices", "text": rows, "file": (io.BytesIO(b""), "")}
    answer = owner.client.post("/import", data=sent, base_url=BASE, content_type="multipart/form-data")
    assert answer.status_code == 422 and 'id="text-error"' in answer.get_data(as_text=True)


def test_a_list_of_no_known_kind_is_refused_in_the_readers_words(owner: Browser) -> None:
    page = owner.send("/import", {"kind": "cats", "text": "a;b\n1;2"}, on="/import", status=422)
    assert page.shows("Choisissez dans la liste.") and not page.shows("valid choice")


def test_nothing_chosen_is_said(owner: Browser) -> None:
    page = owner.send("/import", {"kind": "invoices"}, on="/import", status=422)
    assert 'id="file-error"' in page.html
    assert 'id="text-error"' in owner.send("/import", {"text": "%PDF-1.7"}, on="/import", status=422).html


def test_a_name_of_a_file_is_shown_without_its_folders(owner: Browser) -> None:
    start = batch(upload(owner, LIST, name="C:\\Users\\Claire\\..\\<b>mes factures</b>\u202e.csv"))
    page = owner.open(f"{start}/colonnes")
    assert page.shows("<b>mes factures<") is False and "<b>mes" not in page.html and "Claire" not in page.html


def test_a_workbook_is_read_as_it_is(owner: Browser, engine: Engine) -> None:
    start = batch(upload(owner, a_workbook(), name="impayes.xlsx"))
    page = owner.open(f"{start}/colonnes")
    assert page.shows("Impayés") and page.shows("31 octobre 2026") and page.shows("1 200,50 €")
    assert f'action="{start}/lecture"' not in page.html
    columns_agreed(owner, start)
    owner.send(f"{start}/verification", KIND, on=f"{start}/verification")
    with reading(engine) as session:
        assert session.execute(select(Invoice.due_date, Invoice.total)).all() == [(date(2026, 10, 31), 120050)]


AMBIGUOUS = "Invoice number;Customer;Due date;Total\nF-1;Dupont;03/04/2026;10.00\nF-2;Dupont;05/06/2026;20.00\n"


def test_dates_that_read_both_ways_are_asked_about(owner: Browser, engine: Engine) -> None:
    start = batch(upload(owner, AMBIGUOUS))
    page = owner.open(f"{start}/colonnes")
    assert page.shows("03/04/2026") and page.html.count("<li>") >= 1
    asked = owner.send(f"{start}/colonnes", boxes(page), on=f"{start}/colonnes", status=422)
    assert 'role="alert"' in asked.html
    assert owner.open(f"{start}/verification", status=303).location == f"{start}/colonnes"
    columns_agreed(owner, start, date_order="dmy")
    owner.send(f"{start}/verification", KIND, on=f"{start}/verification")
    with reading(engine) as session:
        assert session.scalars(select(Invoice.due_date).order_by(Invoice.number)).all() == [
            date(2026, 4, 3),
            date(2026, 6, 5),
        ]


def test_a_column_that_nothing_names_is_asked_about(owner: Browser) -> None:
    start = batch(upload(owner, "Alpha;Client;Montant TTC\nF-1;Dupont;10,00\n"))
    page = owner.open(f"{start}/colonnes")
    assert 'class="note warn"' in page.html
    owner.send(f"{start}/colonnes", boxes(page), on=f"{start}/colonnes", status=422)
    assert columns_agreed(owner, start, c0="number").html.count("<b>1</b>") == 1


def test_two_columns_for_one_field_are_asked_about(owner: Browser) -> None:
    start = batch(upload(owner, LIST))
    page = owner.open(f"{start}/colonnes")
    twice = {**boxes(page), "c4": "due_date", "c5": "due_date"}
    refused = owner.send(f"{start}/colonnes", twice, on=f"{start}/colonnes", status=422)
    assert refused.html.count('value="due_date" selected') == 2


@pytest.mark.parametrize("bad", [{"c0": "nothing"}, {"date_order": "dym"}, {"signature": "0"}, {"c0": "amount"}])
def test_words_that_no_box_offers_are_refused(owner: Browser, bad: dict[str, str]) -> None:
    start = batch(upload(owner, LIST))
    page = owner.open(f"{start}/colonnes")
    refused = owner.send(f"{start}/colonnes", {**boxes(page), **bad}, on=f"{start}/colonnes", status=422)
    assert 'role="alert"' in refused.html


def test_a_column_can_be_left_out(owner: Browser, engine: Engine) -> None:
    start = batch(upload(owner, LIST))
    columns_agreed(owner, start, c5="ignore")
    owner.send(f"{start}/verification", KIND, on=f"{start}/verification")
    with reading(engine) as session:
        assert set(session.scalars(select(Invoice.due_date))) == {None}


def test_the_encoding_and_the_separator_can_be_told(owner: Browser) -> None:
    start = batch(upload(owner, LIST.encode("cp1252")))
    owner.send(f"{start}/lecture", {"encoding": "cp850", "separator": ";"}, on=f"{start}/colonnes")
    assert owner.open(f"{start}/colonnes").shows("N░ facture")
    owner.send(f"{start}/lecture", {"encoding": "cp1252"}, on=f"{start}/colonnes")
    assert owner.open(f"{start}/colonnes").shows("N° facture")
    for bad in ({"encoding": "utf-8"}, {"encoding": "rot13"}, {"separator": "x"}):
        owner.send(f"{start}/lecture", bad, on=f"{start}/colonnes", status=422)


def profiles(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(ImportProfile)) or 0


def test_a_mapping_is_remembered_and_announced(owner: Browser, engine: Engine) -> None:
    start = batch(upload(owner, LIST.replace("N° facture", "Alpha"), name="export.csv"))
    columns_agreed(owner, start, c0="number")
    owner.send(f"{start}/verification", KIND, on=f"{start}/verification")
    assert profiles(engine) == 1
    again = upload(owner, LIST.replace("N° facture", "Alpha").replace("F-", "G-"))
    assert again.location.endswith("/verification")
    assert owner.follow(again).shows("export")
    columns = owner.open(f"{batch(again)}/colonnes")
    assert columns.shows("export") and boxes(columns)["c0"] == "number"


def test_a_mapping_is_forgotten_when_it_should_be(owner: Browser, engine: Engine) -> None:
    start = batch(upload(owner, LIST))
    columns_agreed(owner, start, remember="")
    assert 'name="remember" type="checkbox" value="y">' in owner.open(f"{start}/colonnes").html.replace("  ", " ")
    owner.send(f"{start}/verification", KIND, on=f"{start}/verification")
    assert profiles(engine) == 0
    bring(owner, LIST + "\nF-7;DUPONT;Dupont;;;31/12/2026;1,00;")
    start = batch(upload(owner, LIST + "\nF-8;DUPONT;Dupont;;;31/12/2026;1,00;"))
    columns_agreed(owner, start, remember="", c5="ignore")
    owner.send(f"{start}/verification", KIND, on=f"{start}/verification")
    with reading(engine) as session:
        assert session.scalars(select(ImportProfile)).one().options["mapping"]["Echéance"] == "due_date"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", list(FileKind))
def test_the_examples_are_read_without_a_question(owner: Browser, kind: FileKind, language: str) -> None:
    owner.send("/reglages/apparence", {"theme": "auto", "language": language})
    sample = owner.client.get(f"/import/modele/{kind}", base_url=BASE).get_data()
    read = read_invoices(sample) if kind is FileKind.INVOICES else read_payments(sample)
    assert (read.questions, read.problems, len(read.candidates)) == ((), (), 2)
    assert all(column.field for column in read.columns)


@pytest.mark.parametrize(
    "path",
    ["/import/modele/x", "/import/0/colonnes", "/import/99999999999999999999/verification", "/import/7/resultat"],
)
def test_what_is_not_there_is_said_to_be_not_there(owner: Browser, path: str) -> None:
    owner.open(path, status=404)


@pytest.mark.parametrize("query", ["?page=abc", "?page=99999999999999999999", "?page=-3&par=7", "?type=x"])
def test_strange_addresses_of_the_list_still_show_it(owner: Browser, query: str) -> None:
    bring(owner, LIST)
    assert owner.open(f"/import{query}").shows("l.csv")


@pytest.mark.parametrize("code", list(QuestionCode))
def test_every_question_has_its_sentence(code: QuestionCode) -> None:
    facts: Facts = {
        "columns": ("A", "B"),
        "examples": ("03/04/2026",),
        "field": "due_date",
        "fields": ("total", "balance"),
    }
    said = question(Question(code, facts), lambda msgid: msgid)
    assert code in QUESTIONS and "%(" not in said and said


def test_an_example_is_read_as_its_whole_column_is() -> None:
    text = "N° facture;Client;Echéance;Montant TTC;Etat\nF-1;Dupont;03/04/2026;1.234;Impayée\nF-2;D;;1.234,50;x\n"
    read = {one.field: one for one in read_columns(read_invoices(text.encode()))}
    assert str(read[Field.TOTAL].value) == "1234"
    assert read[Field.DUE_DATE].value == date(2026, 4, 3)
    assert not any(one.unreadable for one in read.values())


def test_an_example_that_cannot_be_read_is_marked() -> None:
    text = "N° facture;Client;Echéance;Montant TTC\nF-1;Dupont;31/11/2026;beaucoup\nF-2;D;;10\n"
    read = {one.field: one.unreadable for one in read_columns(read_invoices(text.encode()))}
    assert read == {Field.NUMBER: False, Field.CUSTOMER_NAME: False, Field.DUE_DATE: True, Field.TOTAL: True}
