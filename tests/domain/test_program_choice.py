"""RULES 1.4: which program an invoice follows."""

import pytest

from relance.domain.book import Choose, ProgramChoice
from relance.domain.program import ProgramId
from relance.domain.reasons import ReasonCode
from tests.builders import TODAY, a_customer, a_policy, a_program, an_invoice
from tests.domain.deciding import Situation, codes, decide

INHERIT, NEVER = Choose.INHERIT, Choose.NEVER
ONE, TWO, THREE, GENERAL, GONE = (ProgramId(number) for number in (1, 2, 3, 4, 5))
PROGRAMS = tuple(a_program(id=program) for program in (TWO, THREE, GENERAL))


@pytest.mark.parametrize(
    ("invoice", "customer", "group", "general", "followed"),
    [
        pytest.param(ONE, TWO, THREE, GENERAL, ONE, id="the invoice's own choice comes first"),
        pytest.param(INHERIT, TWO, THREE, GENERAL, TWO, id="then the customer's"),
        pytest.param(INHERIT, INHERIT, THREE, GENERAL, THREE, id="then its group's"),
        pytest.param(INHERIT, INHERIT, INHERIT, GENERAL, GENERAL, id="then the general one"),
        pytest.param(ONE, NEVER, NEVER, GENERAL, ONE, id="a chosen program wins over the customer's never"),
        pytest.param(INHERIT, TWO, NEVER, GENERAL, TWO, id="the customer's program wins over its group's never"),
        pytest.param(NEVER, TWO, THREE, GENERAL, None, id="the invoice is never chased"),
        pytest.param(INHERIT, NEVER, THREE, GENERAL, None, id="the customer is never chased"),
        pytest.param(INHERIT, INHERIT, NEVER, GENERAL, None, id="the group is never chased"),
        pytest.param(INHERIT, INHERIT, INHERIT, None, None, id="nothing was chosen anywhere"),
        pytest.param(GONE, TWO, THREE, GENERAL, None, id="a program that isn't there any more"),
    ],
)
def test_the_nearest_choice_decides(
    invoice: ProgramChoice,
    customer: ProgramChoice,
    group: ProgramChoice,
    general: ProgramId | None,
    followed: ProgramId | None,
) -> None:
    decision = decide(
        Situation(
            an_invoice(program=invoice),
            others=PROGRAMS,
            customer=a_customer(program=customer, group_program=group),
            policy=a_policy(general_program=general),
        ),
        TODAY,
    )
    assert decision.program == followed
    assert codes(decision) == (() if followed else (ReasonCode.CUSTOMER,))
