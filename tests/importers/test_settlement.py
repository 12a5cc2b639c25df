"""Total, paid, balance and status, made to agree."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.documents import DocumentKind
from relance.importers.candidates import CandidateStatus as S
from relance.importers.fields import Field
from relance.importers.reading import BadValue, ProblemCode
from relance.importers.settlement import Stated, settle

# What the row states: what comes out as total, paid, balance.
AGREE = {
    "a total alone": (Stated(total=D(120)), (120, None, None)),
    "a balance alone": (Stated(balance=D(120)), (120, 0, 120)),
    "a balance and a payment": (Stated(paid=D(20), balance=D(100)), (120, 20, 100)),
    "a total and a payment": (Stated(total=D(120), paid=D(20)), (120, 20, 100)),
    "a total and a balance": (Stated(total=D(120), balance=D(100)), (120, 20, 100)),
    "all three": (Stated(total=D(120), paid=D(20), balance=D(100)), (120, 20, 100)),
    "a balance below the difference": (Stated(total=D(120), paid=D(20), balance=D(70)), (120, 50, 70)),
    "a rounding of one cent": (Stated(total=D(120), paid=D(20), balance=D("100.01")), (120, D("19.99"), D("100.01"))),
    "overpaid": (Stated(total=D(120), paid=D(150)), (120, 150, -30)),
    "overpaid by its balance": (Stated(total=D(120), balance=D(-30)), (120, 150, -30)),
    "a status paid": (Stated(total=D(120), status=S.PAID), (120, 120, 0)),
    "a status paid with its amounts": (Stated(total=D(120), paid=D(120), balance=D(0), status=S.PAID), (120, 120, 0)),
    "a day of payment": (Stated(total=D(120), settled_on=date(2026, 10, 1)), (120, 120, 0)),
    "a day of payment and a balance": (
        Stated(total=D(120), balance=D(20), settled_on=date(2026, 10, 1)),
        (120, 100, 20),
    ),
    "a status late but paid in full": (Stated(total=D(120), paid=D(120), status=S.OPEN), (120, 120, 0)),
    "a part paid": (Stated(total=D(120), paid=D(20), status=S.PARTIAL), (120, 20, 100)),
    "nothing at all to pay": (Stated(total=D(0)), (0, None, None)),
    "a cancelled one": (Stated(total=D(120), status=S.CANCELLED), (120, None, None)),
}
DISAGREE = {
    "no amount": (Stated(), ProblemCode.AMOUNT_MISSING),
    "a payment alone": (Stated(paid=D(20)), ProblemCode.AMOUNT_MISSING),
    "a status paid alone": (Stated(status=S.PAID), ProblemCode.AMOUNT_MISSING),
    "a balance above the difference": (
        Stated(total=D(120), paid=D(50), balance=D(100)),
        ProblemCode.AMOUNTS_DISAGREE,
    ),
    "a balance above the total": (Stated(total=D(120), balance=D(150)), ProblemCode.AMOUNTS_DISAGREE),
    "paid with a balance": (Stated(total=D(120), balance=D(20), status=S.PAID), ProblemCode.STATUS_DISAGREES),
    "paid with a part of it": (Stated(total=D(120), paid=D(20), status=S.PAID), ProblemCode.STATUS_DISAGREES),
    "partial without amounts": (Stated(total=D(120), status=S.PARTIAL), ProblemCode.PARTIAL_WITHOUT_AMOUNT),
    "partial with a day of payment": (
        Stated(total=D(120), status=S.PARTIAL, settled_on=date(2026, 10, 1)),
        ProblemCode.PARTIAL_WITHOUT_AMOUNT,
    ),
}


@pytest.mark.parametrize(("stated", "amounts"), AGREE.values(), ids=AGREE.keys())
def test_amounts_are_made_to_agree(stated: Stated, amounts: tuple[D | None, D | None, D | None]) -> None:
    settled = settle(stated)
    assert (settled.total, settled.paid, settled.balance) == amounts


@pytest.mark.parametrize(("stated", "code"), DISAGREE.values(), ids=DISAGREE.keys())
def test_a_contradiction_is_refused(stated: Stated, code: ProblemCode) -> None:
    with pytest.raises(BadValue) as bad:
        settle(stated)
    assert bad.value.code is code


CREDIT_NOTES = {
    "a negative total": Stated(total=D(-120)),
    "a negative total and balance": Stated(total=D(-120), balance=D(-120)),
    "a negative balance alone": Stated(balance=D(-120)),
    "the kind with a positive total": Stated(total=D(120), kind=DocumentKind.CREDIT_NOTE),
    "the kind with a negative total": Stated(total=D(-120), kind=DocumentKind.CREDIT_NOTE),
    "an invoice with a negative total": Stated(total=D(-120), kind=DocumentKind.INVOICE),
}


@pytest.mark.parametrize("stated", CREDIT_NOTES.values(), ids=CREDIT_NOTES.keys())
def test_a_credit_note_has_positive_amounts(stated: Stated) -> None:
    settled = settle(stated)
    assert settled.kind is DocumentKind.CREDIT_NOTE
    assert settled.total == 120
    assert settled.balance in (120, None)


def test_what_no_cell_states_is_told() -> None:
    assert settle(Stated(total=D(120))).derived == frozenset()
    assert settle(Stated(balance=D(120))).derived == {Field.TOTAL, Field.PAID}
    assert settle(Stated(total=D(120), paid=D(20))).derived == {Field.BALANCE}
    assert settle(Stated(total=D(120), status=S.PAID)).derived == {Field.PAID, Field.BALANCE}
    assert settle(Stated(total=D(120), paid=D(20), balance=D(70))).derived == {Field.PAID}


AMOUNTS = st.none() | st.integers(-10_000, 10_000).map(lambda cents: D(cents).scaleb(-2))


@settings(deadline=None)
@given(
    total=AMOUNTS,
    paid=AMOUNTS,
    balance=AMOUNTS,
    kind=st.none() | st.sampled_from(DocumentKind),
    status=st.none() | st.sampled_from(S),
)
def test_what_is_accepted_always_adds_up(
    total: D | None, paid: D | None, balance: D | None, kind: DocumentKind | None, status: S | None
) -> None:
    try:
        settled = settle(Stated(total=total, paid=paid, balance=balance, kind=kind, status=status))
    except BadValue:
        return
    assert settled.total >= 0
    assert (settled.paid is None) == (settled.balance is None)
    if settled.paid is not None and settled.balance is not None:
        assert settled.paid + settled.balance == settled.total
        assert status is not S.PAID or settled.balance <= D("0.01")
