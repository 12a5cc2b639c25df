"""RULES 2: when several reasons apply the first is the headline, and every one is listed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

import pytest

from relance.domain.book import Choose, Credit, CustomerId, DocumentStatus, Pause, Scope
from relance.domain.documents import DocumentKind
from relance.domain.eligibility import CHECKS
from relance.domain.plan import Outcome, plan
from relance.domain.program import ProgramId
from relance.domain.reasons import ReasonCode as Code
from tests.builders import TODAY, a_book, a_customer, a_policy, a_program, an_invoice, local
from tests.domain.deciding import codes, shape
from tests.domain.oracle import judge


@dataclass(frozen=True, slots=True)
class Trouble:
    """What brings one reason about: changes of the invoice, of its customer, of the policy; a program that is off."""

    invoice: dict[str, Any]
    customer: dict[str, Any]
    policy: dict[str, Any]
    credit: int = 0
    active: bool = True


def of_invoice(**changes: Any) -> Trouble:
    return Trouble(changes, {}, {})


def of_policy(**changes: Any) -> Trouble:
    return Trouble({}, {}, changes)


TROUBLES: dict[Code, Trouble] = {
    Code.KIND: of_invoice(kind=DocumentKind.QUOTE),
    Code.DRAFT: of_invoice(status=DocumentStatus.DRAFT),
    Code.CANCELLED: of_invoice(status=DocumentStatus.CANCELLED),
    Code.CREDITED: of_invoice(credited=100_000),
    Code.PAID: of_invoice(paid=100_000),
    Code.SMALL: of_policy(threshold=Decimal(2_000)),
    Code.NO_DUE_DATE: of_invoice(due_date=None),
    Code.INSOLVENCY: Trouble({}, {"insolvent": True}, {}),
    Code.NET_CREDIT: Trouble({}, {}, {}, credit=900_000),
    Code.EXCLUDED: of_invoice(excluded=True),
    Code.DISPUTED: of_invoice(disputed=True),
    Code.PROMISED: of_invoice(promised_on=TODAY),
    Code.PAUSED: of_invoice(pause=Pause()),
    Code.CUSTOMER: of_invoice(program=Choose.NEVER),
    Code.INACTIVE: of_policy(enabled=False),
    Code.PREDATES: of_policy(activated_at=datetime(2026, 6, 1, tzinfo=UTC), scope=Scope.NEW),
}
SWITCHED_OFF_PROGRAM = Trouble({}, {}, {}, active=False)

# What excludes each other by its nature: one status at a time, and nothing is small or covered once nothing is left.
NEVER_TOGETHER = {
    (Code.DRAFT, Code.CANCELLED),
    (Code.CREDITED, Code.NET_CREDIT),
    (Code.PAID, Code.NET_CREDIT),
}
ORDER = tuple(TROUBLES)


def listed(*troubles: Trouble) -> tuple[Code, ...]:
    """The reasons of an invoice with these troubles; its customer owes a second invoice, so that credit has a debt."""
    invoice, customer, policy, program = an_invoice(), a_customer(), a_policy(), a_program()
    for trouble in troubles:
        invoice = replace(invoice, **trouble.invoice)
        customer = replace(customer, **trouble.customer)
        policy = replace(policy, **trouble.policy)
        program = replace(program, active=program.active and trouble.active)
    credits = [Credit(CustomerId(1), "EUR", trouble.credit, TODAY) for trouble in troubles if trouble.credit]
    book = a_book(invoice, an_invoice(id=2), customers=[customer], credits=credits)
    programs = {ProgramId(1): program}
    decision = plan(book, programs, policy, local(TODAY)).decisions[0]
    assert shape(decision) == judge(book, programs, policy, local(TODAY))[invoice.id]
    assert decision.outcome is Outcome.NONE
    return codes(decision)


def test_the_sixteen_checks_stand_in_the_order_of_the_rules() -> None:
    assert [check.__name__.removeprefix("_") for check in CHECKS] == [code.value for code in ORDER]


@pytest.mark.parametrize("code", ORDER)
def test_each_reason_comes_about_alone(code: Code) -> None:
    also = (Code.PAID,) if code is Code.CREDITED else ()
    assert listed(TROUBLES[code]) == (code, *also)


@pytest.mark.parametrize(("first", "second"), [pair for pair in combinations(ORDER, 2) if pair not in NEVER_TOGETHER])
def test_of_two_reasons_the_first_is_the_headline_and_both_are_listed(first: Code, second: Code) -> None:
    off = SWITCHED_OFF_PROGRAM if (first, second) == (Code.INACTIVE, Code.PREDATES) else TROUBLES[first]
    found = listed(off, TROUBLES[second])
    also = {Code.PAID} if Code.CREDITED in (first, second) else set()
    assert set(found) == {first, second} | also
    assert list(found) == sorted(found, key=ORDER.index)


def test_all_neighbours_but_one_pair_can_come_together() -> None:
    apart = [pair for pair in pairwise(ORDER) if pair in NEVER_TOGETHER]
    assert apart == [(Code.DRAFT, Code.CANCELLED)]


def test_nearly_everything_at_once_is_listed_in_order() -> None:
    without = {Code.CANCELLED, Code.CREDITED, Code.PAID, Code.INACTIVE, Code.CUSTOMER}
    found = listed(*(trouble for code, trouble in TROUBLES.items() if code not in without), SWITCHED_OFF_PROGRAM)
    expected = [code for code in ORDER if code not in without or code is Code.INACTIVE]
    assert list(found) == expected
