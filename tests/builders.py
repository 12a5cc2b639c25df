"""Builders of the domain's values with sane defaults: a test names only what matters to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from relance.domain.book import (
    Book,
    Credit,
    Customer,
    CustomerId,
    Invoice,
    InvoiceId,
    PastReminder,
    Policy,
    ReminderKind,
)
from relance.domain.program import CountFrom, Mode, Program, ProgramId, Repeat, from_offsets

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 6, 10)  # a Wednesday in a week without public holidays

_EVERY_YEAR = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
FRENCH_HOLIDAYS = frozenset(
    date(year, month, day)
    for year, month, day in (
        *((year, month, day) for year in (2026, 2027) for month, day in _EVERY_YEAR),
        *((2026, 4, 6), (2026, 5, 14), (2026, 5, 25)),  # Easter Monday, Ascension, Whit Monday
        *((2027, 3, 29), (2027, 5, 6), (2027, 5, 17)),
    )
)


def is_french_working_day(day: date) -> bool:
    """The French calendar of 2026 and 2027."""
    return day.weekday() < 5 and day not in FRENCH_HOLIDAYS


def local(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of the firm's day."""
    return datetime.combine(day, time(hour, minute), PARIS)


def an_invoice(days_late: int | None = 12, *, due: date | None = None, today: date = TODAY, **changes: Any) -> Invoice:
    """An issued invoice of 1,000.00 EUR of customer 1, due some days ago (None: no due date)."""
    if due is None and days_late is not None:
        due = today - timedelta(days=days_late)
    number = f"F-{changes.get('id', 1):04}"
    invoice = Invoice(InvoiceId(1), CustomerId(1), number, "EUR", 100_000, due, datetime(2026, 1, 5, tzinfo=UTC))
    return replace(invoice, **changes)


def a_customer(emails: tuple[str, ...] = ("compta@client.example",), **changes: Any) -> Customer:
    """Customer 1, who has an e-mail address and nothing else."""
    return replace(Customer(CustomerId(1), "C1", "Menuiserie Roux", emails=emails), **changes)


def a_program(
    offsets: str = "-7, 0, 7, 14, 30",
    *,
    levels: Sequence[int] = (),
    repeat: Repeat | None = None,
    mode: Mode = Mode.AUTO,
    deadline_days: int | None = None,
    **changes: Any,
) -> Program:
    """Program 1 from a comma list; `+10` counts from the previous step. `repeat` goes with the last step."""
    words = [word.strip() for word in offsets.split(",")]
    dealt = from_offsets(int(word) for word in words)
    steps = [
        replace(
            step,
            counts_from=CountFrom.PREVIOUS if word.startswith("+") else CountFrom.DUE,
            level=level,
            mode=mode,
            deadline_days=deadline_days,
        )
        for step, word, level in zip(dealt, words, levels or [step.level for step in dealt], strict=True)
    ]
    steps[-1] = replace(steps[-1], repeat=repeat)
    return replace(Program(ProgramId(1), "Standard", tuple(steps)), **changes)


def a_policy(**changes: Any) -> Policy:
    """Automatic sending is on for everything, on French working days, five days apart; program 1 is the general one."""
    return replace(Policy(is_french_working_day, general_program=ProgramId(1)), **changes)


def a_reminder(
    step: int = 1,
    day: date = TODAY - timedelta(days=5),
    *,
    level: int = 1,
    hour: int = 10,
    minute: int = 0,
    by: ReminderKind = ReminderKind.AUTO,
    **changes: Any,
) -> PastReminder:
    """A step of program 1 done at 10:00 of the firm's day."""
    at = local(day, hour, minute).astimezone(UTC)
    return replace(PastReminder(ProgramId(1), step, 1, level, by, day, at), **changes)


def a_book(
    *invoices: Invoice,
    customers: Sequence[Customer] = (),
    past: Sequence[PastReminder] = (),
    credits: Sequence[Credit] = (),
) -> Book:
    """A book of these invoices (one without any); `past` are the reminders of the first."""
    kept = invoices or (an_invoice(),)
    known = {customer.id: customer for customer in customers or (a_customer(),)}
    return Book(known, kept, {kept[0].id: tuple(past)} if past else {}, tuple(credits))
