"""After a restore or a move the journal is told to the database, and a person decides on the rest (RULES 4.6)."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.backup import restore_backup, write_backup
from relance.services.database import open_database, the_firm
from relance.services.delivery.carried import carried_by
from relance.services.delivery.journal import Journal
from relance.services.delivery.journal_lines import Carried
from relance.services.reopening import Reopening, reopen, situation
from relance.services.same_machine import SendingLock, watch
from relance.services.withdraw import withdraw_message
from relance.storage import db
from relance.storage.models import DailyRun, Message, Reminder
from tests.services.firm import SmallFirm

SENT, UNKNOWN = MessageState.SENT, MessageState.UNKNOWN


@pytest.fixture
def late(firm: SmallFirm) -> SmallFirm:
    """Three customers with a late invoice each."""
    watch(firm.engine, firm.settings, firm.now)
    for name in "ABC":
        firm.customer(name, f"{name.lower()}@x.example")
        firm.invoice(f"F-{name}", name, days_late=8)
    return firm


def journal_all(firm: SmallFirm, *ends: MessageState | None) -> None:
    """Note that every message was handed over, and what came of each."""
    messages, pen = firm.messages(), Journal(firm.settings.data_dir)
    with db.reading(firm.engine) as session:
        carried = carried_by(session.connection(), [message.id for message in messages])
    for message, end in zip(messages, ends, strict=True):
        pen.handing_over(message.uid, ChannelName.EMAIL, 1, firm.now, carried[message.id])
        if end is not None:
            pen.outcome(message.uid, end, firm.now)
    pen.close()


def look(firm: SmallFirm) -> Reopening:
    with db.reading(firm.engine) as session:
        return situation(session, firm.settings)


def open_again(firm: SmallFirm, *, waiting_may_leave: bool = True) -> Reopening:
    with db.writing(firm.engine) as session:
        return reopen(session, firm.settings, by="claire", now=firm.now, waiting_may_leave=waiting_may_leave)


def put_back(firm: SmallFirm, change: Callable[[], None]) -> None:
    """What happens after a copy of the database was set aside is lost: the copy is put back by hand."""
    aside = firm.settings.data_dir.parent / "aside.db"
    with db.writing(firm.engine) as session:
        session.connection().exec_driver_sql("SELECT 1")
    firm.engine.dispose()
    shutil.copy(firm.settings.database, aside)
    change()
    firm.engine.dispose()
    for path in firm.settings.data_dir.glob("relance.db*"):
        path.unlink()
    shutil.copy(aside, firm.settings.database)


def nothing_leaves_twice(firm: SmallFirm) -> None:
    assert watch(firm.engine, firm.settings, firm.now) is None
    firm.run_and_deliver()
    received = firm.received()
    assert len(received) == len(set(received))


def test_of_a_queue_put_back_only_what_never_left_leaves(late: SmallFirm) -> None:
    late.run()

    def one_leaves() -> None:
        [first, *_] = late.messages()
        late.deliver([first.id])
        pen = Journal(late.settings.data_dir)
        pen.handing_over(first.uid, ChannelName.EMAIL, 1, late.now)
        pen.outcome(first.uid, SENT, late.now)
        pen.close()

    put_back(late, one_leaves)
    assert watch(late.engine, late.settings, late.now) is SendingLock.OLDER_DATABASE
    late.deliver()
    assert late.received() == [("a@x.example",)]
    found = look(late)
    first, *others = [message.id for message in late.messages()]
    assert (list(found.left), list(found.waiting), found.complete) == ([first], others, True)
    open_again(late)
    nothing_leaves_twice(late)
    assert len(late.received()) == 3
    assert late.find("F-A").last_reminder_on == late.today


@pytest.mark.parametrize(("end", "state"), [(SENT, SENT), (UNKNOWN, UNKNOWN), (None, UNKNOWN)])
def test_a_run_that_the_database_has_forgotten_is_not_made_a_second_time(
    late: SmallFirm, end: MessageState | None, state: MessageState
) -> None:
    def run() -> None:
        late.run()
        journal_all(late, end, end, end)

    put_back(late, run)
    assert watch(late.engine, late.settings, late.now) is SendingLock.OLDER_DATABASE
    found = open_again(late)
    assert [len(found.missing), len(found.untold), len(found.left)] == [3, 0, 0]
    late.run_and_deliver()
    assert late.received() == []
    assert [message.state for message in late.messages()] == [state] * 3
    assert late.find("F-B").level == 1
    nothing_leaves_twice(late)


def test_the_same_step_queued_anew_gives_way_to_the_one_that_left(late: SmallFirm) -> None:
    def run() -> None:
        late.run()
        journal_all(late, SENT, SENT, SENT)

    put_back(late, run)
    late.run()  # before anybody looked
    open_again(late)
    late.deliver()
    assert late.received() == []
    assert [one.state for one in late.messages()] == [MessageState.WITHDRAWN] * 3 + [SENT] * 3


def test_a_message_taken_back_after_it_had_left_has_left_all_the_same(late: SmallFirm) -> None:
    late.run()
    put_back(late, lambda: journal_all(late, SENT, None, SENT))
    with db.writing(late.engine) as session:
        for message in late.messages():
            assert withdraw_message(session, message.id)
    open_again(late)
    assert [message.state for message in late.messages()] == [SENT, UNKNOWN, SENT]
    late.sleep(days=1)
    late.run_and_deliver()
    assert late.received() == []


def test_what_was_refused_has_not_left(late: SmallFirm) -> None:
    late.run()
    put_back(late, lambda: journal_all(late, MessageState.DEFERRED, MessageState.FAILED, None))
    found = look(late)
    assert [left.handed_over.uid for left in found.left.values()] == [late.messages()[2].uid]
    assert len(found.waiting) == 2


def test_an_unknown_attempt_before_a_refused_one_may_have_left(late: SmallFirm) -> None:
    late.run()

    def two_attempts() -> None:
        journal_all(late, UNKNOWN, UNKNOWN, UNKNOWN)
        pen, uid = Journal(late.settings.data_dir), late.messages()[0].uid
        pen.handing_over(uid, ChannelName.EMAIL, 2, late.now)
        pen.outcome(uid, MessageState.FAILED, late.now)
        pen.close()

    put_back(late, two_attempts)
    assert len(look(late).left) == 3


def test_what_cannot_be_told_is_shown_once_and_locks_no_more(late: SmallFirm) -> None:
    pen = Journal(late.settings.data_dir)
    pen.handing_over("gone", ChannelName.EMAIL, 1, late.now, (Carried("F-GONE", 1, 1, 3, 1, 1),))
    pen.handing_over("bare", ChannelName.EMAIL, 1, late.now)
    pen.handing_over("strange", "telegram", 1, late.now, (Carried("F-A", 1, 1, 3, 1, 1),))
    pen.handing_over("other program", ChannelName.EMAIL, 1, late.now, (Carried("F-A", 1, 99, 3, 1, 1),))
    pen.close()
    assert watch(late.engine, late.settings, late.now) is SendingLock.OLDER_DATABASE
    assert len(open_again(late).untold) == 4
    assert watch(late.engine, late.settings, late.now) is None
    assert look(late).untold == ()


def test_a_restored_backup_is_locked_and_its_queue_told_by_the_journal(late: SmallFirm, tmp_path: Path) -> None:
    late.run()
    write_backup(late.engine, late.settings, tmp_path / "backup.zip")
    journal_all(late, SENT, None, MessageState.DEFERRED)
    late.engine.dispose()
    restore_backup(late.settings, tmp_path / "backup.zip", late.now)
    assert watch(late.engine, late.settings, late.now) is SendingLock.RESTORED
    assert look(late).enabled
    late.run_and_deliver()
    assert late.received() == []
    found = open_again(late)
    assert (len(found.left), len(found.waiting), found.complete) == (2, 1, True)
    assert [message.state for message in late.messages()] == [SENT, UNKNOWN, MessageState.QUEUED]
    late.deliver()
    assert late.received() == [("c@x.example",)]


def test_on_another_machine_what_waits_may_have_left(late: SmallFirm, tmp_path: Path) -> None:
    late.run()
    write_backup(late.engine, late.settings, tmp_path / "backup.zip")
    late.deliver()  # the lost machine sends on
    late.engine.dispose()
    shutil.rmtree(late.settings.data_dir)
    restore_backup(late.settings, tmp_path / "backup.zip", late.now)
    late.engine = open_database(late.settings)
    found = look(late)
    assert (found.lock, len(found.waiting), found.complete) == (SendingLock.RESTORED, 3, False)
    open_again(late, waiting_may_leave=False)
    assert [message.state for message in late.messages()] == [UNKNOWN] * 3
    nothing_leaves_twice(late)
    assert len(late.received()) == 3


def test_a_copied_folder_sends_nothing_that_the_first_one_sends(late: SmallFirm) -> None:
    late.run()
    late.engine.dispose()
    folder = shutil.copytree(late.settings.data_dir, late.settings.data_dir.parent / "copy")
    copy = SmallFirm(type(late.settings)(folder), late.engine, late.server, now=late.now)
    copy.engine = open_database(copy.settings)
    assert watch(copy.engine, copy.settings, copy.now) is SendingLock.COPIED
    copy.deliver()
    assert not look(copy).complete
    late.deliver()
    assert len(late.received()) == 3
    open_again(copy, waiting_may_leave=False)
    nothing_leaves_twice(copy)
    assert watch(late.engine, late.settings, late.now) is None  # the first one was never locked
    copy.engine.dispose()


def test_a_message_that_waits_for_approval_still_does(late: SmallFirm) -> None:
    late.run()
    with db.writing(late.engine) as session:
        message = session.get_one(Message, late.messages()[0].id)
        message.state = MessageState.APPROVAL
        the_firm(session).sending_lock = SendingLock.COPIED
    open_again(late, waiting_may_leave=False)
    assert [message.state for message in late.messages()] == [MessageState.APPROVAL, UNKNOWN, UNKNOWN]


def test_what_was_being_handed_over_when_it_was_copied_is_unknown_and_what_was_claimed_waits(late: SmallFirm) -> None:
    late.run()
    with db.writing(late.engine) as session:
        first, second, third = session.scalars(select(Message).order_by(Message.id))
        first.state, first.attempt, first.owner = MessageState.TRANSMITTING, 1, "gone"
        second.state, second.attempt, second.owner = MessageState.CLAIMED, 1, "gone"
        the_firm(session).sending_lock = SendingLock.OLDER_DATABASE
    open_again(late)
    found = [(message.state, message.attempt) for message in late.messages()]
    assert found == [(UNKNOWN, 1), (MessageState.QUEUED, 0), (MessageState.QUEUED, 0)]


def test_a_reopening_that_fails_leaves_the_lock(late: SmallFirm) -> None:
    with db.writing(late.engine) as session:
        the_firm(session).sending_lock = SendingLock.RESTORED
    with pytest.raises(RuntimeError), db.writing(late.engine) as session:
        reopen(session, late.settings, by="claire", now=late.now, waiting_may_leave=True)
        raise RuntimeError
    assert watch(late.engine, late.settings, late.now) is SendingLock.RESTORED
    open_again(late)
    assert watch(late.engine, late.settings, late.now) is None


def test_opening_a_second_time_changes_nothing(late: SmallFirm) -> None:
    late.run()
    journal_all(late, SENT, SENT, SENT)
    with db.writing(late.engine) as session:
        the_firm(session).sending_lock = SendingLock.RESTORED
    open_again(late)
    before = [(one.id, one.state, one.attempt) for one in late.messages()]
    open_again(late)
    assert [(one.id, one.state, one.attempt) for one in late.messages()] == before
    with db.reading(late.engine) as session:
        assert len(session.scalars(select(DailyRun)).all()) == 1
        assert len(session.scalars(select(Reminder)).all()) == 3
