"""The daily run: once a day, what it queues, and why it isn't made (RULES 5)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.plan import Outcome
from relance.domain.program import Grouping, Mode, Step, from_offsets
from relance.domain.schedule import chosen
from relance.domain.status import MessageState
from relance.services.by_hand import by_hand
from relance.services.database import local_now, the_firm
from relance.services.decisions import documents, unpack
from relance.services.delivery.outbox import Origin, Send, enqueue
from relance.services.remind import Asked, remind
from relance.services.simulate import SkippedRun, simulate
from relance.storage import db
from relance.storage.models import DailyRun, Reminder
from tests.services.firm import MONDAY, SmallFirm, replace_program


def test_a_run_sends_what_is_due_and_says_why_the_rest_waits(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    firm.invoice("F-late", "A", days_late=8)
    firm.invoice("F-early", "A", days_late=-20)
    delivery = firm.run_and_deliver()
    assert firm.received() == [("a@a.example",)]
    assert delivery.count(MessageState.SENT) == 1
    assert firm.states() == {"F-late": MessageState.SENT}


def test_a_second_run_of_the_same_day_is_not_made(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    firm.invoice("F-1", "A", days_late=8)
    firm.run_and_deliver()
    firm.sleep(hours=3)
    assert firm.run().skipped_run is SkippedRun.DONE_TODAY
    firm.deliver()
    assert len(firm.received()) == 1


def test_two_runs_at_the_same_second_make_one(firm: SmallFirm) -> None:
    for number in range(30):
        firm.customer(f"C{number}", f"c{number}@a.example")
        firm.invoice(f"F-{number}", f"C{number}", days_late=8)
    threads = [threading.Thread(target=firm.run_and_deliver) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading(firm.engine) as session:
        assert session.scalar(select(func.count()).select_from(DailyRun)) == 1
    assert sorted(firm.received()) == sorted((f"c{number}@a.example",) for number in range(30))


def test_a_clock_set_back_makes_no_run(firm: SmallFirm) -> None:
    firm.run()
    firm.sleep(days=-2)
    assert firm.run().skipped_run is SkippedRun.DONE_TODAY


@pytest.mark.parametrize(
    ("settings", "moment", "code"),
    [
        ({"run_at": "12:00"}, MONDAY, SkippedRun.BEFORE_HOUR),
        ({"working_days_only": True}, MONDAY - timedelta(days=1), SkippedRun.NOT_WORKING_DAY),
        ({"working_days_only": True}, datetime(2026, 7, 14, 9, tzinfo=UTC), SkippedRun.NOT_WORKING_DAY),
        ({"enabled": False}, MONDAY, SkippedRun.INACTIVE),
        ({"freshness_days": 7, "data_fresh_at": MONDAY - timedelta(days=8)}, MONDAY, SkippedRun.STALE_DATA),
        ({"freshness_days": 7, "data_fresh_at": None}, MONDAY, SkippedRun.STALE_DATA),
        ({"freshness_days": 7, "data_fresh_at": MONDAY - timedelta(days=7)}, MONDAY, None),
    ],
    ids=["before the hour", "a Sunday", "the fourteenth of July", "off", "stale", "never imported", "just fresh"],
)
def test_why_no_run_is_made(
    firm: SmallFirm, settings: dict[str, object], moment: datetime, code: SkippedRun | None
) -> None:
    firm.change(**settings)
    firm.now = moment
    assert firm.run().skipped_run is code


def test_after_a_long_absence_the_run_waits_for_a_word(firm: SmallFirm) -> None:
    firm.run()
    firm.sleep(days=15)
    result = firm.run()
    assert result.skipped_run is SkippedRun.LONG_ABSENCE
    assert firm.run(after_absence=True).skipped_run is None


def test_fourteen_days_are_not_yet_a_long_absence(firm: SmallFirm) -> None:
    firm.run()
    firm.sleep(days=14)
    assert firm.run().skipped_run is None


def test_the_simulation_is_the_run(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    firm.customer("B")
    for number, days_late in enumerate((-40, -7, 0, 3, 7, 9, 14, 60)):
        firm.invoice(f"F-{number}", "AB"[number % 2], days_late=days_late)
    with db.reading(firm.engine) as session:
        row = the_firm(session)
        seen = documents(simulate(session, row, firm.now.astimezone(local_now(row).tzinfo)))
    result = firm.run()
    assert documents(result.simulation) == seen
    with db.reading(firm.engine) as session:
        assert unpack(session.scalars(select(DailyRun.decisions)).one()) == seen
    sends = {one["invoice"] for one in seen if one["outcome"] == Outcome.SEND}
    assert set(firm.states()) == sends


def test_a_customers_invoices_at_one_step_travel_together(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    firm.invoice("F-1", "A", days_late=7)
    firm.invoice("F-2", "A", days_late=8)
    firm.invoice("F-3", "A", days_late=-7)
    firm.run_and_deliver()
    assert len(firm.received()) == 2
    texts = [mail.message.get_body(("plain",)).get_content() for mail in firm.server.mails]  # type: ignore[union-attr]
    together = next(text for text in texts if "F-1" in text)
    assert "F-2" in together
    assert "F-3" not in together


def test_one_message_for_each_invoice_when_the_program_says_so(firm: SmallFirm) -> None:
    replace_program(firm, from_offsets((7,)), Grouping.INVOICE)
    firm.customer("A", "a@a.example")
    firm.invoice("F-1", "A", days_late=7)
    firm.invoice("F-2", "A", days_late=8)
    firm.run_and_deliver()
    assert len(firm.received()) == 2


def test_currencies_are_never_added_up(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    firm.invoice("F-1", "A", days_late=7)
    firm.invoice("F-2", "A", days_late=7, currency="CHF")
    firm.run_and_deliver()
    assert len(firm.received()) == 2


def test_a_step_that_wants_approval_waits(firm: SmallFirm) -> None:
    replace_program(firm, (Step(1, 7, mode=Mode.APPROVAL),))
    firm.customer("A", "a@a.example")
    firm.invoice("F-1", "A", days_late=8)
    firm.run_and_deliver()
    firm.sleep(days=1)
    firm.run_and_deliver()
    assert firm.received() == []
    assert [message.state for message in firm.messages()] == [MessageState.APPROVAL]


def test_an_interrupted_run_goes_on_the_next_day_without_a_double(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    firm.invoice("F-1", "A", days_late=8)
    firm.run()  # and the machine goes off before anything left
    firm.sleep(days=1)
    firm.run_and_deliver()
    assert len(firm.received()) == 1
    assert len(firm.messages()) == 1


def test_a_step_cancelled_by_a_reminder_by_hand_stands_in_the_history(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    key = firm.invoice("F-1", "A", days_late=7)
    with db.writing(firm.engine) as session:
        session.add(
            Reminder(
                invoice_id=key,
                program_id=1,
                cycle=1,
                step=2,
                occurrence=1,
                level=0,
                channel="email",
                kind=ReminderKind.MANUAL,
                done=True,
                day=firm.today,
                at=firm.now - timedelta(hours=19),
            )
        )
    firm.run_and_deliver()
    assert firm.received() == []
    with db.reading(firm.engine) as session:
        query = select(Reminder.step, Reminder.level).where(Reminder.kind == ReminderKind.SUPERSEDED)
        assert session.execute(query).all() == [(3, 1)]


def test_what_waits_for_approval_is_taken_out_once_it_is_paid(firm: SmallFirm) -> None:
    replace_program(firm, (Step(1, 7, mode=Mode.APPROVAL),))
    firm.customer("A", "a@a.example")
    keys = [firm.invoice(number, "A", days_late=8) for number in ("F-1", "F-2")]
    firm.run()
    firm.pay(keys[0], 10_000)
    firm.run()  # not today's run any more, but the look is taken
    with db.reading(firm.engine) as session:
        left = session.execute(select(Reminder.invoice_id, Reminder.withdrawn_code).order_by(Reminder.id)).all()
    assert left == [(keys[0], "paid"), (keys[1], None)]
    firm.pay(keys[1], 10_000)
    firm.run()
    assert [message.state for message in firm.messages()] == [MessageState.WITHDRAWN]


def test_a_reminder_by_hand_that_has_not_left_yet_is_the_only_one_of_its_day(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    key = firm.invoice("F-1", "A", days_late=15)
    with db.writing(firm.engine) as session:
        row = the_firm(session)
        remind(session, row, key, Asked("claire", firm.now.astimezone(local_now(row).tzinfo), 4))
    firm.run_and_deliver()
    assert len(firm.received()) == 1
    assert [message.step for message in firm.messages()] == [4]


def test_of_two_steps_of_one_invoice_in_the_queue_one_leaves(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    key = firm.invoice("F-1", "A", days_late=15)
    firm.run()
    with db.writing(firm.engine) as session:
        row = the_firm(session)
        situation = by_hand(session, row, key, firm.now.astimezone(local_now(row).tzinfo))
        assert situation.program is not None
        step = chosen(situation.course, 4) if situation.course else None
        assert step is not None
        send = Send(situation.invoice, situation.customer, situation.program, step, ChannelName.EMAIL, "fr")
        enqueue(session, [send], Origin(ReminderKind.MANUAL, firm.now))
    firm.deliver()
    assert len(firm.received()) == 1
    assert sorted(message.state for message in firm.messages()) == [MessageState.SENT, MessageState.WITHDRAWN]
