"""A random invoice over 120 days: what happens to it from outside, and what the machine does on the days it is on."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum, auto
from typing import Any

from hypothesis import strategies as st

from relance.domain.book import Book, Invoice, PastReminder, Pause, Policy, ReminderKind
from relance.domain.plan import Decision, Outcome, plan
from relance.domain.program import Program, ProgramId
from relance.domain.schedule import StepRef, chosen, course_of, offered
from tests.builders import a_book, a_customer, an_invoice, local
from tests.domain.deciding import shape
from tests.domain.oracle import judge
from tests.domain.strategies import FIRST_DAY, ONE, TWO, dates_may_cross, policies, programs

DAYS = 120


class Happening(Enum):
    """What a person, or the customer, may do to an invoice."""

    REMIND_OFFERED = auto()
    REMIND_PICKED = auto()
    MARK_OFFERED = auto()
    PAY_HALF = auto()
    PAY_ALL = auto()
    TAKE_PAYMENTS_BACK = auto()
    PUT_OFF = auto()
    RESTART = auto()
    CHANGE_PROGRAM = auto()
    PAUSE = auto()


REMINDERS = (Happening.REMIND_OFFERED, Happening.REMIND_PICKED, Happening.MARK_OFFERED)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens on a day, before the run of 10:00 or after it; `choice` says which step, or how long."""

    day: int
    hour: int
    what: Happening
    choice: int


@dataclass(frozen=True, slots=True)
class Journey:
    """All that is random about 120 days of an invoice."""

    programs: dict[ProgramId, Program]
    policy: Policy
    due: date
    off: frozenset[int]
    approves: bool
    events: tuple[Event, ...]


events = st.builds(
    Event,
    st.integers(0, DAYS - 1),
    st.sampled_from((8, 9, 15, 18)),
    st.sampled_from((*REMINDERS, *REMINDERS, *Happening)),
    st.integers(1, 7),
)
absences = st.lists(st.tuples(st.integers(0, DAYS), st.integers(1, 30)), max_size=4).map(
    lambda spans: frozenset(day for start, length in spans for day in range(start, start + length))
)


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    known = {ONE: draw(programs(ONE)), TWO: draw(programs(TWO))}
    policy = replace(draw(policies()), general_program=ONE)
    due = FIRST_DAY + timedelta(days=draw(st.integers(-40, 40)))
    happening = sorted(
        draw(st.lists(events, max_size=6, unique_by=lambda event: (event.day, event.hour))),
        key=lambda event: (event.day, event.hour),
    )
    return Journey(known, policy, due, draw(absences), draw(st.booleans()), tuple(happening))


@dataclass(slots=True)
class Diary:
    """The invoice on its way, and what was decided on each day that the machine was on."""

    journey: Journey
    invoice: Invoice
    past: list[PastReminder] = field(default_factory=list)
    decided: list[tuple[int, Decision]] = field(default_factory=list)

    def live(self, day: int) -> None:
        """One day: what happens before the run, the run if the machine is on, what happens after it."""
        today = FIRST_DAY + timedelta(days=day)
        of_today = [event for event in self.journey.events if event.day == day]
        for event in of_today:
            if event.hour < 10:
                self._happen(event, local(today, event.hour))
        if day not in self.journey.off:
            self._run(day, local(today))
        for event in of_today:
            if event.hour > 10:
                self._happen(event, local(today, event.hour))

    def decide(self, now: datetime) -> Decision:
        """Today's decision, which has to be the oracle's too."""
        book = self._book()
        (decision,) = plan(book, self.journey.programs, self.journey.policy, now).decisions
        assert shape(decision) == judge(book, self.journey.programs, self.journey.policy, now)[self.invoice.id]
        return decision

    def _book(self) -> Book:
        return a_book(self.invoice, customers=[a_customer(mobiles=("+33612345678",))], past=self.past)

    def _run(self, day: int, now: datetime) -> None:
        decision = self.decide(now)
        self.decided.append((day, decision))
        if decision.step is None:
            return
        if decision.outcome is Outcome.SUPERSEDED:
            self._note(decision.step, now, ReminderKind.SUPERSEDED)
        elif decision.outcome is Outcome.SEND or (decision.outcome is Outcome.APPROVAL and self.journey.approves):
            self._note(decision.step, now, ReminderKind.AUTO)
        if not (decision.outcome is Outcome.SUPERSEDED and dates_may_cross(self._program())):
            assert self.decide(now).outcome is not Outcome.SEND

    def _note(self, ref: StepRef, now: datetime, kind: ReminderKind) -> None:
        step = self._program().steps[ref.position - 1]
        deadline = now.date() + timedelta(days=step.deadline_days) if step.deadline_days else None
        self.past.append(
            PastReminder(
                self._program().id,
                ref.position,
                ref.occurrence,
                ref.level,
                kind,
                now.date(),
                now.astimezone(UTC),
                deadline=deadline,
                cycle=self.invoice.cycle,
            )
        )

    def _program(self) -> Program:
        return self.journey.programs[self.invoice.program if self.invoice.program == TWO else ONE]

    def _happen(self, event: Event, now: datetime) -> None:
        if event.what in REMINDERS:
            kind = ReminderKind.MARKED if event.what is Happening.MARK_OFFERED else ReminderKind.MANUAL
            self._note(self._by_hand(event, now.date()), now, kind)
        else:
            self.invoice = changed(self.invoice, event, now.date())

    def _by_hand(self, event: Event, today: date) -> StepRef:
        assert self.invoice.due_date is not None
        program = self._program()
        course = course_of(
            program, self.invoice.due_date, tuple(self.past), self.journey.policy, cycle=self.invoice.cycle
        )
        if event.what is Happening.REMIND_PICKED:
            return chosen(course, 1 + event.choice % len(program.steps))
        return offered(course, today)


def changed(invoice: Invoice, event: Event, today: date) -> Invoice:
    """The invoice after what isn't a reminder."""
    assert invoice.due_date is not None
    after: dict[Happening, dict[str, Any]] = {
        Happening.PAY_HALF: {"paid": invoice.total // 2},
        Happening.PAY_ALL: {"paid": invoice.total},
        Happening.TAKE_PAYMENTS_BACK: {"paid": 0},
        Happening.PUT_OFF: {"due_date": invoice.due_date + timedelta(days=3 * event.choice)},
        Happening.RESTART: {"cycle": invoice.cycle + 1},
        Happening.CHANGE_PROGRAM: {"program": ONE if invoice.program == TWO else TWO},
        Happening.PAUSE: {"pause": Pause(today + timedelta(days=2 * event.choice))},
    }
    return replace(invoice, **after[event.what])


def lived(journey: Journey) -> Diary:
    """The diary of all the days."""
    diary = Diary(journey, an_invoice(due=journey.due))
    for day in range(DAYS):
        diary.live(day)
    return diary
