"""Moves the clock: the days on which it changes, jumps back and ahead, and two clocks that disagree."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from scripts.torture import program
from scripts.torture.check import Result, ask, examine
from scripts.torture.firm import Firm, a_firm
from scripts.torture.sink import Sink

PARIS = ZoneInfo("Europe/Paris")
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
RUN_AT = 10
CHANGES = (date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29))


def moved_clock(place: Path, *, every: timedelta = HOUR) -> Result:
    """Everything that a clock does, on one firm each."""
    total = Result("clock: 3 odd days hour by hour, jumps of an hour, a day, a year")
    if program.FAKETIME is None:
        total.complain("libfaketime is not installed")
        return total
    for day in CHANGES:
        midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)
        hours = [midnight - 3 * HOUR + number * every + timedelta(minutes=1) for number in range(30 * HOUR // every)]
        _follow(place / f"{day}", total, day, hours, runs=(day - DAY, day, day + DAY))
    noon = datetime(2026, 6, 10, 12, tzinfo=UTC)
    jumps = (noon, noon - HOUR, noon + HOUR, noon - DAY, noon, noon - YEAR, noon + 3 * HOUR)
    _follow(place / "back", total, noon.date(), jumps, runs=(noon.date(),))
    _follow(place / "ahead", total, noon.date(), (noon, noon + YEAR, noon + YEAR + HOUR), runs=(noon.date(),))
    _follow(
        place / "on", total, noon.date(), (noon, noon + DAY, noon, noon + DAY), runs=(noon.date(), noon.date() + DAY)
    )
    return total


def _follow(place: Path, total: Result, day: date, moments: Iterable[datetime], *, runs: tuple[date, ...]) -> None:
    """Run at each moment in turn; `runs` are the days that may have one, each at most once and in order."""
    place.mkdir(parents=True)
    with Sink(place / "ledger", 4) as sink:
        firm = a_firm(place / "data", sink.port, 5, run_at=f"{RUN_AT}:00", today=day)
        for moment in moments:
            before = sink.size()
            ended = program.run(firm, at=moment)
            total.complain(f"{moment}: exit {ended.code} {ended.complained[-300:]}", when=ended.code != 0)
            early = sink.size() > before and moment.astimezone(PARIS).hour < RUN_AT
            total.complain(f"{moment}: mails before the hour", when=early)
        _check_runs(total, firm, runs)
        examine(total, firm, sink.mails())


def _check_runs(total: Result, firm: Firm, runs: tuple[date, ...]) -> None:
    made = [str(day) for (day,) in ask(firm, "SELECT local_date FROM daily_run ORDER BY id")]
    total.complain(f"runs in disorder: {made}", when=made != sorted(made))
    total.complain(f"two runs of one day: {made}", when=max(Counter(made).values(), default=0) > 1)
    strange = set(made) - {str(day) for day in runs}
    total.complain(f"runs on other days: {strange}", when=bool(strange))
    total.complain("no run at all", when=not made)


def two_clocks(place: Path) -> Result:
    """While one process sends, another one believes that it is another day: it takes the first one for dead."""
    total = Result("two clocks, a day apart, on one queue")
    if program.FAKETIME is None:
        total.complain("libfaketime is not installed")
        return total
    place.mkdir(parents=True)
    with Sink(place / "ledger", 20) as sink:
        firm = a_firm(place / "data", sink.port, 300)
        first = program.start(firm, "run")
        program.until_it_sends(first, sink)
        second = program.start(firm, "run", at=datetime.now(UTC) + DAY)
        for process in (first, second):
            ended = program.end(process)
            total.complain(f"exit {ended.code}: {ended.complained[-300:]}", when=ended.code not in (0, 1))
        program.run(firm)
        examine(total, firm, sink.mails(), settled=True)
    return total
