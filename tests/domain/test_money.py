"""Amounts in and out of minor units."""

from decimal import Decimal

import pytest

from relance.domain.money import to_decimal, to_minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        pytest.param("1234.56", "EUR", 123_456, id="cents"),
        pytest.param("0.005", "EUR", 1, id="half a cent is rounded up"),
        pytest.param("-0.005", "EUR", -1, id="and away from zero below it"),
        pytest.param("0.0049", "EUR", 0, id="less than half is rounded down"),
        pytest.param("1000", "XPF", 1_000, id="no decimals"),
        pytest.param("999.5", "JPY", 1_000, id="no decimals, rounded"),
        pytest.param("1.2345", "TND", 1_235, id="three decimals"),
        pytest.param("99999999999.99", "EUR", 9_999_999_999_999, id="a very large amount"),
    ],
)
def test_an_amount_becomes_whole_minor_units(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "shown"), [(5, "EUR", "0.05"), (1_000, "XPF", "1000"), (-1_235, "TND", "-1.235")]
)
def test_minor_units_become_an_amount_with_the_decimals_of_its_currency(minor: int, currency: str, shown: str) -> None:
    assert str(to_decimal(minor, currency)) == shown
    assert to_minor(to_decimal(minor, currency), currency) == minor
