"""The two tasks: the tick of every minute, and the doorbell rung when something was queued."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from huey import Huey, crontab
from sqlalchemy import Engine

from relance.config import Settings
from relance.jobs import late
from relance.services.delivery.outlets import OutletsOf, build_outlets
from relance.services.mailbox.watch import MailWatch

# A tick that waited longer behind a long delivery has nothing to add: the next one looks into the same tables.
TICK_EXPIRES_SECONDS = 50

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Tasks:
    """What can be asked of the worker; each returns at once."""

    tick: Callable[[], object]
    wake: Callable[[], object]
    wake_in: Callable[[float], object]  # in so many seconds
    start: Callable[[], object]  # before anything else, at once
    watch: Callable[[], object]  # before each sign of life, at once


def declare(
    queue: Huey, engine: Engine, settings: Settings, clock: Clock, outlets_of: OutletsOf = build_outlets
) -> Tasks:
    """Give the queue its tasks. Nothing runs before a worker is started on it."""

    mailbox = MailWatch(engine, settings, clock)

    @queue.periodic_task(crontab(minute="*"), name="tick", expires=TICK_EXPIRES_SECONDS)  # type: ignore[untyped-decorator]
    def tick() -> None:
        from relance.services.tick import tick as look

        watch()
        mailbox.wake()
        look(engine, settings, clock, outlets_of=outlets_of)

    @queue.task(name="wake", expires=TICK_EXPIRES_SECONDS)  # type: ignore[untyped-decorator]
    def wake() -> None:
        from relance.services.delivery.deliver import deliver_due

        watch()
        deliver_due(engine, settings, now=clock, outlets_of=outlets_of)

    def wake_in(seconds: float) -> None:
        wake.schedule(delay=seconds, expires=seconds + TICK_EXPIRES_SECONDS)

    def start() -> None:
        late.ask_again(engine, clock)

    def watch() -> None:
        late.ask_again_after_sleep(engine, settings, clock)

    return Tasks(tick, wake, wake_in, start, watch)
