"""Runs the queue's tasks in threads of this process, leaving its signal handlers alone."""

import threading

from huey import Huey
from huey.consumer import Consumer

from relance.config import Settings
from relance.jobs import heartbeat
from relance.jobs.tasks import Clock, Tasks

# A message that is being handed over is given this long; what is cut off after that is shown as unknown.
PATIENCE_SECONDS = 20.0


class QuietConsumer(Consumer):  # type: ignore[misc]
    """A consumer that may be started in any thread: the process answers SIGINT and SIGTERM itself."""

    def _set_signal_handlers(self) -> None:
        pass


class Worker:
    """One worker thread, its scheduler, and the watch over both."""

    def __init__(self, queue: Huey, tasks: Tasks, settings: Settings, clock: Clock) -> None:
        self._consumer = QuietConsumer(
            queue, workers=1, max_delay=1.0, scheduler_interval=1, shutdown_timeout=PATIENCE_SECONDS
        )
        self._tasks, self._settings, self._clock = tasks, settings, clock
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._look_after, name="worker-watch", daemon=True)

    def start(self) -> None:
        """Begin, with a first tick at once: a run that came due while the machine was off is made now."""
        self._tasks.start()
        self._consumer.start()
        self._tasks.tick()
        self._watch.start()

    def stop(self) -> None:
        """Let the running task end, within limits."""
        self._stopping.set()
        self._consumer.stop(graceful=True)

    def wait(self) -> None:
        """Return when the worker is stopped."""
        self._stopping.wait()

    def _look_after(self) -> None:
        while True:
            self._tasks.watch()
            heartbeat.beat(self._settings, self._clock())
            if self._stopping.wait(heartbeat.BEATS_EVERY.total_seconds()):
                return
            self._consumer.check_worker_health()
