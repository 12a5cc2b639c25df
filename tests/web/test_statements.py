"""The statement of account and the summary letter: what they show, and that they change nothing."""

from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from relance.domain.book import DocumentStatus
from relance.services.accounts import Role
from relance.storage.db import reading
from relance.storage.models import Invoice, Message, Reminder
from tests.web import customer_book as book
from tests.web.client import Browser
from tests.web.conftest import SignIn

PDF = "application/pdf"


@pytest.fixture
def firm(owner: Browser, engine: Engine) -> Browser:
    book.fill(engine)
    return owner


def test_the_statement_shows_every_movement_and_the_balance_of_the_customers_page(
    firm: Browser, engine: Engine
) -> None:
    page = firm.open("/clients/1/releve")
    for told in ("F-1", "F-2", "1 200,00 €", "300,50 €", "100,00 €", "1 400,50 €"):
        assert page.shows(told), told
    assert not page.shows("F-3")
    assert firm.open("/clients/1").shows("1 400,50 €")


def test_credit_and_what_asks_for_no_money_are_counted_as_on_the_customers_page(firm: Browser, engine: Engine) -> None:
    book.credit_note(engine, "A-1", book.DUPONT, 5_000, date(2026, 11, 2))
    cancelled = book.invoice(
        engine, "F-9", book.DUPONT, 99_900, date(2026, 9, 1), date(2026, 9, 30), status=DocumentStatus.CANCELLED
    )
    book.pay(engine, cancelled, 100, date(2026, 10, 1))
    page = firm.open("/clients/1/releve")
    assert page.shows("1 350,50 €") and page.shows("A-1") and not page.shows("F-9")


def test_another_day_shows_what_was_owed_then(firm: Browser) -> None:
    page = firm.open("/clients/1/releve?au=2026-10-01")
    assert page.shows("1 500,50 €") and not page.shows("1 400,50 €")
    page = firm.open("/clients/1/releve?du=2026-10-01&au=2026-10-31")
    assert page.shows("1 200,00 €") and not page.shows("Facture F-1")


@pytest.mark.parametrize("query", ["au=demain", "au=2026-02-31", "du=1", "du=2026-11-02&au=2026-11-01", "du=%00"])
@pytest.mark.parametrize("path", ["releve", "releve.pdf"])
def test_days_that_are_none_are_refused_with_what_was_typed(firm: Browser, path: str, query: str) -> None:
    assert firm.open(f"/clients/1/{path}?{query}", status=422).html.count('role="alert"') == 1


@pytest.mark.parametrize("path", ["releve", "releve.pdf", "recapitulatif.pdf"])
@pytest.mark.parametrize("key", ["99", "0", "99999999999999999999"])
def test_a_customer_that_is_not_there_has_none(firm: Browser, path: str, key: str) -> None:
    firm.open(f"/clients/{key}/{path}", status=404)


def test_the_letters_are_made_and_change_no_step(firm: Browser, engine: Engine) -> None:
    statement = firm.open("/clients/1/releve.pdf?au=2026-11-23")
    summary = firm.open("/clients/1/recapitulatif.pdf")
    assert "releve-dupont-2026-11-23.pdf" in statement.headers["Content-Disposition"]
    assert "recapitulatif-dupont" in summary.headers["Content-Disposition"]
    assert statement.headers["Content-Type"] == summary.headers["Content-Type"] == PDF
    with reading(engine) as session:
        assert [session.scalar(select(func.count()).select_from(kind)) for kind in (Message, Reminder)] == [0, 0]
        assert set(session.scalars(select(Invoice.level))) == {None}


def test_without_anything_due_there_is_no_summary_letter(firm: Browser, engine: Engine) -> None:
    book.pay(engine, 1, 120_000, date(2026, 11, 12))
    assert firm.open("/clients/1/recapitulatif.pdf", status=303).location == "/clients/1"
    assert 'role="alert"' in firm.open("/clients/1").html


def test_no_letter_asks_an_insolvent_customer_to_pay(firm: Browser, engine: Engine) -> None:
    book.change(engine, book.DUPONT, insolvent=True)
    firm.open("/clients/1/recapitulatif.pdf", status=303)
    assert firm.open("/clients/1/releve.pdf").headers["Content-Type"] == PDF


def test_a_customer_who_owes_nothing_and_has_nothing_has_an_empty_statement(firm: Browser, engine: Engine) -> None:
    page = firm.open("/clients/2/releve?au=2020-01-01")
    assert "empty" in page.html and page.html.count("<table") == 0
    assert firm.open("/clients/2/releve.pdf?au=2020-01-01").headers["Content-Type"] == PDF


def test_a_reader_sees_them_too(firm: Browser, signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    for path in ("releve", "releve.pdf", "recapitulatif.pdf"):
        reader.open(f"/clients/1/{path}")


def test_a_statement_takes_the_same_number_of_queries_for_few_and_for_many(firm: Browser, engine: Engine) -> None:
    few = book.queries_of(firm, engine, "/clients/1/releve")
    for number in range(20):
        book.invoice(engine, f"G-{number}", book.DUPONT, 100, date(2026, 10, 1), date(2026, 11, 1))
    assert book.queries_of(firm, engine, "/clients/1/releve") == few


def test_an_invoice_without_a_date_of_issue_stands_there_from_the_day_it_was_known(
    firm: Browser, engine: Engine
) -> None:
    book.invoice(engine, "F-9", book.PINSON, 5_000, None, date(2026, 12, 31))
    assert firm.open("/clients/2/releve").shows("F-9")
    assert not firm.open("/clients/2/releve?au=2026-11-22").shows("F-9")
