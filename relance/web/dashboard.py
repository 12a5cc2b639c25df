"""What the first page shows, put together: problems, tasks, figures, the next run, the last days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

from relance.services import copies, first_steps, glance, rates
from relance.services.first_steps import Progress
from relance.services.reporting.figures import CurrencyFigures, Figures
from relance.services.state import state
from relance.storage.queries import dashboard as queries
from relance.storage.queries.dashboard import Day
from relance.storage.queries.to_do import to_do
from relance.web import charts, tasks
from relance.web.charts import LineChart
from relance.web.database import firm, local_now, now, reading, wiring
from relance.web.labels import dashboard as labels
from relance.web.language import gettext, language
from relance.web.shell import link_to
from relance.web.tasks import Line

# What keeps reminders from leaving or arriving, the gravest first; then what only waits for a person.
PROBLEMS = (
    *("mail", "senders", "texts", "posting", "mailbox", "unknown", "unusual", "unwritten", "late"),
    *("corrections", "refused", "returned", "held"),
)
TODAY = ("approvals", "replies", "letters", "manual")
LAST_DAYS = 7


@dataclass(frozen=True, slots=True)
class NextRun:
    """The next run: its day, and the words that lead to it."""

    day: date
    words: str


@dataclass(frozen=True, slots=True)
class Money:
    """The figures of the firm's main currency, and how long the bars are."""

    main: CurrencyFigures
    bars: tuple[float, ...]
    chart: LineChart | None
    others: tuple[CurrencyFigures, ...]
    next_due: date | None  # where nothing is late


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All of it."""

    problems: list[Line]
    today: list[Line]
    money: Money | None  # none: there is no invoice at all
    next_run: NextRun | None
    days: list[Day]
    steps: Progress | None


def dashboard() -> Dashboard:
    """As things stand."""
    session, known = reading(), tasks.counts(to_do(reading()))
    money = _money(glance.figures_now(wiring().engine, local_now().date()))
    return Dashboard(
        problems=[*tasks.lines(PROBLEMS, known), *_of_the_house(money)],
        today=tasks.lines(TODAY, known),
        money=money,
        next_run=_next_run(),
        days=[day for day in reversed(queries.activity(session, _starts())) if not day.empty],
        steps=first_steps.progress(session, firm()) if _being_set_up() else None,
    )


def _being_set_up() -> bool:
    return bool(link_to("first_steps.index")) and first_steps.is_open(firm())


def _money(found: Figures) -> Money | None:
    if found.main is None:
        return None
    main = found.main
    return Money(
        main=main,
        bars=tuple(charts.shares([one.amount for one in main.buckets])),
        chart=charts.line_chart([point.days for point in main.series]),
        others=tuple(one for one in found.currencies[1:] if one.outstanding),
        next_due=None if main.aged.late_count else queries.next_due(reading(), found.on),
    )


def _next_run() -> NextRun | None:
    """Where sending is on and nothing holds it back."""
    moment = state(reading(), firm(), now()).next_run
    if moment is None or not link_to("simulation.index"):
        return None
    due = max(moment, local_now())
    sends = glance.next_run(wiring().engine, due).sends
    return NextRun(due.date(), labels.next_run(due.date(), local_now().date(), sends, language()))


def _starts() -> list[tuple[date, datetime]]:
    """The beginnings of the last days, today's too."""
    zone, today = ZoneInfo(firm().timezone), local_now().date()
    days = [today - timedelta(days=back) for back in reversed(range(LAST_DAYS))]
    return [(day, datetime.combine(day, time(), zone).astimezone(UTC)) for day in days]


def _of_the_house(money: Money | None) -> list[Line]:
    """What only an owner can do, and only where there is something to lose."""
    found = []
    charges = link_to("settings_charges.index") if "settings_charges.index" in current_app.view_functions else ""
    if charges and firm().charges and money and rates.missing(reading(), local_now().date()):
        found.append(Line(gettext(labels.RATES), 1, charges))
    backup = link_to("backup.index")
    if backup and money and _wants_backup():
        found.append(Line(gettext(labels.BACKUP), 1, backup))
    return found


def _wants_backup() -> bool:
    if wiring().engine.dialect.name != "sqlite" or wiring().settings.demo or firm().examples:
        return False
    last = firm().backed_up_at or queries.first_account(reading())
    return copies.is_old(last, now())
