"""The SEPA code (LEGAL 12)."""

from decimal import Decimal

import pytest

from relance.channels.letter.qr import LONGEST_PAYLOAD, epc_payload, modules
from relance.channels.letter.values import LetterError, LetterFault

IBAN = "FR7630004000031234567890143"


def payload(
    name: str = "Bonnet Conseil",
    iban: str = IBAN,
    bic: str = "BNPAFRPP",
    amount: str = "6172.50",
    currency: str = "EUR",
    reference: str = "F-1",
) -> str | None:
    return epc_payload(name, iban, bic, Decimal(amount), currency, reference)


def said(line: int, **changes: str) -> str:
    text = payload(**changes)
    assert text is not None
    return text.split("\n")[line - 1]


def test_the_lines_stand_in_the_order_of_the_standard() -> None:
    assert payload() == f"BCD\n002\n1\nSCT\nBNPAFRPP\nBonnet Conseil\n{IBAN}\nEUR6172.50\n\n\nF-1"


def test_spaces_of_an_iban_are_left_out_and_an_unsound_bic_too() -> None:
    assert said(7, iban="fr76 3000 4000 0312 3456 7890 143") == IBAN
    assert said(5, bic="nonsense!") == ""


def test_a_structured_reference_has_its_own_line() -> None:
    assert said(10, reference="RF18 5390 0754 7034") == "RF18539007547034"
    assert said(11, reference="RF19 5390 0754 7034") == "RF19 5390 0754 7034"


def test_nothing_follows_the_last_line_used() -> None:
    text = payload(reference="")
    assert text is not None
    assert text.endswith("EUR6172.50")


def test_a_name_is_cut_at_70_bytes_and_never_within_a_letter() -> None:
    assert said(6, name="é" * 80) == "é" * 35
    assert said(11, reference="x" * 200) == "x" * 140


def test_line_breaks_in_a_value_add_no_line() -> None:
    assert said(6, name="Bonnet\nConseil\r\n\x00") == "Bonnet Conseil"
    assert said(11, reference="F-1\nF-2") == "F-1 F-2"


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "CHF"},
        {"name": " \n"},
        {"iban": ""},
        {"iban": "FR7630004000031234567890144"},
        {"iban": "GB33BUKB20201555555555", "bic": ""},
        {"amount": "0"},
        {"amount": "0.009"},
        {"amount": "10.005"},
        {"amount": "1000000000"},
        {"amount": "-1"},
        {"amount": "NaN"},
        {"amount": "Infinity"},
    ],
)
def test_what_the_standard_cannot_say_gives_no_code(changes: dict[str, str]) -> None:
    assert payload(**changes) is None


@pytest.mark.parametrize("amount", ["0.01", "999999999.99"])
def test_the_bounds_of_the_amount_are_within(amount: str) -> None:
    assert said(8, amount=amount) == f"EUR{amount}"


def test_the_longest_payload_is_version_13() -> None:
    code = modules("x" * LONGEST_PAYLOAD)
    assert code.side == 69
    assert len(code.rows) == 69 * 9 * 2


@pytest.mark.parametrize("text", ["", "x" * (LONGEST_PAYLOAD + 1), "é" * 200])
def test_a_payload_past_version_13_is_refused(text: str) -> None:
    with pytest.raises(LetterError) as refused:
        modules(text)
    assert refused.value.code is LetterFault.BAD_QR


def test_the_bitmap_begins_with_the_corner_that_readers_look_for() -> None:
    code = modules("x")
    width = len(code.rows) // code.side
    rows = [bin(int(code.rows[n * width : (n + 1) * width], 16) + (1 << width * 4))[3:] for n in range(code.side)]
    assert [row[:8] for row in rows[:7]] == [
        "11111110",
        "10000010",
        "10111010",
        "10111010",
        "10111010",
        "10000010",
        "11111110",
    ]
