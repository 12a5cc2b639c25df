"""Rows of the tables as the values that the reports are worked out from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from relance.reports.aging import Aged, first_due_days
from relance.reports.averages import Average, weighted
from relance.reports.dso import History
from relance.reports.flows import Flows, Overpaid
from relance.reports.running import Running
from relance.storage.queries import report_aged, report_delays, report_flows
from relance.storage.queries.ledger import AsOf
from relance.storage.queries.report_delays import Weighed
from relance.storage.queries.report_keys import By, Key


@dataclass(frozen=True, slots=True)
class Delays:
    """How long payments took after the invoice's date, and after its due date; none where nothing was paid."""

    payment: Average | None
    lateness: Average | None


def aged(session: Session, asked: AsOf, by: By) -> dict[Key, Aged]:
    """The aged balance of a day, and the credits beside it; no entry where there is neither."""
    found = report_aged.left(session, asked, by, first_due_days(asked.on))
    values = ((key, Aged(one.amounts, one.invoices, one.credit)) for key, one in found.items())
    return {key: one for key, one in values if one.count or one.credit}


def turnover(session: Session, by: By, customers: Collection[int] | None = None) -> dict[Key, Running]:
    """Invoices less credit notes, day by day."""
    return {key: Running(by_day) for key, by_day in report_flows.turnover(session, by, customers).items()}


def flows(session: Session, asked: AsOf) -> dict[str, Flows]:
    """What came and went, by currency; payments until a day, for the outstanding amount of any earlier one."""
    return {
        currency: Flows(
            Running(one.issued), Running(one.settled), Running(one.sold), tuple(map(Overpaid, one.overpaid))
        )
        for currency, one in report_flows.movements(session, asked).items()
    }


def delays(
    session: Session, since: date, until: date, by: By, customers: Collection[int] | None = None
) -> dict[Key, Delays]:
    """How long what was paid after `since` and until `until` took."""
    found = report_delays.delays(session, since, until, by, customers)
    return {key: Delays(_average(payment), _average(late)) for key, (payment, late) in found.items()}


def _average(one: Weighed) -> Average | None:
    return weighted(one.days, one.amount, one.invoices)


def histories(session: Session, firsts: Mapping[str, date | None]) -> dict[str, History]:
    """By currency, from the day of its first invoice, the day from which all invoices are known.

    It is the same day, unless the invoices that are older than the day Relance was first given any came without those
    already paid: then it is that day.
    """
    start = report_delays.first_entered(session)
    found: dict[str, History] = {}
    for currency, first in firsts.items():
        if first is not None and start is not None:
            cut = first < start and report_delays.came_unpaid(session, currency, start)
            found[currency] = History(first, start if cut else first)
    return found
