"""A send confirmed on a page: two minutes to call it back, once for one confirmation, asked about again when late."""

import pytest

from relance.domain.delivery import ChannelName
from relance.domain.program import Mode, Step
from relance.domain.status import LATE_DISPATCH, MessageState
from relance.services import dispatches
from relance.services.database import the_firm
from relance.services.dispatches import Confirmed, Progress
from relance.services.refusal import Refused
from relance.services.remind import Asked
from relance.storage import db
from relance.storage.models import Dispatch, Message
from tests.services.firm import SmallFirm, replace_program

BY = "claire@bonnet.example"
EMAIL = (ChannelName.EMAIL,)


@pytest.fixture
def two(firm: SmallFirm) -> tuple[int, int]:
    firm.customer("A", "a@a.example")
    firm.customer("B", "b@b.example")
    return firm.invoice("F-1", "A", days_late=10), firm.invoice("F-2", "B", days_late=10)


def remind(firm: SmallFirm, *ids: int, token: str = "one", **left_out: Refused) -> int:
    with db.writing(firm.engine) as session:
        confirmed = Confirmed(dict.fromkeys(ids, EMAIL), [(int(key[1:]), why, None) for key, why in left_out.items()])
        return dispatches.remind_all(session, the_firm(session), confirmed, Asked(BY, firm.now), token=token)


def look(firm: SmallFirm, key: int) -> Progress:
    with db.reading(firm.engine) as session:
        found = dispatches.progress(session, key)
        session.expunge_all()
    assert found is not None
    return found


def call_back(firm: SmallFirm, key: int) -> int:
    with db.writing(firm.engine) as session:
        return dispatches.call_back(session, key, now=firm.now)


def hold_late(firm: SmallFirm) -> int:
    with db.writing(firm.engine) as session:
        return dispatches.hold_late(session, firm.now)


def test_it_leaves_after_two_minutes_and_not_before(firm: SmallFirm, two: tuple[int, int]) -> None:
    key = remind(firm, *two)
    firm.sleep(seconds=119)
    firm.deliver()
    assert firm.received() == []
    assert (look(firm, key).left, look(firm, key).done, look(firm, key).has_begun(firm.now)) == (2, False, False)
    firm.sleep(seconds=1)
    firm.deliver()
    assert sorted(firm.received()) == [("a@a.example",), ("b@b.example",)]
    assert look(firm, key).states == {MessageState.SENT: 2}
    assert look(firm, key).done


def test_one_confirmation_is_one_send(firm: SmallFirm, two: tuple[int, int]) -> None:
    assert remind(firm, *two) == remind(firm, *two)
    assert len(firm.messages()) == 2


def test_a_send_keeps_what_it_left_out(firm: SmallFirm, two: tuple[int, int]) -> None:
    firm.pay(two[0], 10_000)
    gone = remind(firm, *two, i99=Refused("remind.no_recipient", number="F-9", customer="C"))
    with db.reading(firm.engine) as session:
        kept = session.get_one(Dispatch, gone).skipped
    assert [(one["invoice"], one["code"]) for one in kept] == [(two[0], "remind.stopped"), (99, "remind.no_recipient")]
    assert kept[1]["facts"] == {"number": "F-9", "customer": "C"}


def test_where_nothing_can_leave_there_is_no_send(firm: SmallFirm, two: tuple[int, int]) -> None:
    firm.pay(two[0], 10_000)
    with pytest.raises(Refused, match="remind.stopped"):
        remind(firm, two[0])
    with db.reading(firm.engine) as session:
        assert session.query(Dispatch).count() == 0
    with pytest.raises(Refused, match="dispatch.nothing"):
        remind(firm)


def test_nothing_leaves_through_a_channel_that_was_not_confirmed(firm: SmallFirm, two: tuple[int, int]) -> None:
    with db.writing(firm.engine) as session, pytest.raises(Refused, match="dispatch.nothing"):
        confirmed = Confirmed({two[0]: (ChannelName.SMS,)})
        dispatches.remind_all(session, the_firm(session), confirmed, Asked(BY, firm.now), token="t")


def test_called_back_nothing_of_it_leaves(firm: SmallFirm, two: tuple[int, int]) -> None:
    key = remind(firm, *two)
    assert look(firm, key).can_be_called_back
    assert call_back(firm, key) == 2
    assert call_back(firm, key) == 0
    firm.sleep(hours=1)
    firm.deliver()
    assert firm.received() == []
    assert not look(firm, key).can_be_called_back
    assert remind(firm, *two, token="two") != key


def test_what_has_left_stays_and_the_rest_is_called_back(firm: SmallFirm, two: tuple[int, int]) -> None:
    key = remind(firm, *two)
    firm.sleep(minutes=3)
    firm.deliver(only=[firm.messages()[0].id])
    assert call_back(firm, key) == 1
    firm.deliver()
    assert len(firm.received()) == 1
    assert look(firm, key).states == {MessageState.SENT: 1, MessageState.WITHDRAWN: 1}


def test_a_payment_within_the_two_minutes_wins(firm: SmallFirm, two: tuple[int, int]) -> None:
    key = remind(firm, *two)
    firm.pay(two[0], 10_000)
    firm.sleep(minutes=2)
    firm.deliver()
    assert firm.received() == [("b@b.example",)]
    assert look(firm, key).states == {MessageState.SENT: 1, MessageState.WITHDRAWN: 1}


@pytest.mark.parametrize(("minutes", "held"), [(0, 0), (31, 0), (33, 2), (60 * 24 * 30, 2)])
def test_only_what_is_half_an_hour_late_is_asked_about(
    firm: SmallFirm, two: tuple[int, int], minutes: int, held: int
) -> None:
    remind(firm, *two)
    firm.sleep(minutes=minutes)
    assert hold_late(firm) == held


def test_a_late_send_waits_for_a_word_and_then_two_minutes(firm: SmallFirm, two: tuple[int, int]) -> None:
    key = remind(firm, *two)
    firm.sleep(hours=2)
    assert hold_late(firm) == 2
    assert hold_late(firm) == 0
    firm.deliver()
    assert firm.received() == []
    assert (look(firm, key).late, look(firm, key).done) == (2, True)
    with db.writing(firm.engine) as session:
        assert dispatches.go_on(session, key, by=BY, now=firm.now) == 2
        assert dispatches.go_on(session, key, by=BY, now=firm.now) == 0
    firm.deliver()
    assert firm.received() == []
    assert hold_late(firm) == 0
    firm.sleep(minutes=2)
    firm.deliver()
    assert len(firm.received()) == 2


def test_a_late_send_can_be_cancelled(firm: SmallFirm, two: tuple[int, int]) -> None:
    key = remind(firm, *two)
    firm.sleep(hours=2)
    hold_late(firm)
    assert look(firm, key).can_be_called_back
    assert call_back(firm, key) == 2


def test_what_the_program_sends_is_never_held_as_late(firm: SmallFirm, two: tuple[int, int]) -> None:
    firm.run()
    firm.sleep(days=3)
    assert hold_late(firm) == 0


@pytest.fixture
def approvals(firm: SmallFirm, two: tuple[int, int]) -> list[int]:
    replace_program(firm, (Step(level=1, offset=7, channels=EMAIL, mode=Mode.APPROVAL),))
    firm.run()
    return [one.id for one in firm.messages()]


def approve(firm: SmallFirm, ids: list[int], token: str = "one") -> int:
    with db.writing(firm.engine) as session:
        return dispatches.approve_all(session, ids, by=BY, now=firm.now, token=token)


def test_an_approval_leaves_in_two_minutes_too(firm: SmallFirm, approvals: list[int]) -> None:
    key = approve(firm, approvals)
    assert approve(firm, approvals) == key
    firm.deliver()
    assert firm.received() == []
    firm.sleep(minutes=2)
    firm.deliver()
    assert len(firm.received()) == 2
    with pytest.raises(Refused, match="approval.none_waits"):
        approve(firm, approvals, "two")


def test_an_approval_called_back_waits_again(firm: SmallFirm, approvals: list[int]) -> None:
    key = approve(firm, approvals)
    assert call_back(firm, key) == 2
    states = {(one.state, one.decided_by, one.dispatch_id) for one in firm.messages()}
    assert states == {(MessageState.APPROVAL, "", None)}
    assert approve(firm, approvals, "two") != key


def test_a_late_approval_called_back_waits_again(firm: SmallFirm, approvals: list[int]) -> None:
    key = approve(firm, approvals)
    firm.sleep(hours=1)
    hold_late(firm)
    assert {one.code for one in firm.messages()} == {LATE_DISPATCH}
    assert call_back(firm, key) == 2
    assert {(one.state, one.code) for one in firm.messages()} == {(MessageState.APPROVAL, None)}


def test_a_send_that_is_none_is_none(firm: SmallFirm) -> None:
    with db.reading(firm.engine) as session:
        assert dispatches.progress(session, 99) is None
        assert dispatches.find(session, "nothing") is None
        assert session.get(Message, 1) is None
