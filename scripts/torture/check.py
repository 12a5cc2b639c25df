"""Holds the ledger of the mail server against the database: what was sent twice, lost, or is unknown."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, field

from relance.config import Settings
from relance.domain.status import COUNTS_AS_SENT, MessageState
from relance.services.delivery import journal
from relance.services.same_machine import why_locked
from relance.storage import db
from scripts.torture.firm import Firm, address
from scripts.torture.sink import Mail

# A received mail's message must be in one of these, or it will leave again.
MAY_HAVE_LEFT = frozenset(state.value for state in COUNTS_AS_SENT)


@dataclass(slots=True)
class Result:
    """One line of the table."""

    name: str
    kills: int = 0
    mails: int = 0
    twice: int = 0
    lost: int = 0
    unknown: int = 0
    arrived: int = 0  # of the unknown ones
    unlisted: int = 0  # in no state that a page shows
    slowest: float = 0.0  # seconds until it sent again
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether it kept every promise."""
        return not (self.twice or self.lost or self.unlisted or self.faults)

    def complain(self, what: str, *, when: bool = True) -> None:
        """Note something that must not be."""
        if when:
            self.faults.append(what)


@dataclass(frozen=True, slots=True)
class Row:
    """A message, and one invoice that it carries or carried."""

    uid: str
    state: str
    invoice: int
    live: bool
    done: bool


def rows(firm: Firm) -> list[Row]:
    """Every message with every invoice."""
    query = """SELECT message.uid, message.state, reminder.invoice_id, reminder.live, reminder.done
               FROM message JOIN reminder ON reminder.message_id = message.id"""
    return [Row(str(row[0]), str(row[1]), int(str(row[2])), bool(row[3]), bool(row[4])) for row in ask(firm, query)]


def ask(firm: Firm, query: str) -> list[tuple[object, ...]]:
    """The rows of a query, read from the file itself."""
    with sqlite3.connect(firm.database) as opened:
        found = opened.execute(query).fetchall()
    opened.close()
    return found


def examine(result: Result, firm: Firm, mails: list[Mail], *, steps: int = 1, settled: bool = True) -> None:
    """Count. `steps`: so many reminders may reach each invoice; `settled`: nothing may still wait."""
    found, received = rows(firm), Counter(mail.uid for mail in mails)
    state_of = {row.uid: row.state for row in found}
    result.mails += len(mails)
    by_step = Counter((mail.to, mail.subject) for mail in mails)
    by_customer = sum(max(0, count - steps) for count in Counter(mail.to for mail in mails).values())
    result.twice += max(_extra(by_step) if steps == 1 else 0, _extra(received), by_customer)
    result.lost += sum(1 for uid, state in state_of.items() if state == MessageState.SENT and uid not in received)
    result.lost += _never_planned(firm, found) if settled else 0
    unknown = [uid for uid, state in state_of.items() if state == MessageState.UNKNOWN]
    result.unknown += len(unknown)
    result.arrived += sum(1 for uid in unknown if uid in received)
    waiting = [uid for uid, state in state_of.items() if state not in (*MAY_HAVE_LEFT, "withdrawn", "failed")]
    result.unlisted += sum(1 for uid in received if state_of.get(uid) not in MAY_HAVE_LEFT)
    result.complain(f"{len(waiting)} still waiting", when=settled and bool(waiting))
    wrong = [row for row in found if row.done != (row.live and row.state in MAY_HAVE_LEFT)]
    result.complain(f"{len(wrong)} reminders marked otherwise than their message", when=bool(wrong))
    _examine_files(result, firm, set(received))


def _extra(counted: Counter[tuple[str, str]] | Counter[str]) -> int:
    return sum(count - 1 for count in counted.values())


def _never_planned(firm: Firm, found: list[Row]) -> int:
    return len(set(range(1, firm.invoices + 1)) - {row.invoice for row in found})


def _examine_files(result: Result, firm: Firm, received: set[str]) -> None:
    [(integrity,)] = ask(firm, "PRAGMA integrity_check")
    result.complain(f"integrity_check: {integrity}", when=integrity != "ok")
    broken = ask(firm, "PRAGMA foreign_key_check")
    result.complain(f"foreign_key_check: {len(broken)}", when=bool(broken))
    entries, damaged = journal.read(firm.folder)
    missing = received - {entry.uid for entry in entries}
    result.complain(f"{len(missing)} mails not in the journal", when=bool(missing))
    result.complain(f"{damaged} damaged lines in the journal", when=bool(damaged))
    engine = db.open_engine(db.sqlite_url(firm.database))
    lock = why_locked(engine, Settings(firm.folder))
    engine.dispose()
    result.complain(f"locked: {lock}", when=lock is not None)


def undurable(firm: Firm, mails: list[Mail]) -> int:
    """Mails handed over of which the database has no mark."""
    states = {row.uid: row.state for row in rows(firm)}
    return sum(1 for mail in mails if states.get(mail.uid) not in MAY_HAVE_LEFT)


def number_of(mail: Mail) -> int:
    """The invoice that a mail is about."""
    number = int(mail.to.partition("@")[0][1:])
    assert mail.to == address(number)
    return number
