"""Penalties: on an invoice's page, and the settings and rates that they follow (LEGAL 1 to 4)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, select

from relance.domain.documents import CustomerKind
from relance.services import rates
from relance.services.accounts import Role
from relance.services.charges import charges_of
from relance.services.database import the_firm
from relance.storage import db
from relance.storage.models import Customer, Firm, Invoice, LateRate
from tests.web.client import Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.office import furnish

PAGE, RATE = "/reglages/penalites", "/reglages/penalites/taux"
CLAIMS = {"claims": "y", "contract_rate": ""}
ENTRY = {"half_year": "2026-S2", "reference": "2,40", "legal": "2,75", "source": "Site de la BCE"}
NBSP = "\u00a0"


def firm_of(engine: Engine) -> Firm:
    with db.reading(engine) as session:
        row = the_firm(session)
        session.expunge(row)
    return row


def kept(engine: Engine) -> list[LateRate]:
    with db.reading(engine) as session:
        return list(session.scalars(select(LateRate)))


def invoice_page(browser: Browser, engine: Engine, number: str = "F-1", **customer: Any) -> Page:
    """The page of an invoice once its customer is so."""
    with db.writing(engine) as session:
        row = session.scalars(select(Invoice).where(Invoice.number == number)).one()
        for name, value in customer.items():
            setattr(session.get_one(Customer, row.customer_id), name, value)
        key = row.id
    return browser.open(f"/factures/{key}")


@pytest.fixture
def furnished(engine: Engine, clock: Clock) -> Engine:
    furnish(engine, clock())
    return engine


def test_the_page_shows_interest_indemnity_and_how_they_came(owner: Browser, furnished: Engine) -> None:
    page = invoice_page(owner, furnished, kind=CustomerKind.COMPANY)
    # 2 745.00 due on 15/10/2026, seen on 23/11: 39 days at 12.40 %
    for said in ("36,37 €", "40,00 €", "76,37 €", "2 821,37 €", "12,40 %", "36,3694"):
        assert page.shows(said), said
    assert "<details>" in page.html


def test_the_figures_are_those_of_the_messages(owner: Browser, furnished: Engine) -> None:
    page = invoice_page(owner, furnished, kind=CustomerKind.PUBLIC)
    with db.reading(furnished) as session:
        key = session.scalars(select(Invoice.id).where(Invoice.number == "F-1")).one()
        one = charges_of(session, the_firm(session), [key], date(2026, 11, 23))[key]
    assert one.interest == 3_050
    assert page.shows("30,50 €")
    assert page.shows("R. 2192-31")


WITHOUT: list[dict[str, Any]] = [
    {"kind": CustomerKind.UNKNOWN},
    {"kind": CustomerKind.CONSUMER},
    {"kind": CustomerKind.COMPANY, "charges": False},
    {"kind": CustomerKind.COMPANY, "charges": True, "insolvent": True},
]


def test_the_page_says_why_nothing_is_claimed_and_where_to_mend_it(owner: Browser, furnished: Engine) -> None:
    said = set()
    for customer in WITHOUT:
        card = card_of(invoice_page(owner, furnished, **customer))
        assert f"40,00{NBSP}€" not in card
        assert "/clients/" in card
        assert "<dl" not in card
        said.add(card)
    assert len(said) == len(WITHOUT)


def card_of(page: Page) -> str:
    return page.html.partition('aria-labelledby="charges"')[2].partition("</section>")[0]


def test_an_invoice_that_is_not_due_carries_none(owner: Browser, furnished: Engine) -> None:
    assert "<dl" not in card_of(invoice_page(owner, furnished, "F-5", kind=CustomerKind.COMPANY))


def test_a_missing_rate_is_told_on_the_page_with_the_way_to_enter_it(
    owner: Browser, furnished: Engine, clock: Clock, signed_in: SignIn
) -> None:
    clock.move(days=60)  # 22 January 2027
    member, owner = signed_in(Role.MEMBER), signed_in(Role.OWNER)
    page = invoice_page(owner, furnished, kind=CustomerKind.COMPANY)
    assert f'href="{PAGE}"' in card_of(page)
    assert f"76,37{NBSP}€" not in page.html
    assert page.shows("40,00 €")
    assert f'href="{PAGE}"' not in card_of(invoice_page(member, furnished))
    settings = owner.open(PAGE)
    assert 'class="note warn"' in settings.html
    owner.send(RATE, {**ENTRY, "half_year": "2027-S1", "reference": "2,65"}, on=PAGE)
    assert 'class="note warn"' not in owner.open(PAGE).html
    assert "<dl" in card_of(invoice_page(owner, furnished))


def test_an_invoice_in_another_currency_has_interest_and_a_note(owner: Browser, furnished: Engine) -> None:
    with db.writing(furnished) as session:
        session.scalars(select(Invoice).where(Invoice.number == "F-1")).one().currency = "USD"
    card = card_of(invoice_page(owner, furnished, kind=CustomerKind.COMPANY))
    assert f"36,37{NBSP}$US" in card
    assert f"40,00{NBSP}€" not in card


def test_the_switch_and_the_rate_of_the_terms_of_sale_are_kept(owner: Browser, engine: Engine) -> None:
    owner.follow(owner.send(PAGE, {"claims": "y", "contract_rate": "15,5 %"}))
    assert (firm_of(engine).charges, firm_of(engine).contract_rate) == (True, Decimal("15.5"))
    page = owner.open(PAGE)
    assert 'value="15,5"' in page.html
    assert 'class="note warn"' not in page.html
    owner.send(PAGE, {"contract_rate": ""})
    assert (firm_of(engine).charges, firm_of(engine).contract_rate) == (False, None)


def test_a_rate_under_the_floor_is_kept_and_warned_of(owner: Browser, engine: Engine) -> None:
    """LEGAL 1."""
    page = owner.follow(owner.send(PAGE, {"claims": "y", "contract_rate": "5"}))
    assert firm_of(engine).contract_rate == Decimal(5)
    assert 'class="note warn"' in page.html
    assert page.shows("8,25 %")


def test_a_rate_that_cannot_be_is_refused_at_its_field(owner: Browser, engine: Engine) -> None:
    for bad in ("x", "-1", "0", "101", "1,2345", "NaN", "1e5", "²", "<b>", "\x00", "9" * 5000):
        page = owner.send(PAGE, {"contract_rate": bad}, status=422)
        assert 'href="#contract_rate"' in page.html, bad
    assert firm_of(engine).charges


def test_the_table_shows_each_half_year_with_its_source(owner: Browser) -> None:
    page = owner.open(PAGE)
    for said in ("12,40 %", "10,40 %", "8,25 %", "17/06/2026", "data-api.ecb.europa.eu"):
        assert page.shows(said), said


def test_a_half_year_is_corrected_and_put_back(owner: Browser, engine: Engine) -> None:
    page = owner.open(f"{PAGE}?semestre=2026-S1")
    assert 'value="2,15"' in page.html and 'value="2,62"' in page.html
    page = owner.follow(owner.send(RATE, {**ENTRY, "half_year": "2026-S1", "reference": "2,2"}, on=PAGE))
    [row] = kept(engine)
    assert (row.half_year, row.reference, row.source) == (date(2026, 1, 1), Decimal("2.2"), "Site de la BCE")
    assert (row.noted_on, row.noted_by) == (date(2026, 11, 23), "owner@firm.fr")
    assert page.shows("12,20 %")
    owner.send(f"{RATE}/2026-S1/retirer", {}, on=PAGE)
    owner.send(f"{RATE}/2026-S1/retirer", {}, on=PAGE)
    assert kept(engine) == []


BAD = [
    ("half_year", "", "half_year"),
    ("half_year", "2027-S2", "half_year"),
    ("half_year", "2026-S3", "half_year"),
    ("half_year", "0000-S1", "half_year"),
    ("half_year", "٢٠٢٦-S1", "half_year"),
    ("reference", "x", "reference"),
    ("reference", "101", "reference"),
    ("legal", "-1", "legal"),
    ("source", "", "source"),
    ("source", " \t", "source"),
    ("source", "a\x07b", "source"),
    ("source", "x" * 301, "source"),
]


def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_kept(owner: Browser, engine: Engine) -> None:
    for name, bad, field in BAD:
        page = owner.send(RATE, {**ENTRY, name: bad}, on=PAGE, status=422)
        assert f'href="#{field}"' in page.html, (name, bad)
        assert page.title.startswith("Erreur")
    page = owner.send(RATE, {**ENTRY, "reference": "", "legal": ""}, on=PAGE, status=422)
    assert 'href="#reference"' in page.html
    assert kept(engine) == []


def test_a_source_is_shown_as_it_was_typed(owner: Browser) -> None:
    page = owner.follow(owner.send(RATE, {**ENTRY, "source": "<script>alert(1)</script>"}, on=PAGE))
    assert "<script>alert" not in page.html
    assert page.shows("<script>alert(1)</script>")


def test_an_address_that_names_no_half_year_is_not_found(owner: Browser) -> None:
    for half in ("2026", "2026-S3", "x", "99999-S1", "2026-S1'--"):
        owner.send(f"{RATE}/{half}/retirer", {}, on=PAGE, status=404)
        owner.open(f"{PAGE}?semestre={half}")


def test_the_settings_of_penalties_are_for_owners(signed_in: SignIn, owner: Browser, engine: Engine) -> None:
    member = signed_in(Role.MEMBER)
    member.open(PAGE, status=403)
    member.send(PAGE, {"contract_rate": "15"}, on="/compte", status=403)
    member.send(RATE, ENTRY, on="/compte", status=403)
    member.send(f"{RATE}/2026-S1/retirer", {}, on="/compte", status=403)
    assert firm_of(engine).charges
    assert kept(engine) == []


def test_the_next_half_year_is_asked_for_before_it_begins(owner: Browser, engine: Engine, clock: Clock) -> None:
    assert 'class="note warn"' not in owner.open(PAGE).html
    clock.move(days=25)  # 18 December
    with db.reading(engine) as session:
        assert rates.missing(session, clock().date()) == (date(2027, 1, 1),)
