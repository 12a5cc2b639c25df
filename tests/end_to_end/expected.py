"""What the rules say should happen, worked out from the ledger and from the mails received, never from the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from relance.domain.book import (
    Announced,
    Book,
    Choose,
    Credit,
    Customer,
    CustomerId,
    DocumentStatus,
    Invoice,
    InvoiceId,
    PastReminder,
    Pause,
    Policy,
    ProgramChoice,
)
from relance.domain.documents import DocumentKind
from relance.domain.plan import Outcome
from relance.domain.program import Grouping, Program
from relance.domain.reasons import ReasonCode
from tests.builders import is_french_working_day
from tests.domain.oracle import Verdict, judge
from tests.end_to_end.firm_file import GRACE, GROUPS, MINIMUM_GAP, PROGRAMS, STANDARD
from tests.end_to_end.ledger import NEVER, Client, Doc, Ledger

PARIS = ZoneInfo("Europe/Paris")
_BY_NAME = {program.name: program for program in PROGRAMS.values()}
POLICY = Policy(
    is_french_working_day,
    activated_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
    activated_on=date(2026, 3, 2),
    minimum_gap_days=MINIMUM_GAP,
    promise_grace_days=GRACE,
    general_program=STANDARD.id,
)


@dataclass
class Diary:
    """What left for each document, as the letter box and the hand have it."""

    past: dict[str, list[PastReminder]] = field(default_factory=dict)
    proposed: dict[tuple[str, int, int], date] = field(default_factory=dict)  # number, program, step: for approval

    def note(self, number: str, reminder: PastReminder) -> None:
        self.past.setdefault(number, []).append(reminder)

    def reminded_on(self, number: str, day: date) -> bool:
        return any(one.day == day and one.kind != "superseded" for one in self.past.get(number, []))


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that should come: for which documents, under which step, to whom, in which language."""

    docs: tuple[Doc, ...]
    program: Program
    step: tuple[int, int, int]
    language: str  # of the text
    to: tuple[str, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(sorted(doc.number for doc in self.docs))

    @property
    def level(self) -> int:
        return self.step[1]

    @property
    def deadline_days(self) -> int | None:
        return self.program.steps[self.step[0] - 1].deadline_days


def verdicts(ledger: Ledger, diary: Diary, now: datetime) -> dict[str, Verdict]:
    """The oracle's word on every document that is known, by number."""
    docs = ledger.known(now.date())
    keys = {doc.number: InvoiceId(rank) for rank, doc in enumerate(docs, 1)}
    book = Book(
        customers={_id(doc.client): _customer(doc.client) for doc in docs},
        invoices=tuple(_invoice(ledger, doc, keys[doc.number], now.date()) for doc in docs),
        reminders={keys[number]: tuple(ones) for number, ones in diary.past.items() if number in keys},
        credits=tuple(_free_credits(docs)),
    )
    found = judge(book, PROGRAMS, POLICY, now)
    return {number: found[key] for number, key in keys.items()}


def _id(client: Client) -> CustomerId:
    return CustomerId(int(client.code[1:]) + 1)


def _customer(client: Client) -> Customer:
    group = GROUPS.get(client.group)
    return Customer(
        _id(client),
        client.code,
        client.name,
        client.language,
        _choice(client.program),
        group.id if group else Choose.INHERIT,
        emails=client.emails,
        cc=client.cc,
    )


def _choice(name: str) -> ProgramChoice:
    if name in (NEVER, "never"):
        return Choose.NEVER
    return _BY_NAME[name].id if name else Choose.INHERIT


def program_of(doc: Doc) -> Program | None:
    """RULES 1.4."""
    for name in (doc.program, doc.client.program):
        if name:
            return _BY_NAME.get(name)
    return GROUPS.get(doc.client.group) or STANDARD


def _invoice(ledger: Ledger, doc: Doc, key: InvoiceId, today: date) -> Invoice:
    return Invoice(
        key,
        _id(doc.client),
        doc.number,
        doc.currency,
        doc.total,
        doc.due,
        _entered_at(doc),
        DocumentKind(doc.kind),
        DocumentStatus(doc.status),
        doc.paid(today),
        applied(ledger, doc),
        tuple(Announced(one.on, one.amount) for one in doc.receipts if one.on > today),
        doc.excluded,
        doc.disputed,
        doc.promised_on,
        Pause(doc.paused_until) if doc.paused_until else None,
        _choice(doc.program),
        doc.own_emails,
    )


def _entered_at(doc: Doc) -> datetime:
    assert doc.entered_on is not None
    return datetime(doc.entered_on.year, doc.entered_on.month, doc.entered_on.day, 9, tzinfo=UTC)


def applied(ledger: Ledger, doc: Doc) -> int:
    """What credit notes took off an invoice, or what a note was used for."""
    if doc.kind != "credit_note":
        return ledger.credited(doc)
    return min(doc.total, ledger.docs[doc.credits].total) if doc.credits else 0


def _free_credits(docs: Iterable[Doc]) -> Iterable[Credit]:
    for doc in docs:
        if doc.kind == "credit_note" and not doc.credits:
            yield Credit(_id(doc.client), doc.currency, doc.total, doc.issued)


def left(ledger: Ledger, doc: Doc, today: date) -> int:
    """The balance, in cents."""
    return doc.total - doc.paid(today) - applied(ledger, doc)


def letters(ledger: Ledger, found: Mapping[str, Verdict], outcome: Outcome = Outcome.SEND) -> list[Letter]:
    """RULES 4.4: who travels together, and who doesn't."""
    together: dict[tuple[object, ...], list[Doc]] = {}
    for number, verdict in found.items():
        doc = ledger.docs[number]
        program = program_of(doc)
        if verdict.outcome is outcome and program is not None:
            alone = number if program.grouping is Grouping.INVOICE else ""
            key = (doc.client.code, doc.emails, program.id, verdict.step, doc.currency, alone)
            together.setdefault(key, []).append(doc)
    return [letter(docs, found[docs[0].number].step) for docs in together.values()]


def letter(docs: list[Doc], step: tuple[int, int, int] | None) -> Letter:
    """One mail for some documents."""
    program = program_of(docs[0])
    assert program is not None and step is not None
    own = bool(program.steps[step[0] - 1].templates)
    return Letter(tuple(docs), program, step, spoken(docs[0].client, own=own), docs[0].emails)


def spoken(client: Client, *, own: bool) -> str:
    """RULES 4.3: the customer's own language; the firm's own text has no German one, which falls back to its French."""
    return "fr" if own and client.language not in ("fr", "en") else client.language


def offered(doc: Doc, diary: Diary, today: date) -> int:
    """RULES 3.12: the position of the first step that is neither done nor stale, else of the last."""
    program = program_of(doc)
    assert program is not None and doc.due is not None
    done = max((one.step for one in diary.past.get(doc.number, []) if one.program == program.id), default=0)
    for position, step in enumerate(program.steps, 1):
        stale = step.level == 0 and today > (doc.due if step.offset < 0 else _moved(doc.due))
        if position > done and not stale:
            return position
    return len(program.steps)


def _moved(day: date) -> date:
    while not is_french_working_day(day):
        day += timedelta(days=1)
    return day


MAY_NOT_BY_HAND = frozenset(tuple(ReasonCode)[:8])
