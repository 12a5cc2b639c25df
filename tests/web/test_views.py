"""Saved views: a list's filters under a name, each person's own."""

import pytest
from sqlalchemy import Engine, select

from relance.services.accounts import Role
from relance.services.views import LONGEST_NAME, LONGEST_QUERY, MOST, only
from relance.storage.db import reading
from relance.storage.models import SavedView
from tests.web.client import Browser
from tests.web.conftest import SignIn

LATE = "etat=retard&niveau=2&tri=-retard"


def save(browser: Browser, name: str, filters: str = LATE, status: int = 303, liste: str = "invoices.index") -> str:
    sent = {"name": name, "liste": liste, "filtres": filters}
    return browser.send("/vues", sent, on="/factures", status=status).location


def saved(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        return [(row.name, row.query) for row in session.scalars(select(SavedView).order_by(SavedView.id))]


def test_a_view_leads_back_to_the_same_list(owner: Browser) -> None:
    back = save(owner, "Mes gros clients")
    assert back == f"/factures?{LATE}"
    page = owner.open("/factures")
    assert page.shows("Mes gros clients")
    assert back.replace("&", "&amp;") in page.html
    assert 'aria-current="true"' in owner.open(back).html


@pytest.mark.parametrize(
    ("liste", "path", "filters"),
    [
        ("history.index", "/historique", "canal=email&etat=echec"),
        ("customers.index", "/clients", "q=aubry&tri=-du"),
        ("invoices.index", "/factures", "q=caf%C3%A9+%26+fils"),
    ],
)
def test_each_list_has_its_own(owner: Browser, liste: str, path: str, filters: str) -> None:
    assert set(save(owner, "Quatuor", filters, liste=liste).partition("?")[2].split("&")) == set(filters.split("&"))
    assert owner.open(path).shows("Quatuor")
    other = "/historique" if path != "/historique" else "/factures"
    assert not owner.open(other).shows("Quatuor")


def test_the_page_one_is_on_and_what_the_list_does_not_know_are_left_out(owner: Browser, engine: Engine) -> None:
    save(owner, "A", "page=3&etat=retard&x=1&csrf_token=z&q=")
    assert saved(engine) == [("A", "etat=retard")]


def test_the_same_name_takes_the_place_of_the_older_view(owner: Browser, engine: Engine) -> None:
    save(owner, " Gros   clients ", "etat=retard")
    save(owner, "Gros clients", "etat=payees")
    assert saved(engine) == [("Gros clients", "etat=payees")]


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("", LATE),
        ("   ", LATE),
        ("a\u202eb", LATE),
        ("x" * (LONGEST_NAME + 1), LATE),
        ("A", ""),
        ("A", "page=2"),
        ("A", "q=" + "y" * (LONGEST_QUERY + 1)),
    ],
)
def test_what_cannot_be_kept_is_said_and_the_name_stays(
    owner: Browser, engine: Engine, name: str, filters: str
) -> None:
    save(owner, name, filters, status=422)
    assert saved(engine) == []


@pytest.mark.parametrize("liste", ["", "users.index", "https://evil.example", "nothing"])
def test_there_are_views_of_lists_alone(owner: Browser, engine: Engine, liste: str) -> None:
    save(owner, "A", status=422, liste=liste)
    assert saved(engine) == []


def test_hostile_text_is_text(owner: Browser) -> None:
    save(owner, "<script>alert(1)</script>", 'q="><img src=x>')
    page = owner.open("/factures")
    assert "<script>alert" not in page.html
    assert "<img" not in page.html


def test_there_are_thirty_at_the_most(owner: Browser, engine: Engine) -> None:
    with reading(engine) as session:
        user = 1
        session.add_all(
            SavedView(user_id=user, page="invoices.index", name=f"V{number}", query="etat=retard")
            for number in range(MOST)
        )
        session.commit()
    save(owner, "one more", status=422)
    save(owner, "V3", "etat=payees")  # in the place of another
    assert len(saved(engine)) == MOST


def test_a_view_is_seen_and_deleted_by_its_person_alone(owner: Browser, signed_in: SignIn, engine: Engine) -> None:
    save(owner, "Mine")
    reader = signed_in(Role.READER)
    assert not reader.open("/factures").shows("Mine")
    reader.send("/vues/1/supprimer", {}, on="/compte", status=404)
    save(reader, "Theirs")
    assert owner.send("/vues/1/supprimer", {}, on="/factures").location == f"/factures?{LATE}"
    assert [name for name, _query in saved(engine)] == ["Theirs"]


@pytest.mark.parametrize("view", ["0", "99", str(2**63), "9" * 30])
def test_a_view_that_is_not_there_cannot_be_deleted(owner: Browser, view: str) -> None:
    owner.send(f"/vues/{view}/supprimer", {}, on="/factures", status=404)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("b=2&a=1", "a=1&b=2"),
        ("a=1&a=2", "a=2"),
        ("a=", ""),
        ("c=3", ""),
        ("%", ""),
        ("a=%FF%FE", "a=%EF%BF%BD%EF%BF%BD"),
    ],
)
def test_a_query_keeps_the_names_that_are_known(query: str, kept: str) -> None:
    assert only(query, ("a", "b")) == kept


def test_a_filter_in_use_can_be_taken_away_alone(owner: Browser) -> None:
    page = owner.open("/factures?etat=retard&niveau=2&q=aubry&page=2")
    assert 'href="/factures?etat=retard&amp;q=aubry"' in page.html
    assert 'href="/factures?etat=retard&amp;niveau=2"' in page.html
