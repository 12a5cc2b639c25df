"""What was queued is looked at again: held back with its run, and never beside another reminder (RULES 3.5, 4.1, 5)."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from relance.domain.program import Mode, Step
from relance.domain.status import MessageState
from relance.services.database import the_firm
from relance.services.decisions import documents
from relance.services.dispatches import approve_all
from relance.services.refusal import Refused
from relance.services.remind import Asked, remind
from relance.services.simulate import SkippedRun
from relance.storage import db
from relance.storage.models import Message
from tests.services.firm import SmallFirm, replace_program

PARIS = ZoneInfo("Europe/Paris")
ON_DEMAND = (Step(1, 7, mode=Mode.APPROVAL),)


def one_late(firm: SmallFirm, number: str = "F-1") -> int:
    if "A" not in firm.customers:
        firm.customer("A", "a@a.example")
    return firm.invoice(number, "A", days_late=8)


def by_hand(firm: SmallFirm, invoice: int, position: int) -> list[int]:
    with db.writing(firm.engine) as session:
        moment = firm.now.astimezone(PARIS)
        return remind(session, the_firm(session), invoice, Asked("claire", moment, position))


def steps(firm: SmallFirm) -> list[tuple[int, MessageState]]:
    return [(message.step, message.state) for message in firm.messages()]


def test_a_deferred_reminder_by_hand_and_the_run_make_one_mail(firm: SmallFirm) -> None:
    key = one_late(firm)
    firm.server.script("RCPT", "451 4.7.1 later")
    firm.deliver(by_hand(firm, key, 4))
    firm.sleep(days=1)
    firm.run_and_deliver()
    assert steps(firm) == [(4, MessageState.SENT)]
    assert len(firm.received()) == 1


def test_by_hand_waits_for_what_another_process_is_sending(firm: SmallFirm) -> None:
    key = one_late(firm)
    firm.run()
    with db.writing(firm.engine) as session:
        session.execute(update(Message).values(state=MessageState.CLAIMED, owner="elsewhere:1"))
    with pytest.raises(Refused, match=r"remind\.on_its_way"):
        by_hand(firm, key, 4)


def test_stale_data_hold_back_what_an_interrupted_run_queued(firm: SmallFirm) -> None:
    firm.change(freshness_days=7, data_fresh_at=firm.now)
    one_late(firm)
    firm.run()
    firm.sleep(days=9)
    assert firm.run().skipped_run is SkippedRun.STALE_DATA
    firm.deliver()
    assert firm.received() == []
    firm.change(data_fresh_at=firm.now)
    firm.run_and_deliver()
    assert len(firm.received()) == 1


def test_after_a_long_absence_what_was_queued_waits_for_the_same_word(firm: SmallFirm) -> None:
    one_late(firm)
    firm.run()
    firm.sleep(days=20)
    assert firm.run().skipped_run is SkippedRun.LONG_ABSENCE
    firm.deliver()
    assert firm.received() == []
    firm.run(after_absence=True)
    firm.deliver()
    assert len(firm.received()) == 1


def test_what_was_left_over_leaves_at_the_hour_and_not_in_the_night(firm: SmallFirm) -> None:
    firm.change(run_at="10:00")
    one_late(firm)
    firm.run()
    firm.sleep(hours=16)
    firm.deliver()
    assert firm.received() == []
    firm.sleep(hours=8)
    firm.deliver()
    assert len(firm.received()) == 1


def test_a_person_sends_at_any_hour(firm: SmallFirm) -> None:
    firm.change(run_at="10:00", freshness_days=7, data_fresh_at=None)
    firm.sleep(hours=16)
    firm.deliver(by_hand(firm, one_late(firm), 3))
    assert len(firm.received()) == 1


def test_a_queued_step_that_came_to_want_approval_waits_for_it(firm: SmallFirm) -> None:
    one_late(firm)
    replace_program(firm, (Step(1, 7),))
    firm.run()
    replace_program(firm, ON_DEMAND)
    firm.deliver()
    assert firm.received() == []
    firm.sleep(days=1)
    firm.run_and_deliver()
    assert steps(firm) == [(1, MessageState.WITHDRAWN), (1, MessageState.APPROVAL)]


def test_a_proposed_step_that_no_longer_wants_approval_leaves_with_the_next_run(firm: SmallFirm) -> None:
    one_late(firm)
    replace_program(firm, ON_DEMAND)
    firm.run_and_deliver()
    replace_program(firm, (Step(1, 7),))
    firm.sleep(days=1)
    firm.run_and_deliver()
    assert steps(firm) == [(1, MessageState.WITHDRAWN), (1, MessageState.SENT)]


def test_an_approved_message_leaves(firm: SmallFirm) -> None:
    one_late(firm)
    replace_program(firm, ON_DEMAND)
    firm.run()
    with db.writing(firm.engine) as session:
        approve_all(session, [1], by="claire", now=firm.now, token="one")
    firm.sleep(minutes=3)
    firm.deliver()
    assert steps(firm) == [(1, MessageState.SENT)]


def test_the_run_takes_out_of_the_approvals_what_was_paid(firm: SmallFirm) -> None:
    first, second = one_late(firm, "F-1"), one_late(firm, "F-2")
    replace_program(firm, ON_DEMAND)
    firm.run()
    for paid, left in ((first, MessageState.APPROVAL), (second, MessageState.WITHDRAWN)):
        firm.pay(paid, 10_000)
        firm.sleep(days=1)
        firm.run()
        assert steps(firm) == [(1, left)]


def test_the_decisions_of_a_run_that_was_not_made_can_be_printed(firm: SmallFirm) -> None:
    one_late(firm)
    replace_program(firm, (Step(1, 7, mode=Mode.MANUAL),))
    firm.run()
    again = firm.run()
    assert again.skipped_run is SkippedRun.DONE_TODAY
    assert [one["outcome"] for one in documents(again.simulation)] == ["manual"]


def test_what_a_broken_connection_kept_back_is_in_the_queue_again(firm: SmallFirm) -> None:
    for number in range(3):
        firm.customer(f"C{number}", f"c{number}@a.example")
        firm.invoice(f"F-{number}", f"C{number}", days_late=8)
    firm.server.script("BANNER", "421 4.3.2 not now")
    firm.run_and_deliver()
    assert {state for _, state in steps(firm)} == {MessageState.QUEUED}


def test_a_fate_that_turns_out_unknown_is_told_by_the_delivery_that_finds_it(firm: SmallFirm) -> None:
    one_late(firm)
    firm.run()
    with db.writing(firm.engine) as session:
        gone = {"state": MessageState.TRANSMITTING, "owner": "elsewhere:1", "lease_until": firm.now}
        session.execute(update(Message).values(**gone))
    firm.sleep(minutes=1)
    assert firm.deliver().states == {1: MessageState.UNKNOWN}
    assert firm.deliver().states == {}
