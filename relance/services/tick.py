"""What the clock does every minute: balances of the day, the run when it is due, the queue, the notices."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from relance import clock
from relance.config import Settings
from relance.services import balances
from relance.services.approvals import anything_waits, take_out
from relance.services.database import the_firm
from relance.services.deliver import deliver_due
from relance.services.notices import warn_of_stale_data
from relance.services.outlets import OutletsOf, build_outlets
from relance.services.run import run_today
from relance.services.simulate import SkippedRun, why_skipped
from relance.storage import db

BY = "tick"


def tick(
    engine: Engine,
    settings: Settings,
    now: Callable[[], datetime] = clock.utc_now,
    *,
    outlets_of: OutletsOf = build_outlets,
) -> None:
    """Do whatever is due at this moment. Safe to call at any time, from several processes."""
    skipped = _due(engine, now())
    if skipped is None:
        run_today(engine, now(), by=BY)
    elif skipped is SkippedRun.STALE_DATA:
        _warn(engine, settings, now(), outlets_of)
    deliver_due(engine, settings, outlets_of=outlets_of, now=now)


def _due(engine: Engine, moment: datetime) -> SkippedRun | None:
    with db.reading(engine) as session:
        firm = the_firm(session)
        local = moment.astimezone(ZoneInfo(firm.timezone))
        skipped, behind = why_skipped(session, firm, local), firm.balances_on != local.date()
        behind = behind or anything_waits(session)
    if behind:
        with db.writing(engine) as session:
            balances.advance(session, local.date())
            take_out(session, the_firm(session), local)
    return skipped


def _warn(engine: Engine, settings: Settings, moment: datetime, outlets_of: OutletsOf) -> None:
    """The day of the notice is stored first: a notice lost is better than one each minute."""
    with db.writing(engine) as session:
        firm = the_firm(session)
        local = moment.astimezone(ZoneInfo(firm.timezone))
        warn_of_stale_data(session, settings, firm, local, outlets_of)
