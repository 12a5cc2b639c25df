"""Late interest from the rows: payments, credit notes, switches and rates, in a few queries (LEGAL 1 to 5)."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.book import DocumentStatus
from relance.domain.charges import Charges, WhyNone
from relance.domain.documents import CustomerKind, DocumentKind
from relance.importers.fields import FileKind
from relance.services import imports, rates
from relance.services.charges import charges_of, save_terms
from relance.services.database import open_database, the_firm
from relance.services.imports import ImportOptions
from relance.services.messages.facts import MessageFacts
from relance.services.messages.rows import drafts, facts_of
from relance.services.refusal import Refused
from relance.storage.models import CreditApplication, Customer, Invoice, Payment
from tests.services.message_builders import a_customer, a_message, an_invoice

ENTERED = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
UNTIL = date(2026, 11, 22)


@pytest.fixture
def session(tmp_path: Path, blank: Path) -> Iterator[Session]:
    shutil.copy(blank, tmp_path / blank.name)
    with Session(open_database(Settings(tmp_path))) as opened:
        yield opened


def an_old_invoice(session: Session, customer: Customer, number: str = "F-1", **changes: Any) -> Invoice:
    given = {"due_date": date(2026, 5, 31), "total": 120_000, "balance": 120_000, "entered_at": ENTERED, **changes}
    return an_invoice(session, customer, number, **given)


def pay(session: Session, invoice: Invoice, amount: int, on: date, **changes: Any) -> None:
    given: dict[str, Any] = {"origin": "entered", "created_at": ENTERED + timedelta(days=90), **changes}
    row = Payment(
        invoice_id=invoice.id,
        customer_id=invoice.customer_id,
        amount=amount,
        currency=invoice.currency,
        paid_on=on,
        **given,
    )
    session.add(row)
    session.flush()


def carried(session: Session, invoice: Invoice, until: date = UNTIL) -> Charges:
    return charges_of(session, the_firm(session), [invoice.id], until)[invoice.id]


def test_the_two_vectors_come_out_of_the_rows_and_the_rates_that_are_shipped(session: Session) -> None:
    """LEGAL 1 and 3."""
    company = an_old_invoice(session, a_customer(session))
    public = an_old_invoice(session, a_customer(session, "MAIRIE", kind=CustomerKind.PUBLIC), "F-2")
    assert (carried(session, company).interest, carried(session, company).indemnity) == (7_110, 4_000)
    assert (carried(session, public).interest, carried(session, public).indemnity) == (5_840, 4_000)


def test_payments_and_credit_notes_count_from_the_day_after_theirs(session: Session) -> None:
    customer = a_customer(session)
    invoice = an_old_invoice(session, customer)
    note = an_old_invoice(session, customer, "A-1", kind=DocumentKind.CREDIT_NOTE, issue_date=date(2026, 6, 20))
    session.add(CreditApplication(credit_note_id=note.id, invoice_id=invoice.id, amount=20_000))
    pay(session, invoice, 50_000, date(2026, 6, 10))
    one = carried(session, invoice, date(2026, 6, 30))
    assert [(each.days, each.base) for each in one.slices] == [(10, 120_000), (10, 70_000), (10, 50_000)]
    assert carried(session, note).why_none is WhyNone.NOT_ASKED


def test_a_credit_note_without_a_day_counts_from_the_start(session: Session) -> None:
    customer = a_customer(session)
    invoice = an_old_invoice(session, customer)
    note = an_old_invoice(session, customer, "A-1", kind=DocumentKind.CREDIT_NOTE, issue_date=None)
    session.add(CreditApplication(credit_note_id=note.id, invoice_id=invoice.id, amount=20_000))
    session.flush()
    assert [each.base for each in carried(session, invoice, date(2026, 6, 30)).slices] == [100_000]


def test_an_invoice_that_credit_notes_cover_carries_nothing(session: Session) -> None:
    customer = a_customer(session)
    invoice = an_old_invoice(session, customer)
    note = an_old_invoice(session, customer, "A-1", kind=DocumentKind.CREDIT_NOTE)
    session.add(CreditApplication(credit_note_id=note.id, invoice_id=invoice.id, amount=120_000))
    session.flush()
    assert carried(session, invoice).why_none is WhyNone.CREDITED


@pytest.mark.parametrize(
    ("customer", "invoice", "why"),
    [
        ({"kind": CustomerKind.CONSUMER}, {}, WhyNone.CONSUMER),
        ({"kind": CustomerKind.UNKNOWN}, {}, WhyNone.UNKNOWN_KIND),
        ({"charges": False}, {}, WhyNone.CUSTOMER_OFF),
        ({"insolvent": True}, {}, WhyNone.INSOLVENT),
        ({}, {"kind": DocumentKind.QUOTE}, WhyNone.NOT_ASKED),
        ({}, {"status": DocumentStatus.DRAFT}, WhyNone.NOT_ASKED),
        ({}, {"status": DocumentStatus.CANCELLED}, WhyNone.NOT_ASKED),
        ({}, {"due_date": None}, WhyNone.NO_DUE_DATE),
        ({}, {"due_date": UNTIL}, WhyNone.NOT_DUE),
    ],
)
def test_the_rows_say_why_nothing_is_claimed(
    session: Session, customer: dict[str, Any], invoice: dict[str, Any], why: WhyNone
) -> None:
    row = an_old_invoice(session, a_customer(session, **customer), **invoice)
    assert carried(session, row).why_none is why


def test_the_firms_switch_stops_all_and_its_rate_replaces_the_legal_one(session: Session) -> None:
    invoice, firm = an_old_invoice(session, a_customer(session)), the_firm(session)
    save_terms(firm, claims=True, contract_rate="15,0 %")
    assert (firm.contract_rate, carried(session, invoice).interest) == (Decimal(15), 8_630)
    save_terms(firm, claims=False, contract_rate="")
    assert firm.contract_rate is None
    assert carried(session, invoice).why_none is WhyNone.FIRM_OFF


def test_what_was_paid_before_it_entered_on_no_known_day_counts_as_paid_in_time(session: Session) -> None:
    invoice = an_old_invoice(session, a_customer(session), entered_at=datetime(2026, 9, 1, 22, 30, tzinfo=UTC))
    first = invoice.entered_at
    pay(session, invoice, 50_000, date(2026, 9, 2), origin="deduced", created_at=first)  # 0:30 in Paris
    assert [each.base for each in carried(session, invoice, date(2026, 6, 30)).slices] == [70_000]
    later = first + timedelta(days=5)
    pay(session, invoice, 20_000, date(2026, 9, 7), origin="deduced", created_at=later)
    assert carried(session, invoice, date(2026, 9, 30)).slices[-1].first == date(2026, 9, 8)


def test_an_import_that_says_partly_paid_charges_the_rest_alone_until_the_next_one(session: Session) -> None:
    """The same through real files: the second lets a payment of its own day be deduced."""
    head = "N° facture;Client;Type de client;Échéance;Total TTC;Réglé\n"
    for month, paid in ((8, "200,00"), (10, "700,00")):
        content = f"{head}F-9;Mercier SARL;Entreprise;31/05/2026;1200,00;{paid}\n".encode()
        shown = imports.preview(session, FileKind.INVOICES, content, ImportOptions())
        moment = datetime(2026, month, 1, 8, tzinfo=UTC)
        batch = imports.receive(session, FileKind.INVOICES, f"{month}.csv", content, by="t", now=moment)
        imports.apply(session, batch, shown, skip_bad_rows=False, complete_confirmed=False, by="t", now=moment)
    session.flush()
    invoice = session.query(Invoice).one()
    session.get_one(Customer, invoice.customer_id).kind = CustomerKind.COMPANY
    session.flush()
    one = carried(session, invoice)
    assert [(each.first, each.base) for each in one.slices] == [
        (date(2026, 6, 1), 100_000),
        (date(2026, 7, 1), 100_000),
        (date(2026, 10, 2), 50_000),
    ]


def test_many_invoices_take_as_many_queries_as_one(session: Session) -> None:
    customer = a_customer(session)
    ids = [an_old_invoice(session, customer, f"F-{number}").id for number in range(60)]
    seen: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *args: seen.append(args[2]))
    firm = the_firm(session)
    assert len(charges_of(session, firm, ids, UNTIL)) == 60
    assert len(seen) <= 5
    seen.clear()
    assert charges_of(session, firm, [], UNTIL) == {}
    assert seen == []


def test_an_unknown_invoice_is_left_out(session: Session) -> None:
    assert charges_of(session, the_firm(session), [99], UNTIL) == {}


@pytest.mark.parametrize("rate", ["0", "-1", "101", "1.2345", "x", "NaN", "1e9", "²", "12 40 %%", "--", "inf", "٣"])
def test_a_contract_rate_that_cannot_be_is_refused_and_nothing_changes(session: Session, rate: str) -> None:
    firm = the_firm(session)
    with pytest.raises(Refused, match=r"charges\.contract_rate"):
        save_terms(firm, claims=False, contract_rate=rate)
    assert (firm.charges, firm.contract_rate) == (True, None)


def test_a_rate_that_a_person_enters_mends_what_was_missing(session: Session) -> None:
    invoice = an_old_invoice(session, a_customer(session))
    day = date(2027, 1, 31)
    assert carried(session, invoice, day).interest is None
    rates.save(session, date(2027, 1, 1), reference="2,65", legal="", source="ECB", by="a@b.fr", today=day)
    # 30 days at 12.15 %, 184 at 12.40 %, 31 at 12.65 %, of 1 200.00
    assert carried(session, invoice, day).interest == 9_989


def facts_for(session: Session, customer: Customer, number: str) -> MessageFacts:
    message = a_message(session, an_old_invoice(session, customer, number), step=5, level=3)
    [facts] = facts_of(session, the_firm(session), [drafts(session, [message.id])[message.id]], UNTIL)
    assert facts is not None
    return facts


def test_a_message_knows_what_its_invoices_carry_and_whether_it_may_say_so(session: Session) -> None:
    facts = facts_for(session, a_customer(session), "F-1")
    assert facts.charged
    assert [claim.charges and claim.charges.interest for claim in facts.claims] == [7_110]
    spared = facts_for(session, a_customer(session, "LENOIR", charges=False), "F-2")
    assert (spared.charged, spared.claims[0].charges) == (False, None)
    private = facts_for(session, a_customer(session, "DURAND", kind=CustomerKind.UNKNOWN), "F-3")
    assert private.claims[0].charges is None
    the_firm(session).charges = False
    assert not facts_for(session, a_customer(session, "MARTIN"), "F-4").charged
