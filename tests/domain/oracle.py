"""A second opinion on RULES 1 to 3 and 4.1 to 4.2: slow, literal, and sharing no logic with the plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from relance.domain.book import (
    Book,
    Choose,
    Customer,
    DocumentStatus,
    Invoice,
    InvoiceId,
    PastReminder,
    Policy,
    ReminderKind,
    Scope,
)
from relance.domain.delivery import ChannelName
from relance.domain.documents import DocumentKind
from relance.domain.money import to_minor
from relance.domain.plan import Outcome
from relance.domain.program import CountFrom, Mode, Program, ProgramId, Step
from relance.domain.reasons import ReasonCode

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one invoice; `step` is (position, level, occurrence)."""

    outcome: Outcome
    codes: tuple[ReasonCode, ...] = ()
    step: tuple[int, int, int] | None = None
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One invoice, and all that the rules look at to judge it."""

    invoice: Invoice
    customer: Customer
    past: tuple[PastReminder, ...]
    book: Book
    programs: Mapping[ProgramId, Program]
    policy: Policy
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()


def judge(book: Book, programs: Mapping[ProgramId, Program], policy: Policy, now: datetime) -> dict[InvoiceId, Verdict]:
    """The verdict on every invoice of the book."""
    verdicts = {}
    for invoice in book.invoices:
        past = tuple(sorted(book.reminders.get(invoice.id, ()), key=lambda reminder: reminder.at))
        case = Case(invoice, book.customers[invoice.customer], past, book, programs, policy, now)
        codes = tuple(codes_against(case))
        alone = Verdict(Outcome.NONE, codes, next_on=_over_on(case, codes))
        verdicts[invoice.id] = alone if codes else _judge_course(case)
    return verdicts


def _over_on(case: Case, codes: tuple[ReasonCode, ...]) -> date | None:
    """The day all reasons are over, when they are promises and pauses that end."""
    if not set(codes) <= {ReasonCode.PROMISED, ReasonCode.PAUSED}:
        return None
    days = [payment.on for payment in case.invoice.announced if payment.on > case.today]
    if ReasonCode.PROMISED in codes and case.invoice.promised_on:
        after = case.invoice.promised_on + (case.policy.promise_grace_days + 1) * DAY
        days += [after] if after > case.today else []
    for pause in (case.invoice.pause, case.customer.pause):
        if pause and pause.until is None:
            return None
        if pause and pause.until and pause.until > case.today:
            days.append(pause.until)
    return max(days, default=None)


# RULES 1.4 and 2


def program_of(case: Case) -> Program | None:
    """RULES 1.4; None when it is never automatic, or when nothing was chosen anywhere."""
    choice = _choice(case)
    return None if isinstance(choice, Choose) or choice is None else case.programs.get(choice)


def _choice(case: Case) -> Choose | ProgramId | None:
    for choice in (case.invoice.program, case.customer.program, case.customer.group_program):
        if choice is not Choose.INHERIT:
            return choice
    return case.policy.general_program


def _left(invoice: Invoice, today: date) -> int:
    return invoice.total - invoice.paid - invoice.credited - sum(a.amount for a in invoice.announced if a.on <= today)


def codes_against(case: Case) -> Iterator[ReasonCode]:
    """Every reason of RULES 2 that applies, in its order."""
    invoice, customer, policy, today = case.invoice, case.customer, case.policy, case.today
    left = _left(invoice, today)
    if invoice.kind not in _ASKS_FOR_MONEY:
        yield ReasonCode.KIND
    if invoice.status is DocumentStatus.DRAFT:
        yield ReasonCode.DRAFT
    if invoice.status is DocumentStatus.CANCELLED:
        yield ReasonCode.CANCELLED
    if invoice.status is DocumentStatus.CREDITED or 0 < invoice.total <= invoice.credited:
        yield ReasonCode.CREDITED
    if left <= 0:
        yield ReasonCode.PAID
    if policy.threshold is not None and left < to_minor(policy.threshold, invoice.currency):
        yield ReasonCode.SMALL
    if invoice.due_date is None:
        yield ReasonCode.NO_DUE_DATE
    if customer.insolvent:
        yield ReasonCode.INSOLVENCY
    if left > 0 and _covered(case):
        yield ReasonCode.NET_CREDIT
    yield from _codes_that_a_person_may_overrule(case)


_ASKS_FOR_MONEY = (
    DocumentKind.INVOICE,
    DocumentKind.DEPOSIT,
    DocumentKind.FINAL,
    DocumentKind.RECEIPT,
    DocumentKind.OTHER,
)


def _covered(case: Case) -> bool:
    customer, currency = case.customer.id, case.invoice.currency
    credit = sum(
        c.amount for c in case.book.credits if (c.customer, c.currency) == (customer, currency) and c.on <= case.today
    )
    owed = 0
    for other in case.book.invoices:
        mine = (other.customer, other.currency) == (customer, currency)
        if mine and other.kind in _ASKS_FOR_MONEY and other.status is DocumentStatus.ISSUED:
            owed += max(0, _left(other, case.today))
    return credit >= owed > 0


def _codes_that_a_person_may_overrule(case: Case) -> Iterator[ReasonCode]:
    invoice, policy = case.invoice, case.policy
    if invoice.excluded:
        yield ReasonCode.EXCLUDED
    if invoice.disputed:
        yield ReasonCode.DISPUTED
    if _promised(case):
        yield ReasonCode.PROMISED
    if any(p and (p.until is None or p.until > case.today) for p in (invoice.pause, case.customer.pause)):
        yield ReasonCode.PAUSED
    program = program_of(case)
    if program is None:
        yield ReasonCode.CUSTOMER
    if not policy.enabled or (program and not program.active):
        yield ReasonCode.INACTIVE
    if _predates(case):
        yield ReasonCode.PREDATES


def _promised(case: Case) -> bool:
    day = case.invoice.promised_on
    if day is not None and case.today <= day + case.policy.promise_grace_days * DAY:
        return True
    return any(announced.on > case.today for announced in case.invoice.announced)


def _predates(case: Case) -> bool:
    invoice, policy = case.invoice, case.policy
    if not policy.enabled or policy.activated_at is None or policy.scope is Scope.ALL:
        return False
    if invoice.entered_at >= policy.activated_at:
        return False
    if policy.scope is Scope.NEW:
        return True
    due = invoice.due_date
    return due is None or policy.activated_on is None or due < policy.activated_on


# RULES 3


def _judge_course(case: Case) -> Verdict:
    program = program_of(case)
    assert program is not None and case.invoice.due_date is not None
    left = list(_steps_left(case, program))
    if not left:
        return Verdict(Outcome.NONE, (ReasonCode.FINISHED,))
    come = [(position, day) for position, day in left if day is not None and day <= case.today]
    ahead = [day for _, day in left if day is not None and day > case.today]
    if not come:
        return Verdict(Outcome.WAIT, (ReasonCode.WAIT,), None, min(ahead, default=None))
    position, day = come[0]
    for later, later_day in come[1:]:  # 3.4: a courtesy gives way to whatever later step has come too
        if program.steps[position - 1].level == 0:
            position, day = later, later_day
    occurrence = 1 if position > _done_to(case, program) else _occurrences(case, program) + 1
    ref = (position, program.steps[position - 1].level, occurrence)
    if not _open(case, case.today):
        return Verdict(Outcome.WAIT, (ReasonCode.WAIT,), None, _forward(case, case.today))
    if day == case.today and _by_hand_lately(case):
        return Verdict(Outcome.SUPERSEDED, (ReasonCode.SUPERSEDED,), ref)
    earliest = _earliest(case, program, position, day)
    if earliest is not None and case.today < earliest:
        return Verdict(Outcome.WAIT, (ReasonCode.TOO_SOON,), None, earliest)
    return _up(case, program.steps[position - 1], ref)


def _counted(case: Case, program: Program) -> list[PastReminder]:
    return [r for r in case.past if r.program == program.id and r.cycle == case.invoice.cycle]


def _done_to(case: Case, program: Program) -> int:
    """RULES 3.1: the last done step; all before it are done with it."""
    own = max((min(r.step, len(program.steps)) for r in _counted(case, program)), default=0)
    return max(own, _done_under_others(case, program))


def _done_under_others(case: Case, program: Program) -> int:
    """Levels never go down: lower levels are done, and of the level reached one step for each reminder at it."""
    levels = [
        r.level for r in case.past if r.program != program.id and r.cycle == case.invoice.cycle and r.occurrence == 1
    ]
    top, due = max(levels, default=-1), levels.count(max(levels, default=-1))
    done = 0
    for position, step in enumerate(program.steps, 1):
        if step.level < top or (step.level == top and due > 0):
            done, due = position, due - (step.level == top)
    return done


def _occurrences(case: Case, program: Program) -> int:
    return max((r.occurrence for r in _counted(case, program) if r.step == len(program.steps)), default=1)


def _day_done(case: Case, program: Program, position: int) -> date | None:
    """RULES 3.11; a step that another program stands for was done on the day of the last reminder."""
    own = [r.day for r in _counted(case, program) if r.step == position]
    jumps = [r.day for r in _counted(case, program) if r.step > position]
    if own or jumps:
        return max(own) if own else min(jumps)
    others = [r.day for r in case.past if r.cycle == case.invoice.cycle]
    return max(others, default=None) if position <= _done_to(case, program) else None


def _steps_left(case: Case, program: Program) -> Iterator[tuple[int, date | None]]:
    """Positions neither done nor stale with their planned dates; when all are done, the repeat that is left."""
    done = _done_to(case, program)
    for position in range(done + 1, len(program.steps) + 1):
        day = _planned(case, program, position)
        if not _stale(case, program.steps[position - 1], day):
            yield position, day
    repeat = program.steps[-1].repeat
    stale = _stale(case, program.steps[-1], _planned(case, program, len(program.steps)))
    day = _day_done(case, program, len(program.steps))
    lower = any(r.level > program.steps[-1].level for r in case.past if r.cycle == case.invoice.cycle)
    again = repeat is not None and _occurrences(case, program) <= repeat.times and not (stale or lower)
    if done == len(program.steps) and repeat and day and again:
        yield done, _forward(case, day + repeat.every_days * DAY)


def _planned(case: Case, program: Program, position: int) -> date | None:
    """RULES 3.2 and 3.3."""
    step = program.steps[position - 1]
    if step.counts_from is CountFrom.DUE:
        base = case.invoice.due_date
    else:
        base = _day_done(case, program, position - 1)
    if base is None:
        return None
    day = base + step.offset * DAY
    return _back(case, day) if step.level == 0 and step.offset < 0 else _forward(case, day)


def _open(case: Case, day: date) -> bool:
    return not case.policy.working_days_only or case.policy.is_working_day(day)


def _forward(case: Case, day: date) -> date:
    while not _open(case, day):
        day += DAY
    return day


def _back(case: Case, day: date) -> date:
    while not _open(case, day):
        day -= DAY
    return day


def _stale(case: Case, step: Step, planned: date | None) -> bool:
    """RULES 3.4."""
    assert case.invoice.due_date is not None
    if step.level > 0:
        return False
    if step.offset < 0:
        return case.today > case.invoice.due_date
    return planned is not None and case.today > planned


def _by_hand_lately(case: Case) -> bool:
    """RULES 3.7."""
    by_hand = [r for r in case.past if r.kind in (ReminderKind.MANUAL, ReminderKind.MARKED)]
    ages = [case.now.astimezone(UTC) - r.at.astimezone(UTC) for r in by_hand]
    return any(timedelta(0) <= age < case.policy.manual_cancels for age in ages)


def _earliest(case: Case, program: Program, position: int, day: date) -> date | None:
    """RULES 3.6."""
    sent = [r for r in case.past if r.kind is not ReminderKind.SUPERSEDED]
    if not sent:
        return None
    last = max(sent, key=lambda reminder: (reminder.day, reminder.at))
    found = last.day + _gap(case, program, position, day) * DAY
    if last.deadline is not None:
        found = max(found, last.deadline + DAY)
    return _forward(case, found)


def _gap(case: Case, program: Program, position: int, day: date) -> int:
    done = _done_to(case, program)
    if position > done and program.steps[position - 1].counts_from is CountFrom.PREVIOUS:
        return 1
    wished = case.policy.minimum_gap_days
    before = _planned_of_last_done(case, program, done)
    apart = wished if before is None else (day - before).days
    return max(1, min(wished, apart))


def _planned_of_last_done(case: Case, program: Program, done: int) -> date | None:
    if done == 0:
        return None
    repeat = program.steps[-1].repeat
    days = sorted(r.day for r in _counted(case, program) if r.step == len(program.steps))
    if done == len(program.steps) and repeat and len(days) > 1:
        return _forward(case, days[-2] + repeat.every_days * DAY)
    return _planned(case, program, done)


# RULES 4.1 and 4.2


def _up(case: Case, step: Step, ref: tuple[int, int, int]) -> Verdict:
    reached = {channel for channel in ChannelName if _reached(case, channel, step.level)}
    instead = {step.fallback} if not reached.intersection(step.channels) else set()
    if not reached & (set(step.channels) | instead):
        return Verdict(Outcome.NONE, (ReasonCode.NO_RECIPIENT,), ref)
    if case.invoice.failed_step == ref[0]:
        return Verdict(Outcome.NONE, (ReasonCode.FAILED,), ref)
    if step.mode is Mode.APPROVAL:
        return Verdict(Outcome.APPROVAL, (ReasonCode.APPROVAL,), ref)
    if step.mode is Mode.MANUAL:
        return Verdict(Outcome.MANUAL, (ReasonCode.MANUAL,), ref)
    return Verdict(Outcome.SEND, (), ref)


def _reached(case: Case, channel: ChannelName, level: int) -> bool:
    everybody = case.customer.by_level[level] if case.customer.by_level else case.customer
    if channel is ChannelName.SMS:
        return len(everybody.mobiles) > 0
    if channel is ChannelName.LETTER:
        return case.customer.has_address
    own = case.invoice.emails
    return len(own) > 0 if own or case.invoice.emails_unusable else len(everybody.emails) > 0
