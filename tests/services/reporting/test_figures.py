"""The figures of the reports, against the same worked out document by document."""

import shutil
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest import approx
from sqlalchemy import Engine, event

from relance.reports.averages import Average
from relance.reports.days import months_before
from relance.reports.dso import NoDso
from relance.reports.flows import outstanding
from relance.services import balances
from relance.services.database import the_firm
from relance.services.reporting import aged as report_aged
from relance.services.reporting.aged import Habits, Order
from relance.services.reporting.figures import as_of, figures
from relance.services.reporting.rows import aged, delays, flows, turnover
from relance.storage import db
from relance.storage.models import Invoice
from relance.storage.queries.report_keys import By
from tests.channels.smtp_server import SmtpServer
from tests.services.firm import SmallFirm, a_small_firm
from tests.services.random_book import TODAY, RandomBook, a_random_book

SEEDS = (1, 2, 3)
DAYS = (TODAY, TODAY - timedelta(days=1), date(2026, 6, 30), date(2026, 1, 31), date(2025, 7, 14), date(2020, 1, 1))


@pytest.fixture(scope="module", params=SEEDS)
def book(tmp_path_factory: pytest.TempPathFactory, blank: Path, request: pytest.FixtureRequest) -> RandomBook:
    return a_random_book(a_folder(tmp_path_factory.mktemp("book"), blank), request.param)


def a_folder(folder: Path, blank: Path) -> Path:
    shutil.copy(blank, folder / blank.name)
    return folder


def test_the_aged_balance_of_any_day_is_that_of_each_document_by_itself(book: RandomBook) -> None:
    with db.reading(book.engine) as session:
        firm = the_firm(session)
        for on in DAYS:
            for by in By:
                assert aged(session, as_of(firm, TODAY, on), by) == book.aged(on, by.value), (on, by)


def test_a_day_of_balances_kept_earlier_changes_nothing(book: RandomBook) -> None:
    """The tick may not have counted today's payments yet."""
    with db.writing(book.engine) as session:
        firm = the_firm(session)
        firm.balances_on = TODAY - timedelta(days=200)
        balances._recount(session, firm.balances_on, Invoice.id > 0)
        for on in DAYS:
            assert aged(session, as_of(firm, TODAY, on), By.CUSTOMER) == book.aged(on, "client"), on
        balances.refresh(session, None, TODAY)


def test_rows_add_up_to_the_total_and_no_currency_is_mixed_in(book: RandomBook) -> None:
    with db.reading(book.engine) as session:
        asked = as_of(the_firm(session), TODAY, date(2026, 6, 30))
        all_in_one = aged(session, asked, By.NOTHING)
        for by in (By.CUSTOMER, By.GROUP):
            for table in report_aged.tables(session, asked, by, "EUR", Order.LATE, descending=True):
                assert table.total == all_in_one[None, table.currency]
                late = [row.aged.late for row in table.rows]
                assert late == sorted(late, reverse=True)


def test_the_outstanding_amount_of_any_day_is_that_of_each_invoice_by_itself(book: RandomBook) -> None:
    days = [TODAY - timedelta(days=17 * n) for n in range(45)]
    with db.reading(book.engine) as session:
        for currency, moved in flows(session, as_of(the_firm(session), TODAY)).items():
            assert outstanding(moved, days) == [book.outstanding(currency, day) for day in days]


def test_turnover_is_invoices_less_credit_notes_by_their_own_day(book: RandomBook) -> None:
    sold: dict[tuple[int | None, str], int] = defaultdict(int)
    for one in book.documents:
        if date(2026, 1, 1) <= one.from_day <= date(2026, 6, 30) and one.status == "issued":
            sold[one.customer, one.currency] += (
                one.total if one.asks else -one.total if one.kind == "credit_note" else 0
            )
    with db.reading(book.engine) as session:
        found = turnover(session, By.CUSTOMER)
    for key, amount in sold.items():
        assert found[key].between(date(2025, 12, 31), date(2026, 6, 30)) == amount, key


def slow_delays(book: RandomBook, currency: str, since: date, until: date) -> tuple[Average | None, Average | None]:
    weighed: dict[str, list[tuple[int, int, int]]] = {"issue": [], "due": []}
    for one in book.documents:
        if not one.asks or one.currency != currency or any(amount < 0 for _, amount in one.payments):
            continue
        for day, amount in one.payments:
            if since < day <= until:
                if one.issue:
                    weighed["issue"].append(((day - one.issue).days, amount, one.id))
                if one.due:
                    weighed["due"].append((max(0, (day - one.due).days), amount, one.id))

    def average(rows: list[tuple[int, int, int]]) -> Average | None:
        amount = sum(row[1] for row in rows)
        return Average(sum(a * b for a, b, _ in rows) / amount, len({row[2] for row in rows})) if amount else None

    return average(weighed["issue"]), average(weighed["due"])


def test_delays_are_weighted_by_amount_and_count_each_invoice_once(book: RandomBook) -> None:
    for until in (TODAY, date(2026, 3, 31)):
        since = months_before(until, 12)
        with db.reading(book.engine) as session:
            found = delays(session, since, until, By.NOTHING)
        for currency in ("EUR", "GBP"):
            one = found[None, currency]
            for got, expected in zip(
                (one.payment, one.lateness), slow_delays(book, currency, since, until), strict=True
            ):
                assert got is not None and expected is not None
                assert got.days == approx(expected.days)
                assert got.invoices == expected.invoices


def test_every_figure_of_a_page_takes_the_same_few_queries(tmp_path: Path, blank: Path) -> None:
    def number(engine: Engine) -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        with db.reading(engine) as session:
            firm = the_firm(session)
            figures(session, firm, TODAY)
            tables = report_aged.tables(session, as_of(firm, TODAY), By.CUSTOMER, "EUR", Order.NAME, descending=False)
            Habits(session, as_of(firm, TODAY), By.CUSTOMER, tables[0].rows)
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    (tmp_path / "small").mkdir()
    (tmp_path / "large").mkdir()
    few = number(a_random_book(a_folder(tmp_path / "small", blank), 1, documents=40).engine)
    assert number(a_random_book(a_folder(tmp_path / "large", blank), 1, documents=200).engine) == few <= 30


@pytest.fixture
def firm(tmp_path: Path, blank: Path, outgoing: SmtpServer) -> SmallFirm:
    made = a_small_firm(a_folder(tmp_path, blank), outgoing)
    made.customer("A", "a@a.example")
    return made


def dso_of(firm: SmallFirm) -> tuple[float | None, NoDso | None]:
    with db.reading(firm.engine) as session:
        found = figures(session, the_firm(session), firm.today).main
    assert found is not None
    return found.dso.days, found.dso.reason


def test_without_any_invoice_there_are_no_figures(firm: SmallFirm) -> None:
    with db.reading(firm.engine) as session:
        assert figures(session, the_firm(session), firm.today).main is None


def test_less_than_ninety_days_of_invoices_give_no_dso(firm: SmallFirm) -> None:
    for days in (1, 20, 59):  # due a month after they were issued
        firm.invoice(f"F-{days}", "A", days_late=days)
    assert dso_of(firm) == (None, NoDso.TOO_YOUNG)


def test_an_import_of_unpaid_invoices_alone_gives_no_dso(firm: SmallFirm) -> None:
    for days in (10, 100, 200):
        firm.invoice(f"F-{days}", "A", days_late=days)
    assert dso_of(firm) == (None, NoDso.UNPAID_ONLY)


def test_a_payment_entered_later_does_not_make_such_an_import_complete(firm: SmallFirm) -> None:
    keys = [firm.invoice(f"F-{days}", "A", days_late=days) for days in (10, 100, 200)]
    firm.sleep(days=3)
    firm.pay(keys[0], 10_000)
    assert dso_of(firm) == (None, NoDso.UNPAID_ONLY)


def test_paid_invoices_that_came_with_the_others_give_one(firm: SmallFirm) -> None:
    firm.invoice("F-1", "A", days_late=10)
    firm.pay(firm.invoice("F-2", "A", days_late=100), 10_000, on=firm.today - timedelta(days=80))
    days, reason = dso_of(firm)
    assert reason is None
    # Issued 40 days ago: of June and May nothing, of April (issued on the 29th) all that is left.
    assert days == approx(8 + 31 + 30)


def test_ninety_days_of_invoices_entered_day_by_day_give_one(firm: SmallFirm) -> None:
    for _ in range(4):
        firm.invoice(f"F-{firm.today}", "A", days_late=-30)  # issued today
        firm.sleep(days=31)
    assert dso_of(firm)[1] is None


def test_an_unpaid_import_becomes_complete_ninety_days_later(firm: SmallFirm) -> None:
    for days in (10, 100, 200):
        firm.invoice(f"F-{days}", "A", days_late=days)
    firm.sleep(days=89)
    assert dso_of(firm)[1] is NoDso.UNPAID_ONLY
    firm.sleep(days=1)
    assert dso_of(firm)[1] is None


def test_one_customer_and_one_invoice_paid_in_part_are_enough(firm: SmallFirm) -> None:
    firm.pay(firm.invoice("F-1", "A", days_late=70), 4_000, on=firm.today - timedelta(days=60))
    firm.change(currency="USD")
    with db.reading(firm.engine) as session:
        found = figures(session, the_firm(session), firm.today)
    [one] = found.currencies
    assert (one.currency, one.outstanding, one.aged.late_count) == ("EUR", 6_000, 1)
    assert one.lateness == Average(10.0, 1)
    assert one.delays.payment == Average(40.0, 1)
    assert [bar.amount for bar in one.buckets] == [0, 0, 0, 6_000, 0]


def test_a_moment_near_midnight_belongs_to_the_day_it_was_entered_on(firm: SmallFirm) -> None:
    firm.now = datetime(2026, 6, 8, 22, 30, tzinfo=UTC)
    firm.invoice("F-1", "A", days_late=5)
    with db.reading(firm.engine) as session:
        assert figures(session, the_firm(session), date(2026, 6, 9)).main is not None
