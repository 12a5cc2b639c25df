"""Customer groups: made, changed, filled, emptied and taken away."""

import re

import pytest
from sqlalchemy import Engine, select

from relance.domain.book import Choose
from relance.domain.program import Tone
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.storage.db import reading, writing
from relance.storage.models import Customer, CustomerGroup, Message, Sender
from tests.web import customer_book as book
from tests.web.client import Browser
from tests.web.conftest import SignIn
from tests.web.test_customers import a_message

GROUPS = "/clients/groupes"
NEW = f"{GROUPS}/nouveau"
PLAIN = {"name": "Grands comptes", "program": "inherit", "tone": "standard", "sender": ""}


@pytest.fixture
def firm(owner: Browser, engine: Engine) -> Browser:
    book.fill(engine)
    return owner


def the_group(engine: Engine, key: int = 1) -> CustomerGroup:
    with reading(engine) as session:
        row = session.get_one(CustomerGroup, key)
        session.expunge(row)
        return row


def members(engine: Engine) -> dict[str, int | None]:
    with reading(engine) as session:
        return {one.code: one.group_id for one in session.scalars(select(Customer))}


def test_an_empty_list_says_what_groups_are_for(firm: Browser) -> None:
    page = firm.open(GROUPS)
    assert "empty" in page.html and "<table" not in page.html


def test_a_group_is_made_and_changed(firm: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Sender(name="Bonnet Nantes"))
    made = firm.send(NEW, {"name": "  Grands  comptes "}, on=GROUPS)
    assert made.location == "/clients/groupes/1"
    changes = {"name": "Comptes clés", "program": "named", "named": "1", "tone": "gentle", "sender": "1"}
    firm.send("/clients/groupes/1", changes)
    row = the_group(engine)
    assert (row.name, row.program_choice, row.program_id) == ("Comptes clés", Choose.INHERIT, 1)
    assert (row.tone, row.sender_id) == (Tone.GENTLE, 1)
    firm.send("/clients/groupes/1", {**changes, "program": "never", "sender": ""})
    row = the_group(engine)
    assert (row.program_choice, row.program_id, row.sender_id) == (Choose.NEVER, None, None)


@pytest.mark.parametrize("name", ["", " ", "\u200b", "x" * 501, "a\x00b", "a\u2028b", "GRANDS\u00a0comptes"])
def test_a_name_that_cannot_be_used_is_refused(firm: Browser, engine: Engine, name: str) -> None:
    book.group(engine, "Grands comptes")
    book.group(engine, "Artisans")
    assert 'href="#name"' in firm.send(NEW, {"name": name}, on=GROUPS, status=422).html
    assert 'href="#name"' in firm.send("/clients/groupes/2", {**PLAIN, "name": name}, status=422).html
    assert the_group(engine, 2).name == "Artisans"


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"program": "named", "named": "99"}, "named"),
        ({"program": "named", "named": "9" * 30}, "named"),
        ({"program": "own"}, "program-0"),
        ({"program": ""}, "program-0"),
        ({"tone": "rude"}, "tone-0"),
        ({"sender": "9"}, "sender"),
        ({"sender": "x"}, "sender"),
    ],
)
def test_what_is_not_there_cannot_be_chosen(firm: Browser, engine: Engine, wrong: dict[str, str], at: str) -> None:
    book.group(engine, "Grands comptes")
    page = firm.send("/clients/groupes/1", {**PLAIN, "name": "Perdu", **wrong}, status=422)
    assert f'href="#{at}"' in page.html
    assert the_group(engine).name == "Grands comptes"


def test_customers_come_in_by_code_or_by_name_and_go_out(firm: Browser, engine: Engine) -> None:
    key = book.group(engine, "Grands comptes")
    firm.send(f"{GROUPS}/{key}/clients", {"customers": "dupont\r\n\r\nBOULANGERIE pinson"}, on=f"{GROUPS}/{key}")
    assert members(engine) == {"DUPONT": key, "PINSON": key}
    page = firm.open(f"{GROUPS}/{key}")
    assert page.shows("Dupont SARL") and page.shows("1 480,50 €") and page.shows("1 280,00 €")
    assert firm.open(GROUPS).shows("1 480,50 €")
    firm.send(f"{GROUPS}/{key}/clients/1/retirer", {}, on=f"{GROUPS}/{key}")
    firm.send(f"{GROUPS}/{key}/clients/1/retirer", {}, on=f"{GROUPS}/{key}")
    assert members(engine) == {"DUPONT": None, "PINSON": key}


@pytest.mark.parametrize(
    "typed", ["", "\n \n", "dupont\nnobody", "Jumeau", "dupont\n" + "\n".join(str(one) for one in range(500)), "\x00"]
)
def test_nobody_comes_in_when_one_line_is_wrong(firm: Browser, engine: Engine, typed: str) -> None:
    with writing(engine) as session:
        session.add_all([Customer(code="J1", name="Jumeau"), Customer(code="J2", name="JUMEAU")])
    key = book.group(engine, "Grands comptes")
    page = firm.send(f"{GROUPS}/{key}/clients", {"customers": typed}, on=f"{GROUPS}/{key}", status=422)
    assert 'href="#customers"' in page.html
    assert set(members(engine).values()) == {None}


def test_the_customers_of_a_deleted_group_go_where_they_are_told(firm: Browser, engine: Engine) -> None:
    first, second = book.group(engine, "Grands comptes"), book.group(engine, "Artisans")
    book.change(engine, book.DUPONT, group_id=first)
    page = f"{GROUPS}/{first}/supprimer"
    assert firm.open(page).shows("Artisans")
    for wrong in ("99", str(first), "x"):
        firm.send(page, {"replacement": wrong}, status=422)
    assert members(engine)["DUPONT"] == first
    firm.send(page, {"replacement": str(second)})
    assert members(engine)["DUPONT"] == second
    firm.send(f"{GROUPS}/{second}/supprimer", {"replacement": ""})
    assert members(engine)["DUPONT"] is None
    firm.open(f"{GROUPS}/{second}", status=404)


@pytest.mark.parametrize("path", ["9", "0", "99999999999999999999", "9/supprimer"])
def test_a_group_that_is_not_there_is_said_to_be_not_there(firm: Browser, path: str) -> None:
    firm.open(f"{GROUPS}/{path}", status=404)


def test_the_list_of_groups_takes_the_same_number_of_queries_for_few_and_for_many(
    firm: Browser, engine: Engine
) -> None:
    book.group(engine, "Un")
    few = book.queries_of(firm, engine, GROUPS)
    for number in range(20):
        book.group(engine, f"Groupe {number}")
    assert book.queries_of(firm, engine, GROUPS) == few


def test_a_reader_sees_groups_and_changes_none(firm: Browser, engine: Engine, signed_in: SignIn) -> None:
    book.group(engine, "Grands comptes")
    reader = signed_in(Role.READER)
    assert "<form" not in reader.open(GROUPS).html.split("<main")[1]
    assert "disabled" in reader.open(f"{GROUPS}/1").html
    for path in (NEW, f"{GROUPS}/1", f"{GROUPS}/1/clients", f"{GROUPS}/1/supprimer"):
        reader.send(path, PLAIN, on="/compte", status=403)


def test_a_line_as_long_as_a_book_is_quoted_by_its_beginning(firm: Browser, engine: Engine) -> None:
    key = book.group(engine, "Artisans")
    page = firm.send(f"{GROUPS}/{key}/clients", {"customers": "y" * 9000}, on=f"{GROUPS}/{key}", status=422)
    assert "y" * 80 + "…" in page.html and len(re.findall("y{81,}", page.html)) == 1  # in its box alone


def test_what_waits_for_customers_of_a_deleted_group_is_taken_out_where_theirs_is_never_reminded(
    firm: Browser, engine: Engine
) -> None:
    first, never = book.group(engine, "Artisans"), book.group(engine, "Jamais", program_choice=Choose.NEVER)
    book.change(engine, book.DUPONT, group_id=first)
    a_message(engine, MessageState.APPROVAL)
    firm.send(f"{GROUPS}/{first}/supprimer", {"replacement": str(never)})
    with reading(engine) as session:
        assert session.scalars(select(Message.state)).one() is MessageState.WITHDRAWN
