"""One act on many invoices: weighed first, done to all that it can be done to, in one transaction."""

from datetime import timedelta

import pytest

from relance.domain.book import Choose, DocumentStatus
from relance.domain.documents import DocumentKind
from relance.domain.program import ProgramId
from relance.domain.status import MessageState
from relance.services.bulk_acts import MOST, Act, Hindrance, Weighed, Wish, carry_out, sums, weigh
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import Hold, Invoice
from tests.services.firm import SmallFirm

BY = "claire@bonnet.example"


@pytest.fixture
def three(firm: SmallFirm) -> list[int]:
    firm.customer("A", "a@a.example")
    return [firm.invoice(f"F-{key}", "A", days_late=10, total=1_000 * key) for key in (1, 2, 3)]


def do(firm: SmallFirm, ids: list[int], act: Act, **values: object) -> Weighed:
    with db.writing(firm.engine) as session:
        return carry_out(session, ids, Wish(act, BY, firm.now, **values))  # type: ignore[arg-type]


def open_holds(firm: SmallFirm) -> list[tuple[int | None, str]]:
    with db.reading(firm.engine) as session:
        return [(one.invoice_id, one.kind) for one in session.query(Hold).filter(Hold.closed_at.is_(None))]


def change(firm: SmallFirm, key: int, **values: object) -> None:
    with db.writing(firm.engine) as session:
        row = session.get_one(Invoice, key)
        for name, value in values.items():
            setattr(row, name, value)


CASES = [
    ({"status": DocumentStatus.DRAFT}, Hindrance.NOT_CHASED),
    ({"status": DocumentStatus.CANCELLED}, Hindrance.NOT_CHASED),
    ({"kind": DocumentKind.QUOTE}, Hindrance.NOT_CHASED),
    ({"kind": DocumentKind.CREDIT_NOTE}, Hindrance.NOT_CHASED),
    ({"balance": 0}, Hindrance.PAID),
    ({"balance": -5}, Hindrance.PAID),
]


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize(("values", "why"), CASES)
def test_what_asks_for_no_money_is_left_as_it_is(
    firm: SmallFirm, three: list[int], act: Act, values: dict[str, object], why: Hindrance
) -> None:
    change(firm, three[0], **values)
    with db.reading(firm.engine) as session:
        found = weigh(session, [*three, 77], act)
    assert [one.id for one in found.able] == three[1:]
    assert [(one.id, reason) for one, reason in found.unable] == [(three[0], why)]
    assert found.gone == 1


def test_amounts_of_currencies_are_not_added_up(firm: SmallFirm, three: list[int]) -> None:
    change(firm, three[2], currency="CHF")
    with db.reading(firm.engine) as session:
        assert sums(weigh(session, three, Act.PAUSE).able) == {"CHF": 3_000, "EUR": 3_000}


def test_what_waits_for_the_machine_is_taken_back(firm: SmallFirm, three: list[int]) -> None:
    firm.run()
    do(firm, three[:2], Act.PAUSE, until=firm.today + timedelta(days=9), note="congés")
    [message] = firm.messages()
    assert message.state is MessageState.QUEUED  # the third invoice is still in it
    do(firm, three[2:], Act.DISPUTE)
    [message] = firm.messages()
    assert message.state is MessageState.WITHDRAWN


def test_a_second_time_changes_nothing(firm: SmallFirm, three: list[int]) -> None:
    for _ in range(2):
        do(firm, three, Act.DISPUTE, note="prix")
    assert open_holds(firm) == [(key, "dispute") for key in three]
    do(firm, three, Act.DISPUTE, note="quantité")
    assert len(open_holds(firm)) == 3


def test_a_wish_that_cannot_be_changes_nothing(firm: SmallFirm, three: list[int]) -> None:
    for act, values, code in (
        (Act.PROMISE, {}, "hold.no_date"),
        (Act.PROMISE, {"until": firm.today - timedelta(days=1)}, "hold.date"),
        (Act.PAUSE, {"until": firm.today}, "hold.date"),
        (Act.PAUSE, {"until": firm.today + timedelta(days=9999)}, "hold.date"),
        (Act.PROGRAM, {"program": ProgramId(99)}, "hold.no_program"),
    ):
        with pytest.raises(Refused, match=code):
            do(firm, three, act, **values)
    assert open_holds(firm) == []


def test_a_program_or_none_is_chosen_for_all(firm: SmallFirm, three: list[int]) -> None:
    do(firm, three, Act.PROGRAM, program=Choose.NEVER)
    assert {firm.find(f"F-{key}").program_choice for key in (1, 2, 3)} == {Choose.NEVER}
    do(firm, three, Act.PROGRAM, program=ProgramId(1))
    assert {firm.find(f"F-{key}").program_id for key in (1, 2, 3)} == {1}


def test_what_is_excluded_already_is_said(firm: SmallFirm, three: list[int]) -> None:
    do(firm, three[:1], Act.EXCLUDE)
    found = do(firm, three, Act.EXCLUDE, note="accord")
    assert [why for _, why in found.unable] == [Hindrance.EXCLUDED]
    with pytest.raises(Refused, match="selection.none_able"):
        do(firm, three, Act.EXCLUDE)
    assert sorted(open_holds(firm)) == [(key, "exclusion") for key in three]


def test_nothing_and_too_much_are_refused(firm: SmallFirm) -> None:
    with db.reading(firm.engine) as session:
        with pytest.raises(Refused, match="selection.empty"):
            weigh(session, [], Act.PAUSE)
        with pytest.raises(Refused, match="selection.too_many"):
            weigh(session, range(MOST + 1), Act.PAUSE)
