"""SIGKILL at random moments, and at each named point."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from relance.domain.status import MessageState
from scripts.torture import points, program
from scripts.torture.check import Result, ask, examine
from scripts.torture.firm import Firm, a_firm
from scripts.torture.sink import Sink

MAILS_PER_KILL = 20  # at most so many leave, on average, between a start and a kill
LONGEST_RUN = 0.12  # seconds of sending before a random kill
SLOWEST_RESTART = 10.0


@dataclass(slots=True)
class Victim:
    """A firm whose program is killed again and again."""

    firm: Firm
    sink: Sink
    result: Result
    luck: random.Random = field(default_factory=random.Random)

    def kill_while_sending(self, words: Sequence[str]) -> None:
        """Start it, wait until it sends, and kill it a moment later."""
        process = program.start(self.firm, *words)
        seconds = program.until_it_sends(process, self.sink)
        self.note(seconds)
        time.sleep(self.luck.uniform(0, LONGEST_RUN))
        program.kill(process)
        self.result.kills += 1

    def kill_at_any_time(self, words: Sequence[str]) -> None:
        """While it starts, while it makes the run, while it sends."""
        process = program.start(self.firm, *words)
        time.sleep(self.luck.uniform(0, 1.5))
        program.kill(process)
        self.result.kills += 1

    def kill_at(self, name: str, *words: str, passes: int = 1) -> None:
        """At a named point; one that is never reached proves nothing."""
        ended = program.run(self.firm, *(words or ("run",)), point=(name, passes))
        self.result.kills += 1
        self.result.complain(f"not reached: {name} {ended.complained[-300:]}", when=ended.code != -9)

    def recover(self) -> None:
        """Start it once more, and let it end."""
        process = program.start(self.firm, "run")
        seconds = program.until_it_sends(process, self.sink)
        ended = program.end(process)
        self.result.slowest = max(self.result.slowest, seconds or 0.0)
        self.result.complain(f"the last run said: {ended.complained[-300:]}", when=ended.broke)

    def note(self, seconds: float | None) -> None:
        """How long it took to send again."""
        waits = ask(self.firm, "SELECT count(*) FROM message WHERE state IN ('queued', 'claimed')") != [(0,)]
        self.result.complain("it did not send again", when=seconds is None and waits)
        self.result.slowest = max(self.result.slowest, seconds or 0.0)

    def judge(self, *, timed: bool) -> Result:
        """Hold the ledgers against each other, and the time it took to send again against its limit."""
        result = self.result
        examine(result, self.firm, self.sink.mails())
        result.complain(f"{result.unknown} unknown of {result.kills} kills", when=result.unknown > result.kills)
        late = timed and result.slowest > SLOWEST_RESTART
        result.complain(f"{result.slowest:.1f} s until it sent again", when=late)
        return result


@contextmanager
def a_victim(place: Path, name: str, invoices: int, *, delay_ms: int = 20) -> Iterator[Victim]:
    """A firm, its mail server, and a line of the table."""
    place.mkdir(parents=True)
    with Sink(place / "ledger", delay_ms) as sink:
        yield Victim(a_firm(place / "data", sink.port, invoices), sink, Result(name))


def random_kills(place: Path, number: int, *, timed: bool = True) -> Result:
    """So many kills of one firm's program; one of five at any time, the others while it sends."""
    with a_victim(place, f"{number} random kills", MAILS_PER_KILL * number + 60) as victim:
        for _ in range(number):
            words = program.command(victim.luck)
            if victim.luck.random() < 0.2:
                victim.kill_at_any_time(words)
            else:
                victim.kill_while_sending(words)
        victim.recover()
        return victim.judge(timed=timed)


def sending_points(place: Path, times: int, furthest: int = 5, *, timed: bool = True) -> Result:
    """Each point of the sending, and of the sweep that follows a kill, so many times, in any order."""
    names = [*points.SENDING, *points.SWEEPING] * times
    random.shuffle(names)
    with a_victim(place, f"{len(names) // times} points of sending × {times}", len(names) * furthest + 60) as victim:
        for name in names:
            if name in points.SWEEPING:  # there must be something to sweep
                victim.kill_at("transmitting: committed")
            once = name in points.SWEEPING or name.startswith(("claim", "freeze"))
            victim.kill_at(name, passes=1 if once else victim.luck.randint(1, furthest))
        victim.recover()
        return victim.judge(timed=timed)


def run_points(place: Path, times: int) -> Result:
    """The run's transaction: all of the day or nothing of it."""
    total = Result(f"{len(points.RUNNING)} points of the run × {times}")
    for number, name in enumerate([*points.RUNNING] * times):
        with a_victim(place / f"run-{number}", total.name, 12, delay_ms=5) as victim:
            victim.result = total
            victim.kill_at(name)
            queued, runs = ask(victim.firm, "SELECT (SELECT count(*) FROM message), count(*) FROM daily_run")[0]
            total.complain(f"half a run: {queued} messages, {runs} runs", when=(queued, runs) not in ((0, 0), (12, 1)))
            victim.recover()
            examine(total, victim.firm, victim.sink.mails())
    return total


def import_points(place: Path, times: int, size: int = 200) -> Result:
    """An import is there whole or not at all, and the same file brings the rest."""
    total = Result(f"{len(points.IMPORTING)} points of an import × {times}")
    for number, name in enumerate([*points.IMPORTING] * times):
        with a_victim(place / f"import-{number}", total.name, 3, delay_ms=5) as victim:
            victim.result = total
            words = ("import", "invoices", str(_a_list(place / f"list-{number}.csv", size)))
            victim.kill_at(name, *words)
            [(there,)] = ask(victim.firm, "SELECT count(*) FROM invoice")
            total.complain(f"half an import: {there}", when=there not in (3, 3 + size))
            ended = program.run(victim.firm, *words)
            total.complain(f"the import after it: {ended.complained[-300:]}", when=ended.code != 0)
            [(there,)] = ask(victim.firm, "SELECT count(*) FROM invoice")
            total.lost += 3 + size - int(str(there))
    return total


def _a_list(path: Path, size: int) -> Path:
    rows = [f"N-{key};Client N{key};n{key}@torture.example;2026-01-01;2026-02-01;100,00" for key in range(size)]
    path.write_text("\n".join(("N° facture;Client;E-mail;Date facture;Échéance;Total", *rows)), encoding="utf-8")
    return path


def answer_points(place: Path, times: int) -> Result:
    """A person says of an unknown message that it did not leave; it leaves once, whatever happens meanwhile."""
    total = Result(f"{len(points.ANSWERING)} points of an answer × {times}")
    for number, name in enumerate([*points.ANSWERING] * times):
        with a_victim(place / f"answer-{number}", total.name, 3, delay_ms=5) as victim:
            victim.result = total
            victim.kill_at("transmitting: committed")
            victim.recover()
            [(message,)] = ask(victim.firm, f"SELECT id FROM message WHERE state = '{MessageState.UNKNOWN}'")
            victim.kill_at(name, "act", "send_again", str(message))
            program.run(victim.firm, "act", "send_again", str(message), point=("transmitting: before", 1))
            program.run(victim.firm)
            examine(total, victim.firm, victim.sink.mails())
            total.complain("the answer was lost", when=len(victim.sink.mails()) != 3)
    return total
