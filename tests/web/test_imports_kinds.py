"""What new customers are is asked once, where a file says nothing of it; it decides what reminders may claim."""

import pytest
from sqlalchemy import Engine, select

from relance.domain.documents import CustomerKind
from relance.storage.db import reading
from relance.storage.models import Customer, ImportProfile
from tests.web.client import Browser
from tests.web.importing import LIST, batch, bring, columns_agreed, upload

ASKED = 'name="customer_kind"'


def kinds(engine: Engine) -> set[CustomerKind]:
    with reading(engine) as session:
        return set(session.scalars(select(Customer.kind)))


def check_of(browser: Browser, content: str) -> str:
    """The address of the check of a file whose columns were agreed with."""
    start = batch(upload(browser, content))
    columns_agreed(browser, start)
    return f"{start}/verification"


@pytest.mark.parametrize("told", ["company", "consumer", "unknown"])
def test_the_word_of_the_person_holds_for_all_new_customers(owner: Browser, engine: Engine, told: str) -> None:
    bring(owner, LIST, customer_kind=told)
    assert kinds(engine) == {CustomerKind(told)}


@pytest.mark.parametrize(
    "said", [{}, {"customer_kind": ""}, {"customer_kind": "public"}, {"customer_kind": "x" * 9999}]
)
def test_without_a_word_that_is_known_nothing_is_imported(owner: Browser, engine: Engine, said: dict[str, str]) -> None:
    address = check_of(owner, LIST)
    page = owner.send(address, said, on=address, status=422)
    assert 'href="#customer_kind-0"' in page.html and 'id="customer_kind-error"' in page.html
    assert kinds(engine) == set()


def test_it_is_remembered_for_the_next_file_of_the_same_shape(owner: Browser, engine: Engine) -> None:
    bring(owner, LIST, customer_kind="consumer")
    more = upload(owner, LIST + "\nF-9;NEUF;Client neuf;;01/10/2026;31/10/2026;10,00;")
    assert ASKED not in owner.follow(more).html
    owner.send(more.location, {}, on=more.location)
    assert kinds(engine) == {CustomerKind.CONSUMER}
    with reading(engine) as session:
        assert session.scalars(select(ImportProfile)).one().options["customer_kind"] == "consumer"


def test_customers_that_are_known_are_not_asked_about(owner: Browser, engine: Engine) -> None:
    bring(owner, LIST, customer_kind="company")
    other = LIST.replace("N° facture", "Numéro").replace("F-1;", "F-7;")
    address = check_of(owner, other)
    assert ASKED not in owner.open(address).html
    owner.send(address, {"customer_kind": "consumer"}, on=address)
    assert kinds(engine) == {CustomerKind.COMPANY}


def test_a_file_that_says_it_is_not_asked_about(owner: Browser, engine: Engine) -> None:
    head, *rows = LIST.splitlines()
    stated = "\n".join([f"{head};Type de client", *(f"{row};Particulier" for row in rows)])
    address = check_of(owner, stated)
    assert ASKED not in owner.open(address).html
    owner.send(address, {}, on=address)
    assert kinds(engine) == {CustomerKind.CONSUMER}


def test_payments_are_not_asked_about(owner: Browser) -> None:
    bring(owner, LIST)
    page = upload(owner, "N° facture;Date de règlement;Montant\nF-1;20/11/2026;200,00\n", kind="payments")
    assert ASKED not in columns_agreed(owner, batch(page)).html
