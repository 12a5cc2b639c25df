"""The pages of the reports, and their files."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from relance.app import create_app
from relance.config import Settings
from relance.domain.delivery import DeliveryFailed, Fate
from relance.services import balances
from relance.services.accounts import Role
from relance.services.reporting import monthly as monthly_report
from relance.storage import db
from relance.storage.models import Customer, CustomerGroup, Hold, MailAccount, Payment, ReportOrder
from tests.web.client import BASE, Browser
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish

PAGES = ("balance-agee", "delais", "efficacite", "envois", "clients", "suspens")
ORDERS = "/rapports/envoi-mensuel"


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)


@pytest.fixture
def desk(engine: Any, settings: Settings, clock: Clock, outbox: Outbox) -> Desk:
    furnish(engine, clock())
    return Desk(engine, settings, clock, outbox)


@pytest.fixture
def reader(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.READER)


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def file(browser: Browser, path: str) -> Any:
    return browser.client.get(path, base_url=BASE)


def test_an_empty_firm_has_one_sentence_and_no_table(signed_in: SignIn, app: Flask) -> None:
    owner = signed_in(Role.OWNER)
    assert owner.open("/rapports").shows("DSO")
    for name in PAGES:
        page = owner.open(f"/rapports/{name}")
        assert "<table" not in page.html, name
        assert 'class="card empty"' in page.html, name
        for kind in ("csv", "pdf"):
            assert file(owner, f"/rapports/{name}.{kind}").status_code == 200, (name, kind)


def test_every_report_has_a_page_and_files_for_a_reader(desk: Desk, reader: Browser) -> None:
    desk.clock.move(hours=2)
    desk.run()
    desk.add(Hold(invoice_id=desk.invoice("F-1").id, kind="dispute", opened_at=desk.clock()))
    for name in PAGES:
        page = reader.open(f"/rapports/{name}")
        assert f"/rapports/{name}.pdf" in page.html
        pdf, table = file(reader, f"/rapports/{name}.pdf"), file(reader, f"/rapports/{name}.csv")
        assert pdf.data.startswith(b"%PDF"), name
        assert len(table.get_data(as_text=True).splitlines()) > 1, name
        assert "attachment" in table.headers["Content-Disposition"]


def test_the_aged_balance_of_a_past_day_is_that_of_the_day(desk: Desk, reader: Browser) -> None:
    today = reader.open("/rapports/balance-agee")
    assert today.shows("2 745,00")
    invoice = desk.invoice("F-1")
    payment = Payment(
        invoice_id=invoice.id,
        customer_id=invoice.customer_id,
        amount=invoice.total,
        currency="EUR",
        paid_on=desk.today,
        origin="entered",
        created_at=desk.clock(),
    )
    with db.writing(desk.engine) as session:
        session.add(payment)
        balances.refresh(session, [invoice.id], desk.today)
    assert not reader.open("/rapports/balance-agee").shows("2 745,00")
    past = reader.open(f"/rapports/balance-agee?arrete={desk.today - timedelta(days=1)}")
    assert past.shows("2 745,00")
    assert not reader.open("/rapports/balance-agee?arrete=2026-09-14").shows("2 745,00")  # issued the day after
    assert "<tfoot>" in past.html


def test_groups_are_rows_too_and_the_rest_has_none(desk: Desk, reader: Browser) -> None:
    desk.add(CustomerGroup(id=1, name="Grands comptes"))
    desk.change(Customer, desk.invoice("F-2").customer_id, group_id=1)
    page = reader.open("/rapports/balance-agee?par=groupe")
    assert page.shows("Grands comptes")
    assert not page.shows("Menuiserie Aubry")


BAD = [
    ("balance-agee?arrete=hier", 422),
    ("balance-agee?arrete=2026-11-24", 422),
    ("balance-agee?arrete=0001-01-01", 422),
    ("balance-agee?arrete=2026-02-30", 422),
    ("balance-agee?par=planete", 422),
    ("balance-agee?devise=" + "X" * 400, 422),
    ("balance-agee.pdf?arrete=hier", 422),
    ("balance-agee?devise=XXX", 200),
    ("balance-agee?tri=DROP+TABLE", 200),
    ("balance-agee?tri=-retard&page=999999999999999999999", 200),
    ("balance-agee?page=-1", 200),
    ("balance-agee?arrete=", 200),
    ("balance-agee.csv?langue=../../etc", 200),
    ("balance-agee.exe", 404),
    ("delais?arrete=demain", 422),
    ("delais.csv?arrete=demain", 422),
    ("efficacite?delai=8", 422),
    ("efficacite.pdf?delai=x", 422),
    ("clients?nombre=-5", 422),
    ("suspens.html", 404),
    ("inconnu", 404),
]


def test_what_cannot_be_asked_is_said_and_nothing_breaks(desk: Desk, reader: Browser) -> None:
    for path, status in BAD:
        answer = file(reader, f"/rapports/{path}")
        assert answer.status_code == status, path
        if status == 422:
            assert 'role="alert"' in answer.get_data(as_text=True), path


def test_the_file_speaks_the_language_that_was_chosen(desk: Desk, reader: Browser) -> None:
    firsts = {code: file(reader, f"/rapports/balance-agee.csv?langue={code}").data for code in ("fr", "de", "en")}
    assert "Non échu".encode() in firsts["fr"]
    assert "Nicht fällig".encode() in firsts["de"]
    assert b"2745.00" in firsts["en"]


def test_a_customer_whose_name_is_a_formula_stays_a_name(desk: Desk, reader: Browser) -> None:
    desk.change(Customer, desk.invoice("F-1").customer_id, name='=HYPERLINK("http://x")')
    table = file(reader, "/rapports/balance-agee.csv").get_data(as_text=True)
    assert "'=HYPERLINK" in table
    reader.open("/rapports/balance-agee")
    assert file(reader, "/rapports/balance-agee.pdf").status_code == 200


def test_the_pages_take_the_same_few_queries_however_many_rows(desk: Desk, reader: Browser) -> None:
    for name in PAGES:
        path = f"/rapports/{name}"
        reader.open(path)
        assert desk.queries_of(lambda path=path: reader.open(path)) <= 32, name


def test_a_reader_has_no_hand_in_who_receives_the_report(desk: Desk, reader: Browser) -> None:
    assert ORDERS not in reader.open("/rapports").html
    reader.open(ORDERS, status=403)


def test_an_address_is_added_switched_off_and_removed(desk: Desk, member: Browser) -> None:
    member.send(ORDERS, {"email": "anna@buero.example", "langue": "de"})
    page = member.open(ORDERS)
    assert page.shows("anna@buero.example")
    assert page.shows("Deutsch")
    member.send(f"{ORDERS}/1/etat", {"on": "0"}, on=ORDERS)
    [row] = desk._all(ReportOrder.__table__.select().with_only_columns(ReportOrder.active))
    assert row is False
    for _ in range(2):
        member.send(f"{ORDERS}/1/supprimer", {}, on=ORDERS)
    assert not member.open(ORDERS).shows("anna@buero.example")


def test_a_bad_address_or_language_is_said_at_its_field(desk: Desk, member: Browser) -> None:
    bad: list[dict[str, str]] = [
        {},
        {"email": "", "langue": "de"},
        {"email": "no address", "langue": "de"},
        {"email": "a@b.example", "langue": "xx"},
        {"email": "x" * 900, "langue": "de"},
    ]
    for form in bad:
        assert 'aria-invalid="true"' in member.send(ORDERS, form, on=ORDERS, status=422).html, form


def test_a_test_goes_to_oneself_alone_and_leaves_the_order_as_it_is(
    desk: Desk, member: Browser, outbox: Outbox
) -> None:
    member.send(ORDERS, {"email": "anna@buero.example", "langue": "de"})
    member.send(f"{ORDERS}/1/essai", {}, on=ORDERS)
    [mail] = outbox.sent
    assert mail.to == ("member@firm.fr",)
    assert mail.subject.startswith("[Test] Monatsbericht")
    assert [one.media_type for one in mail.attachments] == ["application/pdf", "text/csv"]
    outbox.refusal = DeliveryFailed("smtp.connection", Fate.REQUEUE, "no route")
    page = member.follow(member.send(f"{ORDERS}/1/essai", {}, on=ORDERS))
    assert 'role="alert"' in page.html
    for key in ("999", "9" * 30):
        page = member.follow(member.send(f"{ORDERS}/{key}/essai", {}, on=ORDERS))
        assert 'role="alert"' in page.html


def test_a_report_that_failed_says_why(desk: Desk, member: Browser) -> None:
    detail = monthly_report.tried_on(desk.today, "550 <b>mailbox</b> unknown")
    desk.add(
        ReportOrder(email="a@b.example", language="fr", failed_code="smtp.recipient_refused", failed_detail=detail)
    )
    desk.add(ReportOrder(email="c@d.example", language="fr", failed_code="report.unknown"))
    page = member.open(ORDERS)
    assert page.shows("550 <b>mailbox</b> unknown")
    assert not page.shows(desk.today.isoformat())


def test_an_account_that_cannot_send_is_told_on_the_page(desk: Desk, member: Browser) -> None:
    assert "note warn" not in member.open(ORDERS).html
    desk.change(MailAccount, 1, held_code="smtp.auth")
    assert "note warn" in member.open(ORDERS).html
