"""The doorbell: two tasks, plain messages, a worker that leaves signals alone."""

import signal
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from relance.config import Settings
from relance.jobs import heartbeat, tasks, worker
from relance.jobs.queue import open_queue
from relance.services import tick
from relance.services.database import open_database
from relance.services.delivery import deliver

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Called:
    """Counts calls from another thread."""

    def __init__(self) -> None:
        self.times = 0
        self.rung = threading.Event()

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        self.times += 1
        self.rung.set()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def test_a_message_of_the_queue_is_plain_text(settings: Settings) -> None:
    queue = open_queue(settings)
    declared = tasks.declare(queue, open_database(settings), settings, lambda: NOW)
    declared.wake()
    with sqlite3.connect(settings.data_dir / "queue.db") as file:
        (data,) = file.execute("SELECT data FROM task").fetchone()
    assert bytes(data).startswith(b'{"id": "')
    taken = queue.dequeue()
    assert taken.name == "wake"
    assert isinstance(taken.expires_resolved, datetime)


def test_the_tick_comes_every_minute(settings: Settings) -> None:
    queue = open_queue(settings)
    tasks.declare(queue, open_database(settings), settings, lambda: NOW)
    assert [one.name for one in queue.read_periodic(datetime(2026, 11, 23, 9, 41))] == ["tick"]


def test_both_tasks_reach_their_services(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked, delivered = Called(), Called()
    monkeypatch.setattr(tick, "tick", ticked)
    monkeypatch.setattr(deliver, "deliver_due", delivered)
    queue = open_queue(settings, immediate=True)
    declared = tasks.declare(queue, open_database(settings), settings, lambda: NOW)
    declared.tick()
    declared.wake()
    assert (ticked.times, delivered.times) == (1, 1)


def test_a_worker_ticks_at_once_and_hears_the_bell(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked, delivered = Called(), Called()
    monkeypatch.setattr(tick, "tick", ticked)
    monkeypatch.setattr(deliver, "deliver_due", delivered)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    queue = open_queue(settings)
    declared = tasks.declare(queue, open_database(settings), settings, lambda: NOW)
    running = worker.Worker(queue, declared, settings, lambda: NOW)
    running.start()
    try:
        assert ticked.rung.wait(10)
        declared.wake()
        assert delivered.rung.wait(10)
        assert heartbeat.last_beat(settings) == NOW
    finally:
        running.stop()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_a_silent_worker_is_noticed(settings: Settings) -> None:
    assert heartbeat.is_silent(settings, NOW)
    heartbeat.beat(settings, NOW)
    assert not heartbeat.is_silent(settings, NOW + timedelta(minutes=2))
    assert heartbeat.is_silent(settings, NOW + timedelta(minutes=4))
