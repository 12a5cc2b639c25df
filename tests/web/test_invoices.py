"""The list of invoices: tabs, filters, order, pages, and what follows for each."""

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.services.accounts import Role
from tests.web.client import BASE, Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import INVOICES, Outbox, furnish


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Flask:
    return create_app(settings, clock=clock, channels=Outbox().outlets)


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock) -> Desk:
    furnish(engine, clock())
    return Desk(engine, settings, clock, Outbox())


@pytest.fixture
def reader(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.READER)


def numbers(page: Page) -> list[str]:
    return [part.split("</a>")[0].split(">")[-1] for part in page.html.split('<th scope="row"')[1:]]


def test_the_list_opens_on_what_is_late_oldest_first(reader: Browser) -> None:
    page = reader.open("/factures")
    assert page.heading == "Factures"
    assert numbers(page) == ["F-1", "F-4", "F-2", "F-3"]
    assert page.shows("4 657,40 €")


def test_each_tab_shows_its_invoices_and_counts_them(reader: Browser) -> None:
    late = ["F-1", "F-2", "F-3", "F-4"]
    tabs = {
        "a-venir": ["F-5", "F-6"],
        "retard": late,
        "non-relancees": late,
        "payees": [],
        "toutes": [*late, "F-5", "F-6"],
    }
    for tab, expected in tabs.items():
        page = reader.open(f"/factures?etat={tab}")
        assert sorted(numbers(page)) == expected, tab
        current = page.html.split('class="tabs"')[1].split('aria-current="page">')[1].split("</a>")[0]
        assert current.endswith(f"({len(expected)})"), tab


def test_a_reminder_of_level_1_takes_an_invoice_out_of_those_not_reminded(desk: Desk, reader: Browser) -> None:
    desk.clock.move(hours=2)
    desk.run()
    page = reader.open("/factures?etat=non-relancees")
    assert "F-1" not in numbers(page)
    assert numbers(page) == ["F-4"]  # it has no address


def test_without_anything_late_the_list_opens_on_what_is_to_come(
    engine: Engine, clock: Clock, signed_in: SignIn
) -> None:
    rows = [line for line in INVOICES.splitlines() if not line.startswith(("F-1", "F-2", "F-3", "F-4"))]
    furnish(engine, clock(), invoices="\n".join(rows))
    page = signed_in(Role.READER).open("/factures")
    assert numbers(page) == ["F-5", "F-6"]


def test_an_empty_firm_is_led_to_the_import(signed_in: SignIn) -> None:
    page = signed_in(Role.OWNER).open("/factures")
    assert "<table" not in page.html
    assert 'href="/import"' in page.html


SEARCHES = {
    "f-4": ["F-4"],
    "BOULANGERIE": ["F-4"],
    "cafe de la poste": ["F-6"],
    "lenoir": ["F-2", "F-3"],
    "1480,40": ["F-2"],
    "1 480,40 €": ["F-2"],
    "%": [],
    "' OR 1=1 --": [],
    "9" * 60: [],
}


def test_a_search_finds_numbers_names_and_amounts(reader: Browser) -> None:
    for typed, expected in SEARCHES.items():
        assert sorted(numbers(reader.open(f"/factures?etat=toutes&q={typed}"))) == expected, typed


def test_filters_narrow_the_tab_and_stay_in_its_links(desk: Desk, reader: Browser) -> None:
    page = reader.open("/factures?etat=retard&retard=31-60")
    assert numbers(page) == ["F-1"]
    assert "retard=31-60" in page.html.split('class="tabs"')[1].split("</ul>")[0]
    assert numbers(reader.open("/factures?etat=retard&niveau=1")) == []
    assert len(numbers(reader.open("/factures?etat=retard&niveau=-1"))) == 4


FIRST = {"client": "F-4", "-client": "F-1", "-reste": "F-1", "reste": "F-3", "-numero": "F-4", "retard": "F-3"}
SENSELESS = ("page=abc", "page=-3", "page=" + "9" * 30, "tri=DROP", "etat=?", "par=7", "par=x")
IMPOSSIBLE = ("niveau=9", "retard=hier", "niveau=' OR 1=1 --", "q=" + "x" * 500)


def test_the_order_is_in_the_address(reader: Browser) -> None:
    for order, first in FIRST.items():
        page = reader.open(f"/factures?etat=retard&tri={order}")
        assert numbers(page)[0] == first, order
        assert page.html.count("aria-sort") == 1


def test_an_address_that_makes_no_sense_shows_the_list_all_the_same(reader: Browser) -> None:
    for asked in SENSELESS:
        assert numbers(reader.open(f"/factures?{asked}")), asked


def test_a_filter_that_cannot_be_is_said(reader: Browser) -> None:
    for asked in IMPOSSIBLE:
        assert 'role="alert"' in reader.open(f"/factures?{asked}", status=422).html, asked


def test_pages_follow_each_other(engine: Engine, clock: Clock, signed_in: SignIn) -> None:
    heading = INVOICES.splitlines()[0]
    rows = [
        f"G-{key:03};C{key % 7};Client {key % 7};c@c.example;01/09/2026;01/10/2026;{key},00" for key in range(1, 61)
    ]
    furnish(engine, clock(), invoices="\n".join((heading, *rows)))
    reader = signed_in(Role.READER)
    seen = [number for page in (1, 2, 3) for number in numbers(reader.open(f"/factures?page={page}"))]
    assert sorted(seen) == [f"G-{key:03}" for key in range(1, 61)]
    assert len(numbers(reader.open("/factures?par=50"))) == 50


def test_every_row_says_what_follows(desk: Desk, reader: Browser) -> None:
    page = reader.open("/factures")
    assert page.html.count("<small>") == 4


def test_what_holds_an_invoice_back_has_its_chip(desk: Desk, reader: Browser, owner: Browser) -> None:
    owner.send(f"{desk.address('F-1')}/blocages/dispute", {"dispute-note": "prix"}, on=desk.address("F-1"))
    page = reader.open("/factures?q=F-1")
    assert "c-dispute" in page.html


def test_the_list_takes_the_same_few_queries_however_long_it_is(desk: Desk, reader: Browser) -> None:
    reader.open("/factures")
    few = desk.queries_of(lambda: reader.open("/factures?q=F-1"))
    assert desk.queries_of(lambda: reader.open("/factures?q=F-")) == few
    assert few <= 27


def test_the_file_has_the_rows_of_the_filter(reader: Browser) -> None:
    answer = reader.client.get("/factures.csv?etat=toutes&q=lenoir", base_url=BASE)
    lines = answer.get_data(as_text=True).splitlines()
    assert len(lines) == 3
    assert lines[1].split(";")[:2] in (["F-2", "Garage Lenoir"], ["F-3", "Garage Lenoir"])
    assert "attachment" in answer.headers["Content-Disposition"]
