"""A run far bigger than usual waits for a person's word (RELIABILITY 3.4)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from relance.domain.status import UNUSUAL_VOLUME, MessageState
from relance.services import dispatches, unusual
from relance.services.database import the_firm
from relance.services.delivery.deliver import deliver_due
from relance.services.delivery.outcomes import release_account
from relance.services.refusal import Refused
from relance.services.tick import tick
from relance.storage import db
from relance.storage.models import DailyRun, Message
from tests.services.firm import SmallFirm
from tests.services.past_runs import past_runs

QUIET = [3] * 12

VOLUMES = [
    ("far more than usual", QUIET, 30, True),
    ("just three times as many is not more", [10] * 12, 30, False),
    ("one more than three times", [10] * 12, 31, True),
    ("too few to matter", [1] * 12, 19, False),
    ("the first number that matters", [1] * 12, 20, True),
    ("nobody knows yet what is usual", [3] * 9, 300, False),
    ("nothing ever left", [], 300, False),
    ("a day of last month was as big", [*QUIET, 60], 60, False),
    ("bigger than the biggest day", [*QUIET, 60], 61, True),
    ("nothing today", QUIET, 0, False),
]


@pytest.mark.parametrize(
    ("volumes", "today", "expected"), [row[1:] for row in VOLUMES], ids=[row[0] for row in VOLUMES]
)
def test_what_is_unusual(volumes: list[int], today: int, *, expected: bool) -> None:
    assert unusual.unusual(volumes, today) is expected


def bring(firm: SmallFirm, count: int, prefix: str) -> None:
    for number in range(count):
        code = f"{prefix}{number}"
        firm.customer(code, f"{code.lower()}@a.example")
        firm.invoice(f"F-{code}", code, days_late=7)


def history(firm: SmallFirm) -> None:
    past_runs(firm.engine, firm.now)


def test_what_left_by_each_run_is_counted_and_only_that(firm: SmallFirm) -> None:
    history(firm)
    bring(firm, 3, "NEW")
    firm.run_and_deliver()
    with db.reading(firm.engine) as session:
        row = the_firm(session)
        assert sorted(unusual.past_volumes(session, row, firm.today)) == [2] * 10
        assert sorted(unusual.past_volumes(session, row, firm.today + timedelta(days=1))) == [2] * 10 + [3]
        assert unusual.past_volumes(session, row, firm.today + timedelta(days=99)) == []


def held(firm: SmallFirm) -> int:
    with db.reading(firm.engine) as session:
        return unusual.count(session)


def test_an_unusual_run_is_held_whole_and_nothing_of_it_leaves(firm: SmallFirm) -> None:
    history(firm)
    bring(firm, 25, "BIG")
    before = len(firm.received())
    result = firm.run()
    firm.deliver()
    assert result.held_back == len(result.messages) >= 25
    assert len(firm.received()) == before
    with db.reading(firm.engine) as session:
        states = session.execute(select(Message.state, Message.code).where(Message.id.in_(result.messages))).all()
        row = the_firm(session)
        found = unusual.held_back(session, row, firm.today)
    assert set(states) == {(MessageState.HELD, UNUSUAL_VOLUME)}
    assert found is not None
    assert (found.messages, found.customers, found.usual) == (25, 25, 2)
    assert found.amounts == {"EUR": 10_000 * found.invoices}


def test_the_first_runs_of_a_firm_send_whatever_their_number(firm: SmallFirm) -> None:
    firm.change(activated_at=firm.now - timedelta(days=1))
    bring(firm, 40, "BIG")
    assert firm.run().held_back == 0
    firm.deliver()
    assert len(firm.received()) == 40


def test_after_a_new_activation_nothing_is_known_any_more(firm: SmallFirm) -> None:
    history(firm)
    firm.change(activated_at=firm.now)
    bring(firm, 25, "BIG")
    assert firm.run().held_back == 0


def test_a_person_who_knows_of_it_lets_the_run_go(firm: SmallFirm) -> None:
    history(firm)
    bring(firm, 25, "BIG")
    assert firm.run(unusual_volume=True).held_back == 0
    firm.deliver()
    assert held(firm) == 0


def test_the_word_of_the_command_line_sends_at_once(firm: SmallFirm) -> None:
    history(firm)
    bring(firm, 25, "BIG")
    before = len(firm.received())
    firm.run()
    with db.writing(firm.engine) as session:
        count = unusual.let_go(session)
    firm.deliver()
    assert len(firm.received()) - before == count >= 25


def confirm(firm: SmallFirm, token: str = "token") -> int:
    with db.writing(firm.engine) as session:
        return unusual.confirm(session, by="claire@a.example", now=firm.now, token=token)


def test_the_word_of_a_page_sends_in_two_minutes_and_once(firm: SmallFirm) -> None:
    history(firm)
    bring(firm, 25, "BIG")
    before, made = len(firm.received()), firm.run()
    first = confirm(firm)
    assert confirm(firm) == first
    with pytest.raises(Refused, match=r"unusual\.none_waits"):
        confirm(firm, "another")
    firm.deliver()
    assert len(firm.received()) == before
    firm.sleep(minutes=2)
    firm.deliver()
    assert len(firm.received()) - before == len(made.messages)


def test_a_word_that_is_taken_back_holds_them_again(firm: SmallFirm) -> None:
    history(firm)
    bring(firm, 25, "BIG")
    made = firm.run()
    sent = confirm(firm)
    with db.writing(firm.engine) as session:
        assert dispatches.call_back(session, sent, now=firm.now) == len(made.messages)
    firm.sleep(minutes=5)
    firm.deliver()
    assert held(firm) == len(made.messages)


def test_what_is_paid_meanwhile_is_taken_out(firm: SmallFirm) -> None:
    history(firm)
    bring(firm, 25, "BIG")
    made = firm.run()
    with db.reading(firm.engine) as session:
        some = session.get_one(Message, made.messages[-1]).reminders[0].invoice_id
    firm.pay(some, 10_000)
    firm.sleep(days=1)
    firm.run()
    assert held(firm) == len(made.messages) - 1


def test_setting_the_account_right_does_not_let_them_go(firm: SmallFirm) -> None:
    history(firm)
    bring(firm, 25, "BIG")
    made = firm.run()
    with db.writing(firm.engine) as session:
        assert release_account(session) == 0
    assert held(firm) == len(made.messages)


def test_the_next_days_run_goes_its_usual_way(firm: SmallFirm) -> None:
    history(firm)
    bring(firm, 25, "BIG")
    made = firm.run()
    firm.sleep(days=1)
    bring(firm, 2, "NEXT")
    assert firm.run().held_back == 0
    firm.deliver()
    assert held(firm) == len(made.messages)
    assert ("next0@a.example",) in firm.received()


def test_the_run_is_counted_once_whatever_becomes_of_it(firm: SmallFirm) -> None:
    history(firm)
    bring(firm, 25, "BIG")
    firm.run()
    assert firm.run().held_back == 0
    with db.reading(firm.engine) as session:
        runs = session.scalars(select(DailyRun).order_by(DailyRun.local_date)).all()
    assert runs[-1].sends >= 25
    assert len(runs) == 11
    deliver_due(firm.engine, firm.settings, outlets_of=firm.outlets, now=lambda: firm.now)
    assert held(firm) >= 25


def test_the_firm_is_told_once_that_its_run_waits(firm: SmallFirm) -> None:
    history(firm)
    bring(firm, 25, "BIG")
    for _ in range(3):
        tick(firm.engine, firm.settings, lambda: firm.now, outlets_of=firm.outlets)
        firm.sleep(minutes=1)
    assert firm.received() == [("claire@bonnet.example",)]
    assert "25" in firm.server.mails[0].content.decode("utf-8", "replace")
