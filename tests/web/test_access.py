"""Every route is in the access table, and the table is obeyed."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from relance.services.accounts import Role
from relance.web.access import ACCESS, Access, may
from tests.web.client import BASE, Browser
from tests.web.conftest import SignIn

ALLOWED = {
    Access.SELF: set(Role),
    Access.READER: set(Role),
    Access.MEMBER: {Role.MEMBER, Role.OWNER},
    Access.OWNER: {Role.OWNER},
}


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def an_address(rule: Rule) -> str:
    """The address of a rule, with a number that belongs to nothing."""
    built = rule.build(dict.fromkeys(rule.arguments, 999999) | dict.fromkeys(["filename"], "no"), append_unknown=False)
    assert built is not None
    return built[1]


def test_the_table_lists_exactly_the_routes_there_are(app: Flask) -> None:
    assert set(ACCESS) == {rule.endpoint for rule in rules(app)}


@pytest.mark.parametrize("role", [None, *Role])
def test_nobody_gets_further_than_the_table_says(app: Flask, signed_in: SignIn, role: Role | None) -> None:
    signed_in(Role.OWNER)
    for rule in rules(app):
        access = ACCESS[rule.endpoint]
        if access is Access.PUBLIC or rule.endpoint == "account.sign_out":
            continue
        browser = signed_in(role) if role else Browser(app)
        answer = browser.client.get(an_address(rule), base_url=BASE)
        if role is None:
            assert answer.status_code in (303, 405), rule.endpoint
            assert "/connexion" in answer.headers.get("Location", "/connexion")
        elif role not in ALLOWED[access]:
            assert answer.status_code in (403, 405), rule.endpoint
        else:
            assert answer.status_code not in (401, 403), rule.endpoint


def test_a_reader_changes_nothing(app: Flask, signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    reader.open("/compte")
    for rule in rules(app):
        if "POST" not in (rule.methods or ()) or ACCESS[rule.endpoint] in (Access.PUBLIC, Access.SELF):
            continue
        answer = reader.client.post(an_address(rule), data={"csrf_token": reader.token}, base_url=BASE)
        assert answer.status_code == 403, rule.endpoint


def test_a_route_without_a_line_is_refused(app: Flask, owner: Browser) -> None:
    assert not may(None, "forgotten.page")
    fresh = Flask("fresh")
    assert "forgotten" not in fresh.view_functions
    app._got_first_request = False
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    owner.open("/forgotten", status=403)


def test_a_disabled_person_is_out_at_once(owner: Browser, signed_in: SignIn) -> None:
    member = signed_in(Role.MEMBER)
    member.open("/compte")
    owner.send("/utilisateurs/2", {"role": "member"}, on="/utilisateurs")
    member.open("/compte", status=303)


def test_a_new_role_counts_from_the_next_click(owner: Browser, signed_in: SignIn) -> None:
    member = signed_in(Role.MEMBER)
    member.open("/utilisateurs", status=403)
    owner.send("/utilisateurs/2", {"role": "owner", "active": "y"}, on="/utilisateurs")
    member.open("/utilisateurs")


def test_the_last_owner_stays(owner: Browser) -> None:
    page = owner.send("/utilisateurs/1", {"role": "reader", "active": "y"}, on="/utilisateurs")
    assert 'role="alert"' in owner.follow(page).html
    owner.open("/utilisateurs")


def test_an_owner_adds_a_person_with_their_own_password(app: Flask, owner: Browser) -> None:
    new = {"email": "bob@firm.fr", "name": "Bob", "role": "reader", "password": "a quite long phrase"}
    owner.send("/utilisateurs", {**new, "own": "not mine at all"}, status=422)
    owner.send("/utilisateurs", {**new, "own": "correct horse battery"})
    Browser(app).send("/connexion", {"email": "BOB@firm.fr", "password": "a quite long phrase"})
