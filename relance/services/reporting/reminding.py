"""The reports on reminders: what each level brought, and how many left by each channel month by month."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from relance import i18n
from relance.reports.days import last_of_month, month_of, months_before
from relance.services.mark import Means
from relance.services.reporting.writing import Cell, Part, Report, Share, words_of
from relance.storage.models import Firm
from relance.storage.queries.report_reminders import Effect, effects, sent

WITHIN = (7, 15, 30)  # days to be paid in
MONTHS = 12
CHANNELS = tuple(Means)


@dataclass(frozen=True, slots=True)
class Month:
    """How many messages left in a month, by channel in the order of CHANNELS."""

    first: date
    messages: tuple[int, ...]

    @property
    def total(self) -> int:
        """By all channels."""
        return sum(self.messages)


def effect(session: Session, firm: Firm, today: date, within: int) -> list[Effect]:
    """What each level brought, of the reminders of the last twelve months."""
    return effects(session, months_before(today, MONTHS), today, within)


def by_month(session: Session, firm: Firm, today: date) -> list[Month]:
    """The last twelve months, this one too, the newest first."""
    firsts = [months_before(month_of(today), back) for back in range(MONTHS - 1, -1, -1)]
    zone = ZoneInfo(firm.timezone)
    ends = [*firsts, last_of_month(today) + timedelta(days=1)]
    counts = {(one.period, one.channel): one.messages for one in sent(session, [_start(day, zone) for day in ends])}
    months = [
        Month(first, tuple(counts.get((place, channel.value), 0) for channel in CHANNELS))
        for place, first in enumerate(firsts)
    ]
    return months[::-1]


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def effect_report(session: Session, firm: Firm, today: date, within: int, language: str) -> Report:
    """The effect of each level to print or to save."""
    words = words_of(language)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (words[f"level_{one.level}"], one.sent, one.ripe, one.paid, Share(one.share) if one.share is not None else None)
        for one in effect(session, firm, today, within)
    )
    counted = [words[one].replace("{n}", str(within)) for one in ("ripe", "paid")]
    headings = (words["level"], words["reminded"], *counted, words["share"])
    parts = (Part("", headings, frozenset((1, 2, 3, 4)), rows),)
    return Report(f"efficacite-{today}", words["title_effect"], firm.name, today, language, parts, words["none_sent"])


def sent_report(session: Session, firm: Firm, today: date, language: str) -> Report:
    """The reminders that left by month and channel, to print or to save."""
    words = words_of(language)
    months = by_month(session, firm, today)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (i18n.month(one.first, language), *one.messages, one.total) for one in months
    )
    total: tuple[Cell, ...] = (words["total"], *totals(months), sum(one.total for one in months))
    headings = (words["month"], *(words[channel] for channel in CHANNELS), words["total"])
    parts = (Part("", headings, frozenset(range(1, len(headings))), rows, total),)
    return Report(f"envois-{today}", words["title_sent"], firm.name, today, language, parts, words["none_sent"])


def totals(months: list[Month]) -> list[int]:
    """By channel, of all months."""
    return [sum(one.messages[place] for one in months) for place in range(len(CHANNELS))]
