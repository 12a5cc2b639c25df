"""Amounts as firms write them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.importers.amounts import DecimalMark, Money, decimal_mark, is_ambiguous, parse_amount
from relance.importers.reading import BadValue, ProblemCode

COMMA, DOT = DecimalMark.COMMA, DecimalMark.DOT

WRITTEN = {
    "French with a plain space": ("1 234,56", "1234.56", None),
    "French with a no-break space": ("1\u00a0234,56", "1234.56", None),
    "French with a narrow no-break space": ("1\u202f234,56", "1234.56", None),
    "French with a thin space": ("1\u2009234,56", "1234.56", None),
    "German": ("1.234,56", "1234.56", None),
    "English": ("1,234.56", "1234.56", None),
    "Swiss": ("1'234.56", "1234.56", None),
    "Swiss with a curly apostrophe": ("1’234.56", "1234.56", None),
    "one decimal": ("1234.5", "1234.5", None),
    "no decimals": ("1200", "1200", None),
    "grouped without decimals": ("1 200 000", "1200000", None),
    "millions with dots": ("1.234.567", "1234567", None),
    "millions with commas": ("1,234,567", "1234567", None),
    "millions with commas and cents": ("1,234,567.89", "1234567.89", None),
    "zero": ("0,00", "0", None),
    "less than one": (",50", "0.5", None),
    "three decimals after a zero": ("0,125", "0.125", None),
    "four digits before three": ("1234,567", "1234.567", None),
    "minus": ("-12,00", "-12", None),
    "minus sign": ("−12,00", "-12", None),
    "minus with a space": ("- 12,00", "-12", None),
    "minus behind": ("12,00-", "-12", None),
    "parentheses": ("(1 200,00)", "-1200", None),
    "parentheses and a currency": ("(1 200,00 €)", "-1200", "EUR"),
    "plus": ("+12,00", "12", None),
    "euro sign": ("1 234,56 €", "1234.56", "EUR"),
    "euro sign glued": ("12,00€", "12", "EUR"),
    "euro sign first": ("€1,234.56", "1234.56", "EUR"),
    "minus before the sign": ("-€5.00", "-5", "EUR"),
    "minus after the sign": ("€-5.00", "-5", "EUR"),
    "code": ("1 234,56 EUR", "1234.56", "EUR"),
    "code in small letters": ("12.50 usd", "12.5", "USD"),
    "dollar": ("$1,234.50", "1234.5", "USD"),
    "pound": ("£12.50", "12.5", "GBP"),
    "another code": ("CHF 12.50", "12.5", "CHF"),
    "tax included": ("1 200,00 € TTC", "1200", "EUR"),
}
REFUSED = {
    "a percentage": "20 %",
    "words": "douze euros",
    "a net amount": "1 200,00 HT",
    "two signs": "--5",
    "minus in parentheses": "(-5)",
    "half a parenthesis": "(5",
    "two currencies": "€ 5 USD",
    "an unknown currency": "5 zlotys",
    "badly grouped by spaces": "12 34",
    "badly grouped by commas": "1,23,456",
    "two decimal marks": "1,234,56",
    "two marks and the wrong groups": "1.23,456.7",
    "an exponent": "1e5",
    "a date": "31/12/2026",
    "a time": "12:30",
    "a mark without decimals": "12,",
    "Arabic digits": "١٢",
    "a formula": "=1+1",
}


@pytest.mark.parametrize(("text", "amount", "currency"), WRITTEN.values(), ids=WRITTEN.keys())
def test_an_amount_reads_the_same_under_any_decimal_mark(text: str, amount: str, currency: str | None) -> None:
    for mark in (COMMA, DOT, None):
        assert parse_amount(text, mark) == Money(Decimal(amount), currency)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as bad:
        parse_amount(text, COMMA)
    assert bad.value.code is ProblemCode.AMOUNT_UNREADABLE


@pytest.mark.parametrize("text", ["", "  ", "-", "–", " -   € ", "- EUR"])
def test_an_empty_cell_and_an_accountant_s_dash_are_no_amount(text: str) -> None:
    assert parse_amount(text, COMMA) is None


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [("1,234", COMMA, "1.234"), ("1,234", DOT, "1234"), ("1.234", COMMA, "1234"), ("1.234", DOT, "1.234")],
)
def test_one_group_of_three_digits_depends_on_the_decimal_mark(text: str, mark: DecimalMark, amount: str) -> None:
    assert is_ambiguous(text)
    assert decimal_mark(text) is None
    assert parse_amount(text, mark) == Money(Decimal(amount))


def test_one_group_of_three_digits_is_refused_without_a_decimal_mark() -> None:
    with pytest.raises(BadValue) as bad:
        parse_amount("-1,234 €", None)
    assert bad.value.code is ProblemCode.AMOUNT_AMBIGUOUS


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("12,50", COMMA),
        ("12.5", DOT),
        ("1 234,56", COMMA),
        ("1,234.56", DOT),
        ("1,234,567", DOT),
        ("1.234.567", COMMA),
        ("0,123", COMMA),
        ("1200", None),
        ("1 200", None),
        ("", None),
        ("text", None),
    ],
)
def test_a_cell_proves_its_decimal_mark(text: str, mark: DecimalMark | None) -> None:
    assert decimal_mark(text) is mark


def test_an_amount_of_a_trillion_is_refused() -> None:
    with pytest.raises(BadValue) as bad:
        parse_amount("1000000000000", COMMA)
    assert bad.value.code is ProblemCode.AMOUNT_TOO_LARGE


def _grouped(cents: int, separator: str, mark: str) -> str:
    units = f"{cents // 100:,}".replace(",", separator)
    return f"{units}{mark}{cents % 100:02}"


@settings(deadline=None)
@given(
    cents=st.integers(0, 10**13),
    style=st.sampled_from(
        [
            (" ", ","),
            ("\u00a0", ","),
            ("\u202f", ","),
            ("\u2009", "."),
            (".", ","),
            (",", "."),
            ("'", "."),
            ("", ","),
            ("", "."),
        ]
    ),
    sign=st.sampled_from(["{}", "-{}", "- {}", "{}-", "({})", "+{}"]),
    beside=st.sampled_from(["{}", "{} €", "{}€", "{}\u00a0EUR", "USD {}", "£{}"]),
    mark=st.sampled_from([COMMA, DOT, None]),
)
def test_any_amount_in_any_supported_form_comes_back_equal(
    cents: int, style: tuple[str, str], sign: str, beside: str, mark: DecimalMark | None
) -> None:
    text = sign.format(beside.format(_grouped(cents, *style)))
    amount = Decimal(cents).scaleb(-2)
    money = parse_amount(text, mark)
    assert money is not None
    assert money.amount == (-amount if "-" in sign or "(" in sign else amount)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_an_amount_or_a_refusal(text: str) -> None:
    try:
        money = parse_amount(text, COMMA)
    except BadValue:
        return
    assert money is None or money.amount.is_finite()
