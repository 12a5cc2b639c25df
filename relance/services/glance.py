"""What pages say of the whole book: its figures, what the next run would send, the simulation of a day.

All look at every invoice. They are worked out anew only after something was written, or when time has gone on.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance.domain.book import Scope
from relance.domain.plan import Outcome
from relance.domain.program import Mode
from relance.services.database import the_firm
from relance.services.forecast import Forecast, forecast
from relance.services.kept import Written, kept, written
from relance.services.manual_steps import manual_steps
from relance.services.reporting.figures import Figures, figures
from relance.services.simulate import Simulation, simulate
from relance.storage import db
from relance.storage.models import Firm, Program, Step

EXACT_TO = 10  # minutes: what is up doesn't change faster


@dataclass(frozen=True, slots=True)
class NextRun:
    """What a run would do: how many invoices' reminders leave, and how many wait for approval."""

    sends: int
    approvals: int


def figures_now(engine: Engine, today: date) -> Figures:
    """The figures of today."""
    return kept(engine, figures, today)


def next_run(engine: Engine, moment: datetime) -> NextRun:
    """What the run of a day would do at that moment of the firm's time, or at its hour if that is later."""
    return kept(engine, _next_run, _about(moment))


def by_hand(engine: Engine, moment: datetime) -> int:
    """How many invoices' steps are up that only a person sends."""
    return kept(engine, _by_hand, _about(moment))


@dataclass(frozen=True, slots=True)
class _Minute:
    """A moment that is the same as any other of its minute; what is worked out for it takes it as it is."""

    minute: datetime
    at: datetime = field(compare=False)

    @classmethod
    def of(cls, now: datetime) -> "_Minute":
        """The minute of a moment."""
        return cls(now.replace(second=0, microsecond=0), now)


def simulation_of(engine: Engine, now: datetime) -> Simulation:
    """The simulation of today."""
    sign = written(engine)
    return _simulation(engine, now) if sign is None else _kept_simulation(engine, sign, _Minute.of(now))


def forecast_of(engine: Engine, now: datetime, on: date | None, as_if: Scope | None) -> Forecast:
    """The simulation of a day, of today where none is named, sorted for a reader."""
    sign = written(engine)
    if sign is None:
        return _forecast(engine, now, on, as_if)
    return _kept_forecast(engine, sign, _Minute.of(now), on, as_if)


def _about(moment: datetime) -> datetime:
    return moment - timedelta(minutes=moment.minute % EXACT_TO, seconds=moment.second, microseconds=moment.microsecond)


@lru_cache(maxsize=1)  # it holds the whole book
def _kept_simulation(engine: Engine, _sign: Written, moment: _Minute) -> Simulation:
    return _simulation(engine, moment.at)


@lru_cache(maxsize=2)  # each holds the whole book
def _kept_forecast(engine: Engine, _sign: Written, moment: _Minute, on: date | None, as_if: Scope | None) -> Forecast:
    return _forecast(engine, moment.at, on, as_if)


def _simulation(engine: Engine, now: datetime) -> Simulation:
    with db.reading(engine) as session:
        return simulate(session, the_firm(session), now)


def _forecast(engine: Engine, now: datetime, on: date | None, as_if: Scope | None) -> Forecast:
    with db.reading(engine) as session:
        return forecast(session, simulate(session, the_firm(session), now, on=on, as_if=as_if))


def _next_run(session: Session, firm: Firm, moment: datetime) -> NextRun:
    outcomes = [one.outcome for one in simulate(session, firm, moment).plan.decisions]
    return NextRun(outcomes.count(Outcome.SEND), outcomes.count(Outcome.APPROVAL))


def _by_hand(session: Session, firm: Firm, moment: datetime) -> int:
    return len(manual_steps(session, firm, moment).steps) if _any_manual(session) else 0


def _any_manual(session: Session) -> bool:
    manual = select(Step.id).join(Program).where(Step.mode == Mode.MANUAL, Program.active).limit(1)
    return session.scalar(manual) is not None
