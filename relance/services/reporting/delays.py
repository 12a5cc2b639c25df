"""The report on delays: DSO by count-back and by 90 days, its year, how long payments take and how late they are."""

from datetime import date

from sqlalchemy.orm import Session

from relance.reports.averages import Average
from relance.reports.dso import Dso
from relance.services.reporting.figures import CurrencyFigures, figures
from relance.services.reporting.writing import Cell, Days, Money, Part, Report, as_text, words_of
from relance.storage.models import Firm


def report(session: Session, firm: Firm, today: date, on: date, language: str) -> Report:
    """It to print or to save: the figures of each currency, and the DSO of the year before."""
    words = words_of(language)
    found = figures(session, firm, today, on).currencies
    parts = [figures_part(one, language) for one in found] + [_series(one, language) for one in found]
    return Report(f"delais-{on}", words["title_delays"], firm.name, on, language, tuple(parts), words["nothing"])


def figures_part(one: CurrencyFigures, language: str) -> Part:
    """The figures of a currency as a table of two columns."""
    words = words_of(language)
    rows: tuple[tuple[Cell, ...], ...] = (
        (words["outstanding"], Money(one.outstanding, one.currency)),
        (words["late"], Money(one.aged.late, one.currency)),
        (words["credit"], Money(one.aged.credit, one.currency)),
        (words["dso_back"], _dso(one.dso, language)),
        (words["dso_simple"], _dso(one.simple_dso, language)),
        (words["payment_delay"], _average(one.delays.payment, language)),
        (words["lateness"], _average(one.delays.lateness, language)),
    )
    name = words["in_currency"].replace("{currency}", one.currency)
    extra: tuple[tuple[str, Cell], ...] = ((words["currency"], one.currency),)
    return Part(name, (words["figure"], words["value"]), frozenset((1,)), rows, extra=extra)


def _series(one: CurrencyFigures, language: str) -> Part:
    """The DSO of the year before, in rows like those of the figures: a file holds both."""
    words = words_of(language)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{words['dso']}, {as_text(point.day, language)}", Days(point.days) if point.days is not None else None)
        for point in one.series
    )
    extra: tuple[tuple[str, Cell], ...] = ((words["currency"], one.currency),)
    name = f"{words['dso_back']}, {one.currency}"
    return Part(name, (words["figure"], words["value"]), frozenset((1,)), rows, extra=extra)


def _dso(dso: Dso, language: str) -> str:
    words = words_of(language)
    if dso.days is None:
        return words[dso.reason or "too_young"]
    return words["days"].replace("{n}", as_text(Days(dso.days), language))


def _average(average: Average | None, language: str) -> Cell:
    if average is None:
        return None
    text = words_of(language)["on_invoices"].replace("{count}", as_text(average.invoices, language))
    return text.replace("{n}", as_text(Days(average.days), language))
