"""The list of invoices as rows: each tab's count is the number of its rows, and pages lose nobody."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.book import DocumentStatus
from relance.domain.documents import DocumentKind
from relance.services.database import open_database
from relance.services.lookup import searched
from relance.storage import db
from relance.storage.models import Firm
from relance.storage.queries import invoices as queries
from relance.storage.queries.invoices import Lateness, Order, Tab, Wanted
from tests.services.message_builders import a_customer, an_invoice

TODAY = date(2026, 11, 23)


def due(late: int) -> date:
    return TODAY - timedelta(days=late)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = open_database(Settings(data_dir=tmp_path))
    with db.writing(engine) as session:
        mercier, elan = a_customer(session, "MERCIER"), a_customer(session, "ELAN", name="Salle de sport Élan")
        an_invoice(session, mercier, "LATE-1", due_date=due(1), total=1000, balance=1000)
        an_invoice(session, mercier, "LATE-40", due_date=due(40), level=2, balance=500)
        an_invoice(session, elan, "LATE-95", due_date=due(95), level=0, currency="USD", balance=700)
        an_invoice(session, elan, "TODAY", due_date=TODAY)
        an_invoice(session, elan, "LATER", due_date=due(-30))
        an_invoice(session, elan, "UNDATED", due_date=None)
        an_invoice(session, mercier, "PAID", due_date=due(10), balance=0)
        an_invoice(session, mercier, "OVERPAID", due_date=due(10), balance=-100)
        an_invoice(session, mercier, "DRAFT", due_date=due(10), status=DocumentStatus.DRAFT, chased=False)
        an_invoice(session, mercier, "NOTE", due_date=due(10), kind=DocumentKind.CREDIT_NOTE, chased=False)
        session.flush()
        yield session


def numbers(session: Session, wanted: Wanted) -> list[str]:
    return [row.number for row in queries.rows(session, wanted, TODAY)]


def test_every_count_is_the_number_of_rows_of_its_tab(session: Session) -> None:
    counts = queries.counts(session, TODAY, "EUR")
    for tab in Tab:
        wanted = Wanted(tab)
        assert (
            counts.of[tab] == len(numbers(session, wanted)) == queries.narrowed_counts(session, wanted, TODAY)[tab]
        ), tab
    assert counts.of == {Tab.UPCOMING: 3, Tab.LATE: 3, Tab.SILENT: 2, Tab.PAID: 2, Tab.ALL: 10}
    assert counts.undated == 1


def test_what_is_late_is_summed_in_the_firms_own_currency_alone(session: Session) -> None:
    counts = queries.counts(session, TODAY, "EUR")
    assert (counts.late_sum, counts.late_in_other_currencies) == (1500, 1)
    counts = queries.counts(session, TODAY, "USD")
    assert (counts.late_sum, counts.late_in_other_currencies) == (700, 2)


def test_an_invoice_is_late_from_the_day_after_its_due_date(session: Session) -> None:
    assert "TODAY" in numbers(session, Wanted(Tab.UPCOMING))
    assert numbers(session, Wanted(Tab.LATE)) == ["LATE-95", "LATE-40", "LATE-1"]


def test_a_courtesy_reminder_is_no_relance(session: Session) -> None:
    assert numbers(session, Wanted(Tab.SILENT)) == ["LATE-95", "LATE-1"]


@pytest.mark.parametrize(
    ("lateness", "expected"),
    [
        (Lateness.MONTH, ["LATE-1"]),
        (Lateness.TWO, ["LATE-40"]),
        (Lateness.THREE, []),
        (Lateness.MORE, ["LATE-95"]),
    ],
)
def test_lateness_is_counted_in_days_past_the_due_date(
    session: Session, lateness: Lateness, expected: list[str]
) -> None:
    assert numbers(session, Wanted(Tab.LATE, lateness=lateness)) == expected


def test_names_are_found_without_their_accents(session: Session) -> None:
    firm = session.get_one(Firm, 1)
    found = Wanted(Tab.ALL, search=searched(session, firm, "elan"), order=Order.NUMBER, descending=False)
    assert numbers(session, found) == ["LATE-95", "LATER", "TODAY", "UNDATED"]
    assert searched(session, firm, "  ") is None


def test_with_more_customers_than_a_condition_holds_the_database_compares_names(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "TOO_MANY", 0)
    firm = session.get_one(Firm, 1)
    assert len(numbers(session, Wanted(Tab.ALL, search=searched(session, firm, "mercier")))) == 6


def test_pages_show_every_row_once_in_any_order(session: Session) -> None:
    for order in Order:
        for descending in (True, False):
            wanted = Wanted(Tab.ALL, order=order, descending=descending)
            pages = [queries.rows(session, wanted, TODAY, limit=3, offset=start) for start in (0, 3, 6, 9)]
            assert len({row.id for page in pages for row in page}) == 10, order
