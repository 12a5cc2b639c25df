"""What messages say of late interest and the indemnity, and to whom they say nothing of them (LEGAL 1 to 4)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relance.domain.charges import Charges, MissingRate
from relance.domain.delivery import ChannelName
from relance.domain.documents import CustomerKind
from relance.domain.merge import fill
from relance.services.messages.facts import Claim, MessageFacts
from relance.services.messages.values import conditions, values
from tests.services.facts import BEFORE_DUE, HOUSE, TODAY, a_claim, some_facts, with_charges

FIELDS = ("PENALITES", "TAUX_PENALITES", "INDEMNITE")
NOTHING = (None, None, None)
# The shape that the texts of levels 2 and 3 have.
TEXT = (
    "Payez.[si pro] Pénalités[si taux_penalites] au taux de #TAUX_PENALITES#[fin][si penalites],"
    " soit #PENALITES#[fin] et 40 €.[sinon] Intérêts au taux légal.[fin][si particulier] Particulier.[fin]"
)


def said(facts: MessageFacts, today: date = TODAY, language: str = "fr") -> tuple[str | None, ...]:
    given = values(facts, HOUSE, (), language, today)
    return tuple(given[name] for name in FIELDS)


def told(facts: MessageFacts, text: str = TEXT) -> str:
    filled = fill(text, values(facts, HOUSE, (), "fr", TODAY), conditions(facts, TODAY, attached=False))
    assert filled.missing == ()
    return filled.text


def due_on(day: date, **changes: Any) -> Claim:
    return a_claim(due_date=day, **changes)


@pytest.mark.parametrize("kind", [CustomerKind.CONSUMER, CustomerKind.UNKNOWN])
def test_a_private_person_is_never_told_of_them(kind: CustomerKind) -> None:
    """LEGAL 4."""
    facts = with_charges(some_facts(kind=kind))
    assert said(facts) == NOTHING
    assert told(facts) == "Payez. Intérêts au taux légal. Particulier."


def test_nor_would_be_one_whose_invoices_were_charged_by_mistake() -> None:
    mistaken = with_charges(some_facts()).claims
    assert said(some_facts(kind=CustomerKind.UNKNOWN, claims=mistaken)) == NOTHING


def test_a_professional_is_told_the_rate_and_the_sum() -> None:
    assert told(with_charges(some_facts())) == "Payez. Pénalités au taux de 12,40\u202f%, soit 45,74\u00a0€ et 40 €."


def test_where_they_are_switched_off_neither_penalties_nor_legal_interest_are_announced() -> None:
    facts = with_charges(some_facts(charged=False))
    assert said(facts) == NOTHING
    assert told(facts) == "Payez."
    assert told(facts, "a[si pro]b[si plusieurs]c[sinon]d[fin]e[sinon]f[fin]g") == "ag"
    assert told(facts, "a[si retard]b[sinon]c[fin]") == "ab"


def test_before_the_due_date_there_is_none() -> None:
    assert said(with_charges(some_facts(), BEFORE_DUE), BEFORE_DUE) == NOTHING


def test_the_rates_of_several_half_years_are_all_named_and_each_once() -> None:
    crossing = with_charges(some_facts(claims=(due_on(date(2026, 5, 31), balance=120_000),)))
    assert said(crossing) == ("71,10\u00a0€", "12,15\u202f% et 12,40\u202f%", "40,00\u00a0€")
    assert said(crossing, language="en") == ("€71.10", "12.15% and 12.40%", "€40.00")
    two = with_charges(some_facts(claims=(due_on(date(2026, 8, 1)), due_on(date(2026, 9, 1)))))
    assert said(two)[1] == "12,40\u202f%"


def test_a_public_buyer_is_told_the_rate_of_the_start() -> None:
    """LEGAL 3."""
    facts = some_facts(kind=CustomerKind.PUBLIC, claims=(due_on(date(2026, 5, 31), balance=120_000),))
    assert said(with_charges(facts)) == ("58,40\u00a0€", "10,15\u202f%", "40,00\u00a0€")


def test_an_sms_has_plain_signs_alone() -> None:
    facts = some_facts(channel=ChannelName.SMS, claims=(due_on(date(2026, 5, 31), balance=120_000),))
    assert said(with_charges(facts)) == ("71,10 EUR", "12,15 % et 12,40 %", "40,00 EUR")


def test_a_missing_rate_leaves_the_figures_out_and_the_message_goes() -> None:
    """LEGAL 1: never extrapolated; one invoice without its rate would make the sum wrong."""
    unknown = Charges("EUR", TODAY, interest=None, indemnity=4_000, missing=(MissingRate(date(2027, 1, 1)),))
    (known,) = with_charges(some_facts()).claims
    facts = some_facts(claims=(known, a_claim(invoice_id=2, number="F-2", charges=unknown)))
    assert said(facts) == (None, None, "80,00\u00a0€")
    assert told(facts) == "Payez. Pénalités et 40 €."


def test_invoices_in_another_currency_carry_interest_and_no_forty_euros() -> None:
    """LEGAL 2."""
    assert said(with_charges(some_facts(claims=(a_claim(currency="USD"),)))) == ("45,74\u00a0$US", "12,40\u202f%", None)


def test_less_than_half_a_cent_is_not_announced() -> None:
    facts = with_charges(some_facts(claims=(a_claim(balance=1),)))
    assert said(facts) == (None, None, "40,00\u00a0€")


def test_a_rate_of_the_firms_terms_is_the_one_that_is_named() -> None:
    assert said(with_charges(some_facts(), contract_rate=Decimal("9.125")))[1] == "9,125\u202f%"
