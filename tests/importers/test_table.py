"""From text to headings and rows."""

import pytest

from relance.importers.reading import ProblemCode, ReadOptions, Unreadable, UnreadableCode
from tests.importers.files import HEADINGS, ROW, invoices, problems

SEPARATED = {
    "semicolons": (f"{HEADINGS}\n{ROW}\n", ";"),
    "tabs": (f"{HEADINGS}\n{ROW}\n".replace(";", "\t"), "\t"),
    "bars": (f"{HEADINGS}\n{ROW}\n".replace(";", "|"), "|"),
    "commas": ("Invoice number,Client,Amount\nF-1,Dupont SARL,1200.00\n", ","),
    "commas inside the amounts": (f"{HEADINGS}\n{ROW}\n{ROW.replace('F-1', 'F-2')}", ";"),
    "commas inside quotes": ('Invoice number,Client,Amount\nF-1,"Dupont SARL","1,200.00"\n', ","),
    "Windows line ends": (f"{HEADINGS}\r\n{ROW}\r\n", ";"),
    "old Mac line ends": (f"{HEADINGS}\r{ROW}\r", ";"),
    "a first line with many commas": (f"Export, le 1er, à Paris, France, Europe\n{HEADINGS}\n{ROW}\n", ";"),
    "Excel's own first line": (f"sep=;\n{HEADINGS}\n{ROW}\n", ";"),
}


@pytest.mark.parametrize(("text", "separator"), SEPARATED.values(), ids=SEPARATED.keys())
def test_the_separator_is_found(text: str, separator: str) -> None:
    reading = invoices(text)
    assert reading.separator == separator
    assert [(one.number, one.customer_name, int(one.total)) for one in reading.candidates][0] == (
        "F-1",
        "Dupont SARL",
        1200,
    )


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    reading = invoices(
        'Factures au 31/10/2026\n\nN° facture;Client;Montant TTC\nF-1;"Dupont\nSARL";10,00\n;;\nF-2;Martin;20,00\n'
    )
    assert reading.heading_row == 3
    assert [(one.row, one.customer_name) for one in reading.candidates] == [(4, "Dupont SARL"), (6, "Martin")]
    assert reading.row_count == 2


def test_excel_s_own_first_line_has_no_row_number() -> None:
    assert invoices(f"sep=;\n{HEADINGS}\n{ROW}\n").candidates[0].row == 2


def test_blank_columns_and_repeated_headings_are_left_out() -> None:
    headings = "N° facture;;Client;Montant TTC;;\n"
    reading = invoices(f"{headings}F-1;note;Dupont;10,00;;\n{headings}F-2;;Martin;20,00;;\n")
    assert [one.number for one in reading.candidates] == ["F-1", "F-2"]
    assert [column.heading for column in reading.columns] == ["N° facture", "", "Client", "Montant TTC"]


def test_a_row_that_is_too_long_is_a_problem_and_a_short_one_is_not() -> None:
    reading = invoices("N° facture;Client;Montant TTC;Ville\nF-1;Dupont;10,00;Paris;extra\nF-2;Martin;20,00\n")
    assert problems(reading) == [(2, "", ProblemCode.EXTRA_CELLS)]
    assert reading.problems[0].value == "extra"
    assert [one.number for one in reading.candidates] == ["F-2"]


def test_an_unquoted_decimal_comma_in_a_comma_file_is_a_problem() -> None:
    reading = invoices("Invoice number,Client,Amount\nF-1,Dupont,1200,50\n")
    assert problems(reading) == [(2, "", ProblemCode.EXTRA_CELLS)]
    assert not reading.candidates


def test_a_row_without_the_cells_it_needs_is_a_problem() -> None:
    reading = invoices("N° facture;Client;Montant TTC\nF-1;Dupont;10,00\nF-2\n")
    assert problems(reading) == [(3, "Client", ProblemCode.CUSTOMER_MISSING)]


def test_quotes_in_a_name_are_no_harm() -> None:
    reading = invoices('N° facture;Client;Montant TTC\nF-1;"Le Bistrot" SARL;10,00\nF-2;Écran 24";20,00\n')
    assert [one.customer_name for one in reading.candidates] == ["Le Bistrot SARL", 'Écran 24"']


def test_a_quote_that_swallows_lines_is_refused() -> None:
    text = 'N° facture;Client;Montant TTC\nF-1;"Dupont;10,00\nF-2;"Martin";20,00\nF-3;Durand;30,00\n'
    with pytest.raises(Unreadable) as refusal:
        invoices(text)
    assert refusal.value.code is UnreadableCode.BROKEN_QUOTES


def test_cells_wrapped_to_stay_text_are_unwrapped() -> None:
    reading = invoices('N° facture;Client;Montant TTC\n"=""0012""";Dupont;10,00\n')
    assert reading.candidates[0].number == "0012"


TOTALS = {
    "a label in place of the number": "Total;;;;1 200,00",
    "a label in place of the customer": ";Total général;;;1 200,00",
    "a label in place of the date": ";;TOTAL;;1 200,00",
    "a sum without a label": ";;;;1 200,00",
    "totals of several columns": "Totaux :;;;;1 200,00",
}


@pytest.mark.parametrize("total", TOTALS.values(), ids=TOTALS.keys())
def test_a_total_at_the_bottom_is_skipped_and_told(total: str) -> None:
    reading = invoices(f"{HEADINGS}\n{ROW}\n\n{total}\n")
    assert len(reading.candidates) == 1
    assert not reading.problems
    assert [(notice.row, notice.code) for notice in reading.notices] == [(4, ProblemCode.TOTAL_ROW_SKIPPED)]


NOT_TOTALS = {
    "a customer": ";Dupont;;;1 200,00",
    "a customer and a date": ";Dupont;01/10/2026;;1 200,00",
    "a date": ";;01/10/2026;;1 200,00",
}


@pytest.mark.parametrize("row", NOT_TOTALS.values(), ids=NOT_TOTALS.keys())
def test_a_row_that_merely_lacks_its_number_is_a_problem(row: str) -> None:
    reading = invoices(f"{HEADINGS}\n{ROW}\n{row}\n")
    assert (3, "N° facture", ProblemCode.NUMBER_MISSING) in problems(reading)


def test_a_customer_named_total_with_a_number_is_a_customer() -> None:
    reading = invoices(f"{HEADINGS}\n{ROW}\nF-2;Total Énergies;01/10/2026;31/10/2026;10,00\n")
    assert [one.customer_name for one in reading.candidates] == ["Dupont SARL", "Total Énergies"]


REFUSED = {
    "no headings": ("F-1;Dupont;1 200,00;31/10/2026\nF-2;Martin;10,00;31/10/2026\n", UnreadableCode.NO_HEADING_ROW),
    "headings alone": (HEADINGS, UnreadableCode.NO_ROWS),
    "headings and blank rows": (f"{HEADINGS}\n;;;;\n", UnreadableCode.NO_ROWS),
    "separators alone": (";;;\n;;;\n", UnreadableCode.EMPTY),
    "501 columns": (HEADINGS + "\n" + ";".join("x" * 501), UnreadableCode.TOO_MANY_COLUMNS),
    "a row too many": (HEADINGS + "\na;b" * 200_001, UnreadableCode.TOO_MANY_ROWS),
    "a million short lines": ("a\n" * 1_000_000, UnreadableCode.TOO_MANY_ROWS),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_is_no_list_is_refused(text: str, code: UnreadableCode) -> None:
    with pytest.raises(Unreadable) as refusal:
        invoices(text)
    assert refusal.value.code is code


@pytest.mark.parametrize("separator", ["", ";;", "\n", '"', " "])
def test_a_separator_that_can_not_be_one_never_crashes(separator: str) -> None:
    try:
        reading = invoices(f"{HEADINGS}\n{ROW}\n", ReadOptions(separator=separator))
    except Unreadable as refusal:
        assert refusal.code in (
            UnreadableCode.WRONG_SEPARATOR,
            UnreadableCode.NO_HEADING_ROW,
            UnreadableCode.BROKEN_QUOTES,
        )
        return
    assert not reading.candidates or separator == ""


def test_the_user_s_separator_is_followed() -> None:
    reading = invoices("N° facture/Client/Montant TTC\nF-1/Dupont/10,00\n", ReadOptions(separator="/"))
    assert reading.candidates[0].customer_name == "Dupont"
