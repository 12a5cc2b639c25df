"""Random programs, policies, invoices and histories for the laws."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from relance.domain.book import (
    Announced,
    Book,
    Choose,
    Circle,
    Credit,
    CustomerId,
    DocumentStatus,
    Invoice,
    InvoiceId,
    PastReminder,
    Pause,
    Policy,
    ReminderKind,
    Scope,
)
from relance.domain.delivery import ChannelName
from relance.domain.documents import DocumentKind
from relance.domain.program import CountFrom, Mode, Program, ProgramId, Repeat, Step, check
from tests.builders import a_customer, a_policy, an_invoice, local

FIRST_DAY = date(2026, 4, 1)  # the weeks after it hold nearly every French public holiday
ONE, TWO = ProgramId(1), ProgramId(2)
CHANNELS = ((ChannelName.EMAIL,), (ChannelName.SMS,), (ChannelName.EMAIL, ChannelName.LETTER))
KINDS_OF_LATE = (ReminderKind.AUTO, ReminderKind.MANUAL, ReminderKind.MANUAL, ReminderKind.MARKED)

days_around = st.integers(0, 120).map(lambda count: FIRST_DAY + timedelta(days=count))
moments = st.builds(local, days_around, st.integers(0, 23), st.sampled_from((0, 30)))
modes = st.sampled_from((Mode.AUTO,) * 5 + (Mode.APPROVAL, Mode.MANUAL))


@dataclass(frozen=True, slots=True)
class World:
    """A book, its programs, the policy and the moment: what a plan is made from."""

    book: Book
    programs: dict[ProgramId, Program]
    policy: Policy
    now: datetime


@st.composite
def programs(draw: st.DrawFn, id: ProgramId = ONE) -> Program:
    """A sound program of up to seven steps."""
    courtesies = sorted(draw(st.sets(st.sampled_from((-10, -3, -2, -1, 0)), max_size=3)))
    steps = [Step(0, offset, mode=draw(modes)) for offset in courtesies]
    level, due_offset = 1, 0
    for _ in range(draw(st.integers(0 if steps else 1, 4))):
        level = min(3, level + draw(st.sampled_from((0, 1, 1, 2)))) if steps and steps[-1].level else level
        wait = draw(st.integers(1, 12))
        counts_from = (
            draw(st.sampled_from((CountFrom.DUE, CountFrom.DUE, CountFrom.PREVIOUS))) if steps else CountFrom.DUE
        )
        due_offset += wait if counts_from is CountFrom.DUE else 0
        offset = due_offset if counts_from is CountFrom.DUE else wait
        deadline = draw(st.sampled_from((None, None, 4, 9)))
        channels = draw(st.sampled_from(CHANNELS))
        fallback = draw(st.sampled_from((None, *(one for one in ChannelName if one not in channels))))
        steps.append(Step(level, offset, counts_from, channels, draw(modes), deadline_days=deadline, fallback=fallback))
    if draw(st.booleans()):
        steps[-1] = replace(steps[-1], repeat=Repeat(draw(st.integers(1, 12)), draw(st.integers(1, 3))))
    assert check(tuple(steps)) == ()
    return Program(id, f"Program {id}", tuple(steps))


def dates_may_cross(program: Program) -> bool:
    """Whether a step may be planned for before the one in front of it, which counts from a late send."""
    counts = [step.counts_from for step in program.steps]
    return CountFrom.PREVIOUS in counts and CountFrom.DUE in counts[counts.index(CountFrom.PREVIOUS) :]


@st.composite
def histories(draw: st.DrawFn, known: tuple[Program, ...], until: datetime) -> tuple[PastReminder, ...]:
    """Up to five reminders of before a moment, each with the occurrence that comes next."""
    hours = sorted(
        draw(st.lists(st.one_of(st.integers(0, 40), st.integers(0, 24 * 30)), max_size=5, unique=True)), reverse=True
    )
    times: Counter[tuple[ProgramId, int, int]] = Counter()
    past = []
    for ago in hours:
        program = draw(st.sampled_from((known[0], known[0], known[0], *known)))
        step = min(draw(st.integers(1, len(program.steps))), draw(st.integers(1, len(program.steps))))
        cycle = draw(st.sampled_from((1, 1, 1, 2)))
        times[program.id, step, cycle] += 1
        at = until.astimezone(UTC) - timedelta(hours=ago)
        day = at.astimezone(until.tzinfo).date()
        given = draw(st.sampled_from((None, None, None, 6)))
        past.append(
            PastReminder(
                program.id,
                step,
                times[program.id, step, cycle],
                program.steps[step - 1].level,
                draw(st.sampled_from(ReminderKind)) if ago > 40 else draw(st.sampled_from(KINDS_OF_LATE)),
                day,
                at,
                deadline=day + timedelta(days=given) if given else None,
                cycle=cycle,
            )
        )
    return tuple(past)


def some_of(*changes: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """None of these changes of a value mostly, or one, or two together."""
    return st.lists(st.sampled_from(({},) * 2 * len(changes) + changes), max_size=2).map(
        lambda chosen: {name: value for change in chosen for name, value in change.items()}
    )


CHANGES_OF_CUSTOMERS = some_of(
    {"emails": ()},
    {"mobiles": ("+33612345678",)},
    {"has_address": True},
    {"by_level": (Circle(), Circle(), Circle(("compta@client.example",)), Circle(mobiles=("+33612345678",)))},
    {"program": TWO},
    {"program": Choose.NEVER},
    {"group_program": TWO},
    {"group_program": Choose.NEVER},
    {"insolvent": True},
    {"pause": Pause()},
    {"pause": Pause(date(2026, 5, 20))},
)
CHANGES_OF_INVOICES = some_of(
    *({"kind": kind} for kind in (DocumentKind.QUOTE, DocumentKind.DEPOSIT)),
    *({"status": status} for status in DocumentStatus),
    *({"paid": paid} for paid in (40_000, 96_000, 100_000, 120_000)),
    *({"credited": credited} for credited in (10_000, 100_000)),
    *({"promised_on": day} for day in (date(2026, 5, 20), date(2026, 6, 20))),
    *({"program": program} for program in (ONE, TWO, Choose.NEVER)),
    *({"pause": pause} for pause in (Pause(), Pause(date(2026, 5, 20)))),
    {"due_date": None},
    {"currency": "USD"},
    {"announced": (Announced(date(2026, 5, 20), 30_000),)},
    {"excluded": True},
    {"disputed": True},
    {"emails": ("site@client.example",)},
    {"emails_unusable": True},
    {"cycle": 2},
    {"failed_step": 1},
    {"entered_at": datetime(2026, 4, 20, tzinfo=UTC)},
)


@st.composite
def invoices(draw: st.DrawFn, id: InvoiceId, program: Program, today: date) -> Invoice:
    """An invoice of either customer; every second time a step of the program is planned for about this day."""
    customer = draw(st.sampled_from((CustomerId(1), CustomerId(2))))
    offsets = [step.offset for step in program.steps]
    days_late = draw(st.one_of(st.integers(-8, 40), st.sampled_from(offsets)))
    invoice = an_invoice(
        id=id,
        customer=customer,
        days_late=days_late,
        today=today,
        entered_at=datetime(2026, 4, 10, tzinfo=UTC),
    )
    return replace(invoice, **draw(CHANGES_OF_INVOICES))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    policy = a_policy(
        working_days_only=draw(st.booleans()),
        minimum_gap_days=draw(st.integers(0, 8)),
        manual_cancels=timedelta(hours=draw(st.sampled_from((20, 0, 60)))),
    )
    return replace(policy, **draw(CHANGES_OF_POLICIES))


ACTIVATED = {"activated_at": datetime(2026, 4, 15, 6, tzinfo=UTC), "activated_on": date(2026, 4, 15)}
CHANGES_OF_POLICIES = some_of(
    *({"threshold": threshold} for threshold in (Decimal("50.00"), Decimal("2000"))),
    *({"general_program": program} for program in (TWO, None)),
    *({"scope": scope, **ACTIVATED} for scope in Scope),
    {"enabled": False},
    {"promise_grace_days": 0},
)

credits_of_customers = st.lists(
    st.builds(
        Credit,
        st.sampled_from((CustomerId(1), CustomerId(2))),
        st.sampled_from(("EUR", "USD")),
        st.sampled_from((50_000, 150_000)),
        st.just(date(2026, 5, 10)),
    ),
    max_size=1,
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to three invoices of two customers, under one of two programs, with any past."""
    known = (draw(programs(ONE)), draw(programs(TWO)))
    now = draw(moments)
    some = tuple(
        draw(invoices(InvoiceId(number), known[0], now.date())) for number in range(1, draw(st.integers(1, 3)) + 1)
    )
    book = Book(
        {
            customer: a_customer(id=customer, **draw(CHANGES_OF_CUSTOMERS))
            for customer in (CustomerId(1), CustomerId(2))
        },
        some,
        {invoice.id: draw(histories(known, now)) for invoice in some},
        tuple(draw(credits_of_customers)),
    )
    return World(book, {program.id: program for program in known}, draw(policies()), now)
