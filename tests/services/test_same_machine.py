"""Data that were copied, moved or put back from an older copy are noticed; those that merely live on are not."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services import same_machine
from relance.services.database import the_firm
from relance.services.delivery.journal import Journal
from relance.services.delivery.journal_lines import Ended, HandedOver
from relance.services.same_machine import SendingLock, left_unknown, watch, why_locked
from relance.storage import db
from tests.services.firm import MONDAY, SmallFirm

HANDED = HandedOver(MONDAY, "u", "email", 2)


@pytest.mark.parametrize(
    ("row", "behind"),
    [
        (None, True),
        ((MessageState.APPROVAL, 0), True),
        ((MessageState.QUEUED, 0), True),
        ((MessageState.CLAIMED, 1), True),
        ((MessageState.CLAIMED, 2), True),  # the journal is written only once the next state is committed
        ((MessageState.DEFERRED, 1), True),
        ((MessageState.UNKNOWN, 1), True),  # a person had it sent again since
        ((MessageState.TRANSMITTING, 2), False),
        ((MessageState.SENT, 2), False),
        ((MessageState.DEFERRED, 2), False),
        ((MessageState.CLAIMED, 3), False),
        ((MessageState.QUEUED, 2), False),
    ],
)
def test_a_database_is_older_when_it_lacks_an_attempt(row: tuple[MessageState, int] | None, *, behind: bool) -> None:
    known = {} if row is None else {"u": row}
    assert left_unknown([HANDED, Ended(MONDAY, "u", MessageState.SENT)], known) == ({"u"} if behind else set())


def a_sent_reminder(firm: SmallFirm) -> str:
    firm.customer("A", "a@a.example")
    firm.invoice("F-1", "A", days_late=8)
    watch(firm.engine, firm.settings, firm.now)
    firm.run()
    return firm.messages()[0].uid


def hand_over(folder: Path, uid: str) -> None:
    pen = Journal(folder)
    pen.handing_over(uid, ChannelName.EMAIL, 1, MONDAY)
    pen.close()


def lock_of(folder: Path) -> SendingLock | None:
    engine = db.open_engine(db.sqlite_url(folder / "relance.db"))
    try:
        return watch(engine, Settings(folder), MONDAY)
    finally:
        engine.dispose()


def test_data_that_live_on_are_never_locked(firm: SmallFirm) -> None:
    assert watch(firm.engine, firm.settings, firm.now) is None
    firm.customer("A", "a@a.example")
    firm.invoice("F-1", "A", days_late=8)
    for _ in range(3):
        firm.run_and_deliver()
        firm.sleep(days=8)
        assert watch(firm.engine, firm.settings, firm.now) is None


def test_a_message_under_way_is_no_reason_to_lock(firm: SmallFirm) -> None:
    uid = a_sent_reminder(firm)
    row = firm.messages()[0]
    with db.writing(firm.engine) as session:
        message = session.merge(row)
        message.state, message.attempt, message.owner = MessageState.TRANSMITTING, 1, "me"
    hand_over(firm.settings.data_dir, uid)
    assert why_locked(firm.engine, firm.settings) is None


def test_a_database_put_back_by_hand_is_noticed_and_stays_locked(firm: SmallFirm, tmp_path: Path) -> None:
    uid = a_sent_reminder(firm)
    hand_over(firm.settings.data_dir, uid)  # and the file of before is put back
    assert watch(firm.engine, firm.settings, firm.now) is SendingLock.OLDER_DATABASE
    with db.reading(firm.engine) as session:
        assert (the_firm(session).sending_lock, the_firm(session).locked_at) == ("older_database", firm.now)
    shutil.rmtree(firm.settings.data_dir / "journal")
    assert why_locked(firm.engine, firm.settings) is SendingLock.OLDER_DATABASE


def test_a_database_that_knows_nothing_of_what_left_is_noticed(firm: SmallFirm) -> None:
    watch(firm.engine, firm.settings, firm.now)
    hand_over(firm.settings.data_dir, "never-heard-of")
    assert why_locked(firm.engine, firm.settings) is SendingLock.OLDER_DATABASE


def stamped(firm: SmallFirm) -> Path:
    assert watch(firm.engine, firm.settings, firm.now) is None
    firm.engine.dispose()
    return firm.settings.data_dir


def renamed(folder: Path) -> Path:
    return folder.rename(folder.parent / "elsewhere")


def copied(folder: Path) -> Path:
    return shutil.copytree(folder, folder.parent / "elsewhere")


def put_back_over_the_present(folder: Path) -> Path:
    return shutil.copytree(copied(folder), folder, dirs_exist_ok=True)


def without_its_journal(folder: Path) -> Path:
    shutil.rmtree(folder / "journal")
    return folder


def with_a_broken_stamp(folder: Path) -> Path:
    (folder / "journal" / "stamp.json").write_bytes(b"\xff[")
    return folder


@pytest.mark.parametrize(
    ("happens", "lock"),
    [
        (lambda folder: folder, None),
        (renamed, None),
        (copied, SendingLock.COPIED),
        (put_back_over_the_present, SendingLock.COPIED),
        (without_its_journal, SendingLock.COPIED),
        (with_a_broken_stamp, SendingLock.COPIED),
    ],
)
def test_a_copy_is_noticed_and_a_renamed_folder_is_not_one(
    firm: SmallFirm, happens: Callable[[Path], Path], lock: SendingLock | None
) -> None:
    assert lock_of(happens(stamped(firm))) is lock


def test_another_machine_is_noticed_and_one_without_an_id_is_not(
    firm: SmallFirm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(same_machine, "this_machine", lambda: "this")
    stamped(firm)
    monkeypatch.setattr(same_machine, "this_machine", lambda: "")
    assert why_locked(firm.engine, firm.settings) is None
    monkeypatch.setattr(same_machine, "this_machine", lambda: "another")
    assert why_locked(firm.engine, firm.settings) is SendingLock.COPIED


def test_the_id_of_this_machine_is_stable_and_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_machine, "_machine_id", lambda: "0123456789abcdef\n")
    found = same_machine.this_machine.__wrapped__()
    assert len(found) == 16 and found not in "0123456789abcdef"
    for nothing in ("", "  \n", "uninitialized\n"):
        monkeypatch.setattr(same_machine, "_machine_id", lambda said=nothing: said)
        assert same_machine.this_machine.__wrapped__() == ""
