"""Which column is which field, and what is asked when that can't be told."""

import pytest

from relance.importers.csv_rows import read_invoices
from relance.importers.fields import Field
from relance.importers.reading import DateOrder, QuestionCode, ReadOptions
from tests.importers.files import invoices, payments, questions

F = Field
Q = QuestionCode


def _fields(text: str, options: ReadOptions | None = None) -> dict[str, Field | None]:
    return {column.heading: column.field for column in invoices(text, options).columns}


def test_a_sure_title_beats_a_usual_one() -> None:
    fields = _fields("Numéro;Nom du client;Société;Montant;Montant TTC;Date;Date facture\nF-1;Dupont;X;1;2;3;4\n")
    assert fields == {
        "Numéro": F.NUMBER,
        "Nom du client": F.CUSTOMER_NAME,
        "Société": None,
        "Montant": None,
        "Montant TTC": F.TOTAL,
        "Date": None,
        "Date facture": F.ISSUE_DATE,
    }


def test_a_reference_is_the_number_only_when_there_is_no_other() -> None:
    assert _fields("Référence;Client;Total\nF-1;Dupont;10,00\n")["Référence"] is F.NUMBER
    assert _fields("Référence;N° facture;Client;Total\nR;F-1;Dupont;10,00\n")["Référence"] is F.REFERENCE


def test_a_net_amount_is_never_the_total() -> None:
    reading = invoices("N° facture;Client;Montant HT\nF-1;Dupont;10,00\n")
    assert questions(reading) == [Q.NO_AMOUNT_COLUMN]
    assert reading.questions[0].facts["columns"] == ("N° facture", "Client", "Montant HT")
    assert not reading.candidates


def test_two_columns_for_one_field_are_asked_about() -> None:
    reading = invoices("N° facture;Client;Total;Montant\nF-1;Dupont;10,00;12,00\n")
    assert questions(reading) == [Q.TWO_COLUMNS]
    assert reading.questions[0].facts == {"field": "total", "columns": ("Total", "Montant")}


def test_the_same_heading_twice_is_asked_about_and_can_be_answered() -> None:
    text = "N° facture;Client;Total;Total\nF-1;Dupont;10,00;12,00\n"
    assert invoices(text).questions[0].facts["columns"] == ("Total", "Total (2)")
    answered = invoices(text, ReadOptions(mapping={"total (2)": F.TOTAL}))
    assert [int(one.total) for one in answered.candidates] == [12]


def test_a_heading_with_two_meanings_is_asked_about() -> None:
    reading = invoices("N° facture;Client;Net à payer\nF-1;Dupont;10,00\n")
    assert questions(reading) == [Q.TWO_MEANINGS]
    assert reading.questions[0].facts == {"columns": ("Net à payer",), "fields": ("balance", "total")}


def test_a_heading_with_two_meanings_takes_the_one_that_is_left() -> None:
    assert _fields("N° facture;Client;Total TTC;Net à payer\nF-1;Dupont;10,00;10,00\n")["Net à payer"] is F.BALANCE
    assert _fields("N° facture;Client;Solde;Net à payer\nF-1;Dupont;10,00;10,00\n")["Net à payer"] is F.TOTAL


def test_everything_that_is_missing_is_asked_at_once() -> None:
    reading = invoices("a;b;c\nx;y;z\n")
    assert questions(reading) == [Q.NO_NUMBER_COLUMN, Q.NO_CUSTOMER_COLUMN, Q.NO_AMOUNT_COLUMN]


def test_a_column_without_a_single_value_is_as_good_as_none() -> None:
    reading = invoices("N° facture;Client;Total\nF-1;Dupont;\nF-2;Martin;\n")
    assert questions(reading) == [Q.NO_AMOUNT_COLUMN]
    assert reading.questions[0].facts["empty"] == ("Total",)


def test_a_paid_column_that_answers_yes_or_no_is_a_status() -> None:
    text = "N° facture;Client;Total;Payé\nF-1;Dupont;10,00;oui\nF-2;Martin;10,00;non\n"
    assert _fields(text)["Payé"] is F.STATUS
    assert [one.paid for one in invoices(text).candidates] == [10, None]
    assert _fields(text.replace("oui", "10,00").replace("non", "0"))["Payé"] is F.PAID


def test_the_user_s_mapping_is_followed_whatever_the_headings_say() -> None:
    options = ReadOptions(mapping={"CODE": F.NUMBER, "nom": F.CUSTOMER_NAME, "Montant HT": F.TOTAL, "total": None})
    reading = invoices("Code;Nom;Montant HT;Total\nF-1;Dupont;10,00;12,00\n", options)
    assert [(one.number, one.customer_name, int(one.total)) for one in reading.candidates] == [("F-1", "Dupont", 10)]


def test_two_columns_mapped_to_one_field_are_asked_about() -> None:
    options = ReadOptions(mapping={"a": F.TOTAL, "b": F.TOTAL})
    reading = invoices("N° facture;Client;a;b\nF-1;Dupont;1;2\n", options)
    assert questions(reading) == [Q.TWO_COLUMNS]


def test_a_mapping_that_names_no_heading_is_told() -> None:
    options = ReadOptions(mapping={"Montant": F.TOTAL, "Montnat": F.TOTAL})
    assert invoices("N° facture;Client;Montant\nF-1;Dupont;1\n", options).unused_mapping == ("Montnat",)


def test_a_mapping_finds_headings_that_nothing_else_knows() -> None:
    text = "Suivi des impayés\n\nzz1;zz2;zz3\nF-1;Dupont;10,00\n"
    options = ReadOptions(mapping={"zz1": F.NUMBER, "zz2": F.CUSTOMER_NAME, "zz3": F.TOTAL})
    reading = invoices(text, options)
    assert reading.heading_row == 3
    assert [one.row for one in reading.candidates] == [4]


def test_columns_show_an_example_and_what_they_could_be() -> None:
    columns = invoices(
        "N° facture;Client;Total;Net à payer;Repr.\nF-1;Dupont;10,00;;\nF-2;Martin;10,00;9,00;\n"
    ).columns
    assert (columns[3].example, columns[3].example_row, columns[3].candidates) == ("9,00", 3, (F.BALANCE, F.TOTAL))
    assert (columns[4].example, columns[4].example_row, columns[4].field) == ("", 0, None)


ENGLISH = "Invoice number;Customer;Total;Invoice date;Due date"
FRENCH = "N° facture;Client;Total;Date facture;Échéance"
DATES = {
    "a day above 12": (f"{ENGLISH}\nF-1;A;1;13/04/2026;14/05/2026\n", DateOrder.DMY, False),
    "a day above 12 behind": (f"{ENGLISH}\nF-1;A;1;04/13/2026;05/14/2026\n", DateOrder.MDY, False),
    "one proof for the whole column": (
        f"{ENGLISH}\nF-1;A;1;2026-01-01;01/02/2026\nF-2;A;1;2026-01-01;13/02/2026\n",
        DateOrder.DMY,
        False,
    ),
    "proof in another column": (f"{ENGLISH}\nF-1;A;1;03/04/2026;05/14/2026\n", DateOrder.MDY, False),
    "proof against French headings": (f"{FRENCH}\nF-1;A;1;03/04/2026;05/14/2026\n", DateOrder.MDY, False),
    "French headings": (f"{FRENCH}\nF-1;A;1;03/04/2026;05/06/2026\n", DateOrder.DMY, True),
    "nothing to tell": (f"{ENGLISH}\nF-1;A;1;2026-04-03;2026-06-05\n", None, False),
}


@pytest.mark.parametrize(("text", "order", "assumed"), DATES.values(), ids=DATES.keys())
def test_the_order_of_dates_is_proven_or_assumed(text: str, order: DateOrder | None, *, assumed: bool) -> None:
    reading = invoices(text)
    assert not reading.questions
    assert not reading.problems
    assert (reading.date_order, reading.date_order_assumed) == (order, assumed)


def test_proof_in_a_column_that_is_not_imported_counts() -> None:
    reading = invoices(f"{ENGLISH};Printed\nF-1;A;1;03/04/2026;05/06/2026;25/04/2026\n")
    assert reading.date_order is DateOrder.DMY
    assert reading.candidates[0].due_date is not None
    assert reading.candidates[0].due_date.isoformat() == "2026-06-05"


def test_an_order_that_nothing_tells_is_asked_and_never_guessed() -> None:
    text = f"{ENGLISH}\nF-1;A;1;03/04/2026;05/06/2026\n"
    reading = invoices(text)
    assert questions(reading) == [Q.DATE_ORDER]
    assert reading.questions[0].facts["columns"] == ("Invoice date", "Due date")
    assert reading.questions[0].facts["examples"] == ("03/04/2026", "05/06/2026")
    assert not reading.candidates
    answered = invoices(text, ReadOptions(date_order=DateOrder.MDY)).candidates[0].issue_date
    assert answered is not None
    assert answered.isoformat() == "2026-03-04"


def test_neighbours_that_contradict_each_other_prove_nothing() -> None:
    text = f"{FRENCH};Promesse\nF-1;A;1;13/04/2026;06/05/2026;06/25/2026\n"
    assert questions(invoices(text)) == [Q.DATE_ORDER]


def test_a_column_that_proves_both_orders_is_asked_about() -> None:
    text = f"{FRENCH}\nF-1;A;1;01/04/2026;25/12/2026\nF-2;A;1;01/04/2026;12/25/2026\n"
    reading = invoices(text)
    assert questions(reading) == [Q.DATE_ORDER_CONFLICT]
    assert reading.questions[0].facts["examples"] == ("25/12/2026", "12/25/2026")
    answered = invoices(text, ReadOptions(date_order=DateOrder.DMY))
    assert [one.number for one in answered.candidates] == ["F-1"]
    assert [problem.row for problem in answered.problems] == [3]


def test_payments_need_a_day_an_amount_and_someone() -> None:
    assert questions(payments("x;y\na;b\n")) == [Q.NO_NUMBER_COLUMN, Q.NO_AMOUNT_COLUMN, Q.NO_PAYMENT_DATE_COLUMN]
    assert questions(payments("Client;Montant\nDupont;10,00\n")) == [Q.NO_PAYMENT_DATE_COLUMN]


def test_a_list_of_payments_is_not_taken_for_paid_invoices() -> None:
    text = "N° facture;Client;Date de paiement;Montant\nF-1;Dupont;31/10/2026;10,00\n"
    reading = invoices(text)
    assert questions(reading) == [Q.LOOKS_LIKE_PAYMENTS]
    assert reading.questions[0].facts == {"columns": ("Date de paiement",)}
    answered = invoices(text, ReadOptions(mapping={"Date de paiement": F.SETTLED_ON}))
    assert [one.paid for one in answered.candidates] == [10]


def test_a_list_of_invoices_is_not_taken_for_payments() -> None:
    text = "N° facture;Client;Date;Échéance;Montant\nF-1;Dupont;01/10/2026;31/10/2026;10,00\n"
    reading = payments(text)
    assert questions(reading) == [Q.LOOKS_LIKE_INVOICES]
    assert reading.questions[0].facts == {"columns": ("Date",)}
    answered = payments(text, ReadOptions(mapping={"Date": F.PAYMENT_DATE}))
    assert len(answered.candidates) == 1
    assert len(payments(text.replace(";Date;", ";Date de paiement;")).candidates) == 1


def test_the_encoding_is_told() -> None:
    reading = read_invoices("N° facture;Société;Montant\nF-1;Éts Noël;10,00\n".encode("cp1252"))
    assert reading.encoding == "cp1252"
    assert reading.candidates[0].customer_name == "Éts Noël"
