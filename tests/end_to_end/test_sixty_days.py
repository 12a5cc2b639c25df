"""Sixty days of a firm through the command line alone, every mail and every decision held against the rules."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from relance.domain.book import PastReminder, ReminderKind
from relance.domain.plan import Outcome
from relance.domain.reasons import ReasonCode
from tests.builders import is_french_working_day
from tests.channels.smtp_server import SmtpServer
from tests.domain.oracle import Verdict
from tests.end_to_end.expected import (
    MAY_NOT_BY_HAND,
    PARIS,
    Diary,
    Letter,
    applied,
    left,
    letter,
    letters,
    offered,
    program_of,
    verdicts,
)
from tests.end_to_end.firm_file import FRESHNESS, settings_file
from tests.end_to_end.ledger import Client, Doc, Ledger, french_amount, invoices_file, payments_file
from tests.end_to_end.office import Office
from tests.end_to_end.postman import Mail, check
from tests.end_to_end.world import DAYS, EVE, FIRST_DAY, change_the_list, make_world, receive_payments

OFF = frozenset(FIRST_DAY + timedelta(days=number) for number in (8, 15, 16, 17, 18, 44))  # nobody starts the machine
NO_NEWS = range(30, 43)  # and on these days nobody imports anything
TOO_EARLY = 22  # the machine is on before ten only


@dataclass
class Journal:
    """All that was seen: for the end."""

    letters: list[tuple[date, ReminderKind, Letter, Mail]] = field(default_factory=list)
    superseded: list[tuple[date, str, int, int]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    fresh_on: date = EVE
    to_approve: set[str] = field(default_factory=set)  # after the last run


@dataclass
class Firm:
    """The firm, its machine and its letter box."""

    office: Office
    luck: Random
    clients: list[Client]
    ledger: Ledger
    diary: Diary = field(default_factory=Diary)
    journal: Journal = field(default_factory=Journal)


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with SmtpServer() as server:
        luck, clients, ledger = make_world()
        folder = tmp_path_factory.mktemp("firm")
        office = Office(folder, server)
        lived = Firm(office, luck, clients, ledger)
        for enabled, moment in ((False, at(EVE, 19)), (True, at(FIRST_DAY, 9))):
            (folder / "firm.toml").write_text(settings_file(server.port, clients, enabled=enabled), encoding="utf-8")
            office.call(moment, "config", "load", str(folder / "firm.toml"))
            if not enabled:
                office.bring(at(EVE, 20), "invoices", invoices_file(ledger.known(EVE)))
        for number in range(DAYS):
            live(lived, FIRST_DAY + timedelta(days=number), number)
        yield lived


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS)


def live(firm: Firm, today: date, number: int) -> None:
    """One day of the firm."""
    if today in OFF:
        return
    if number not in NO_NEWS:
        bring_news(firm, today, number)
    if number == TOO_EARLY:
        assert firm.office.ask(at(today, 9, 30), "run")["skipped_run"] == "before_hour"
        return
    run_the_day(firm, today, at(today, 10, number % 50))
    if number % 3 == 1:
        remind_by_hand(firm, at(today, 18, 5))


def bring_news(firm: Firm, today: date, number: int) -> None:
    if number % 2 == 0:
        if number:
            change_the_list(firm.luck, firm.ledger, today)
        firm.office.bring(at(today, 9), "invoices", invoices_file(firm.ledger.known(today)))
        firm.journal.fresh_on = today
    if number % 5 == 3:
        rows = receive_payments(firm.luck, firm.ledger, today)
        firm.office.bring(at(today, 9, 15), "payments", payments_file(rows))
        firm.journal.fresh_on = today


def run_the_day(firm: Firm, today: date, now: datetime) -> None:
    """The run: what was simulated, what the rules say, and what comes in are one and the same."""
    found = verdicts(firm.ledger, firm.diary, now)
    seen = firm.office.ask(now, "simulate")
    assert decided(seen) == {number: as_printed(verdict) for number, verdict in found.items()}
    done = firm.office.ask(now, "run")
    assert (done["decisions"], done["skipped_run"]) == (seen["decisions"], seen["skipped_run"])
    assert done["skipped_run"] == why_no_run(firm.journal, today)
    if done["skipped_run"]:
        assert (done["messages"], firm.office.new_mails()) == ([], [])
        firm.journal.skipped[done["skipped_run"]] += 1
        return
    mails = firm.office.new_mails()
    assert all(message["state"] == "sent" for message in done["messages"])
    assert sorted(tuple(message["invoices"]) for message in done["messages"]) == sorted(mail.numbers for mail in mails)
    receive(firm, mails, letters(firm.ledger, found), now, ReminderKind.AUTO)
    firm.journal.to_approve = {number for number, one in found.items() if one.outcome is Outcome.APPROVAL}
    for number, verdict in found.items():
        note_what_does_not_leave(firm, firm.ledger.docs[number], verdict, now)


def decided(document: Any) -> dict[str, tuple[object, ...]]:
    return {
        one["invoice"]: (
            one["outcome"],
            one["reasons"],
            (one["step"], one["level"], one["occurrence"]) if one["step"] else None,
            one["next_on"] if one["outcome"] == "wait" else None,
        )
        for one in document["decisions"]
    }


def as_printed(verdict: Verdict) -> tuple[object, ...]:
    next_on = verdict.next_on.isoformat() if verdict.next_on and verdict.outcome is Outcome.WAIT else None
    return verdict.outcome.value, [code.value for code in verdict.codes], verdict.step, next_on


def why_no_run(journal: Journal, today: date) -> str | None:
    if not is_french_working_day(today):
        return "not_working_day"
    return "stale_data" if (today - journal.fresh_on).days > FRESHNESS else None


def receive(firm: Firm, mails: list[Mail], wanted: list[Letter], now: datetime, kind: ReminderKind) -> None:
    """Each letter that was expected came once, and nothing else did."""
    came = {(mail.numbers, mail.recipients[0]): mail for mail in mails}
    assert len(came) == len(mails)
    assert sorted(came) == sorted((one.numbers, one.to[0]) for one in wanted)
    for one in wanted:
        mail = came[one.numbers, one.to[0]]
        check(mail, one, firm.ledger, now.date())
        firm.journal.letters.append((now.date(), kind, one, mail))
        for doc in one.docs:
            firm.diary.note(doc.number, reminder(one, now, kind))


def reminder(sent: Letter, now: datetime, kind: ReminderKind) -> PastReminder:
    position, level, occurrence = sent.step
    deadline = now.date() + timedelta(days=sent.deadline_days) if sent.deadline_days else None
    return PastReminder(sent.program.id, position, occurrence, level, kind, now.date(), now, deadline)


def note_what_does_not_leave(firm: Firm, doc: Doc, verdict: Verdict, now: datetime) -> None:
    program = program_of(doc)
    if verdict.step is None or program is None:
        return
    position, level, occurrence = verdict.step
    if verdict.outcome is Outcome.SUPERSEDED:
        done = PastReminder(
            program.id, position, occurrence, level, ReminderKind.SUPERSEDED, now.date(), now, deadline=None
        )
        firm.diary.note(doc.number, done)
        firm.journal.superseded.append((now.date(), doc.number, position, occurrence))
    if verdict.outcome is Outcome.APPROVAL:
        firm.diary.proposed.setdefault((doc.number, program.id, position), now.date())


def remind_by_hand(firm: Firm, now: datetime) -> None:
    """A few reminders by hand: some of steps the machine would take tomorrow, some that may not leave."""
    tomorrow = verdicts(firm.ledger, firm.diary, now + timedelta(hours=16))
    today = verdicts(firm.ledger, firm.diary, now)
    wanted = (Outcome.SEND, Outcome.MANUAL)
    up = [number for number, verdict in tomorrow.items() if verdict.outcome in wanted and number in today]
    waiting = [number for number, verdict in today.items() if ReasonCode.APPROVAL in verdict.codes]
    refused = [number for number, verdict in today.items() if MAY_NOT_BY_HAND & {*verdict.codes}]
    for number in [*up[:2], *waiting[:1]]:
        send_by_hand(firm, firm.ledger.docs[number], now)
    for number in up[2:5]:
        step = tomorrow[number].step
        if step is not None and step[0] > 1:
            send_by_hand(firm, firm.ledger.docs[number], now, position=step[0] - 1)
    firm.office.call(now, "remind", firm.luck.choice(refused), expect=2)
    assert firm.office.new_mails() == []


def send_by_hand(firm: Firm, doc: Doc, now: datetime, position: int | None = None) -> None:
    """The step that is offered, or another that is named."""
    if firm.diary.reminded_on(doc.number, now.date()):
        firm.office.call(now, "remind", doc.number, expect=2)
        return
    program = program_of(doc)
    assert program is not None
    named = ("--step", str(position)) if position else ()
    position = position or offered(doc, firm.diary, now.date())
    before = [
        one.occurrence
        for one in firm.diary.past.get(doc.number, [])
        if (one.program, one.step) == (program.id, position)
    ]
    step = (position, program.steps[position - 1].level, max(before, default=0) + 1)
    told = firm.office.ask(now, "remind", doc.number, *named)
    assert [message["state"] for message in told["messages"]] == ["sent"]
    receive(firm, firm.office.new_mails(), [letter([doc], step)], now, ReminderKind.MANUAL)


def test_the_sixty_days_had_everything_in_them(firm: Firm) -> None:
    journal = firm.journal
    assert journal.skipped["stale_data"] > 2
    assert len(journal.superseded) > 5
    assert len(firm.diary.proposed) > 2
    assert Counter(one.level for _, _, one, _ in journal.letters).keys() == {0, 1, 2, 3}
    assert {one.program.name for _, _, one, _ in journal.letters} == {
        "Standard",
        "Grands comptes",
        "À la main",
        "Express",
    }
    assert sum(1 for _, _, one, _ in journal.letters if len(one.docs) > 1) > 10
    assert sum(1 for _, kind, _, _ in journal.letters if kind is ReminderKind.MANUAL) > 10
    assert sum(1 for _, _, one, _ in journal.letters if one.step[2] > 1) > 5
    assert {doc.currency for _, _, one, _ in journal.letters for doc in one.docs} == {"EUR", "CHF"}
    assert {one.language for _, _, one, _ in journal.letters} == {"fr", "en", "de"}


def test_no_step_came_twice_and_no_invoice_twice_in_a_day(firm: Firm) -> None:
    steps = Counter((doc.number, one.program.id, one.step) for _, _, one, _ in firm.journal.letters for doc in one.docs)
    days = Counter((doc.number, day) for day, _, one, _ in firm.journal.letters for doc in one.docs)
    assert max(steps.values()) == max(days.values()) == 1


def test_levels_never_went_down_unless_a_person_wanted_it(firm: Firm) -> None:
    reached: dict[str, int] = {}
    for _, kind, one, _ in firm.journal.letters:
        for doc in one.docs:
            assert kind is ReminderKind.MANUAL or one.level >= reached.get(doc.number, 0), doc
            reached[doc.number] = max(one.level, reached.get(doc.number, 0))


def test_nothing_came_for_what_was_paid(firm: Firm) -> None:
    late = [
        doc.number for day, _, one, _ in firm.journal.letters for doc in one.docs if left(firm.ledger, doc, day) <= 0
    ]
    assert late == []


def test_the_history_is_what_came_in(firm: Firm) -> None:
    history = firm.office.ask(at(FIRST_DAY + timedelta(days=DAYS), 8), "export", "history")
    sent = [
        (one["at"][:10], one["kind"], one["step"], one["level"], one["occurrence"], one["invoices"], one["to"])
        for one in history
        if one["state"] == "sent"
    ]
    came = [
        (day.isoformat(), kind.value, *one.step, list(one.numbers), list(one.to))
        for day, kind, one, _ in firm.journal.letters
    ]
    assert sorted(sent) == sorted(came)
    subjects = sorted(one["subject"] for one in history if one["state"] == "sent")
    assert subjects == sorted(mail.subject for *_, mail in firm.journal.letters)
    dropped = [
        (date.fromisoformat(one["at"][:10]), one["invoices"][0], one["step"], one["occurrence"])
        for one in history
        if one["kind"] == "superseded"
    ]
    assert sorted(dropped) == sorted(firm.journal.superseded)


def test_what_waits_for_approval_is_what_was_proposed_and_still_stands(firm: Firm) -> None:
    history = firm.office.ask(at(FIRST_DAY + timedelta(days=DAYS), 8), "export", "history")
    waiting = {one["invoices"][0] for one in history if one["state"] == "approval"}
    assert waiting == firm.journal.to_approve
    proposed = {number for number, _, _ in firm.diary.proposed}
    assert proposed == {
        number for one in history if one["state"] in ("approval", "withdrawn") for number in one["invoices"]
    }


def test_the_invoices_exported_are_those_of_the_ledger(firm: Firm) -> None:
    day = FIRST_DAY + timedelta(days=DAYS)
    exported = {one["number"]: one for one in firm.office.ask(at(day, 8), "export", "invoices")}
    assert exported.keys() == firm.ledger.docs.keys()
    for number, doc in firm.ledger.docs.items():
        row = exported[number]
        assert plain_amount(row["paid"]) == french_amount(doc.paid(day)), number
        assert plain_amount(row["balance"]) == french_amount(left(firm.ledger, doc, day)), number
        assert row["due_date"] == (doc.due.isoformat() if doc.due else None)
        past = [one for one in firm.diary.past.get(number, []) if one.kind is not ReminderKind.SUPERSEDED]
        assert row["last_reminder_on"] == (max(one.day for one in past).isoformat() if past else None)
        assert applied(firm.ledger, doc) >= 0


def plain_amount(text: str) -> str:
    return french_amount(round(float(text) * 100))
