"""The steps that only a person sends (RULES 4.1): which invoices they are up for today, and since when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from relance.domain.schedule import course_of, steps_left
from relance.services.delivery.outbox import on_their_way
from relance.services.forecast import Forecast, Row, Section, forecast, rows
from relance.services.simulate import Simulation, SkippedRun, simulate
from relance.storage.models import Firm


@dataclass(frozen=True, slots=True)
class ManualStep:
    """A step that waits for a person, and the day on which it came up."""

    row: Row
    since: date | None


@dataclass(frozen=True, slots=True)
class ManualSteps:
    """All of them, customer by customer; `skipped_run` tells why a day has none."""

    steps: tuple[ManualStep, ...]
    skipped_run: SkippedRun | None

    @property
    def amounts(self) -> dict[str, int]:
        """What their invoices owe: minor units by currency."""
        found: dict[str, int] = {}
        for one in self.steps:
            found[one.row.invoice.currency] = found.get(one.row.invoice.currency, 0) + one.row.balance
        return dict(sorted(found.items()))


def manual_steps(session: Session, firm: Firm, now: datetime) -> ManualSteps:
    """The invoices to remind of by hand at a moment of the firm's local time; those on their way are left out."""
    return manual_steps_of(session, forecast(session, simulate(session, firm, now)))


def manual_steps_of(session: Session, shown: Forecast) -> ManualSteps:
    """Those of a simulation."""
    found = shown.simulation
    listed = rows(shown, shown.of(Section.MANUAL))
    leaving: Collection[int] = on_their_way(session, [row.invoice.id for row in listed])
    steps = (ManualStep(row, _since(found, row)) for row in listed if row.invoice.id not in leaving)
    return ManualSteps(tuple(steps), found.skipped_run)


def _since(found: Simulation, row: Row) -> date | None:
    """The planned day of the step that is up."""
    invoice, decision = row.invoice, row.decision
    if decision.program is None or invoice.due_date is None:
        return None
    past = found.book.reminders.get(invoice.id, ())
    course = course_of(found.programs[decision.program], invoice.due_date, past, found.policy, invoice.cycle)
    return next((one.on for one in steps_left(course, found.day) if one.ref == decision.step), None)
