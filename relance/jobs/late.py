"""Sends that Relance was not there to make in time: they are asked about again before anything of them leaves."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from relance.config import Settings
from relance.jobs import heartbeat
from relance.storage import db

Clock = Callable[[], datetime]


def ask_again(engine: Engine, clock: Clock) -> None:
    """At start: hold what should have left long ago."""
    from relance.services.dispatches import hold_late

    with db.writing(engine) as session:
        hold_late(session, clock())


def ask_again_after_sleep(engine: Engine, settings: Settings, clock: Clock) -> None:
    """The same when the whole machine slept: the worker lives on, its sign of life is old."""
    from relance.services.dispatches import TOO_LATE

    beaten = heartbeat.last_beat(settings)
    if beaten is not None and clock() - beaten > TOO_LATE:
        ask_again(engine, clock)
