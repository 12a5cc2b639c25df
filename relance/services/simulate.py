"""What the run of a day would do: the very computation of the run, with nothing written (RULES 5.2)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.book import Book, Invoice, InvoiceId, Policy, Scope
from relance.domain.delivery import ChannelName
from relance.domain.plan import Decision, Plan, plan
from relance.domain.program import Program, ProgramId
from relance.domain.schedule import moved
from relance.services.messages.readers import Reader, readers, text_of
from relance.services.sms_hours import opens_at
from relance.storage import book as books
from relance.storage.models import DailyRun, Firm, SmsAccount
from relance.storage.programs import load_programs

LONG_ABSENCE = timedelta(days=14)


class SkippedRun(StrEnum):
    """Why no run is made (RULES 5.1, 5.3, 5.6)."""

    DONE_TODAY = "done_today"
    BEFORE_HOUR = "before_hour"
    NOT_WORKING_DAY = "not_working_day"
    INACTIVE = "inactive"
    STALE_DATA = "stale_data"
    LONG_ABSENCE = "long_absence"
    LOCKED = "locked"  # the data were restored or copied: a person must confirm (RELIABILITY 3.8)


_HOLDS_BACK = frozenset((SkippedRun.BEFORE_HOUR, SkippedRun.STALE_DATA, SkippedRun.LONG_ABSENCE))


@dataclass(frozen=True, slots=True)
class Simulation:
    """All that was looked at, and the decision on every invoice. `language_of` tells (language, fell back)."""

    book: Book
    programs: Mapping[ProgramId, Program]
    policy: Policy
    plan: Plan
    language_of: Callable[[Decision], tuple[str, bool]]
    skipped_run: SkippedRun | None = None

    @property
    def day(self) -> date:
        """The day it is about."""
        return self.plan.at.date()

    def invoices(self) -> dict[InvoiceId, Invoice]:
        """The invoices by id."""
        return {invoice.id: invoice for invoice in self.book.invoices}


def run_moment(firm: Firm, day: date) -> datetime:
    """The moment of a day's run in the firm's zone, at its set hour."""
    return datetime.combine(day, run_hour(firm), ZoneInfo(firm.timezone))


def run_hour(firm: Firm) -> time:
    """The hour from which the run may be made (RULES 5.1)."""
    return time.fromisoformat(firm.run_at)


def simulate(
    session: Session,
    firm: Firm,
    now: datetime,
    *,
    on: date | None = None,
    customers: Collection[int] | None = None,
    as_if: Scope | None = None,
) -> Simulation:
    """Decide for a day: today at the present moment or at the run's hour, whichever is later; another day at that hour.

    `as_if` shows what automatic sending would do, were it switched on now with this scope.
    """
    day = on or now.date()
    moment = run_moment(firm, day)
    if day == now.date():
        moment = max(moment, now)
    return look(session, firm, moment, now=now, customers=customers, as_if=as_if)


def look(
    session: Session,
    firm: Firm,
    moment: datetime,
    *,
    now: datetime | None = None,
    customers: Collection[int] | None = None,
    as_if: Scope | None = None,
) -> Simulation:
    """Decide at an exact moment of the firm's local time, from the rows as they are."""
    policy = books.policy(session, firm)
    if as_if is not None and not policy.enabled:
        start = now or moment
        policy = replace(policy, enabled=True, scope=as_if, activated_at=start, activated_on=start.date())
    programs = load_programs(session)
    found = books.load(session, firm, today=moment.date(), customers=customers)
    decided = plan(found, programs, policy, moment)
    language_of = _languages(session, found, programs, firm.language, decided.decisions)
    return Simulation(found, programs, policy, decided, language_of, why_skipped(session, firm, moment))


def why_skipped(session: Session, firm: Firm, moment: datetime) -> SkippedRun | None:
    """Why the run isn't made at a moment of local time, or None when it is due."""
    day = moment.date()
    last = last_run_day(session)
    if last is not None and day <= last:  # a clock set back makes no second run (RULES 5.6)
        return SkippedRun.DONE_TODAY
    if moment.time().replace(tzinfo=None) < run_hour(firm):
        return SkippedRun.BEFORE_HOUR
    if firm.working_days_only and not books.policy(session, firm).is_working_day(day):
        return SkippedRun.NOT_WORKING_DAY
    if not firm.enabled:
        return SkippedRun.INACTIVE
    if firm.sending_lock is not None:
        return SkippedRun.LOCKED
    if is_stale(firm, moment):
        return SkippedRun.STALE_DATA
    if last is not None and day - last > LONG_ABSENCE:
        return SkippedRun.LONG_ABSENCE
    return None


def holds_back(session: Session, firm: Firm, moment: datetime, channel: ChannelName) -> bool:
    """Whether what an earlier run queued for a channel waits as well (RULES 5.1, 5.3, 5.6)."""
    why = why_skipped(session, firm, moment)
    if why is SkippedRun.BEFORE_HOUR and channel is ChannelName.SMS:
        # A run made when no text message may leave would keep them for ever.
        return opens_at(firm, session.get_one(SmsAccount, 1), run_moment(firm, moment.date())) is None
    return why in _HOLDS_BACK


def last_run_day(session: Session) -> date | None:
    """The day of the last run that was made."""
    return session.scalar(select(DailyRun.local_date).order_by(DailyRun.local_date.desc()).limit(1))


def next_run(session: Session, firm: Firm, local: datetime, last_run: date | None) -> datetime:
    """The hour of the next day that may have a run, at a moment of local time; it may have passed already."""
    day = local.date()
    if last_run is not None and last_run >= day:
        day = last_run + timedelta(days=1)
    if firm.working_days_only:
        day = moved(day, books.policy(session, firm).is_working_day)
    return run_moment(firm, day)


def is_stale(firm: Firm, moment: datetime) -> bool:
    """Whether the newest import or payment entry is older than the firm's limit (RULES 5.3), in days of its zone."""
    if firm.freshness_days <= 0:
        return False
    if firm.data_fresh_at is None:
        return True
    fresh_on = firm.data_fresh_at.astimezone(ZoneInfo(firm.timezone)).date()
    return (moment.date() - fresh_on).days > firm.freshness_days


def _languages(
    session: Session,
    found: Book,
    programs: Mapping[ProgramId, Program],
    of_firm: str,
    decisions: Collection[Decision],
) -> Callable[[Decision], tuple[str, bool]]:
    """The language of each decision's message, as its template allows (RULES 4.3)."""
    by_id = {invoice.id: invoice for invoice in found.invoices}
    known: dict[tuple[ProgramId, int, str, Reader], tuple[str, bool]] = {}
    stepped = (by_id[one.invoice].customer for one in decisions if one.step is not None)
    read_by = readers(session, set(stepped))

    def language_of(decision: Decision) -> tuple[str, bool]:
        customer = by_id[decision.invoice].customer
        asked = found.customers[customer].language or of_firm
        if decision.step is None or decision.program is None:
            return asked, False
        key = (decision.program, decision.step.position, asked, read_by[customer])
        if key not in known:
            step = programs[decision.program].steps[decision.step.position - 1]
            channel = (decision.channels or step.channels)[0]
            body = text_of(session, step, channel, asked, of_firm, read_by[customer])
            known[key] = (body.language, body.fell_back)
        return known[key]

    for decision in decisions:  # now: whoever prints them later has no session any more
        language_of(decision)
    return language_of
