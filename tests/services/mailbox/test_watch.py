"""When the mailbox is read by itself, and when its failures are shown."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from relance.channels.inbox import InboxFailed
from relance.config import Settings
from relance.services.database import open_database
from relance.services.mailbox.reading import Reading, note_failure
from relance.services.mailbox.watch import MailWatch
from relance.storage import db
from relance.storage.models import Firm, InboxAccount, MailAccount
from tests.services.firm import MONDAY
from tests.web.conftest import Clock


@dataclass
class Box:
    """Stands for the reading: it answers what the test wants."""

    failure: InboxFailed | None = None
    readings: list[datetime] = field(default_factory=list)

    def read(self, _engine: object, _settings: object, now: datetime) -> Reading:
        self.readings.append(now)
        if self.failure is not None:
            raise self.failure
        return Reading()


@dataclass
class Scene:
    watch: MailWatch
    box: Box
    clock: Clock
    engine: Any

    def minutes(self, count: int) -> None:
        """As the tick does, each minute."""
        for _ in range(count):
            if self.watch.is_due():
                self.watch.look()
            self.clock.move(minutes=1)

    def failed_code(self) -> str | None:
        with db.reading(self.engine) as session:
            return session.get_one(InboxAccount, 1).failed_code

    def change(self, kind: Any, **values: Any) -> None:
        with db.writing(self.engine) as session:
            for name, value in values.items():
                setattr(session.get_one(kind, 1), name, value)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    settings, clock, box = Settings(tmp_path), Clock(MONDAY), Box()
    engine = open_database(settings)
    monkeypatch.setattr("relance.services.mailbox.watch.read_mail", box.read)
    made = Scene(MailWatch(engine, settings, clock), box, clock, engine)
    made.change(InboxAccount, active=True, host="imap.x.fr", username="u")
    yield made
    engine.dispose()


def test_it_looks_every_five_minutes(scene: Scene) -> None:
    scene.minutes(11)
    assert [moment.minute for moment in scene.box.readings] == [30, 35, 40]


def test_another_process_has_just_looked(scene: Scene) -> None:
    scene.change(InboxAccount, checked_at=MONDAY)
    scene.minutes(6)
    assert [moment.minute for moment in scene.box.readings] == [35]


def test_a_clock_that_was_set_back_does_not_stop_it(scene: Scene) -> None:
    scene.minutes(1)
    scene.clock.move(hours=-3)
    scene.minutes(1)
    assert len(scene.box.readings) == 2


def test_a_mailbox_that_is_switched_off_is_left_alone(scene: Scene) -> None:
    scene.change(InboxAccount, active=False)
    scene.minutes(6)
    assert scene.box.readings == []


def test_the_third_failure_in_a_row_is_shown(scene: Scene) -> None:
    scene.box.failure = InboxFailed("inbox.unreachable", "no route")
    scene.minutes(10)
    assert (len(scene.box.readings), scene.failed_code()) == (2, None)
    scene.minutes(1)
    assert scene.failed_code() == "inbox.unreachable"
    scene.minutes(10)
    assert len(scene.box.readings) == 5  # it goes on trying


def test_failures_that_are_not_in_a_row_are_no_news(scene: Scene) -> None:
    for _ in range(3):
        scene.box.failure = InboxFailed("inbox.unreachable")
        scene.minutes(10)
        scene.box.failure = None
        scene.minutes(5)
    assert scene.failed_code() is None


def test_a_refused_sign_in_is_shown_at_once_and_never_repeated(scene: Scene) -> None:
    scene.box.failure = InboxFailed("inbox.auth_refused", "no")
    scene.minutes(60)
    assert (len(scene.box.readings), scene.failed_code()) == (1, "inbox.auth_refused")


ELSEWHERE: dict[str, tuple[Any, dict[str, Any]]] = {
    "no server": (InboxAccount, {"host": ""}),
    "a copied data folder": (Firm, {"sending_lock": "copied"}),
    "a refused account that it shares": (MailAccount, {"held_code": "smtp.auth_refused"}),
}


@pytest.mark.parametrize(("kind", "values"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_forbids_reading(scene: Scene, kind: Any, values: dict[str, Any]) -> None:
    scene.change(InboxAccount, username="")
    scene.change(kind, **values)
    scene.minutes(6)
    assert scene.box.readings == []


def test_an_account_of_its_own_is_read_though_the_other_is_refused(scene: Scene) -> None:
    scene.change(MailAccount, held_code="smtp.auth_refused")
    scene.minutes(1)
    assert len(scene.box.readings) == 1


def test_a_demonstration_reads_nothing(scene: Scene, tmp_path: Path) -> None:
    assert not MailWatch(scene.engine, Settings(tmp_path, demo=True), scene.clock).is_due()


def test_it_looks_beside_the_worker_and_once_at_a_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end, seen = threading.Event(), threading.Event(), []

    def slow(*_: object) -> Reading:
        seen.append(threading.current_thread().name)
        begun.set()
        assert may_end.wait(10)
        return Reading()

    monkeypatch.setattr("relance.services.mailbox.watch.read_mail", slow)
    scene.watch.wake()
    assert begun.wait(10)
    scene.clock.move(minutes=6)
    scene.watch.wake()
    scene.watch.look()
    may_end.set()
    assert seen == ["mailbox"]


def test_a_failure_is_kept_with_the_servers_words(scene: Scene) -> None:
    note_failure(scene.engine, InboxFailed("inbox.tls_failed", "certificate has expired"))
    with db.reading(scene.engine) as session:
        inbox = session.get_one(InboxAccount, 1)
    assert (inbox.failed_code, inbox.failed_detail) == ("inbox.tls_failed", "certificate has expired")
