"""Torture the program: python -m scripts.torture --all, or only --kills 200 --points 20 --workers --disk ...

Prints a table; the exit code is 1 unless nothing was sent twice, nothing was lost and every other promise was kept.
"""

import shutil
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.torture import clocks, concurrent, disk, kills
from scripts.torture.check import Result

Scenario = Callable[[Path], Result]
COLUMNS = "{name:66} {kills:>5} {mails:>6} {twice:>5} {lost:>4} {unknown:>7} {arrived:>7} {unlisted:>8} {slowest:>6}"


def scenarios(asked: Namespace) -> Iterator[Scenario]:
    """What was asked for."""
    if asked.kills:
        yield lambda place: kills.random_kills(place, asked.kills)
    if asked.points:
        yield lambda place: kills.sending_points(place, asked.points)
        for scenario in (kills.run_points, kills.import_points, kills.answer_points):
            yield lambda place, one=scenario: one(place, max(1, asked.points // 2))  # type: ignore[misc]
    if asked.workers:
        yield lambda place: concurrent.together(place, 2, 2000)
        yield lambda place: concurrent.together(place, 8, 2000)
        yield lambda place: concurrent.together(place, 2, 2000, connections=4)
    if asked.runs:
        yield lambda place: concurrent.same_second(place, 20)
    if asked.payments:
        yield lambda place: concurrent.paying_while_sending(place, 1000, 0, 3000)
        yield lambda place: concurrent.paying_while_sending(place, 500, 500, 3000)
    if asked.disk:
        yield disk.full_disk
    if asked.clock:
        yield clocks.moved_clock
        yield clocks.two_clocks


def short() -> Iterator[Scenario]:
    """The sending's points once each, a few kills, two processes at one queue, payments in a send; nothing is timed."""
    yield lambda place: kills.random_kills(place, 3, timed=False)
    yield lambda place: kills.sending_points(place, 1, furthest=3, timed=False)
    yield lambda place: kills.run_points(place, 1)
    yield lambda place: concurrent.together(place, 2, 60)
    yield lambda place: concurrent.paying_while_sending(place, 40, 0, 100)


def carry_out(chosen: Iterator[Scenario]) -> Iterator[Result]:
    """The results, each as soon as it is there; the folder of what failed is kept and named."""
    for number, scenario in enumerate(chosen):
        place = Path(tempfile.mkdtemp(prefix=f"torture-{number}-"))
        begun = time.monotonic()
        result = scenario(place / "it")
        result.name += f" ({time.monotonic() - begun:.0f} s)"
        if result.good:
            shutil.rmtree(place)
        result.complain(f"kept in {place}", when=not result.good)
        yield result


def line_of(result: Result) -> str:
    """A line of the table, and what was wrong below it."""
    counts = {name: getattr(result, name) for name in ("kills", "mails", "twice", "lost", "unknown", "arrived")}
    slowest = f"{result.slowest:.1f}" if result.slowest else "-"
    line = COLUMNS.format(name=result.name, **counts, unlisted=result.unlisted, slowest=slowest)
    return "\n".join((line + ("  ok" if result.good else "  BAD"), *(f"    {fault}" for fault in result.faults)))


def main(words: list[str]) -> int:
    """Print the table; 1 when a promise was broken."""
    asked = _parser().parse_args(words)
    if asked.all:
        asked.kills, asked.points = asked.kills or 200, asked.points or 20
        asked.workers = asked.disk = asked.clock = asked.payments = asked.runs = True
    heads = ("kills", "mails", "twice", "lost", "unknown", "arrived", "unlisted")
    print(COLUMNS.format(name="", **{head: head for head in heads}, slowest="again"))
    good = True
    for result in carry_out(short() if asked.short else scenarios(asked)):
        good = good and result.good
        print(line_of(result), flush=True)
    return 0 if good else 1


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m scripts.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=0, help="so many kills at random moments")
    parser.add_argument("--points", type=int, default=0, help="each named point so many times")
    for name in ("workers", "disk", "clock", "payments", "runs", "all", "short"):
        parser.add_argument(f"--{name}", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
