"""Filtering the invoices by program; the tabs count what the filters leave."""

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from relance.app import create_app
from relance.config import Settings
from relance.domain.book import Choose
from relance.services.accounts import Role
from relance.storage import db
from relance.storage.models import Customer, CustomerGroup, Invoice, Program, Step
from tests.web.client import Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish
from tests.web.test_invoices import numbers

FIRM, NEVER, OWN = 50, "jamais", "propre"


def one_step() -> Step:
    return Step(position=1, level=1, offset=7, channels=["email"])


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Flask:
    return create_app(settings, clock=clock, channels=Outbox().outlets)


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock) -> Desk:
    """F-1 by its own choice, Lenoir's by its group, F-4 by its customer, F-5 never, F-6 by steps of its customer's."""
    furnish(engine, clock())
    made = Desk(engine, settings, clock, Outbox())
    made.add(Program(id=FIRM, name="Ferme", steps=[one_step()]))
    made.add(Program(id=51, name="Café", own=True, steps=[one_step()]))
    made.add(CustomerGroup(id=5, name="Garages", program_id=FIRM))
    made.change(Invoice, made.invoice("F-1").id, program_id=FIRM)
    made.change(Customer, made.invoice("F-2").customer_id, group_id=5)
    made.change(Customer, made.invoice("F-4").customer_id, program_id=FIRM)
    made.change(Invoice, made.invoice("F-5").id, program_choice=Choose.NEVER)
    made.change(Customer, made.invoice("F-6").customer_id, program_id=51)
    return made


@pytest.fixture
def reader(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.READER)


def tab_counts(page: Page) -> list[int]:
    tabs = page.html.split('class="tabs"')[1].split("</ul>")[0]
    return [int(part.split(")")[0]) for part in tabs.split("(")[1:]]


def test_an_invoice_has_its_own_program_else_that_of_its_customer_or_its_group(reader: Browser) -> None:
    assert sorted(numbers(reader.open(f"/factures?etat=toutes&programme={FIRM}"))) == ["F-1", "F-2", "F-3", "F-4"]
    assert numbers(reader.open(f"/factures?etat=toutes&programme={NEVER}")) == ["F-5"]
    assert numbers(reader.open(f"/factures?etat=toutes&programme={OWN}")) == ["F-6"]


def test_who_chose_nothing_follows_the_general_program(desk: Desk, reader: Browser) -> None:
    desk.change(Customer, desk.invoice("F-4").customer_id, program_id=None)
    with db.reading(desk.engine) as session:
        general = session.scalar(select(Program.id).where(Program.general))
    assert numbers(reader.open(f"/factures?etat=toutes&programme={general}")) == ["F-4"]


def test_the_counts_of_the_tabs_are_those_of_the_rows(reader: Browser) -> None:
    for asked in (f"programme={FIRM}", "q=lenoir", "niveau=-1", f"programme={FIRM}&q=F-1", "retard=31-60"):
        counted = tab_counts(reader.open(f"/factures?{asked}"))
        tabs = ("a-venir", "retard", "non-relancees", "payees", "toutes")
        shown = [len(numbers(reader.open(f"/factures?{asked}&etat={tab}"))) for tab in tabs]
        assert counted == shown, asked


def test_the_file_and_the_bulk_choice_take_the_same_filter(desk: Desk, reader: Browser, owner: Browser) -> None:
    csv = reader.client.get(f"/factures.csv?etat=toutes&programme={NEVER}", base_url="http://127.0.0.1:8710")
    assert [line.split(";")[0] for line in csv.get_data(as_text=True).splitlines()[1:]] == ["F-5"]
    page = owner.open(f"/factures/choix/pause?etat=toutes&programme={NEVER}&tout=1")
    assert page.shows("F-5")
    assert not page.shows("F-4")


def test_a_filter_stays_in_the_tabs_and_is_cleared_by_one_link(reader: Browser) -> None:
    page = reader.open(f"/factures?etat=payees&programme={FIRM}")
    assert f"programme={FIRM}" in page.html.split('class="tabs"')[1].split("</ul>")[0]
    assert 'href="/factures?etat=payees"' in page.html


def test_a_program_that_is_none_is_said(reader: Browser) -> None:
    for bad in ("999", "51", "aucun", "-1", "²", "1e3", "' OR 1=1 --", "9" * 40):
        assert 'id="programme"' in reader.open(f"/factures?programme={bad}", status=422).html, bad
