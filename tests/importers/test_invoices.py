"""Whole files of invoices, row by row."""

from datetime import date
from decimal import Decimal

import pytest

from relance.domain.documents import CustomerKind, DocumentKind
from relance.importers.candidates import CandidateStatus, InvoiceCandidate
from relance.importers.fields import Field
from relance.importers.reading import ProblemCode, ReadOptions
from tests.importers.files import HEADINGS, ROW, invoices, one_invoice, problems

P = ProblemCode


FULL_ROW = {
    "Numéro": "F-1",
    "Type": "Facture",
    "Statut": "Commencée",
    "Code client": "C-7",
    "Client": "Dupont SARL",
    "E-mail": "compta@dupont.fr, chef@dupont.fr",
    "Téléphone": "01 02 03 04 05",
    "Langue": "Anglais",
    "Adresse": "1 rue Haute",
    "Adresse 2": "Bât. B",
    "Adresse 3": "BP 7",
    "CP": "06000",
    "Ville": "Nice",
    "Pays": "France",
    "Type de client": "Professionnel",
    "Groupe": "Artisans",
    "Programme": "Doux",
    "Date facture": "01/10/2026",
    "Échéance": "31/10/2026",
    "Total TTC": "1 200,00 €",
    "Déjà réglé": "200,00",
    "Reste à payer": "1 000,00",
    "Devise": "EUR",
    "Exclue": "oui",
    "Litige": "non",
    "Promesse": "15/11/2026",
    "En pause jusqu'au": "20/11/2026",
    "Référence": "BC 12",
    "Fichier PDF": "F-1.pdf",
}
FULL_CANDIDATE = InvoiceCandidate(
    row=2,
    number="F-1",
    kind=DocumentKind.INVOICE,
    status=CandidateStatus.PARTIAL,
    customer_code="C-7",
    customer_name="Dupont SARL",
    emails=("compta@dupont.fr", "chef@dupont.fr"),
    phone="01 02 03 04 05",
    language="en",
    address_1="1 rue Haute",
    address_2="Bât. B",
    address_3="BP 7",
    postcode="06000",
    city="Nice",
    country="FR",
    customer_kind=CustomerKind.COMPANY,
    group="Artisans",
    program="Doux",
    issue_date=date(2026, 10, 1),
    due_date=date(2026, 10, 31),
    total=Decimal(1200),
    paid=Decimal(200),
    balance=Decimal(1000),
    currency="EUR",
    excluded=True,
    disputed=False,
    promise_date=date(2026, 11, 15),
    paused_until=date(2026, 11, 20),
    reference="BC 12",
    pdf_name="F-1.pdf",
    present=frozenset(Field) - {Field.SETTLED_ON, Field.PAYMENT_DATE, Field.AMOUNT},
)


def test_a_full_row_gives_every_field() -> None:
    reading = invoices(";".join(FULL_ROW) + "\n" + ";".join(FULL_ROW.values()))
    assert not reading.problems
    assert reading.candidates == (FULL_CANDIDATE,)


def test_an_empty_cell_is_told_from_a_missing_column() -> None:
    one = one_invoice({"Litige": "", "Échéance": ""}).candidates[0]
    assert one.disputed is None
    assert one.due_date is None
    assert {Field.DISPUTED, Field.DUE_DATE} <= one.present
    assert Field.EXCLUDED not in one.present


BAD_CELLS = {
    "an amount in words": ({"Montant TTC": "douze"}, "Montant TTC", P.AMOUNT_UNREADABLE),
    "a percentage": ({"Montant TTC": "20 %"}, "Montant TTC", P.AMOUNT_UNREADABLE),
    "a day that does not exist": ({"Échéance": "31/11/2026"}, "Échéance", P.DATE_IMPOSSIBLE),
    "a date in words": ({"Échéance": "fin de mois"}, "Échéance", P.DATE_UNREADABLE),
    "a year of long ago": ({"Échéance": "31/10/0206"}, "Échéance", P.DATE_UNLIKELY),
    "an unknown kind": ({"Type": "Bordereau"}, "Type", P.KIND_UNKNOWN),
    "an unknown status": ({"Statut": "Zut"}, "Statut", P.STATUS_UNKNOWN),
    "an unknown answer": ({"Exclue": "peut-être"}, "Exclue", P.FLAG_UNKNOWN),
    "an unknown currency": ({"Devise": "ABC"}, "Devise", P.CURRENCY_UNKNOWN),
    "a broken address": ({"E-mail": "dupont"}, "E-mail", P.EMAIL_INVALID),
    "an address with an accent": ({"E-mail": "dupé@x.fr"}, "E-mail", P.EMAIL_NOT_ASCII),
    "a spreadsheet's error": ({"Client": "#N/A"}, "Client", P.CELL_ERROR),
    "a number that a spreadsheet rounded": ({"N° facture": "1,93E+09"}, "N° facture", P.CELL_ERROR),
    "an endless name": ({"Client": "x" * 501}, "Client", P.TEXT_TOO_LONG),
    "due before it was issued": (
        {"Date facture": "01/10/2026", "Échéance": "30/09/2026"},
        "Échéance",
        P.DUE_BEFORE_ISSUE,
    ),
    "paid with a balance": ({"Statut": "Payée", "Solde": "10,00"}, "Statut", P.STATUS_DISAGREES),
    "partial without an amount": ({"Statut": "Commencée"}, "Statut", P.PARTIAL_WITHOUT_AMOUNT),
    "a balance above the total": ({"Solde": "1300,00"}, "Solde", P.AMOUNTS_DISAGREE),
    "two currencies": ({"Devise": "EUR", "Solde": "$10.00"}, "Devise", P.CURRENCY_DISAGREES),
}


@pytest.mark.parametrize(("cells", "column", "code"), BAD_CELLS.values(), ids=BAD_CELLS.keys())
def test_a_bad_cell_is_a_problem_of_its_row(cells: dict[str, str], column: str, code: ProblemCode) -> None:
    reading = one_invoice(cells)
    assert problems(reading) == [(2, column, code)]
    assert reading.problems[0].value == cells[column]
    assert not reading.candidates


def test_every_bad_cell_of_a_row_is_told_and_the_other_rows_are_read() -> None:
    reading = invoices(f"{HEADINGS}\nF-0;Dupont;31/11/2026;32/10/2026;douze\n{ROW}\n")
    assert [problem.column for problem in reading.problems] == ["Date facture", "Échéance", "Montant TTC"]
    assert [one.number for one in reading.candidates] == ["F-1"]


def test_number_customer_and_amount_are_needed() -> None:
    reading = invoices(f"{HEADINGS}\n;Dupont;;;10,00\nF-2;;;;10,00\nF-3;Dupont;;;\n{ROW}\n")
    assert problems(reading) == [
        (2, "N° facture", P.NUMBER_MISSING),
        (3, "Client", P.CUSTOMER_MISSING),
        (4, "Montant TTC", P.AMOUNT_MISSING),
    ]


def test_a_customer_code_alone_is_enough() -> None:
    reading = invoices("Numéro;Code client;Client;Total\nF-1;C-7;;10,00\n")
    assert (reading.candidates[0].customer_code, reading.candidates[0].customer_name) == ("C-7", "")


def test_a_row_that_comes_twice_is_one_invoice() -> None:
    reading = invoices(f"{HEADINGS}\n{ROW}\n{ROW}\n")
    assert [one.row for one in reading.candidates] == [2]
    assert not reading.problems
    assert [(notice.row, notice.code, notice.facts) for notice in reading.notices] == [
        (3, P.REPEATED_ROW, {"first": 2})
    ]


def test_a_number_with_two_contents_is_a_problem_of_every_row() -> None:
    reading = invoices(f"{HEADINGS}\n{ROW}\n{ROW.replace('F-1', 'F-2')}\n{ROW.replace('1 200', '1 300')}\n")
    assert problems(reading) == [(2, "N° facture", P.DUPLICATE_NUMBER), (4, "N° facture", P.DUPLICATE_NUMBER)]
    assert reading.problems[0].facts == {"rows": ("2", "4")}
    assert [one.number for one in reading.candidates] == ["F-2"]


def test_a_negative_total_is_a_credit_note_and_may_be_due_before_it_was_issued() -> None:
    one = one_invoice({"Montant TTC": "-120,00", "Date facture": "02/10/2026", "Échéance": "01/10/2026"}).candidates[0]
    assert (one.kind, one.total) == (DocumentKind.CREDIT_NOTE, Decimal(120))


def test_a_dispute_told_by_the_status_is_kept() -> None:
    one = one_invoice({"Statut": "En litige"}).candidates[0]
    assert (one.status, one.disputed) == (CandidateStatus.OPEN, True)
    assert Field.DISPUTED in one.derived


CURRENCIES = {
    "the firm's own": ({}, "CHF"),
    "a column": ({"Devise": "USD"}, "USD"),
    "an empty cell": ({"Devise": ""}, "CHF"),
    "a sign": ({"Montant TTC": "£12.50"}, "GBP"),
    "a heading": ({"Solde (€)": "10,00"}, "EUR"),
    "a dollar that its column names": ({"Montant TTC": "$12.50", "Devise": "CAD"}, "CAD"),
}


@pytest.mark.parametrize(("cells", "currency"), CURRENCIES.values(), ids=CURRENCIES.keys())
def test_the_currency_is_found(cells: dict[str, str], currency: str) -> None:
    reading = one_invoice(cells, ReadOptions(default_currency="CHF"))
    assert [one.currency for one in reading.candidates] == [currency]


AMBIGUOUS = {
    "French headings": ("Numéro;Client;Montant TTC", ["1,234"], "1.234", True),
    "French headings and a dot": ("Numéro;Client;Montant TTC", ["1.234"], "1234", True),
    "English headings": ("Invoice number;Customer;Amount", ["1,234"], "1234", True),
    "English headings and a dot": ("Invoice number;Customer;Amount", ["1.234"], "1.234", True),
    "proof of a decimal comma": ("Invoice number;Customer;Amount", ["1,234", "12,50"], "1.234", False),
    "proof of a decimal dot": ("Numéro;Client;Montant TTC", ["1,234", "1,234.50"], "1234", False),
    "proof by millions": ("Numéro;Client;Montant TTC", ["1,234", "1,234,567"], "1234", False),
}


@pytest.mark.parametrize(("headings", "amounts", "total", "assumed"), AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_a_group_of_three_digits_is_read_as_the_column_proves(
    headings: str, amounts: list[str], total: str, *, assumed: bool
) -> None:
    rows = "\n".join(f"F-{number};Dupont;{amount}" for number, amount in enumerate(amounts))
    reading = invoices(f"{headings}\n{rows}\n")
    assert reading.candidates[0].total == Decimal(total)
    assert [notice.code for notice in reading.notices] == ([P.DECIMAL_MARK_ASSUMED] if assumed else [])


def test_another_amount_column_can_prove_the_decimal_mark() -> None:
    reading = invoices("Numéro;Client;Total;Solde\nF-1;Dupont;1,234;1,230.50\n")
    assert reading.candidates[0].total == 1234


def test_contradictory_proof_makes_a_group_of_three_digits_a_problem() -> None:
    reading = invoices("Numéro;Client;Total\nF-1;A;12,50\nF-2;A;12.50\nF-3;A;1,234\nF-4;A;1 234,00\n")
    assert problems(reading) == [(4, "Total", P.AMOUNT_AMBIGUOUS)]
    assert [one.total for one in reading.candidates] == [Decimal("12.5"), Decimal("12.5"), 1234]


def test_a_country_or_language_that_is_not_known_is_a_notice() -> None:
    text = "Numéro;Client;Total;Pays;Langue\nF-1;A;1;Syldavie;fr\nF-2;A;1;Syldavie;klingon\n"
    reading = invoices(text)
    assert [(one.country, one.language) for one in reading.candidates] == [(None, "fr"), (None, None)]
    assert [(notice.row, notice.column, notice.code, notice.facts) for notice in reading.notices] == [
        (2, "Pays", P.COUNTRY_UNKNOWN, {"rows": 2}),
        (3, "Langue", P.LANGUAGE_UNKNOWN, {"rows": 1}),
    ]


def test_numbers_keep_their_zeros_and_lose_the_decimals_of_a_data_tool() -> None:
    assert one_invoice({"N° facture": "000123"}).candidates[0].number == "000123"
    reading = invoices("Numéro;Client;Total\n193001.0;A;1\n193002.0;A;1\n")
    assert [one.number for one in reading.candidates] == ["193001", "193002"]
    mixed = invoices("Numéro;Client;Total\n1.0;A;1\nV1.1;A;1\n")
    assert [one.number for one in mixed.candidates] == ["1.0", "V1.1"]


def test_a_list_of_software_with_a_day_of_payment_is_read() -> None:
    reading = invoices(
        "Numéro;Date d'émission;Client;Libellé;Montant HT;TVA;Montant TTC;Date d'échéance;Statut;Date de paiement\n"
        "F-1;01/10/2026;Dupont;Conseil;1000,00;200,00;1200,00;31/10/2026;Payée;15/10/2026\n"
        "F-2;01/10/2026;Martin;Conseil;1000,00;200,00;1200,00;31/10/2026;En retard;\n"
    )
    assert [(one.paid, one.balance, one.settled_on) for one in reading.candidates] == [
        (1200, 0, date(2026, 10, 15)),
        (None, None, None),
    ]


def test_an_english_list_is_read() -> None:
    reading = invoices(
        "*ContactName,EmailAddress,*InvoiceNumber,*InvoiceDate,*DueDate,Total,AmountPaid,AmountDue,Currency,Status\n"
        'Acme Ltd,ap@acme.co.uk,INV-1,13/10/2026,12/11/2026,"1,200.00",200.00,"1,000.00",GBP,AUTHORISED\n'
    )
    one = reading.candidates[0]
    assert (one.total, one.paid, one.balance, one.currency) == (Decimal(1200), Decimal(200), Decimal(1000), "GBP")
    assert (one.issue_date, one.due_date) == (date(2026, 10, 13), date(2026, 11, 12))


def test_an_aging_report_with_titles_and_a_total_is_read() -> None:
    reading = invoices(
        '"A/R Aging Detail"\n"As of October 31, 2026"\n\n'
        '"Date","Transaction Type","Num","Customer","Due Date","Amount","Open Balance"\n'
        '"10/01/2026","Invoice","1001","Acme","10/31/2026","1,200.00","1,000.00"\n'
        '"10/05/2026","Credit Memo","1002","Acme","10/05/2026","-200.00","-200.00"\n'
        '"TOTAL","","","","","$1,000.00","$800.00"\n'
    )
    assert reading.heading_row == 4
    assert [(one.row, one.kind, one.total, one.balance) for one in reading.candidates] == [
        (5, DocumentKind.INVOICE, Decimal(1200), Decimal(1000)),
        (6, DocumentKind.CREDIT_NOTE, Decimal(200), Decimal(200)),
    ]
    assert reading.candidates[0].issue_date == date(2026, 10, 1)
