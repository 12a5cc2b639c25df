"""Late interest and the fixed indemnity (LEGAL 1 to 5): the vectors, the cases, the laws."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain.charges import Charges, Debt, MissingRate, Settled, Terms, WhyNone, charges, is_under_floor
from relance.domain.documents import CustomerKind
from relance.domain.late_rates import HalfYearRates, RateTable, half_year, half_years, next_half_year
from tests.domain.effort import examples

H1, H2 = date(2026, 1, 1), date(2026, 7, 1)
RATES: RateTable = {
    date(2025, 7, 1): HalfYearRates(Decimal("2.15"), Decimal("2.76")),
    H1: HalfYearRates(Decimal("2.15"), Decimal("2.62")),
    H2: HalfYearRates(Decimal("2.40"), Decimal("2.75")),
}
DUE, UNTIL = date(2026, 5, 31), date(2026, 11, 22)
COMPANY, PUBLIC = Terms(CustomerKind.COMPANY), Terms(CustomerKind.PUBLIC)


def a_debt(**changes: Any) -> Debt:
    return replace(Debt(120_000, "EUR", DUE), **changes)


def found(until: date = UNTIL, terms: Terms = COMPANY, **changes: Any) -> Charges:
    return charges(a_debt(**changes), terms, RATES, until)


def test_a_company_owes_the_rate_of_each_half_year_it_crosses() -> None:
    """LEGAL 1, test vector: 30 days at 12.15 % and 145 at 12.40 %, summed and then rounded."""
    one = found()
    assert [(each.days, each.rate) for each in one.slices] == [(30, Decimal("12.15")), (145, Decimal("12.40"))]
    assert [str(round(each.amount or 0)) for each in one.slices] == ["1198", "5911"]  # which would make 71.09
    assert (one.interest, one.indemnity, one.total) == (7_110, 4_000, 11_110)
    assert (one.slices[0].first, one.slices[0].last) == (date(2026, 6, 1), date(2026, 6, 30))
    assert (one.slices[1].first, one.slices[1].last) == (H2, UNTIL)


def test_a_public_buyer_owes_the_rate_of_the_start_for_the_whole_delay() -> None:
    """LEGAL 3, test vector: 175 days at 10.15 %."""
    one = found(terms=PUBLIC)
    assert [(each.days, each.rate, each.rate_of) for each in one.slices] == [(175, Decimal("10.15"), H1)]
    assert (one.interest, one.indemnity) == (5_840, 4_000)


@pytest.mark.parametrize(
    ("terms", "changes", "why"),
    [
        (Terms(CustomerKind.CONSUMER), {}, WhyNone.CONSUMER),
        (Terms(CustomerKind.UNKNOWN), {}, WhyNone.UNKNOWN_KIND),
        (Terms(CustomerKind.COMPANY, firm_claims=False), {}, WhyNone.FIRM_OFF),
        (Terms(CustomerKind.PUBLIC, customer_claims=False), {}, WhyNone.CUSTOMER_OFF),
        (Terms(CustomerKind.COMPANY, insolvent=True), {}, WhyNone.INSOLVENT),
        (Terms(CustomerKind.CONSUMER, contract_rate=Decimal(12)), {}, WhyNone.CONSUMER),
        (COMPANY, {"asks": False}, WhyNone.NOT_ASKED),
        (COMPANY, {"due": None}, WhyNone.NO_DUE_DATE),
        (COMPANY, {"due": UNTIL}, WhyNone.NOT_DUE),
        (COMPANY, {"due": date.max}, WhyNone.NOT_DUE),
        (COMPANY, {"total": 0}, WhyNone.ON_TIME),
        (COMPANY, {"total": -500}, WhyNone.ON_TIME),
        (COMPANY, {"payments": (Settled(DUE, 120_000),)}, WhyNone.ON_TIME),
        (COMPANY, {"payments": (Settled(date.min, 130_000),)}, WhyNone.ON_TIME),
        (COMPANY, {"credits": (Settled(date(2026, 9, 1), 120_000),)}, WhyNone.CREDITED),
    ],
)
def test_where_nothing_is_due_the_reason_is_given(terms: Terms, changes: dict[str, Any], why: WhyNone) -> None:
    """LEGAL 1 to 4."""
    one = found(terms=terms, **changes)
    assert (one.why_none, one.interest, one.indemnity, one.slices, one.missing) == (why, 0, 0, (), ())


def test_the_due_day_costs_nothing_and_the_day_after_one_day() -> None:
    assert found(DUE).why_none is WhyNone.NOT_DUE
    one = found(DUE + timedelta(days=1))
    assert [each.days for each in one.slices] == [1]
    assert one.interest == 40  # 1 200.00 x 12.15 % / 365 = 0.399
    assert one.indemnity == 4_000


def test_a_part_payment_lowers_the_base_from_the_day_after_it() -> None:
    """LEGAL 1: the day of the payment is still late. LEGAL 5: it counts on the principal."""
    one = found(date(2026, 6, 30), payments=(Settled(date(2026, 6, 10), 50_000),))
    assert [(each.days, each.base) for each in one.slices] == [(10, 120_000), (20, 70_000)]
    assert one.interest == 865  # 3.9945 + 4.6603


def test_an_invoice_paid_late_keeps_what_had_run_until_it_was_paid() -> None:
    one = found(payments=(Settled(date(2026, 6, 10), 120_000),))
    assert [(each.last, each.days) for each in one.slices] == [(date(2026, 6, 10), 10)]
    assert (one.interest, one.indemnity) == (399, 4_000)


def test_the_indemnity_is_due_once_though_a_part_alone_was_late() -> None:
    """LEGAL 2."""
    assert found(payments=(Settled(DUE, 119_900),)).indemnity == 4_000


def test_a_credit_note_counts_from_the_day_after_its_own() -> None:
    one = found(date(2026, 6, 30), credits=(Settled(date(2026, 6, 15), 20_000),))
    assert [(each.days, each.base) for each in one.slices] == [(15, 120_000), (15, 100_000)]


def test_a_payment_still_to_come_changes_nothing() -> None:
    assert found(payments=(Settled(UNTIL, 120_000), Settled(date.max, 120_000))) == found()


def test_a_payment_taken_back_is_owed_again_from_the_day_after() -> None:
    back = (Settled(date(2026, 6, 10), 120_000), Settled(date(2026, 6, 20), -120_000))
    one = found(date(2026, 6, 30), payments=back)
    assert [(each.first.day, each.days) for each in one.slices] == [(1, 10), (21, 10)]


def test_a_payment_and_its_taking_back_on_one_day_leave_one_stretch() -> None:
    same = (Settled(date(2026, 6, 10), 5_000), Settled(date(2026, 6, 10), -5_000))
    assert found(payments=same) == found()


def test_what_was_overpaid_earns_nothing_back() -> None:
    paid = (Settled(date(2026, 6, 10), 500_000), Settled(date(2026, 6, 20), -400_000))
    assert [each.base for each in found(date(2026, 6, 30), payments=paid).slices] == [120_000, 20_000]


def test_a_missing_half_year_is_named_and_never_made_up() -> None:
    """LEGAL 1: never extrapolated."""
    one = found(date(2027, 2, 1))
    assert one.missing == (MissingRate(date(2027, 1, 1)),)
    assert (one.interest, one.total) == (None, None)
    assert one.indemnity == 4_000
    assert [each.rate for each in one.slices] == [Decimal("12.15"), Decimal("12.40"), None]
    assert one.slices[2].amount is None


def test_each_missing_half_year_is_named_once() -> None:
    paid = (Settled(date(2027, 1, 10), 10), Settled(date(2027, 1, 20), 10))
    assert found(date(2027, 8, 1), payments=paid).missing == (
        MissingRate(date(2027, 1, 1)),
        MissingRate(date(2027, 7, 1)),
    )


def test_a_public_buyers_rate_needs_the_half_year_of_the_start_alone() -> None:
    assert found(date(2027, 2, 1), terms=PUBLIC).missing == ()
    before = found(terms=PUBLIC, due=date(2024, 6, 30))
    assert before.missing == (MissingRate(date(2024, 7, 1)),)


def test_the_rate_of_the_firms_terms_replaces_the_legal_one_for_a_company_alone() -> None:
    contract = Decimal("15.000")
    one = found(terms=replace(COMPANY, contract_rate=contract))
    assert [(each.days, each.rate) for each in one.slices] == [(175, contract)]
    assert one.interest == 8_630  # 1 200.00 x 15 % x 175 / 365
    assert one.under_floor == ()
    assert found(terms=replace(PUBLIC, contract_rate=contract)) == found(terms=PUBLIC)
    assert found(date(2027, 2, 1), terms=replace(COMPANY, contract_rate=contract)).missing == ()


def test_a_rate_under_three_times_the_legal_one_is_told_and_used_as_it_is() -> None:
    """LEGAL 1: 3 x 2.62 = 7.86 in the first half of 2026, 3 x 2.75 = 8.25 in the second."""
    one = found(terms=replace(COMPANY, contract_rate=Decimal(8)))
    assert one.under_floor == (H2,)
    assert one.rates == (Decimal(8),)
    assert found(terms=replace(COMPANY, contract_rate=Decimal("8.25"))).under_floor == ()
    assert found(terms=replace(COMPANY, contract_rate=Decimal(5))).under_floor == (H1, H2)
    assert found(terms=replace(PUBLIC, contract_rate=Decimal(5))).under_floor == ()
    assert not is_under_floor(Decimal(1), date(1999, 1, 1), RATES)


def test_the_indemnity_is_in_euros_only_and_interest_in_any_currency() -> None:
    """LEGAL 2: the forty euros aren't converted."""
    dollars, yen = found(currency="USD"), found(currency="JPY", total=120_000)
    assert (dollars.interest, dollars.indemnity) == (7_110, 0)
    assert (yen.interest, yen.indemnity) == (7_110, 0)


def test_a_leap_year_has_365_days_too() -> None:
    table = {date(2024, 1, 1): HalfYearRates(Decimal("4.50"))}
    one = charges(Debt(36_500, "EUR", date(2024, 1, 31)), COMPANY, table, date(2024, 3, 1))
    assert [each.days for each in one.slices] == [30]
    assert one.interest == 435  # 365.00 x 14.50 % x 30 / 365 = 4.35


@pytest.mark.parametrize(
    ("day", "first"),
    [(date(2026, 6, 30), H1), (H2, H2), (date(2026, 12, 31), H2), (H1, H1), (date.max, date(9999, 7, 1))],
)
def test_a_half_year_begins_in_january_or_july(day: date, first: date) -> None:
    assert half_year(day) == first


def test_half_years_follow_one_another() -> None:
    assert half_years(date(2025, 12, 31), H2) == (date(2025, 7, 1), H1, H2)
    assert next_half_year(date(2026, 7, 1)) == date(2027, 1, 1)


# The laws, on random debts.

percents = st.decimals(0, 20, places=3)
days = st.dates(date(2020, 1, 1), date(2026, 12, 31))
parts = st.lists(st.builds(Settled, days, st.integers(1, 10**7)), max_size=4).map(tuple)
debts = st.builds(Debt, st.integers(1, 10**8), st.sampled_from(("EUR", "USD", "JPY", "TND")), days, parts, parts)
everyone = st.builds(
    Terms,
    st.sampled_from(tuple(CustomerKind)),
    st.booleans(),
    st.booleans(),
    st.sampled_from((False, False, True)),
    st.one_of(st.none(), percents),
)
professionals = st.builds(
    Terms, st.sampled_from((CustomerKind.COMPANY, CustomerKind.PUBLIC)), contract_rate=st.one_of(st.none(), percents)
)
HALVES = half_years(date(2020, 1, 1), date(2027, 6, 30))
tables = st.lists(percents, min_size=len(HALVES), max_size=len(HALVES)).map(
    lambda rates: {half: HalfYearRates(rate, rate) for half, rate in zip(HALVES, rates, strict=True)}
)


def day_by_day(debt: Debt, terms: Terms, table: RateTable, until: date) -> Fraction:
    """The same interest counted one day at a time, exactly; for the laws alone."""
    assert debt.due is not None
    total, began = Fraction(0), None
    for number in range(1, (until - debt.due).days + 1):
        day = debt.due + timedelta(days=number)
        base = debt.total - sum(one.amount for one in (*debt.payments, *debt.credits) if one.on < day)
        if base > 0:
            began = began or half_year(day)
            rate = table[half_year(day)].company
            if terms.kind is CustomerKind.PUBLIC:
                rate = table[began].public
            elif terms.contract_rate is not None:
                rate = terms.contract_rate
            assert rate is not None
            total += base * Fraction(rate) / 36_500
    return total


@examples(4)
@given(debts, professionals, tables, days)
def test_interest_is_that_of_each_day_added_up(debt: Debt, terms: Terms, table: RateTable, until: date) -> None:
    one = charges(debt, terms, table, until)
    if one.why_none is None:
        assert one.interest is not None
        exact = day_by_day(debt, terms, table, until)
        assert abs(one.interest - exact) <= Fraction(1, 2)
        assert (one.interest, one.slices != ()) == (int(exact + Fraction(1, 2)), True)


@examples(8)
@given(debts, everyone, tables, days, st.builds(Settled, days, st.integers(1, 10**8)))
def test_a_payment_more_never_raises_interest(
    debt: Debt, terms: Terms, table: RateTable, until: date, more: Settled
) -> None:
    before = charges(debt, terms, table, until)
    after = charges(replace(debt, payments=(*debt.payments, more)), terms, table, until)
    assert (after.interest or 0) <= (before.interest or 0)
    assert after.indemnity <= before.indemnity


@examples(8)
@given(debts, everyone, tables, days)
def test_slices_are_in_order_apart_and_make_the_total(debt: Debt, terms: Terms, table: RateTable, until: date) -> None:
    one = charges(debt, terms, table, until)
    assert all(each.base > 0 and each.days > 0 and each.first > (debt.due or until) for each in one.slices)
    assert all(first.last < second.first for first, second in zip(one.slices, one.slices[1:], strict=False))
    added = sum((each.amount or Decimal(0) for each in one.slices), Decimal(0))
    assert abs(added - (one.interest or 0)) <= Decimal("0.5001")


@examples(8)
@given(debts, everyone, tables, days, st.integers(1, 400))
def test_interest_only_grows_with_time(debt: Debt, terms: Terms, table: RateTable, until: date, later: int) -> None:
    soon = charges(debt, terms, table, until)
    late = charges(debt, terms, table, min(until + timedelta(days=later), date(2027, 6, 30)))
    assert (late.interest or 0) >= (soon.interest or 0)


@examples(8)
@given(debts, tables, days, st.sampled_from((CustomerKind.CONSUMER, CustomerKind.UNKNOWN)))
def test_a_consumer_never_owes_any(debt: Debt, table: RateTable, until: date, kind: CustomerKind) -> None:
    """LEGAL 4."""
    one = charges(debt, Terms(kind, contract_rate=Decimal(20)), table, until)
    assert (one.interest, one.indemnity, one.slices) == (0, 0, ())
