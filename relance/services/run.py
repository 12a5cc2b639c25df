"""The daily run: takes the day, decides, and queues what leaves, all in one transaction (RULES 5.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.plan import Outcome
from relance.domain.reasons import ReasonCode
from relance.domain.status import MessageState
from relance.services import balances
from relance.services.approvals import take_out
from relance.services.database import the_firm
from relance.services.decisions import pack
from relance.services.delivery.outbox import Origin, Send, enqueue
from relance.services.simulate import Simulation, SkippedRun, look, simulate, why_skipped
from relance.services.unusual import hold_unusual
from relance.storage import db
from relance.storage.chunks import chunks
from relance.storage.models import DailyRun, Invoice, Message, Reminder

_AS_IT_IS = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class RunResult:
    """The decisions, the messages queued by them, or why there was no run."""

    simulation: Simulation
    messages: tuple[int, ...] = ()
    skipped_run: SkippedRun | None = None
    held_back: int = 0  # of these messages, all or none: far more than usual would leave


def run_today(
    engine: Engine, now: datetime, *, by: str, after_absence: bool = False, unusual_volume: bool = False
) -> RunResult:
    """Make today's run if it is due and not yet made. `now` is aware; nothing is delivered here.

    `after_absence`, `unusual_volume`: a person knows of it, and says that the run may go.
    The unique row of the local date is part of the transaction: of two at the same moment, one finds it there.
    """
    with db.writing(engine) as session:
        firm = the_firm(session)
        local = now.astimezone(ZoneInfo(firm.timezone))
        balances.advance(session, local.date())
        take_out(session, firm, local)
        skipped = why_skipped(session, firm, local)
        known = unusual_volume
        if skipped is SkippedRun.LONG_ABSENCE and after_absence:  # its number was shown before it was confirmed
            skipped, known = None, True
        if skipped is not None:
            return RunResult(simulate(session, firm, local), skipped_run=skipped)
        found = look(session, firm, local)
        run = DailyRun(local_date=local.date(), started_at=now, started_by=by, decisions=pack(found))
        session.add(run)
        session.flush()
        messages = _queue(session, found, local, run.id)
        run.sends = len(messages)
        session.flush()
        return RunResult(found, tuple(messages), held_back=0 if known else hold_unusual(session, firm, run))


def _queue(session: Session, found: Simulation, local: datetime, run_id: int) -> list[int]:
    _try_again(session)
    _note_unreachable(session, found)
    _supersede(session, found, local)
    automatic = Origin(ReminderKind.AUTO, local, run_id=run_id)
    waiting = Origin(ReminderKind.AUTO, local, MessageState.APPROVAL, run_id=run_id)
    enqueue(session, list(sends(found, Outcome.APPROVAL)), waiting)
    return enqueue(session, list(sends(found, Outcome.SEND)), automatic)


def _try_again(session: Session) -> None:
    """A message that could not be composed is tried again each day: what was missing may be there now."""
    stuck = Message.state == MessageState.HELD, Message.code.like("compose.%")
    session.execute(update(Message).where(*stuck).values(state=MessageState.QUEUED, code=None, detail=""))


def _note_unreachable(session: Session, found: Simulation) -> None:
    """Keep on its invoice, with the first day of it, that a step reached nobody: it is to be put right."""
    muted = [
        int(one.invoice)
        for one in found.plan.decisions
        if one.outcome is Outcome.NONE and one.reasons[0].code is ReasonCode.NO_RECIPIENT
    ]
    known = set(session.scalars(select(Invoice.id).where(Invoice.unreachable_on.is_not(None))))
    for ids, day in ((known.difference(muted), None), (set(muted) - known, found.day)):
        ordered = sorted(ids)
        for part in chunks(ordered):
            some = Invoice.id.in_(part)
            session.execute(update(Invoice).where(some).values(unreachable_on=day), execution_options=_AS_IT_IS)


def sends(found: Simulation, outcome: Outcome) -> Iterator[Send]:
    """What leaves, one for each invoice and channel, for the decisions of one outcome."""
    invoices = found.invoices()
    for decision in found.plan.decisions:
        if decision.outcome is outcome and decision.step is not None and decision.program is not None:
            invoice = invoices[decision.invoice]
            customer, program = found.book.customers[invoice.customer], found.programs[decision.program]
            language, _ = found.language_of(decision)
            for channel in decision.channels:
                yield Send(invoice, customer, program, decision.step, channel, language)


def _supersede(session: Session, found: Simulation, local: datetime) -> None:
    """RULES 3.7: the step counts as done, and the history says why."""
    invoices = found.invoices()
    rows = [
        {
            "invoice_id": decision.invoice,
            "program_id": decision.program,
            "cycle": invoices[decision.invoice].cycle,
            "step": decision.step.position,
            "occurrence": decision.step.occurrence,
            "level": decision.step.level,
            "kind": ReminderKind.SUPERSEDED,
            "live": True,
            "done": True,
            "day": local.date(),
            "at": local,
        }
        for decision in found.plan.decisions
        if decision.outcome is Outcome.SUPERSEDED and decision.step is not None
    ]
    if rows:
        session.execute(insert(Reminder), rows)
