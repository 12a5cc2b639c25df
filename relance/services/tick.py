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
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.delivery.deliver import deliver_due
from relance.services.delivery.outlets import OutletsOf, build_outlets
from relance.services.letters.follow import follow
from relance.services.mailbox.replies import settle_paid
from relance.services.notices import owners_addresses, warn_of_stale_data, warn_of_unusual_volume
from relance.services.reporting.monthly import send_due as send_monthly_reports
from relance.services.run import run_today
from relance.services.same_machine import watch
from relance.services.simulate import SkippedRun, why_skipped
from relance.services.sms_receipts import ask_due
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
    watch(engine, settings, now())  # a run on data that were copied or restored would be made twice
    skipped = _due(engine, now())
    if skipped is None:
        held_back = run_today(engine, now(), by=BY).held_back
        if held_back:
            _tell_held_back(engine, settings, held_back, outlets_of)
    elif skipped is SkippedRun.STALE_DATA:
        _warn(engine, settings, now(), outlets_of)
    deliver_due(engine, settings, outlets_of=outlets_of, now=now)
    ask_due(engine, settings, now())
    follow(engine, settings, now)
    settle_paid(engine, now())
    send_monthly_reports(engine, settings, now, outlets_of)


def _due(engine: Engine, moment: datetime) -> SkippedRun | None:
    with db.reading(engine) as session:
        firm = the_firm(session)
        local = moment.astimezone(ZoneInfo(firm.timezone))
        skipped, behind = why_skipped(session, firm, local), firm.balances_on != local.date()
        if firm.examples:
            skipped = SkippedRun.INACTIVE
        behind = behind or anything_waits(session)
    if behind:
        with db.writing(engine) as session:
            balances.advance(session, local.date())
            take_out(session, the_firm(session), local)
    return skipped


def _tell_held_back(engine: Engine, settings: Settings, count: int, outlets_of: OutletsOf) -> None:
    """A run far bigger than usual waits for a word: nobody may be looking at Relance at this hour."""
    with db.reading(engine) as session:
        firm, accounts = the_firm(session), read_accounts(session)
        to = owners_addresses(session, firm)
        session.expunge_all()
    warn_of_unusual_volume(settings, accounts, firm, to, count, outlets_of)


def _warn(engine: Engine, settings: Settings, moment: datetime, outlets_of: OutletsOf) -> None:
    """The day of the notice is stored first: a notice lost is better than one each minute."""
    with db.writing(engine) as session:
        firm = the_firm(session)
        local = moment.astimezone(ZoneInfo(firm.timezone))
        warn_of_stale_data(session, settings, firm, local, outlets_of)
