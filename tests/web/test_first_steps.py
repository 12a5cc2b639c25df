"""From the first account to the first test of a real reminder: each page leads on to the next."""

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from relance.app import create_app
from relance.config import Settings
from relance.services import accounts
from relance.services.accounts import Role
from relance.services.database import the_firm
from relance.storage import db
from relance.storage.models import Customer, Firm, Invoice, MailAccount
from tests.web.client import Browser
from tests.web.conftest import Clock, SignIn
from tests.web.importing import KIND, LIST, WITH_BAD_ROWS, batch, columns_agreed, upload
from tests.web.office import Outbox, furnish, refused
from tests.web.test_settings import FIRM, MAIL

FIRST = {"language": "fr", "name": "Claire", "email": "claire@bonnet.fr", "password": "une phrase facile"}


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    made = create_app(settings, clock=clock, channels=outbox.outlets)
    made.testing = True
    return made


def the(engine: Engine) -> Firm:
    with db.reading(engine) as session:
        firm = the_firm(session)
        session.expunge(firm)
    return firm


def states(browser: Browser) -> list[str]:
    """How the six steps stand, by what can be followed: a link, the next one in bold, or neither."""
    items = browser.open("/premiers-pas").html.split('<ol class="tasks')[1].split("</ol>")[0].split("<li>")[1:]
    return ["next" if "<strong>" in one else "link" if "<a " in one else "text" for one in items]


def brought(browser: Browser, content: str = LIST, **said: str) -> str:
    """Import a file; where the person is led."""
    start = batch(upload(browser, content))
    columns_agreed(browser, start)
    return browser.send(f"{start}/verification", {**KIND, **said}, on=f"{start}/verification").location


def test_the_first_account_leads_to_the_list_and_the_list_to_the_first_undone_step(owner: Browser) -> None:
    page = owner.open("/premiers-pas")
    assert states(owner) == ["text", "next", "link", "link", "text", "text"]
    assert '<a class="btn p" href="/reglages">' in page.html
    assert page.html.count('class="btn p"') == 1 and 'class="p"' not in page.html


def test_each_saved_page_leads_on(owner: Browser, engine: Engine, outbox: Outbox) -> None:
    assert owner.send("/reglages", FIRM).location == "/reglages/e-mail"
    owner.send("/reglages/e-mail", {**MAIL, "do": "test"}, on="/reglages/e-mail?fournisseur=other")
    assert 'class="btn p" href="/import"' in owner.open("/reglages/e-mail?essai=parti").html
    assert brought(owner) == "/premiers-pas/simulation"
    assert owner.send("/premiers-pas/simulation", {}).location == "/premiers-pas/simulation?essai=parti"
    assert [message.to for message in outbox.sent] == [("owner@firm.fr",)] * 2
    assert outbox.sent[1].subject.startswith("[Test]")
    assert the(engine).tested_at is not None
    page = owner.open("/premiers-pas/simulation?essai=parti")
    assert 'class="btn p" href="/envoi-automatique"' in page.html
    assert states(owner) == ["text", "link", "link", "link", "link", "next"]
    owner.send("/envoi-automatique/activer", {"scope": "all"}, on="/envoi-automatique/activer?scope=all")
    assert the(engine).set_up_at is not None
    assert owner.open("/reglages").html.count("/premiers-pas") == 0


def test_a_page_saved_again_leads_nowhere_else(owner: Browser) -> None:
    owner.send("/reglages", FIRM)
    assert owner.send("/reglages", FIRM).location == "/reglages"


def test_an_account_saved_without_a_test_leads_on_too(owner: Browser) -> None:
    owner.send("/reglages", FIRM)
    answer = owner.send("/reglages/e-mail", {**MAIL, "do": "save"}, on="/reglages/e-mail?fournisseur=other")
    assert answer.location == "/import"


def test_rows_that_were_left_out_are_shown_before_the_next_step(owner: Browser) -> None:
    owner.send("/reglages", FIRM)
    owner.send("/reglages/e-mail", {**MAIL, "do": "save"}, on="/reglages/e-mail?fournisseur=other")
    where = brought(owner, WITH_BAD_ROWS, skip="y")
    assert where.endswith("/resultat")
    assert 'class="btn p" href="/premiers-pas/simulation"' in owner.open(where).html


def test_letters_alone_are_enough_for_now(owner: Browser, engine: Engine, outbox: Outbox) -> None:
    owner.send("/reglages", FIRM)
    assert owner.send("/premiers-pas/plus-tard", {}, on="/reglages/e-mail").location == "/import"
    with db.writing(engine) as session:
        furnished = Customer(code="A", name="Aubry", address_1="1 rue", postcode="37000", city="Tours")
        session.add(furnished)
        session.flush()
    brought(owner)
    answer = owner.client.post(
        "/premiers-pas/simulation",
        data={"csrf_token": owner.open("/premiers-pas/simulation").token},
        base_url="http://127.0.0.1:8710",
        headers={"Origin": "http://127.0.0.1:8710"},
    )
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF")
    assert the(engine).tested_at is not None and not outbox.sent
    assert states(owner)[5] == "next"


def test_a_test_that_does_not_leave_says_why_and_counts_for_nothing(
    owner: Browser, engine: Engine, outbox: Outbox, clock: Clock
) -> None:
    furnish(engine, clock(), more="")
    outbox.refusal = refused()
    page = owner.send("/premiers-pas/simulation", {}, status=422)
    assert page.title.startswith("Erreur") and "535 5.7.8 bad credentials" in page.html.split("<details>")[1]
    assert the(engine).tested_at is None


def test_a_test_from_the_page_of_an_invoice_counts(owner: Browser, engine: Engine, clock: Clock) -> None:
    furnish(engine, clock(), more="")
    with db.reading(engine) as session:
        invoice = session.scalars(select(Invoice.id)).first()
    sent = {"etape": "3", "canal": "email", "then": "test"}
    owner.send(f"/factures/{invoice}/essai", sent, on=f"/factures/{invoice}")
    assert the(engine).tested_at is not None


def test_nothing_can_be_tested_before_there_are_invoices(owner: Browser) -> None:
    assert owner.open("/premiers-pas/simulation", status=303).location == "/premiers-pas"
    assert owner.send("/premiers-pas/simulation", {}, on="/premiers-pas").location == "/premiers-pas"


def test_invoices_of_which_none_can_be_reminded_are_said_so(owner: Browser, engine: Engine, clock: Clock) -> None:
    paid = "N° facture;Client;Échéance;Total TTC;Réglé\nF-1;Aubry;15/10/2026;10,00;10,00\n"
    furnish(engine, clock(), invoices=paid, more="")
    assert owner.send("/premiers-pas/simulation", {}, status=422).html.count('role="alert"') == 1
    assert the(engine).tested_at is None


def test_the_list_can_be_put_away(owner: Browser, engine: Engine) -> None:
    assert owner.send("/premiers-pas/ranger", {}, on="/premiers-pas").location == "/"
    assert the(engine).set_up_at is not None
    assert owner.send("/reglages", FIRM).location == "/reglages"
    owner.open("/premiers-pas")


def test_the_steps_are_an_owners(signed_in: SignIn) -> None:
    signed_in(Role.OWNER)
    for role in (Role.MEMBER, Role.READER):
        browser = signed_in(role)
        browser.open("/premiers-pas", status=403)
        browser.send("/exemples", {}, on="/compte", status=403)
        browser.send("/exemples/effacer", {}, on="/compte", status=403)


def test_the_signature_is_proposed_and_completed(owner: Browser, engine: Engine) -> None:
    with db.writing(engine) as session:
        accounts.change_name(session, 1, "Claire Bonnet")
    page = owner.open("/reglages")
    assert "Claire Bonnet</textarea>" in page.html and 'value="owner@firm.fr"' in page.html
    owner.send("/reglages", {**FIRM, "signature": "Claire Bonnet"})
    assert the(engine).signature == "Claire Bonnet\nBonnet Conseil, 01 42 00 00 00"
    owner.send("/reglages", {**FIRM, "signature": "Claire Bonnet"})
    assert the(engine).signature == "Claire Bonnet"


def test_examples_are_one_click_from_the_first_page_and_cleared_by_another(
    app: Flask, engine: Engine, clock: Clock
) -> None:
    with db.writing(engine) as session:
        token = accounts.open_setup(session, clock())
    browser = Browser(app)
    browser.open(f"/bienvenue?jeton={token}", status=303)
    assert browser.send("/bienvenue", {**FIRST, "then": "examples"}).location == "/"
    assert the(engine).examples
    assert browser.send("/exemples", {}, on="/compte").location == "/"  # a second click does nothing
    assert 'href="/exemples/effacer"' in browser.open("/factures").html
    assert browser.open("/premiers-pas", status=303).location == "/exemples/effacer"
    assert browser.send("/exemples/effacer", {}).location == "/premiers-pas"
    assert not the(engine).examples
    assert states(browser)[1] == "next"
    with db.reading(engine) as session:
        assert session.scalars(select(Customer.id)).all() == []


def test_examples_are_not_offered_beside_real_data(owner: Browser, engine: Engine) -> None:
    assert 'action="/exemples"' in owner.open("/premiers-pas").html
    with db.writing(engine) as session:
        session.get_one(MailAccount, 1).host = "smtp.bonnet.example"
    assert 'action="/exemples"' not in owner.open("/premiers-pas").html
    again = owner.follow(owner.send("/exemples", {}, on="/premiers-pas"))
    assert 'role="alert"' in again.html and not the(engine).examples
    assert owner.open("/exemples/effacer", status=303).location == "/premiers-pas"
    owner.open("/exemples", status=405)
